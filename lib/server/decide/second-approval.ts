import { type Cause, cause, type Sentence } from '#lib/csr/cause.ts'
import { timestamp } from '#lib/csr/machine/deadlines.ts'
import type { Csr, Requestor } from '#lib/csr/model.ts'
import type { SecondPersonPolicy } from '#lib/csr/policy/policy.ts'
import {
  isPerson,
  isSamePerson,
  type Person,
  type ProposerRight,
  proposalEnds,
  proposalTarget,
  whyUncounted,
} from '#lib/csr/policy/proposal.ts'
import { isLater, withinSeconds } from '#lib/csr/policy/two-person-rule.ts'
import type { Proposal } from '#lib/csr/world/proposals.ts'
import type { ListedProposals } from '#lib/kube/reads/proposal-objects.ts'
import {
  causesOf,
  isForbidden,
  isOtherActor,
  isThrottled,
  isUnauthorized,
  mayHaveHappened,
  retryAfterMs,
} from '#lib/kube/transport/errors.ts'
import type { Outcome } from '#lib/live/wire.ts'

/** What is asked of the API server, as the identity that decides. Each rejects with a KubeError. */
export interface ProposalApi {
  whoIs(): Promise<Person>
  list(targetUid: string): Promise<ListedProposals>
  /** Null when there is no such object any more. */
  read(name: string): Promise<Csr | null>
  propose(proposal: { readonly target: Csr; readonly note: string }): Promise<Csr>
  review(proposer: Requestor, signerName: string): Promise<ProposerRight>
}

export type Settled =
  /** Another person's proposal counts: this one's approval is the second. */
  | { readonly go: true; readonly first: Csr }
  | {
      readonly go: false
      readonly outcome: Outcome
      readonly causes: readonly Sentence[]
      readonly retryAfterMs?: number
      readonly identityLost?: 'identity' | 'actor'
    }

export interface TwoPeopleOptions {
  readonly api: ProposalApi
  /** What the watch knows of proposals for that request: a hint of where to look, and no more. */
  readonly seen: (targetUid: string) => Iterable<Proposal>
  readonly now: () => number
}

export interface TwoPeopleOrder {
  readonly csr: Csr
  readonly note: string
  readonly policy: SecondPersonPolicy
  /** Asked right before a proposal is written: why it is not wanted any more. */
  readonly unwanted?: () => readonly Sentence[] | null
}

/** Should it arrive after all, it is found when it is asked for again. */
const NOT_MADE: Settled = {
  go: false,
  outcome: 'error',
  causes: [cause('proposalLost')],
}

/**
 * So many different proposers are asked about: more than that is a flood, not a team. It takes as
 * many accounts of people to make one, and those who are known not to count come last.
 */
const MOST_PROPOSERS = 16
const DEFAULT_WAIT_MS = 1_000

/** In which order proposers are asked about. */
const RANKS = { may: 0, unknown: 1, cannotAsk: 1, mayNot: 2 } as const

/**
 * Whether an approval is the second of two, asked of the API server itself and not of what was
 * shown; if not, it becomes the first: a proposal, once, however often it is asked for. Two who
 * propose at the same moment both look again afterwards, and at least one then sees the other;
 * that only one approval is written is the API server's doing. Never rejects.
 */
export async function settleTwoPeople(
  order: TwoPeopleOrder,
  { api, seen, now }: TwoPeopleOptions,
): Promise<Settled> {
  const { csr, note, policy } = order
  try {
    const me = await api.whoIs()
    const alone = whyAlone(me, csr)
    if (alone !== null) return { go: false, outcome: 'refused', causes: [alone] }

    const before = await look(me)
    if (before.first !== null) return { go: true, first: before.first }
    if (before.own !== null) return proposed(before.own, before.others)

    const why = order.unwanted?.() ?? null
    if (why !== null) return { go: false, outcome: 'error', causes: why }
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
    const hints = [...seen(csr.uid)]
    const listed = await api.list(csr.uid)
    let found = sift(listed.proposals, me, hints)
    if (!listed.complete) {
      // Whoever made the list so long did not make the watch forget: those are read one by one.
      const hinted = sift(
        hints.map((hint) => hint.csr),
        me,
        hints,
      )
      const read = await Promise.all(
        [...hinted.by.slice(0, MOST_PROPOSERS), ...(hinted.own === null ? [] : [hinted.own])].map(
          ({ name }) => api.read(name),
        ),
      )
      const anew = read.filter((proposal) => proposal !== null)
      found = sift([...listed.proposals, ...anew], me, hints)
    }
    const others: Cause[] = []
    for (const proposal of found.by.slice(0, MOST_PROPOSERS)) {
      const right = await api.review(proposal.requestor, csr.signerName)
      if (right === 'may') return { first: proposal, own: found.own, others }
      others.push(uncounted(proposal, right))
    }
    return { first: null, own: found.own, others }
  }

  /**
   * Of everybody whose proposal would count if they may approve, the latest one: first of those who
   * are believed to, last of those who are not. Whoever files proposals by the thousand is one of
   * them, or none.
   */
  function sift(proposals: readonly Csr[], me: Person, hints: readonly Proposal[]) {
    const latest = new Map<string, Csr>()
    let own: Csr | null = null
    for (const proposal of proposals) {
      // Another object may have the name by which one was read.
      if (proposalTarget(proposal) !== csr.uid) continue
      if (now() >= proposalEnds(proposal, withinSeconds(policy))) continue
      const why = whyUncounted(proposal, { target: csr, actor: me, right: null })
      if (why === 'own') own = later(own, proposal)
      if (why !== 'asking') continue
      const { username } = proposal.requestor
      latest.set(username, later(latest.get(username) ?? null, proposal))
    }
    const believed = new Map(
      hints.map(({ csr: { requestor }, right }) => [requestor.username, right]),
    )
    const rank = ({ requestor }: Csr) => RANKS[believed.get(requestor.username) ?? 'unknown']
    const by = [...latest.values()].sort((a, b) => rank(a) - rank(b) || (isLater(a, b) ? -1 : 1))
    return { own, by }
  }

  function proposed(own: Csr, others: readonly Cause[]): Settled {
    const time = timestamp(proposalEnds(own, withinSeconds(policy)))
    const made = cause('proposed', { proposal: own.name, time })
    return { go: false, outcome: 'proposed', causes: [made, ...others] }
  }
}

function whyAlone(me: Person, csr: Csr): Cause | null {
  if (me.username === '') return cause('twoNoName')
  if (!isPerson({ username: me.username, groups: [] })) return cause('twoNotAPerson')
  return isSamePerson(me, csr.requestor) ? cause('twoRequestor') : null
}

function later(a: Csr | null, b: Csr): Csr {
  return a === null || isLater(b, a) ? b : a
}

function uncounted({ name, requestor }: Csr, right: ProposerRight): Cause {
  const code = right === 'cannotAsk' ? 'proposerNotAsked' : 'proposerMayNot'
  return cause(code, { person: requestor.username, proposal: name })
}

function failed(error: unknown): Settled {
  const causes = causesOf(error)
  if (isOtherActor(error)) return { go: false, outcome: 'error', causes, identityLost: 'actor' }
  if (isUnauthorized(error)) {
    return { go: false, outcome: 'forbidden', causes, identityLost: 'identity' }
  }
  if (isForbidden(error)) return { go: false, outcome: 'forbidden', causes }
  if (isThrottled(error)) {
    const wait = retryAfterMs(error) ?? DEFAULT_WAIT_MS
    return { go: false, outcome: 'throttled', causes, retryAfterMs: wait }
  }
  return { go: false, outcome: 'error', causes }
}
