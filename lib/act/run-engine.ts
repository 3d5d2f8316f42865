import type { DecisionOrder, DecisionOrderItem } from '#lib/act/decision-body.ts'
import type { DecisionService, OrderOptions } from '#lib/act/decision-service.ts'
import { rowOrNull } from '#lib/act/judge-item.ts'
import {
  isOpen,
  machineAndSigner,
  newestItems,
  type Run,
  type RunItem,
  signersOf,
  viewerOf,
} from '#lib/act/run.ts'
import { type Gate, nextBatch, nextDue, type RunEvent, reduceRun } from '#lib/act/run-reducer.ts'
import { worldOf } from '#lib/act/run-world.ts'
import type { RunningFeed } from '#lib/cluster/feed.ts'
import { codeNow, viewOf } from '#lib/csr/approval/may-act-now.ts'
import type { RoleGroup } from '#lib/csr/machine/role-rank.ts'
import { isPending } from '#lib/csr/status.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { Principal } from '#lib/people/principal.ts'
import { isPartlyJudged } from '#lib/wire/known-by-sources.ts'
import { isUnderWay, type Pause, type RunAct } from '#lib/wire/run-answers.ts'
import type { DecisionLine, FeedState, Loss } from '#lib/wire/wire.ts'

interface RunEngineOptions {
  readonly feed: Pick<RunningFeed, 'moment' | 'isLive' | 'csr' | 'judged'>
  /** The run's owner, whose credential its writes carry; null where nothing is ever sent. */
  readonly principal: Principal | null
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

/**
 * Carries out one run: starts its batches, waits where needed, and continues by itself. Of a run that
 * was cut off nothing is ever sent: the watch settles what it left.
 */
export class RunEngine {
  readonly #options: RunEngineOptions
  #run: Run
  /** Ends the batch under way; null while there is none. */
  #batch: AbortController | null = null
  /** Outcomes of the batch that the run has not taken yet. */
  #lines: DecisionLine[] = []
  #cancelLines: (() => void) | null = null
  #cancelDue = () => {}
  /** Number of consecutive batches that were lost before any of their items was decided. */
  #inVain = 0
  #isClosed = false

  constructor(begun: Run, options: RunEngineOptions) {
    this.#run = begun
    this.#options = options
  }

  get run(): Run {
    return this.#run
  }

