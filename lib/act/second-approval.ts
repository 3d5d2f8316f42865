import { isLater, MOST_PROPOSERS, withinSeconds } from '#lib/csr/approval/two-person-rule.ts'
import { type Cause, cause, type Sentence } from '#lib/csr/cause.ts'
import type { Csr, Requestor } from '#lib/csr/model.ts'
import type { SecondPersonPolicy } from '#lib/csr/policy/policy.ts'
import {
  isPerson,
  isSamePerson,
  isServiceAccount,
  type Person,
  type ProposerRight,
  proposalEnds,
  proposalTarget,
  whyUncounted,
} from '#lib/csr/policy/proposal.ts'
import { apiTimestamp } from '#lib/csr/time.ts'
import type { Proposal } from '#lib/csr/world/proposals.ts'
import { causesOf, mayHaveHappened } from '#lib/kube/transport/errors.ts'
import { refusedResult } from '#lib/kube/writes/approval-write.ts'
import type { ListedProposals } from '#lib/kube/writes/proposal-objects.ts'
import type { Outcome } from '#lib/wire/wire.ts'

/** API server calls. Each rejects with a KubeError. */
export interface ProposalApi {
  whoIs(): Promise<Person>
  list(targetUid: string): Promise<ListedProposals>
  /** Reads a request; null when the object is gone. */
  read(name: string): Promise<Csr | null>
  propose(proposal: { readonly target: Csr; readonly note: string }): Promise<Csr>
  /** Asks as the deciding person, because a team's server lacks those rights. */
  review(proposer: Requestor, signerName: string): Promise<ProposerRight>
}

export type Settled =
  /** Another person's proposal counts: this approval is the second. */
  | { readonly go: true; readonly first: Csr }
  | {
      readonly go: false
      readonly outcome: Outcome
      readonly causes: readonly Sentence[]
      readonly retryAfterMs?: number
      readonly identityLost?: 'identity' | 'actor'
      /** The proposal, where this approval created it. */
      readonly proposal?: string
    }

export interface TwoPeopleOrder {
  readonly csr: Csr
  readonly note: string
  readonly policy: SecondPersonPolicy
  /** Called right before a proposal is written: the reason not to write it. */
  readonly whyNot?: () => readonly Sentence[] | null
}

/** Result where the API server's answer to the proposal was lost; a next try finds it if it exists. */
const NOT_MADE: Settled = {
  go: false,
  outcome: 'error',
  causes: [cause('proposalLost')],
}

/** Review order of proposers. */
const RANKS = { may: 0, unreviewed: 1, cannotAsk: 1, mayNot: 2 } as const

/**
 * Whether an approval is the second of two, by the API server's own answers; otherwise it becomes
 * the first, as a single proposal. Never rejects. Of two simultaneous proposers, who both read
 * again, at least one sees the other; the API server lets only one approval be written.
 */
export async function settleTwoPeople(
  order: TwoPeopleOrder,
  {
    api,
    seen,
    now,
    countsAccounts = true,
  }: {
    readonly api: ProposalApi
    /** The watch's proposals for that request, only as hints. */
    readonly seen: (targetUid: string) => Iterable<Proposal>
    readonly now: () => number
    /** Whether service accounts count as people, as on a laptop that acts as one. */
    readonly countsAccounts?: boolean
  },
): Promise<Settled> {
  const { csr, note, policy } = order
  try {
    const me = await api.whoIs()
    const alone = whyAlone(me, csr, countsAccounts)
    if (alone !== null) return { go: false, outcome: 'refused', causes: [alone] }

    const before = await look(me)
    if (before.first !== null) return { go: true, first: before.first }
    if (before.own !== null) return proposed(before.own, before.others)

    const why = order.whyNot?.() ?? null
    if (why !== null) return { go: false, outcome: 'error', causes: why }
    const made = await proposeOnce()
    const after = await look(me)
    if (after.first !== null) return { go: true, first: after.first }
    const own = made ?? after.own
    return own === null ? NOT_MADE : proposed(own, after.others, { proposal: own.name })
  } catch (error) {
    return failed(error)
  }

  /**
   * Creates the proposal; null when the answer was lost: the next list shows whether it was
   * created.
   */
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
      // The watch still has earlier proposals when the list was flooded: read those one by one.
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
      const right = counts(proposal)
        ? await api.review(proposal.requestor, csr.signerName)
        : 'mayNot'
      if (right === 'may') return { first: proposal, own: found.own, others }
      others.push(uncounted(proposal, right))
    }
    return { first: null, own: found.own, others }
  }

  /**
   * The latest proposal of each person that would count with the right to approve: believed ones
   * first, disbelieved ones last. A person's thousands of proposals count as one.
   */
  function sift(proposals: readonly Csr[], me: Person, hints: readonly Proposal[]) {
    const latest = new Map<string, Csr>()
    let own: Csr | null = null
    for (const proposal of proposals) {
      // Another object may have taken the read proposal's name.
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
    const rank = (proposal: Csr) =>
      RANKS[
        counts(proposal) ? (believed.get(proposal.requestor.username) ?? 'unreviewed') : 'mayNot'
      ]
    const by = [...latest.values()].sort((a, b) => rank(a) - rank(b) || (isLater(a, b) ? -1 : 1))
    return { own, by }
  }

  function counts({ requestor }: Csr): boolean {
    return countsAccounts || !isServiceAccount(requestor)
  }

  function proposed(
    own: Csr,
    others: readonly Cause[],
    created: { readonly proposal?: string } = {},
  ): Settled {
    const time = apiTimestamp(proposalEnds(own, withinSeconds(policy)))
    const made = cause('proposed', { proposal: own.name, time })
    return { go: false, outcome: 'proposed', causes: [made, ...others], ...created }
  }
}

function whyAlone(me: Person, csr: Csr, countsAccounts: boolean): Cause | null {
  if (me.username === '') return cause('twoNoName')
  if (!countsAccounts && isServiceAccount(me)) return cause('twoNotAPerson')
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
  return { go: false, outcome: 'error', ...refusedResult(error), causes: causesOf(error) }
}
