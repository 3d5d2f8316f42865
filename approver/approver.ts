import { randomUUID } from 'node:crypto'
import type { Outcome } from '#approver/approver-metrics.ts'
import type { BrakeKeeper } from '#approver/brake-keeper.ts'
import type { InForce } from '#approver/documents.ts'
import type { Answered, Judge } from '#approver/judge.ts'
import type { Queue } from '#approver/queue.ts'
import type { Trouble } from '#approver/view.ts'
import { type Cause, cause, type Sentence } from '#lib/csr/cause.ts'
import type { Context } from '#lib/csr/checks/check-question.ts'
import type { Claim } from '#lib/csr/claim.ts'
import { REASON_AUTO_APPROVE } from '#lib/csr/names.ts'
import { automatic } from '#lib/csr/policy/automatic.ts'
import type { Trip } from '#lib/csr/policy/brake.ts'
import { automaticMessage } from '#lib/csr/policy/decision-message.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import type { World } from '#lib/csr/world/world.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { DecisionRequest, DecisionResult } from '#lib/kube/writes/approval-write.ts'
import type { Pacer } from '#lib/kube/writes/pacer.ts'

export interface Approver {
  /** The policy's answer for a request has become another. */
  answered(answered: Answered): void
  gone(uid: string): void
  /** Something that kept it from acting may be over. */
  wake(): void
  /** The brake was released: what it held is tried again. */
  released(): void
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>
  stop(): void
}

export interface Done {
  readonly claim: Claim
  readonly outcome: Outcome
  readonly policy: Policy
  readonly requestId: string
  readonly causes: readonly Sentence[]
  /** With `braked`. */
  readonly trip: Trip | null
}

export interface ApproverOptions {
  readonly world: World
  readonly judge: Pick<Judge, 'answers' | 'touch'>
  readonly queue: Queue
  readonly pacer: Pacer
  readonly brake: BrakeKeeper
  readonly leader: () => { holds(marginMs: number): boolean; readonly term: AbortSignal } | null
  readonly inForce: () => InForce
  /** Null while nothing can be judged. */
  readonly context: () => Context | null
  /** Why the view of the cluster cannot be trusted; null when it can. */
  readonly trouble: () => Trouble | null
  /** Writes one decision; never rejects. */
  readonly write: (request: DecisionRequest) => Promise<DecisionResult>
  readonly clock: Clock
  /** Who acts, as the API server sees it. */
  readonly username: () => string
  readonly onDone: (done: Done) => void
  /** Judging a request has thrown: it is not written, and the others go on. */
  readonly onError: (error: unknown) => void
}

/** A write begins only while the lead is certain for so long: a GET and a PUT take much less. */
const LEAD_MARGIN_MS = 2_000
const MAY_BE_OURS: readonly string[] = ['approved', 'unknown', 'already']
/** Requests under way at most; the pacer says how many of them write at the same time. */
const MOST_ACTIVE = 16

/**
 * Approves what the policy lets it approve, one request of a node at a time. Everything that could
 * forbid it is asked when the request's turn comes and again after the object was read, right
 * before the write: the lead, the kill switch, the view, the policy and its judgement.
 */
