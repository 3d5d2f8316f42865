import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import type { Cluster, DecisionLine } from '#lib/live/wire.ts'
import type { Api } from '#lib/query/api.ts'
import type { Clock } from '#lib/query/clock.ts'
import type { Edges } from '#lib/query/edges.ts'
import type { Link } from '#lib/query/feed.ts'
import { createGathered } from '#lib/query/gathered.ts'
import type { Leadership } from '#lib/query/leadership.ts'
import type { ApprovalGroups } from '#lib/query/preflight.ts'
import {
  type Asked,
  BEGIN_WITHIN_MS,
  createRun,
  hasLeft,
  isAwaited,
  isUnderWay,
  type Pause,
  type Run,
  type RunItem,
  type RunOptions,
  type Runs,
  type RunsTold,
} from '#lib/query/run.ts'
import { type BatchEnd, sendBatch } from '#lib/query/run-batch.ts'
import { forgetRun, keepRun, keptRun } from '#lib/query/run-keep.ts'
import {
  isRunMessage,
  type Order,
  type OrderOfOne,
  type RunMessage,
} from '#lib/query/run-messages.ts'
import { nextBatch, nextDue, type RunEvent, reduceRun } from '#lib/query/run-reducer.ts'
import { gateOf, isLive, worldOf } from '#lib/query/run-world.ts'
import { haltDecisions } from '#lib/query/send-decisions.ts'
import type { Session } from '#lib/query/session.ts'
import { createStore, type Store } from '#lib/query/store.ts'

export interface RunStore extends Pick<Store<Runs>, 'get' | 'subscribe'> {
  /**
   * Asks the leading tab to start with the ticked groups; the answer is the run's id, null where there is
   * nothing to ask for, or a run is under way. It has begun once it is `current`; until then see `asked`.
   */
  start(groups: ApprovalGroups, options: RunOptions): string | null
  pause(): void
  resume(): void
  /** Leaves what is approved approved. */
  stop(): void
  /** Forgets the finished or stopped run. */
  dismiss(): void
  /** Goes on with the run that was cut off; what changed meanwhile is held back. */
  takeUp(): void
  /** Forgets the run that was cut off. */
  discard(): void
}

/** The same, with what the tab's client needs of it. */
export interface RunEngine extends RunStore {
  /** Follows the other tabs; the answer stops that, and whatever is under way. */
  follow(): () => void
  /** Whether this tab leads, which is the one that carries the run out; null when disconnected. */
  setLeadership(leadership: Pick<Leadership, 'role' | 'whenSure'> | null): void
  /** The rows have changed. */
  look(): void
}

export interface RunEdges
  extends Pick<Edges, 'channel' | 'storage' | 'setTimer' | 'localNow' | 'newId'> {
  readonly api: Api
  readonly clock: Pick<Clock, 'now'>
  readonly link: Store<Link>
  readonly session: Store<Session>
  readonly snapshot: () => ListedSnapshot | null
}

/** Progress is gathered for this long before the other tabs are told, milliseconds. */
const TELL_MS = 500
/** And before it is kept: what is lost with a tab the watch will tell again. */
const KEEP_MS = 2_000
/** So long after the server is not heard any more, milliseconds. */
const GIVE_UP_MS = 3_000
/** An answer that was given in time has come by then, milliseconds. */
const ANSWERED_BY_MS = BEGIN_WITHIN_MS + 1_000
/** The wait after a batch in vain is doubled with each more of them, so often at most. */
const MAX_DOUBLINGS = 4

