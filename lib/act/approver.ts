import { randomUUID } from 'node:crypto'
import type { Outcome } from '#lib/act/approver-metrics.ts'
import { carryOut, type Judged, type Owner } from '#lib/act/hand.ts'
import type { Queue } from '#lib/act/queue.ts'
import type {
  AnsweredRequest,
  ApproverContext,
  AutomaticAnswers,
} from '#lib/cluster/automatic-answers.ts'
import type { InForce } from '#lib/cluster/documents.ts'
import type { NotKnown } from '#lib/cluster/why-not-known.ts'
import type { LeftBecause } from '#lib/csr/approval/automatic.ts'
import type { BrakeKeeper } from '#lib/csr/approval/brake-keeper.ts'
import { whyNotNow } from '#lib/csr/approval/may-act-now.ts'
import { type Cause, cause, type Sentence } from '#lib/csr/cause.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import type { CheckCode } from '#lib/csr/model.ts'
import { REASON_AUTO_APPROVE } from '#lib/csr/names.ts'
import type { Trip } from '#lib/csr/policy/brake.ts'
import { automaticMessage } from '#lib/csr/policy/decision-message.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import type { World } from '#lib/csr/world/world.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { DecisionRequest, DecisionResult } from '#lib/kube/writes/approval-write.ts'
import type { Pacer } from '#lib/kube/writes/pacer.ts'

export interface Begun {
  readonly claim: Claim
  /** Id of this try, also in the condition's message; '' for a request that was stopped before. */
  readonly requestId: string
}

export interface Done extends Begun {
  readonly outcome: Outcome
  readonly policy: Policy
  /** The write's id in the API server's audit log; null without an answer that has one. */
  readonly auditId: string | null
  readonly causes: readonly Sentence[]
  /** The trip that stopped the request; set with `braked`. */
  readonly trip: Trip | null
}

interface ApproverOptions {
  readonly world: World
  readonly judge: Pick<AutomaticAnswers, 'answers' | 'answerNow'>
  readonly queue: Queue
  readonly pacer: Pacer
  readonly brake: BrakeKeeper
  readonly leader: () => { holds(marginMs: number): boolean; readonly term: AbortSignal } | null
  readonly inForce: () => Pick<InForce, 'policy' | 'paused' | 'barred'>
  /** The facts for judging; null while nothing can be judged. */
  readonly context: () => ApproverContext | null
  /** Reason that the view of the cluster cannot be trusted; null when it can. */
  readonly trouble: () => NotKnown | null
  /** Writes one decision; never rejects. */
  readonly write: (request: DecisionRequest) => Promise<DecisionResult>
  readonly clock: Clock
  /** The acting user, as the API server names it. */
  readonly username: () => string
  /** Writes the log line before a try; resolves when the line is out. */
  readonly onBegin: (begun: Begun) => Promise<void>
  /** Logs a try that has ended before its write: the request is queued again. */
  readonly onNotTried: (ended: Begun & Pick<Done, 'causes'>) => void
  readonly onDone: (done: Done) => void
  /** Reports an error in judging a request: it is not written, and the others continue. */
  readonly onError: (error: unknown) => void
}

interface Approvable extends Judged {
  readonly claim: Claim
  /** The policy that approves it, which the condition's message names. */
  readonly policy: Policy
}

function notTried(causes: readonly Cause[]) {
  return { go: false, outcome: 'notTried', causes } as const
}
type NotTried = ReturnType<typeof notTried>

type Attempt =
  | NotTried
  | (Omit<DecisionResult, 'outcome'> & {
      readonly outcome: DecisionResult['outcome'] | 'braked'
      readonly policy: Policy
      /** The trip that stopped the request; set with `braked`. */
      readonly trip?: Trip
    })

/** Milliseconds the lease must still last before a write: far more than a GET and a PUT take. */
const LEAD_MARGIN_MS = 2_000
const MAY_BE_OURS: readonly string[] = ['approved', 'unknown', 'already']
/** Most requests under way; the pacer limits how many of them write at the same time. */
const MOST_ACTIVE = 16

/**
 * Approves requests that the policy approves, one of a node at a time. Lead, kill switch, view,
 * policy and verdict are checked at its turn, and again right before the write.
 */