export function createApprover(options: ApproverOptions): Approver {
  const { world, judge, queue, pacer, brake, clock } = options
  const busy = new Map<string, Promise<void>>()
  const busyLanes = new Set<string>()
  /** Approved, and the watch has not said so yet. */
  const written = new Set<string>()
  const braked = new Set<string>()
  let stopped = false
  let cancelWake = () => {}

  /** Why nothing at all may be approved now; null when something may. */
  function blocked(): readonly Cause[] | null {
    if (stopped) return [cause('approverStops')]
    if (options.leader()?.holds(LEAD_MARGIN_MS) !== true) return [cause('approverNotLeading')]
    const { policy, paused, barred } = options.inForce()
    if (paused) return [cause('approverPaused')]
    if (policy?.automatic.mode !== 'act') return [cause('approverNotActing')]
    if (barred !== null) return [barred]
    const trouble = options.trouble()
    if (trouble !== null) {
      return [cause('approverCannotSee', { trouble: trouble.what }), ...trouble.causes]
    }
    return options.context() === null ? [cause('approverCannotJudge')] : null
  }

  /** Why this request may not be approved now; null when it may. */
  function obstacle(uid: string): readonly Cause[] | null {
    try {
      return whyNot(uid)
    } catch (error) {
      options.onError(error)
      return [cause('judgingFailed')]
    }
  }

  function whyNot(uid: string): readonly Cause[] | null {
    const why = blocked()
    if (why !== null) return why
    const context = options.context()
    const claim = world.claim(uid)
    const known = judge.answers.get(uid)
    if (context === null || claim === null || known === undefined) return [cause('requestGone')]
    const answer = automatic(claim, world, context, known.superseded)
    if (answer.act === 'approve') {
      return isNameJustGiven(claim) ? [cause('approverLeaves', { because: 'notVerified' })] : null
    }
    // It changed with time alone, as evidence ages: what is kept must say so too.
    judge.touch(placeInWorld(claim))
    const { because, check } = answer
    return check === null
      ? [cause('approverLeaves', { because })]
      : [cause('approverLeavesFor', { because, check })]
  }

  /** Whether another client request for the name was approved, and the watch has not said so yet. */
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
      // Before its turn: thousands of them then cost next to nothing.
      if (isBraked(claim)) continue
      const lane = laneOf(claim)
      busyLanes.add(lane)
      const work = turn(claim).finally(() => {
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
    options.onDone({ claim, outcome: 'braked', policy, requestId: '', causes: [], trip })
    return true
  }

  function planWake(): void {
    const at = queue.nextDueAt()
    if (at === null || stopped) return
    cancelWake = clock.after(Math.max(0, at - clock.now()), pump)
  }

  async function turn(claim: Claim): Promise<void> {
    const { uid } = claim.csr
    for await (const { result } of pacer.pace([claim], attempt, {
      retryAfter: ({ outcome, retryAfterMs }) =>
        outcome === 'throttled' ? (retryAfterMs ?? null) : null,
    })) {
      end(claim, result)
      return
    }
    again(claim, 0)
    brake.takeBack(uid)
  }

  type Attempt = Omit<Partial<DecisionResult>, 'outcome'> & {
    readonly outcome: Outcome | 'denied' | 'held'
    readonly requestId: string
    readonly policy: Policy | null
    readonly trip?: Trip
  }

  async function attempt(claim: Claim): Promise<Attempt> {
    const { csr, reading } = claim
    const requestId = randomUUID()
    const { policy } = options.inForce()
    const why = obstacle(csr.uid)
    if (why !== null || policy === null) {
      return { outcome: 'held', requestId, policy }
    }
    const trip = brake.begin(csr.uid, placeOf(claim), policy.automatic.limits)
    if (trip !== null) return { outcome: 'braked', requestId, policy, trip }
    const term = options.leader()?.term
    const result = await options.write({
      // A copy: it is read again before it is written, whatever is kept of it.
      csr: { ...csr },
      fingerprint: reading.fingerprint,
      decision: 'approve',
      reason: REASON_AUTO_APPROVE,
      message: automaticMessage({ username: options.username(), policy, requestId }),
      // The message names this very text of the policy.
      unwanted() {
        const isSame = options.inForce().policy === policy
        return isSame ? obstacle(csr.uid) : [cause('approverOtherPolicy')]
      },
      ...(term === undefined ? {} : { signal: term }),
    })
    return { ...result, requestId, policy }
  }

  function end(claim: Claim, result: Attempt): void {
    const { uid } = claim.csr
    const { outcome, policy, requestId } = result
    // By us, or perhaps by us (`already`: an earlier try whose answer was lost): it counts until the
    // watch says whose approval it is.
    if (!MAY_BE_OURS.includes(outcome)) brake.takeBack(uid)
    if (outcome === 'held' || outcome === 'denied' || policy === null) {
      again(claim, 0)
      return
    }
    if (outcome === 'approved') written.add(uid)
    else if (outcome === 'braked') braked.add(uid)
    else if (outcome !== 'already' && outcome !== 'gone') again(claim, result.retryAfterMs ?? 0)
    const { causes = [], trip = null } = result
    options.onDone({ claim, outcome, policy, requestId, causes, trip })
  }

  /** While the policy would still approve it. */
  function again(claim: Claim, atLeastMs: number): void {
    const { uid } = claim.csr
    if (judge.answers.get(uid)?.answer.act !== 'approve') return
    queue.retry(laneOf(claim), uid, claim.createdAt, atLeastMs)
  }

  function offer({ claim }: Answered): void {
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

/** Whose turn it takes: the node's, or where there is none the requestor's. */
export function laneOf({ nodeName, csr }: Claim): string {
  return nodeName === null ? `requestor ${csr.requestor.username}` : `node ${nodeName}`
}

function placeOf({ nodeName, csr }: Claim) {
  return { node: nodeName, requestor: csr.requestor.username }
}

function placeInWorld({ nodeName, csr }: Claim) {
  return {
    machines: new Set(nodeName === null ? [] : [nodeName]),
    others: new Set(nodeName === null ? [csr.uid] : []),
  }
}