export function createRunStore(edges: RunEdges): RunEngine {
  const { api, clock, channel, storage } = edges
  const store = createStore<Runs>(NONE)
  let leadership: Pick<Leadership, 'role' | 'whenSure'> | null = null
  let stopRole = () => {}
  let batch: AbortController | null = null
  /** Each by itself would copy the list of items. */
  const lines = createGathered<DecisionLine>(edges, (told) =>
    dispatch({ kind: 'told', lines: told, now: clock.now() }),
  )
  let cancelTell: (() => void) | null = null
  let cancelDue = () => {}
  let cancelAsked = () => {}
  let toldAt = 0
  let keptAt = 0
  /** So many batches in a row were in vain. */
  let inVain = 0
  /** While the batch is given up before long. */
  let cancelGivingUp: (() => void) | null = null
  let busy = false
  /** For whom and where the run in the storage is not: reading it once is enough. */
  let passedOver: Pick<Cluster, 'user' | 'server'> | null = null
  /**
   * A pause or a stop that the leading tab has not followed yet, which every tab keeps: the leader
   * may be frozen, or gone, and whoever leads next must not go on where a person has said halt.
   */
  let halt: { readonly do: 'pause' | 'stop'; readonly run: string } | null = null

  const leads = () => leadership?.role.get() === 'leader'
  /** Not while this tab may have been robbed of the lead: then another keeps the run, and decides. */
  const asLeader = (act: () => void) => {
    if (!leads()) return
    leadership?.whenSure((role) => {
      if (role === 'leader') act()
    })
  }
  const post = (message: RunMessage) => channel.post(message)

  // ── State ──

  function change(next: Partial<Runs>): void {
    store.change((runs) => {
      const { current, cutOff, asked } = { ...runs, ...next }
      const changed = { current, cutOff, asked: awaited(asked, { current, cutOff }) }
      return isSame(changed, runs) ? runs : changed
    })
  }

  function dispatch(event: RunEvent): void {
    const { current } = store.get()
    if (current === null) return
    const next = reduceRun(current, event)
    if (next === current) return
    change({ current: next })
    // What a person sees at once the other tabs see at once; progress can be gathered.
    if (next.status !== current.status) tell()
    else if (edges.localNow() - toldAt >= TELL_MS) tell('progress')
    else cancelTell ??= edges.setTimer(() => tell('progress'), TELL_MS)
  }

  /** Keeps the run, and tells the other tabs how it goes. Only the leader does either. */
  function tell(what: 'all' | 'progress' = 'all'): void {
    cancelTell?.()
    cancelTell = null
    asLeader(() => tellNow(what))
  }

  function tellNow(what: 'all' | 'progress'): void {
    toldAt = edges.localNow()
    const { current, cutOff } = store.get()
    if (what === 'all' || toldAt - keptAt >= KEEP_MS) {
      keptAt = toldAt
      const kept = current ?? cutOff
      if (isUnderWay(kept)) keepRun(storage, kept)
      else forgetRun(storage)
    }
    postRuns()
  }

  function postRuns(): void {
    const { current, cutOff } = store.get()
    post({ kind: 'runs', runs: { current, cutOff } })
  }

  // ── Carrying out ──

  /** Looks at the world, then does what is next. Idempotent: called whenever anything changes. */
  function step(): void {
    if (!busy) asLeader(stepNow)
  }

  function stepNow(): void {
    busy = true
    try {
      offerCutOff()
      const { current } = store.get()
      if (current === null) return
      const snapshot = edges.snapshot()
      if (snapshot !== null) {
        passGate(current, snapshot)
        if (isLive(edges.link.get(), snapshot)) {
          dispatch({ kind: 'looked', world: worldOf(snapshot), now: clock.now() })
          // What it has taken up takes what nothing of it took before.
          passGate(store.get().current ?? current, snapshot)
        }
      }
      const run = store.get().current
      if (run === null) return
      if (batch !== null && run.status !== 'running' && !endsByItself(run, edges.link.get())) {
        if (run.pause?.why === 'disconnected') giveUpSoon(batch)
        else batch.abort()
      } else heardAgain()
      if (batch === null) send(run, nextBatch(run))
      waitForDue(run)
    } finally {
      busy = false
    }
  }

  function passGate(run: Run, snapshot: ListedSnapshot): void {
    const gate = gateOf(run, edges.session.get(), edges.link.get(), snapshot)
    dispatch({ kind: 'gate', gate, now: clock.now() })
  }

  function send(run: Run, items: readonly RunItem[]): void {
    if (items.length === 0) return
    const controller = new AbortController()
    batch = controller
    dispatch({ kind: 'sending', uids: items.map(({ uid }) => uid), now: clock.now() })
    const mine = () => batch === controller
    const sending = sendBatch(api, run, items, controller.signal, {
      onChecked: (held) => {
        if (mine()) dispatch({ kind: 'checked', held, now: clock.now() })
      },
      onLine: (line) => {
        if (mine()) lines.add(line)
      },
      onPause: (until) => {
        if (!mine()) return
        const at = until === null ? null : Date.parse(until)
        dispatch({ kind: 'throttled', until: Number.isNaN(at) ? null : at, now: clock.now() })
      },
    })
    void sending.then((end) => {
      if (!mine()) return
      lines.take()
      batch = null
      const now = clock.now()
      dispatch({ kind: 'batchOver', rest: end.rest, pause: pauseFor(end, now), now })
      step()
    })
  }

  /** What a server that is gone has written may still be read: a stopped one told of each item. */
  function giveUpSoon(controller: AbortController): void {
    cancelGivingUp ??= edges.setTimer(() => controller.abort(), GIVE_UP_MS)
  }

  function heardAgain(): void {
    cancelGivingUp?.()
    cancelGivingUp = null
  }

  function pauseFor({ pause, ...end }: BatchEnd, now: number): Pause | null {
    const longer = 2 ** Math.min(inVain, MAX_DOUBLINGS)
    inVain = end.inVain ? inVain + 1 : 0
    if (pause === null) return null
    const ms = end.inVain ? pause.ms * longer : pause.ms
    return { why: pause.why, until: Number.isFinite(ms) ? now + ms : null }
  }

  function waitForDue(run: Run): void {
    cancelDue()
    const due = nextDue(store.get().current ?? run)
    if (due !== null) cancelDue = edges.setTimer(step, Math.max(50, due - clock.now()))
  }

  // ── Beginnings and ends ──

  /** A run that was left in the storage by tabs that are gone. Never goes on by itself. */
  function offerCutOff(): void {
    const { current, cutOff } = store.get()
    const snapshot = edges.snapshot()
    if (current !== null || snapshot === null) return
    if (!isLive(edges.link.get(), snapshot)) return
    const { user, server } = snapshot.cluster
    const isElsewhere = (run: Run) => run.user !== user || run.server !== server
    if (cutOff !== null) {
      if (!isElsewhere(cutOff)) return
      // Taken up, it would wait for whoever began it.
      change({ cutOff: null })
      postRuns()
    }
    if (passedOver?.user === user && passedOver.server === server) return
    const kept = keptRun(storage)
    if (kept === null) return
    if (isElsewhere(kept)) {
      // These rows say nothing about it.
      passedOver = { user, server }
      return
    }
    const now = clock.now()
    // What was under way when it was cut off has an outcome by now, if it had any.
    const stopped = reduceRun(kept, { kind: 'batchOver', rest: 'unclear', pause: null, now })
    const left = reduceRun(stopped, { kind: 'looked', world: worldOf(snapshot), now })
    if (hasLeft(left, now)) {
      change({ cutOff: left })
      postRuns()
    } else forgetRun(storage)
  }

  function carryOut(order: Order): void {
    if (letsApprove(order) && isOld(order)) return
    const { current, cutOff } = store.get()
    const now = clock.now()
    switch (order.do) {
      case 'start':
        if (!isUnderWay(current)) change({ current: order.run, cutOff: null })
        break
      case 'pause':
      case 'resume':
      case 'stop':
        if (current?.id === order.run) dispatch({ kind: order.do, now })
        break
      case 'dismiss':
        if (current?.id === order.run && !isUnderWay(current)) change({ current: null })
        break
      case 'takeUp':
        if (cutOff?.id === order.run && !isUnderWay(current)) {
          change({ current: reduceRun(cutOff, { kind: 'resume', now }), cutOff: null })
        }
        break
      case 'discard':
        if (cutOff?.id === order.run) change({ cutOff: null })
        // Taken up just before.
        else if (current?.id === order.run) dispatch({ kind: 'stop', now })
        break
    }
    tell()
    step()
  }

  function ask(order: Order): void {
    if (letsApprove(order)) waitForAnswer(order)
    leadership?.whenSure((role) => {
      if (role === 'leader') carryOut(order)
      else askLeader(order)
    })
  }

  function askLeader(order: Order): void {
    remember(order)
    post({ kind: 'runOrder', order })
    if (halt !== null && halt.do === order.do) void haltBatch(halt.run)
  }

  function askOf(run: Run | null, what: OrderOfOne): void {
    if (run !== null) ask({ do: what, run: run.id, askedAt: edges.localNow() })
  }

  function waitForAnswer(order: Order & { readonly do: Asked['what'] }): void {
    const run = order.do === 'start' ? order.run.id : order.run
    change({ asked: { what: order.do, run, state: 'waiting' } })
    cancelAsked()
    cancelAsked = edges.setTimer(() => {
      const { asked } = store.get()
      if (asked !== null) change({ asked: { ...asked, state: 'unanswered' } })
    }, ANSWERED_BY_MS)
  }

  /** It has waited here until it was given up; or the clock was set, and nobody can tell. */
  function isOld({ askedAt }: Order): boolean {
    return Math.abs(edges.localNow() - askedAt) >= BEGIN_WITHIN_MS
  }

  /** What the leading tab has under way goes on in the server while that tab is frozen. */
  async function haltBatch(run: string): Promise<void> {
    try {
      await haltDecisions(api, run)
    } catch {
      // Whoever leads aborts it as well, or its connection ends with it.
    }
  }

  function remember(order: Order): void {
    if (order.do === 'resume') {
      if (halt?.run === order.run) halt = null
    } else if (order.do === 'pause' || order.do === 'stop') halt = { do: order.do, run: order.run }
  }

  /** The leading tab's own word of the run: where that has halted, nothing is left to remember. */
  function isHalted(run: Run | null): boolean {
    return !isUnderWay(run) || run.id !== halt?.run || (halt.do === 'pause' && isByPerson(run))
  }

  function hear(message: unknown): void {
    if (!isRunMessage(message)) return
    if (message.kind === 'runs') {
      if (leads()) return
      change(message.runs)
      if (isHalted(message.runs.current)) halt = null
    } else if (message.kind === 'runAsk') {
      asLeader(postRuns)
    } else if (!leads()) remember(message.order)
    else asLeader(() => carryOut(message.order))
  }

  /** The lead has changed hands. What this tab heard of the run it can go on with. */
  function onRole(): void {
    if (leads()) {
      const { current, asked } = store.get()
      // It can be asked for again, of this very tab.
      if (asked?.state === 'unanswered') change({ asked: null })
      // The batch of the tab that led before has no listener any more.
      if (isUnderWay(current) && batch === null) {
        const rest = { kind: 'batchOver', rest: 'unclear', pause: null, now: clock.now() } as const
        dispatch(rest)
      }
      if (halt !== null && current?.id === halt.run) dispatch({ kind: halt.do, now: clock.now() })
      halt = null
      step()
    } else {
      abandon()
      post({ kind: 'runAsk' })
    }
  }

  function abandon(): void {
    const under = batch
    batch = null
    under?.abort()
    heardAgain()
    lines.drop()
    cancelDue()
    cancelTell?.()
    cancelTell = null
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    look: step,
    start(groups, options) {
      const snapshot = edges.snapshot()
      if (snapshot === null || isUnderWay(store.get().current)) return null
      const { user, server } = snapshot.cluster
      const run = createRun(groups, options, {
        id: edges.newId(),
        now: clock.now(),
        user,
        server,
        machine: worldOf(snapshot).machine,
      })
      if (run.items.length === 0) return null
      ask({ do: 'start', run, askedAt: edges.localNow() })
      return run.id
    },
    pause: () => askOf(store.get().current, 'pause'),
    resume: () => askOf(store.get().current, 'resume'),
    stop: () => askOf(store.get().current, 'stop'),
    dismiss: () => askOf(store.get().current, 'dismiss'),
    takeUp: () => askOf(store.get().cutOff, 'takeUp'),
    discard: () => askOf(store.get().cutOff, 'discard'),
    setLeadership(next) {
      stopRole()
      stopRole = () => {}
      leadership = next
      if (next === null) {
        // Signed out or leaving: the run stays in the storage and is offered again.
        abandon()
        store.change(NONE)
        return
      }
      stopRole = next.role.subscribe(onRole)
      onRole()
    },
    follow() {
      const undo = [channel.onMessage(hear), edges.link.subscribe(step)]
      return () => {
        for (const one of undo) one()
        cancelAsked()
        abandon()
      }
    },
  }
}

const NONE: Runs = { current: null, cutOff: null, asked: null }

function isSame(one: Runs, other: Runs): boolean {
  return one.current === other.current && one.cutOff === other.cutOff && one.asked === other.asked
}

function awaited(asked: Asked | null, runs: RunsTold): Asked | null {
  return asked !== null && isAwaited(asked, runs) ? asked : null
}

/** Of these orders nothing is left when they are not followed at once. */
function letsApprove(order: Order): order is Order & { readonly do: Asked['what'] } {
  return order.do === 'start' || order.do === 'resume' || order.do === 'takeUp'
}

/**
 * Whether the server goes on with the batch, or ends it and tells of each item: cut off from here,
 * nobody would know of those.
 */
function endsByItself({ pause }: Run, { state }: Link): boolean {
  if (pause === null) return false
  return pause.why === 'throttled' || (TOLD_BY_FEED.has(pause.why) && state === 'connected')
}

const TOLD_BY_FEED: ReadonlySet<Pause['why']> = new Set([
  'disconnected',
  'notRead',
  'unauthorized',
  'otherUser',
  'withheld',
])

function isByPerson({ pause }: Run): boolean {
  return pause?.why === 'person'
}
