import type { DecisionOrder, DecisionOrderItem } from '#lib/act/decision-body.ts'
import type { DecisionService, RunOptions } from '#lib/act/decision-service.ts'
import { judgedOrNull } from '#lib/act/judge-item.ts'
import { whyNotNow } from '#lib/act/may-act-now.ts'
import { isPartlyJudged } from '#lib/act/plan.ts'
import {
  isOpen,
  machineAndSigner,
  NOTHING_MORE,
  newestItems,
  type Run,
  type RunItem,
  signersOf,
  viewerOf,
} from '#lib/act/run.ts'
import {
  type Gate,
  nextBatch,
  nextDue,
  type RunEvent,
  reduceRun,
  worldOf,
} from '#lib/act/run-reducer.ts'
import type { RunningFeed } from '#lib/cluster/feed.ts'
import type { RoleGroup } from '#lib/csr/machine/role-rank.ts'
import type { RequestRow } from '#lib/csr/rows/rows.ts'
import { isPending } from '#lib/csr/status.ts'
import { requestFor } from '#lib/csr/verdict/viewer-overlay.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { Principal } from '#lib/people/principal.ts'
import { isUnderWay, type Pause, type RunAct, type RunSummary } from '#lib/wire/run-answers.ts'
import type { DecisionLine, FeedState, Loss, Saw } from '#lib/wire/wire.ts'

/** Carries out one run: starts its batches, waits where needed, and continues by itself. */
export interface RunEngine {
  readonly run: Run
  /** Reads the rows, then starts what is due. Idempotent: call it after every change. */
  step(): void
  /**
   * Acts for a person. `by`: null where the session of the run's owner has ended. `next`: the group
   * that `goOn` begins, where it is the one that waits.
   */
  act(act: Exclude<RunAct, 'dismiss'>, by: string | null, next?: RoleGroup): void
  /** Starts no further batch; the decision service ends the current one. */
  close(): void
}

export interface RunEngineOptions {
  readonly feed: Pick<RunningFeed, 'moment' | 'isLive' | 'csr' | 'judged'>
  /** The run's owner, whose credential its writes carry. */
  readonly principal: Principal
  readonly decisions: Pick<DecisionService, 'run'>
  readonly clock: Pick<Clock, 'now' | 'after'>
  readonly onChange: () => void
  readonly onError: (error: unknown) => void
}

/** Milliseconds in which outcomes are gathered: each dispatch copies the list of items. */
export const LINES_MS = 250
const SOONEST_MS = 50
const AGAIN_MS = 1_000
/** Most doublings of the wait after batches without a single decision. */
const MAX_DOUBLINGS = 4

/** Wait before another try. Only a try shows whether the API server accepts a credential again. */
const PAUSES = {
  server: { why: 'disconnected', ms: 3_000 },
  cluster: { why: 'disconnected', ms: 3_000 },
  record: { why: 'notRecorded', ms: 1_000 },
  identity: { why: 'unauthorized', ms: 5_000 },
  actor: { why: 'otherUser', ms: 5_000 },
  actorUnknown: { why: 'actorUnknown', ms: 5_000 },
} as const satisfies Record<Loss, { readonly why: Pause['why']; readonly ms: number }>

const GATES: Readonly<Record<FeedState, Gate>> = {
  live: 'open',
  forbidden: 'notRead',
  unauthorized: 'unauthorized',
  withheld: 'withheld',
  connecting: 'disconnected',
  reconnecting: 'disconnected',
  stale: 'disconnected',
  unreachable: 'disconnected',
}

const GATE_OF = { actor: 'otherUser', right: 'forbidden' } as const