export class Approver {
  readonly #options: ApproverOptions
  /** The request under way in each lane, by its uid. */
  readonly #busy = new Map<string, string>()
  readonly #underWay = new Set<Promise<void>>()
  /** Uids of requests that are approved, but not yet in the watch. */
  readonly #written = new Set<string>()
  readonly #braked = new Set<string>()
  #isStopped = false
  #cancelWake = () => {}

  constructor(options: ApproverOptions) {
    this.#options = options
  }

  /** The policy's answer for a request has changed. */
  answered(answered: AnsweredRequest): void {
    if (answered.answer.act === 'approve') {
      this.#offer(answered)
      this.wake()
    } else {
      this.gone(answered.claim.csr.uid)
    }
  }

  /** The request has gone, or is no longer to be approved. */
  gone(uid: string): void {
    this.#options.queue.drop(uid)
    this.#written.delete(uid)
    this.#braked.delete(uid)
  }

  /** Begins what is due; a condition that blocked every write may have ended. */
  wake(): void {
    const { queue, world, pacer } = this.#options
    this.#cancelWake()
    while (this.#busy.size < MOST_ACTIVE && this.#whyNot() === null) {
      const uid = queue.take(this.#busy)
      if (uid === null) break
      const claim = world.claim(uid)
      if (claim === null) continue
      // Checked before the queue, so that thousands of stopped requests cost next to nothing.
      if (this.#isBraked(claim)) continue
      const lane = laneOf(claim)
      this.#busy.set(lane, uid)
      const work = carryOut([this.#ownerOf(claim)], pacer).finally(() => {
        this.#underWay.delete(work)
        this.#busy.delete(lane)
        this.wake()
      })
      this.#underWay.add(work)
    }
    this.#planWake()
  }

  /** Tells that the brake was released: its stopped requests are tried again. */
  released(): void {
    for (const uid of this.#braked) {
      const answered = this.#options.judge.answers.get(uid)
      if (answered?.answer.act === 'approve') this.#offer(answered)
    }
    this.#braked.clear()
    this.wake()
  }

  /** Resolves when no write is under way. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay)
  }

  stop(): void {
    this.#isStopped = true
    this.#cancelWake()
  }

  #offer({ claim }: AnsweredRequest): void {
    const { uid } = claim.csr
    const lane = laneOf(claim)
    if (this.#written.has(uid) || this.#busy.get(lane) === uid) return
    this.#options.queue.put(lane, uid, claim.createdAt)
  }

  #planWake(): void {
    const { queue, clock } = this.#options
    const at = queue.nextDueAt()
    if (at === null || this.#isStopped) return
    this.#cancelWake = clock.after(Math.max(0, at - clock.now()), () => this.wake())
  }

  /** Reason that no approval by that policy is allowed now; null when approvals are allowed. */
  #whyNot(named = this.#options.inForce().policy): readonly Cause[] | null {
    const { inForce, leader, trouble, context } = this.#options
    const { policy, paused, barred } = inForce()
    const no = whyNotNow('approver', {
      server: this.#isStopped,
      follower: leader()?.holds(LEAD_MARGIN_MS) !== true,
      paused: paused !== false,
      notActing: policy?.automatic.mode !== 'act',
      barred,
      trouble: trouble(),
      judging: context() === null,
      otherPolicy: policy !== named,
    })
    return no?.causes ?? null
  }

  #isBraked(claim: Claim): boolean {
    const { brake, inForce, onDone } = this.#options
    const trip = brake.stopped(placeOf(claim))
    const { policy } = inForce()
    if (trip === null || policy === null) return false
    this.#braked.add(claim.csr.uid)
    const none = { requestId: '', auditId: null, causes: [] }
    onDone({ claim, outcome: 'braked', policy, trip, ...none })
    return true
  }

