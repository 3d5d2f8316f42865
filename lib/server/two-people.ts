import type { Csr, Requestor } from '#lib/csr/model.ts'
import type { SecondPersonPolicy } from '#lib/csr/policy.ts'
import {
  isPerson,
  isSamePerson,
  type Person,
  type ProposerRight,
  proposalEnds,
  whyUncounted,
} from '#lib/csr/proposal.ts'
import { withinSeconds } from '#lib/csr/second-person.ts'
import {
  isForbidden,
  isThrottled,
  isUnauthorized,
  mayHaveHappened,
  retryAfterMs,
} from '#lib/kube/errors.ts'
import type { Outcome } from '#lib/live/wire.ts'

/** What is asked of the API server, as the identity that decides. Each rejects with a KubeError. */
export interface ProposalApi {
  whoIs(): Promise<Person>
  list(targetUid: string): Promise<readonly Csr[]>
  propose(proposal: { readonly target: Csr; readonly note: string }): Promise<Csr>
  review(proposer: Requestor, signerName: string): Promise<ProposerRight>
}

export type Settled =
  /** Another person's proposal counts: this one's approval is the second. */
  | { readonly go: true; readonly first: Csr }
  | {
      readonly go: false
      readonly outcome: Outcome
      readonly detail: string
      readonly retryAfterMs?: number
      readonly identityLost?: boolean
    }

export interface TwoPeopleOptions {
  readonly api: ProposalApi
  readonly now: () => number
}

export interface TwoPeopleOrder {
  readonly csr: Csr
  readonly note: string
  readonly policy: SecondPersonPolicy
}

/** Should it arrive after all, it is found when it is asked for again. */
const NOT_MADE: Settled = {
  go: false,
  outcome: 'error',
  detail: 'The answer of the API server was lost, and the proposal is not there.',
}

/** So many different proposers are asked about: more than that is a flood, not a team. */
const MOST_PROPOSERS = 16
const DEFAULT_WAIT_MS = 1_000

const ALONE = {
  noName:
    'It takes two people, and the API server does not say who this is (SelfSubjectReview): ' +
    'nobody could tell the two apart.',
  notAPerson: 'It takes two people, and this identity is that of a machine.',
  requestor: 'It takes two people, and whoever asked for it is none of them.',
}

/**
 * Whether an approval is the second of two, asked of the API server itself and not of what was
 * shown; if not, it becomes the first: a proposal, once, however often it is asked for. Two who
 * propose at the same moment both look again afterwards, and at least one then sees the other;
 * that only one approval is written is the API server's doing. Never rejects.
 */
export async function settleTwoPeople(
  order: TwoPeopleOrder,
  { api, now }: TwoPeopleOptions,
): Promise<Settled> {
  const { csr, note, policy } = order
  try {
    const me = await api.whoIs()
    const alone = whyAlone(me, csr)
    if (alone !== null) return { go: false, outcome: 'refused', detail: alone }

    const before = await look(me)
    if (before.first !== null) return { go: true, first: before.first }
    if (before.own !== null) return proposed(before.own, before.others)

    const made = await proposeOnce()
    const after = await look(me)
    if (after.first !== null) return { go: true, first: after.first }
    const own = made ?? after.own
    return own === null ? NOT_MADE : proposed(own, after.others)
  } catch (error) {
    return failed(error)
  }

  /** Null when the answer was lost: whether it was made, the next look tells. */
  async function proposeOnce(): Promise<Csr | null> {
    try {
      return await api.propose({ target: csr, note })
    } catch (error) {
      if (mayHaveHappened(error)) return null
      throw error
    }
  }

  async function look(me: Person) {
    const counts = (proposal: Csr) => now() < proposalEnds(proposal, withinSeconds(policy))
    const others: string[] = []
    const asked = new Map<string, Csr>()
    let own: Csr | null = null
    for (const proposal of (await api.list(csr.uid)).filter(counts)) {
      const why = whyUncounted(proposal, { target: csr, actor: me, right: null })
      if (why === 'own') own = proposal
      else if (why === 'asking') asked.set(proposal.requestor.username, proposal)
    }
    for (const proposal of [...asked.values()].slice(0, MOST_PROPOSERS)) {
      const right = await api.review(proposal.requestor, csr.signerName)
      if (right === 'may') return { first: proposal, own, others }
      others.push(uncountedWords(proposal, right))
    }
    return { first: null, own, others }
  }

  function proposed(own: Csr, others: readonly string[]): Settled {
    const until = new Date(proposalEnds(own, withinSeconds(policy))).toISOString()
    const time = `${until.slice(11, 16)} UTC`
    const words = `Proposed as ${own.name}: another person has to approve it before ${time}.`
    return { go: false, outcome: 'proposed', detail: [words, ...others].join(' ') }
  }
}

function whyAlone(me: Person, csr: Csr): string | null {
  if (me.username === '') return ALONE.noName
  if (!isPerson({ username: me.username, groups: [] })) return ALONE.notAPerson
  return isSamePerson(me, csr.requestor) ? ALONE.requestor : null
}

function uncountedWords({ name, requestor }: Csr, right: ProposerRight): string {
  const whose = `The proposal of ${requestor.username} (${name}) does not count:`
  return right === 'cannotAsk'
    ? `${whose} whether they may approve could not be asked; ` +
        'that takes "create" on subjectaccessreviews.authorization.k8s.io.'
    : `${whose} they may not approve such requests themselves.`
}

function failed(error: unknown): Settled {
  const detail = error instanceof Error ? error.message : 'Something went wrong.'
  if (isUnauthorized(error)) return { go: false, outcome: 'forbidden', detail, identityLost: true }
  if (isForbidden(error)) return { go: false, outcome: 'forbidden', detail }
  if (isThrottled(error)) {
    const wait = retryAfterMs(error) ?? DEFAULT_WAIT_MS
    return { go: false, outcome: 'throttled', detail, retryAfterMs: wait }
  }
  return { go: false, outcome: 'error', detail }
}