export function createRunEngine(begun: Run, options: RunEngineOptions): RunEngine {
  const { feed, principal, decisions, clock, onChange, onError } = options
  let run = begun
  let batch: AbortController | null = null
  let lines: DecisionLine[] = []
  let cancelLines: (() => void) | null = null
  let cancelDue = () => {}
  /** Number of consecutive batches that were lost before any of their items was decided. */
  let inVain = 0
  let closed = false

  function dispatch(event: RunEvent): void {
    const next = reduceRun(run, event)
    if (next === run) return
    run = next
    onChange()
  }

  function step(): void {
    if (closed) return
    passGate()
    if (feed.isLive()) {
      const { rows, feed: state } = feed.moment()
      const world = worldOf(rows, principal.viewer.mayApprove, isPartlyJudged(state))
      dispatch({ kind: 'looked', world, now: clock.now() })
      // A run that only followed needs its user from its first followed request on.
      passGate()
    }
    const goesOn = run.status === 'running' || run.pause?.why === 'throttled'
    if (!goesOn) batch?.abort()
    if (batch === null && feed.isLive()) sendNext()
    waitForDue()
  }

  function passGate(): void {
    const gate = gateOf(run, principal, feed.moment().feed.state)
    dispatch({ kind: 'gate', gate, now: clock.now() })
  }

  function sendNext(): void {
    const next = nextBatch(run)
    // Only duplicates ask for it, and a run of thousands has hundreds of batches.
    const newest = next.some(({ superseded }) => superseded) ? newestItems(run) : new Map()
    const items = next.filter((item) => isDue(item, newest))
    const [first] = items
    if (first === undefined) return
    batch = new AbortController()
    dispatch({ kind: 'sending', uids: items.map(({ uid }) => uid), now: clock.now() })
    const { decision, note, id, user } = run
    const bound = items.map((item) => orderItem(item, newest))
    const order = { decision, accept: first.accept, note, run: id, as: user, items: bound }
    void carryOut(order, batch.signal)
  }

  /** A duplicate waits until the watch shows what became of its machine’s newest request. */
  function isDue(item: RunItem, newestOf: ReadonlyMap<string, RunItem>): boolean {
    const newest = item.superseded ? newestOf.get(machineAndSigner(item)) : undefined
    if (newest === undefined || (newest.state !== 'decided' && newest.state !== 'unclear'))
      return true
    const csr = feed.csr(newest.uid)
    return csr === null || !isPending(csr)
  }

  /** Runs one batch. Items that did not begin have no line and are queued again. */
  async function carryOut(order: DecisionOrder, signal: AbortSignal): Promise<void> {
    let rest: 'notSent' | 'unclear' = 'notSent'
    let lost: Loss | null = null
    let isVain = true
    const tell: RunOptions['tell'] = (line) => {
      if ('pausedUntil' in line) throttled(line.pausedUntil)
      else if ('uid' in line) {
        if (line.lost === undefined) isVain = false
        else lost = line.lost
        take(line)
      }
    }
    try {
      await decisions.run(order, { principal, signal, tell })
    } catch (error) {
      onError(error)
      rest = 'unclear'
    }
    takeNow()
    batch = null
    const now = clock.now()
    dispatch({ kind: 'batchOver', rest, pause: pauseAfter(lost, isVain, now), now })
    step()
  }

  function orderItem(item: RunItem, newest: ReadonlyMap<string, RunItem>): DecisionOrderItem {
    const { uid, saw, superseded, followed } = item
    const resourceVersion = feed.csr(uid)?.resourceVersion ?? ''
    if (!followed) {
      const duplicateOf = superseded ? newest.get(machineAndSigner(item))?.uid : undefined
      return { uid, resourceVersion, saw, ...(duplicateOf === undefined ? {} : { duplicateOf }) }
    }
    const now = judgedOrNull(feed, uid)
    const sawNow = now === null ? saw : sawOf(requestFor(now, viewerOf(run)))
    return { uid, resourceVersion, saw: sawNow, followed }
  }

  function take(line: DecisionLine): void {
    lines.push(line)
    cancelLines ??= clock.after(LINES_MS, takeNow)
  }

  function takeNow(): void {
    cancelLines?.()
    cancelLines = null
    const taken = lines
    lines = []
    if (taken.length > 0) dispatch({ kind: 'told', lines: taken, now: clock.now() })
  }

  function throttled(pausedUntil: string | null): void {
    const until = pausedUntil === null ? null : Date.parse(pausedUntil)
    dispatch({ kind: 'throttled', until, now: clock.now() })
  }

  function pauseAfter(lost: Loss | null, isVain: boolean, now: number): Pause | null {
    if (lost === null) {
      inVain = 0
      return null
    }
    const { why, ms } = PAUSES[lost]
    const wait = isVain ? ms * 2 ** Math.min(inVain, MAX_DOUBLINGS) : ms
    inVain = isVain ? inVain + 1 : 0
    return { why, until: now + wait }
  }

  function waitForDue(): void {
    cancelDue()
    const due = nextDue(run) ?? Number.POSITIVE_INFINITY
    // The feed may become live again without an event, as after a relist without a change.
    const again = isUnderWay(run) && !feed.isLive() ? clock.now() + AGAIN_MS : due
    const wait = Math.max(SOONEST_MS, Math.min(due, again) - clock.now())
    if (Number.isFinite(wait)) cancelDue = clock.after(wait, step)
  }

  return {
    get run() {
      return run
    },
    step() {
      // A run that has ended only waits for the watch to settle lost answers.
      if (isUnderWay(run) || run.items.some(isOpen)) step()
    },
    act(act, by, next) {
      const now = clock.now()
      if (act === 'goOn') dispatch({ kind: act, next, now })
      else dispatch(act === 'resume' ? { kind: act, now } : { kind: act, by, now })
      step()
    },
    close() {
      closed = true
      cancelDue()
    },
  }
}

/** A run that was cut off: what it left is settled by the watch, and nothing is ever sent. */
export function createCutOffRun(
  begun: Run,
  { feed, clock, onChange }: Pick<RunEngineOptions, 'feed' | 'clock' | 'onChange'>,
): RunEngine {
  let run = begun
  return {
    get run() {
      return run
    },
    step() {
      if (!feed.isLive()) return
      const world = worldOf(feed.moment().rows, () => false)
      const next = reduceRun(run, { kind: 'looked', world, now: clock.now() })
      if (next === run) return
      run = next
      onChange()
    },
    act() {},
    close() {},
  }
}

/** A run of an earlier process that has ended: its machines and requests are not known any more. */
export function createEndedRun({ followMinutes, progress: _, ...summary }: RunSummary): RunEngine {
  const options = { ...NOTHING_MORE, followMinutes }
  const run: Run = { ...summary, options, machines: [], items: [] }
  return { run, step() {}, act() {}, close() {} }
}

function sawOf({ status, verdict, failing }: RequestRow): Saw {
  return { status, verdict, failing }
}

/** Whether the run may go on now, or the reason for which it waits. */
function gateOf(run: Run, { displayName, viewer }: Principal, state: FeedState): Gate {
  const signers = [...signersOf(run)]
  const no = whyNotNow('batch', {
    cluster: state !== 'live',
    // A run that only follows has no item yet: it needs neither a right nor its user.
    actor: signers.length > 0 && displayName !== run.user,
    right: !signers.every(viewer.mayApprove),
  })
  if (no === null) return 'open'
  return no.reason === 'cluster' ? GATES[state] : GATE_OF[no.reason]
}