  /** One turn of a queued request, as the service account of the approver. */
  #ownerOf(queued: Claim): Owner<Approvable, Attempt> {
    const { brake, leader, username, write, onBegin, onError } = this.#options
    const { uid } = queued.csr
    const requestId = randomUUID()
    let begun: Promise<void> | null = null
    return {
      begin() {
        begun ??= onBegin({ claim: queued, requestId })
        return begun
      },
      whyNotBegin: () => {
        const why = this.#whyNot()
        return why === null ? null : notTried(why)
      },
      judge: () => this.#judgeAnew(uid),
      judgingFailed(error) {
        onError(error)
        return notTried([cause('judgingFailed')])
      },
      // The policy leaves to people what takes two of them.
      settle: async () => leftToPeople('secondPerson'),
      brake({ claim, policy }) {
        const trip = brake.begin(uid, placeOf(claim), policy.automatic.limits)
        return trip === null ? null : { outcome: 'braked', policy, trip }
      },
      // The condition's message names this policy.
      whyNotWrite: ({ policy }) => this.#whyNot(policy),
      async write({ csr, claim, policy }, _first, whyNot) {
        const term = leader()?.term
        const result = await write({
          csr,
          fingerprint: claim.reading.fingerprint,
          decision: 'approve',
          reason: REASON_AUTO_APPROVE,
          message: automaticMessage({ username: username(), policy, requestId }),
          whyNot,
          ...(term === undefined ? {} : { signal: term }),
        })
        return { ...result, policy }
      },
      waitFor: (trying) => trying,
      end: (result) => this.#end(queued, requestId, result),
    }
  }

  /** Judges the request by the policy and what is known now. */
  #judgeAnew(uid: string): Approvable | NotTried {
    const { judge, inForce } = this.#options
    const { policy } = inForce()
    const answered = judge.answerNow(uid)
    if (answered === null || policy === null) return notTried([cause('requestGone')])
    const { claim, answer } = answered
    if (answer.act !== 'approve') return leftToPeople(answer.because, answer.check)
    if (this.#isNameJustGiven(claim)) return leftToPeople('notVerified')
    return { go: true, csr: claim.csr, takesTwo: false, claim, policy }
  }

  /** Whether another client request for the name was approved, but not yet in the watch. */
  #isNameJustGiven({ csr, nodeName, kind }: Claim): boolean {
    if (kind === 'kubeletServing') return false
    return [...this.#written].some((uid) => {
      const other = uid === csr.uid ? null : this.#options.world.claim(uid)
      return other?.nodeName === nodeName && other.kind !== 'kubeletServing'
    })
  }

  #end(claim: Claim, requestId: string, result: Attempt): void {
    const { brake, onNotTried, onDone } = this.#options
    const { uid } = claim.csr
    // The brake keeps counting a request that this approver may have approved, also `already`: an
    // earlier PUT may have lost its answer. The watch then says who approved it.
    if (!MAY_BE_OURS.includes(result.outcome)) brake.takeBack(uid)
    if (result.outcome === 'notTried' || result.outcome === 'denied') {
      this.#again(claim, 0)
      onNotTried({ claim, requestId, causes: result.causes ?? [] })
      return
    }
    const { outcome, policy, auditId = null, causes = [], trip = null } = result
    if (outcome === 'approved') this.#written.add(uid)
    else if (outcome === 'braked') this.#braked.add(uid)
    else if (outcome !== 'already' && outcome !== 'gone') {
      this.#again(claim, result.retryAfterMs ?? 0)
    }
    onDone({ claim, outcome, policy, requestId, auditId, causes, trip })
  }

  /** Queues the request again while the policy would still approve it. */
  #again(claim: Claim, atLeastMs: number): void {
    const { judge, queue } = this.#options
    const { uid } = claim.csr
    if (judge.answers.get(uid)?.answer.act !== 'approve') return
    queue.retry(laneOf(claim), uid, claim.createdAt, atLeastMs)
  }
}

/** The end of a try whose request the policy leaves to people. */
function leftToPeople(because: LeftBecause, check: CheckCode | null = null): NotTried {
  return notTried([
    check === null
      ? cause('approverLeaves', { because })
      : cause('approverLeavesFor', { because, check }),
  ])
}

/** Lane in the queue: the node, or without one the requestor. */
export function laneOf({ nodeName, csr }: Claim): string {
  return nodeName === null ? `requestor ${csr.requestor.username}` : `node ${nodeName}`
}

function placeOf({ nodeName, csr }: Claim) {
  return { node: nodeName, requestor: csr.requestor.username }
}
