import { randomUUID } from 'node:crypto'
import type { Outcome } from '#lib/act/approver-metrics.ts'
import { carryOut, type Judged, type Owner } from '#lib/act/hand.ts'
import { whyNotNow } from '#lib/act/may-act-now.ts'
import type { Queue } from '#lib/act/queue.ts'
import type {
  AnsweredRequest,
  ApproverContext,
  AutomaticAnswers,
} from '#lib/cluster/automatic-answers.ts'
import type { InForce } from '#lib/cluster/documents.ts'
import type { Reason } from '#lib/cluster/why-not-known.ts'
import type { BrakeKeeper } from '#lib/csr/approval/brake-keeper.ts'
import { type Cause, cause, type Sentence } from '#lib/csr/cause.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import { REASON_AUTO_APPROVE } from '#lib/csr/names.ts'
import type { Trip } from '#lib/csr/policy/brake.ts'
import { automaticMessage } from '#lib/csr/policy/decision-message.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import type { World } from '#lib/csr/world/world.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { DecisionRequest, DecisionResult } from '#lib/kube/writes/approval-write.ts'
import type { Pacer } from '#lib/kube/writes/pacer.ts'

export interface Approver {
  /** The policy's answer for a request has changed. */
  answered(answered: AnsweredRequest): void
  gone(uid: string): void
  /** Tells that a condition that blocked every write may have ended. */
  wake(): void
  /** Tells that the brake was released: its stopped requests are tried again. */
  released(): void
  /** Resolves when no write is under way. */
  settled(): Promise<void>
  stop(): void
}

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

