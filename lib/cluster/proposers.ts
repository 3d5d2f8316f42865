import type { Csr, Requestor } from '#lib/csr/model.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { type ProposerRight, whyUncounted } from '#lib/csr/policy/proposal.ts'
import { isPending } from '#lib/csr/status.ts'
import type { Proposal } from '#lib/csr/world/proposals.ts'
import type { World } from '#lib/csr/world/world.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'

/** Asks whether that person may approve requests of that signer; rejects with a KubeError. */
export type ReviewProposer = (
  proposer: Requestor,
  signerName: string,
  signal: AbortSignal,
) => Promise<ProposerRight>

export type Proposers = ReturnType<typeof keepProposers>

const MOST_AT_ONCE = 4
/** Most proposals considered in one go: thousands of one user delay no other work. */
const MOST_LOOKED_AT = 256

/**
 * Asks whether proposers may approve, so that the row can say whether their proposal counts. Only
 * for display: the decision itself asks again (lib/act/second-approval.ts).
 */
export function keepProposers(options: {
  readonly world: World
  readonly policy: () => Policy
  readonly review: ReviewProposer
  readonly clock: Clock
  /** Tells that an answer changed a row. */
  readonly onAnswer: () => void
}) {
  const { world, policy, review, clock, onAnswer } = options
  const stopping = new AbortController()
  /** Questions under way: the target's uid and the proposer. */
  const asking = new Set<string>()
  let waiting = false
  let cancel = () => {}

  /** Asks about proposers without an answer, after each change of the world. */
  function notice(): void {
    if (waiting || stopping.signal.aborted) return
    if (policy().secondPerson.for.length === 0) return
    let looked = 0
    for (const uid of world.proposals.unasked) {
      // The next answer to a question calls this again.
      if (asking.size >= MOST_AT_ONCE) return
      if (++looked > MOST_LOOKED_AT) {
        if (asking.size === 0) pause(0)
        return
      }
      consider(uid)
    }
  }

  function consider(uid: string): void {
    const proposal = world.proposals.get(uid)
    const target = proposal === null ? undefined : world.claim(proposal.target)?.csr
    if (proposal === null || target === undefined || !isPending(target)) {
      world.proposals.passOver(uid)
      return
    }
    // No answer would make this proposal count.
    const why = whyUncounted(proposal.csr, { target, actor: null, right: null })
    if (why === 'asking') void ask(proposal, target)
    else world.proposals.passOver(uid)
  }

  async function ask({ csr: { requestor } }: Proposal, target: Csr): Promise<void> {
    const question = `${target.uid} ${JSON.stringify(requestor)}`
    if (asking.has(question)) return
    asking.add(question)
    try {
      take(target.uid, requestor, await review(requestor, target.signerName, stopping.signal))
    } catch {
      pause(5_000)
    }
    asking.delete(question)
    notice()
  }

  /** Takes the answer of a review for all that the proposer has proposed about the request. */
  function take(targetUid: string, proposer: Requestor, right: ProposerRight): void {
    const who = JSON.stringify(proposer)
    for (const { csr } of world.proposals.of(targetUid)) {
      if (JSON.stringify(csr.requestor) === who) world.setProposerRight(csr.uid, right)
    }
    onAnswer()
  }

  /** Asks again after other work has had its turn, or after the wait before a retry. */
  function pause(ms: number): void {
    if (waiting || stopping.signal.aborted) return
    waiting = true
    cancel = clock.after(ms, () => {
      waiting = false
      notice()
    })
  }

  return {
    notice,
    take,
    stop(): void {
      stopping.abort()
      cancel()
    },
  }
}