  /** Reads the rows, then starts what is due. Idempotent: call it after every change. */
  step(): void {
    const { feed, principal, clock } = this.#options
    // A run that has ended only waits for the watch to settle lost answers.
    const waits = isUnderWay(this.#run) || this.#run.items.some(isOpen)
    if (this.#isClosed || !(waits || this.#run.status === 'cutOff')) return
    this.#passGate()
    if (feed.isLive()) {
      const { rows, feed: state } = feed.moment()
      const mayApprove = (signer: string) => principal?.viewer.mayApprove(signer) === true
      const world = worldOf(rows, mayApprove, isPartlyJudged(state))
      this.#dispatch({ kind: 'looked', world, now: clock.now() })
      // A run without items needs its user and their right once it has taken up a request.
      this.#passGate()
    }
    const { status, pause } = this.#run
    if (status !== 'running' && pause?.why !== 'throttled') this.#batch?.abort()
    if (this.#batch === null && feed.isLive()) this.#sendNext()
    this.#waitForDue()
  }

  /**
   * Acts for a person. `by`: null where the session of the run's owner has ended. `next`: the group
   * that `goOn` begins, where it is the one that waits.
   */
  act(act: Exclude<RunAct, 'dismiss'>, by: string | null, next?: RoleGroup): void {
    const now = this.#options.clock.now()
    if (act === 'goOn') this.#dispatch({ kind: act, next, now })
    else this.#dispatch(act === 'resume' ? { kind: act, now } : { kind: act, by, now })
    this.step()
  }

  /** Starts no further batch; the decision service ends the current one. */
  close(): void {
    this.#isClosed = true
    this.#cancelDue()
  }

  #dispatch(event: RunEvent): void {
    const next = reduceRun(this.#run, event)
    if (next === this.#run) return
    this.#run = next
    this.#options.onChange()
  }

  #passGate(): void {
    const { feed, principal, clock } = this.#options
    if (principal === null) return
    const gate = gateOf(this.#run, principal, feed.moment().feed.state)
    this.#dispatch({ kind: 'gate', gate, now: clock.now() })
  }

  #sendNext(): void {
    const { principal, clock } = this.#options
    if (principal === null) return
    const next = nextBatch(this.#run)
    // Only duplicates need it: it costs a pass over all items, once a batch.
    const newest = next.some(({ superseded }) => superseded) ? newestItems(this.#run) : new Map()
    const items = next.filter((item) => this.#isDue(item, newest))
    const [first] = items
    if (first === undefined) return
    const batch = new AbortController()
    this.#batch = batch
    const uids = items.map(({ uid }) => uid)
    this.#dispatch({ kind: 'sending', uids, now: clock.now() })
    const orderNow = (): DecisionOrder => {
      const { decision, note, id, user } = this.#run
      const bound = items.map((item) => this.#orderItem(item, newest))
      return { decision, accept: first.accept, note, run: id, as: user, items: bound }
    }
    void this.#carryOut(orderNow, { principal, signal: batch.signal })
  }

  /** A duplicate waits until the watch shows what became of its machine’s newest request. */
  #isDue(item: RunItem, newestOf: ReadonlyMap<string, RunItem>): boolean {
    const newest = item.superseded ? newestOf.get(machineAndSigner(item)) : undefined
    if (newest === undefined || (newest.state !== 'decided' && newest.state !== 'unclear'))
      return true
    const csr = this.#options.feed.csr(newest.uid)
    return csr === null || !isPending(csr)
  }

  /** Runs one batch. Items that did not begin have no line and are queued again. */
  async #carryOut(
    orderNow: () => DecisionOrder,
    how: Pick<OrderOptions, 'principal' | 'signal'>,
  ): Promise<void> {
    const { decisions, clock, onError } = this.#options
    let rest: 'notSent' | 'unclear' = 'notSent'
    let lost: Loss | null = null
    let isVain = true
    const tell: OrderOptions['tell'] = (line) => {
      if ('pausedUntil' in line) {
        const until = line.pausedUntil === null ? null : Date.parse(line.pausedUntil)
        this.#dispatch({ kind: 'throttled', until, now: clock.now() })
      } else if ('uid' in line) {
        if (line.lost === undefined) isVain = false
        else lost = line.lost
        this.#take(line)
      }
    }
    try {
      await decisions.run(orderNow(), { ...how, tell })
    } catch (error) {
      onError(error)
      rest = 'unclear'
    }
    this.#takeNow()
    this.#batch = null
    const now = clock.now()
    this.#dispatch({ kind: 'batchOver', rest, pause: this.#pauseAfter(lost, isVain, now), now })
    this.step()
  }

  #orderItem(item: RunItem, newest: ReadonlyMap<string, RunItem>): DecisionOrderItem {
    const { feed } = this.#options
    const { uid, saw, superseded, followed } = item
    const resourceVersion = feed.csr(uid)?.resourceVersion ?? ''
    if (!followed) {
      const duplicateOf = superseded ? newest.get(machineAndSigner(item))?.uid : undefined
      return { uid, resourceVersion, saw, ...(duplicateOf === undefined ? {} : { duplicateOf }) }
    }
    const { status, verdict, failing } = rowOrNull(feed, uid, viewerOf(this.#run)) ?? saw
    return { uid, resourceVersion, saw: { status, verdict, failing }, followed }
  }

  #take(line: DecisionLine): void {
    this.#lines.push(line)
    this.#cancelLines ??= this.#options.clock.after(LINES_MS, () => this.#takeNow())
  }

  #takeNow(): void {
    this.#cancelLines?.()
    this.#cancelLines = null
    const lines = this.#lines
    this.#lines = []
    if (lines.length > 0)
      this.#dispatch({ kind: 'answered', lines, now: this.#options.clock.now() })
  }

  #pauseAfter(lost: Loss | null, isVain: boolean, now: number): Pause | null {
    if (lost === null) {
      this.#inVain = 0
      return null
    }
    const { why, ms } = PAUSES[lost]
    const wait = isVain ? ms * 2 ** Math.min(this.#inVain, MAX_DOUBLINGS) : ms
    this.#inVain = isVain ? this.#inVain + 1 : 0
    return { why, until: now + wait }
  }

  #waitForDue(): void {
    const { feed, clock } = this.#options
    this.#cancelDue()
    const due = nextDue(this.#run) ?? Number.POSITIVE_INFINITY
    // The feed may become live again without an event, as after a relist without a change.
    const again = isUnderWay(this.#run) && !feed.isLive() ? clock.now() + AGAIN_MS : due
    const wait = Math.max(SOONEST_MS, Math.min(due, again) - clock.now())
    if (Number.isFinite(wait)) this.#cancelDue = clock.after(wait, () => this.step())
  }
}

/** Whether the run may go on now, or the reason for which it waits. */
function gateOf(run: Run, { displayName, viewer }: Principal, state: FeedState): Gate {
  const signers = [...signersOf(run)]
  const why = codeNow('batch', {
    ...viewOf({ state }),
    // A run that only follows has no item yet: it needs neither a right nor its user.
    actor: signers.length > 0 && displayName !== run.user,
    right: !signers.every(viewer.mayApprove),
  })
  return why ?? 'open'
}