export interface ApproverOptions {
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
  readonly trouble: () => Reason | null
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

interface NotTried {
  readonly go: false
  readonly outcome: 'notTried'
  readonly causes: readonly Cause[]
}

type Attempt =
  | NotTried
  | (Omit<DecisionResult, 'outcome'> & {
      readonly outcome: DecisionResult['outcome'] | 'braked'
      readonly policy: Policy
      /** The trip that stopped the request; set with `braked`. */
      readonly trip?: Trip
    })

function notTried(causes: readonly Cause[]): NotTried {
  return { go: false, outcome: 'notTried', causes }
}

/** Milliseconds the lease must still last before a write: far more than a GET and a PUT take. */
const LEAD_MARGIN_MS = 2_000
const MAY_BE_OURS: readonly string[] = ['approved', 'unknown', 'already']
/** Most requests under way; the pacer limits how many of them write at the same time. */
const MOST_ACTIVE = 16

/**
 * Approves requests that the policy approves, one of a node at a time. Lead, kill switch, view,
 * policy and verdict are checked at its turn, and again right before the write.
 */
export function createApprover(options: ApproverOptions): Approver {
  const { world, judge, queue, pacer, brake, clock } = options
  const busy = new Map<string, Promise<void>>()
  const busyLanes = new Set<string>()
  /** Uids of requests that are approved, but not yet in the watch. */
  const written = new Set<string>()
  const braked = new Set<string>()
  let stopped = false
  let cancelWake = () => {}

  /** Reason that no approval by that policy is allowed now; null when approvals are allowed. */
  function blocked(named = options.inForce().policy): readonly Cause[] | null {
    const { policy, paused, barred } = options.inForce()
    const no = whyNotNow('approver', {
      server: stopped,
      follower: options.leader()?.holds(LEAD_MARGIN_MS) !== true,
      paused: paused !== false,
      notActing: policy?.automatic.mode !== 'act',
      barred,
      trouble: options.trouble(),
      judging: options.context() === null,
      otherPolicy: policy !== named,
    })
    return no?.causes ?? null
  }

  /** Judges the request by the policy and what is known now. */
  function judgeAnew(uid: string): Approvable | NotTried {
    const { policy } = options.inForce()
    const answered = judge.answerNow(uid)
    if (answered === null || policy === null) return notTried([cause('requestGone')])
    const { claim, answer } = answered
    if (answer.act === 'approve') {
      if (!isNameJustGiven(claim)) {
        return { go: true, csr: claim.csr, takesTwo: false, claim, policy }
      }
      return notTried([cause('approverLeaves', { because: 'notVerified' })])
    }
    const { because, check } = answer
    return notTried([
      check === null
        ? cause('approverLeaves', { because })
        : cause('approverLeavesFor', { because, check }),
    ])
  }

  /** Whether another client request for the name was approved, but not yet in the watch. */
  function isNameJustGiven({ csr, nodeName, kind }: Claim): boolean {
    if (kind === 'kubeletServing') return false
    return [...written].some((uid) => {
      const other = uid === csr.uid ? null : world.claim(uid)
      return other?.nodeName === nodeName && other.kind !== 'kubeletServing'
    })
  }

  function pump(): void {
    cancelWake()
    while (busy.size < MOST_ACTIVE && blocked() === null) {
      const uid = queue.take(busyLanes)
      if (uid === null) break
      const claim = world.claim(uid)
      if (claim === null) continue
      // Checked before the queue, so that thousands of stopped requests cost next to nothing.
      if (isBraked(claim)) continue
      const lane = laneOf(claim)
      busyLanes.add(lane)
      const work = carryOut([ownerOf(claim)], { pacer }).finally(() => {
        busy.delete(uid)
        busyLanes.delete(lane)
        pump()
      })
      busy.set(uid, work)
    }
    planWake()
  }

  function isBraked(claim: Claim): boolean {
    const trip = brake.stopped(placeOf(claim))
    const { policy } = options.inForce()
    if (trip === null || policy === null) return false
    braked.add(claim.csr.uid)
    options.onDone({
      claim,
      outcome: 'braked',
      policy,
      requestId: '',
      auditId: null,
      causes: [],
      trip,
    })
    return true
  }

  function planWake(): void {
    const at = queue.nextDueAt()
    if (at === null || stopped) return
    cancelWake = clock.after(Math.max(0, at - clock.now()), pump)
  }

  /** One turn of a queued request, as the service account of the approver. */
  function ownerOf(queued: Claim): Owner<Approvable, Attempt> {
    const { uid } = queued.csr
    const requestId = randomUUID()
    let begun: Promise<void> | null = null
    return {
      begin() {
        begun ??= options.onBegin({ claim: queued, requestId })
        return begun
      },
      mayNotBegin() {
        const why = blocked()
        return why === null ? null : notTried(why)
      },
      judge: () => judgeAnew(uid),
      judgingFailed(error) {
        options.onError(error)
        return notTried([cause('judgingFailed')])
      },
      // The policy leaves to people what takes two of them.
      settle: async () => notTried([cause('approverLeaves', { because: 'secondPerson' })]),
      brake({ claim, policy }) {
        const trip = brake.begin(uid, placeOf(claim), policy.automatic.limits)
        return trip === null ? null : { outcome: 'braked', policy, trip }
      },
      // The condition's message names this policy.
      mayNotWrite: ({ policy }) => blocked(policy),
      async write({ csr, claim, policy }, _first, unwanted) {
        const term = options.leader()?.term
        const result = await options.write({
          csr,
          fingerprint: claim.reading.fingerprint,
          decision: 'approve',
          reason: REASON_AUTO_APPROVE,
          message: automaticMessage({ username: options.username(), policy, requestId }),
          unwanted,
          ...(term === undefined ? {} : { signal: term }),
        })
        return { ...result, policy }
      },
      waitFor: (trying) => trying,
      end: (result) => end(queued, requestId, result),
    }
  }

  function end(claim: Claim, requestId: string, result: Attempt): void {
    const { uid } = claim.csr
    // Approved here, perhaps (`already`: an earlier try with a lost answer). It counts until the
    // watch names the approver.
    if (!MAY_BE_OURS.includes(result.outcome)) brake.takeBack(uid)
    if (result.outcome === 'notTried' || result.outcome === 'denied') {
      again(claim, 0)
      options.onNotTried({ claim, requestId, causes: result.causes ?? [] })
      return
    }
    const { outcome, policy, auditId = null, causes = [], trip = null } = result
    if (outcome === 'approved') written.add(uid)
    else if (outcome === 'braked') braked.add(uid)
    else if (outcome !== 'already' && outcome !== 'gone') again(claim, result.retryAfterMs ?? 0)
    options.onDone({ claim, outcome, policy, requestId, auditId, causes, trip })
  }

  /** Queues the request again while the policy would still approve it. */
  function again(claim: Claim, atLeastMs: number): void {
    const { uid } = claim.csr
    if (judge.answers.get(uid)?.answer.act !== 'approve') return
    queue.retry(laneOf(claim), uid, claim.createdAt, atLeastMs)
  }

  function offer({ claim }: AnsweredRequest): void {
    const { uid } = claim.csr
    if (!written.has(uid) && !busy.has(uid)) queue.put(laneOf(claim), uid, claim.createdAt)
  }

  function forget(uid: string): void {
    queue.drop(uid)
    written.delete(uid)
    braked.delete(uid)
  }

  return {
    answered(answered) {
      if (answered.answer.act === 'approve') {
        offer(answered)
        pump()
      } else {
        forget(answered.claim.csr.uid)
      }
    },
    gone: forget,
    wake: pump,
    released() {
      for (const uid of braked) {
        const answered = judge.answers.get(uid)
        if (answered?.answer.act === 'approve') offer(answered)
      }
      braked.clear()
      pump()
    },
    async settled() {
      await Promise.allSettled(busy.values())
    },
    stop() {
      stopped = true
      cancelWake()
    },
  }
}

/** Lane in the queue: the node, or without one the requestor. */
export function laneOf({ nodeName, csr }: Claim): string {
  return nodeName === null ? `requestor ${csr.requestor.username}` : `node ${nodeName}`
}

function placeOf({ nodeName, csr }: Claim) {
  return { node: nodeName, requestor: csr.requestor.username }
}
