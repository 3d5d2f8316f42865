import type { Requestor } from '#lib/csr/model.ts'
import type { Policy } from '#lib/csr/policy.ts'
import { type ProposerRight, whyUncounted } from '#lib/csr/proposal.ts'
import { isPending } from '#lib/csr/status.ts'
import type { World } from '#lib/csr/world.ts'
import type { Clock } from '#lib/kube/clock.ts'

/** Whether that person may approve requests of that signer; rejects with a KubeError. */
export type ReviewProposer = (
  proposer: Requestor,
  signerName: string,
  signal: AbortSignal,
) => Promise<ProposerRight>

export interface ProposersOptions {
  readonly world: World
  readonly policy: () => Policy
  readonly review: ReviewProposer
  readonly clock: Clock
  /** A row has changed by an answer. */
  readonly onAnswer: () => void
}

export interface Proposers {
  /** To be told after any change of the world: asks about whoever has not been asked about. */
  notice(): void
  stop(): void
}

const MOST_AT_ONCE = 4
/** Of more than these that wait, the rest is looked at when they are answered. */
const MOST_LOOKED_AT = 256
const RETRY_MS = 5_000

/**
 * Asks whether those who propose may approve, so that the row can say whether it counts. What is
 * said is for people to read: the decision itself asks anew (lib/server/two-people.ts).
 */
export function keepProposers(options: ProposersOptions): Proposers {
  const { world, policy, review, clock, onAnswer } = options
  const stopping = new AbortController()
  const asking = new Set<string>()
  let waiting = false
  let cancel = () => {}

  function notice(): void {
    const { unasked } = world.proposals
    if (unasked.size === 0 || waiting || stopping.signal.aborted) return
    if (policy().secondPerson.for.length === 0) return
    let looked = 0
    for (const uid of unasked) {
      if (asking.size >= MOST_AT_ONCE || ++looked > MOST_LOOKED_AT) return
      if (!asking.has(uid)) void consider(uid)
    }
  }

  async function consider(uid: string): Promise<void> {
    const proposal = world.proposals.get(uid)
    const target = proposal === null ? undefined : world.claim(proposal.target)?.csr
    if (proposal === null || target === undefined || !isPending(target)) return
    // Of one that cannot count in any case nothing needs to be asked.
    const why = whyUncounted(proposal.csr, { target, actor: null, right: null })
    if (why !== 'asking') return
    asking.add(uid)
    try {
      const { requestor } = proposal.csr
      const right = await review(requestor, target.signerName, stopping.signal)
      world.setProposerRight(uid, right)
      onAnswer()
    } catch {
      pause()
    }
    asking.delete(uid)
    notice()
  }

  /** The API server does not answer: the feed says why. */
  function pause(): void {
    if (waiting || stopping.signal.aborted) return
    waiting = true
    cancel = clock.after(RETRY_MS, () => {
      waiting = false
      notice()
    })
  }

  return {
    notice,
    stop() {
      stopping.abort()
      cancel()
    },
  }
}
