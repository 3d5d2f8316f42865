import { cause } from '#lib/csr/cause.ts'
import { applyPatch } from '#lib/live/apply.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import type { Cluster, Feed, Patch, Problem, StreamEvent } from '#lib/live/wire.ts'
import { pageProblem, problemOf } from '#lib/query/api.ts'
import { backoff } from '#lib/query/backoff.ts'
import type { Clock } from '#lib/query/clock.ts'
import type { Edges } from '#lib/query/edges.ts'

/** How far the stream has come. */
export interface Position {
  readonly epoch: string
  readonly revision: number
}

/**
 * Keeps this tab's snapshot true to the stream's events: patches that come before the snapshot
 * wait for it, and a gap is answered by reading the snapshot again. Taking in, rendering and
 * painting are tasks of their own, so that none of them is long.
 */
export interface Receiver {
  /** `heardAt`: by the browser's own clock, in whichever of its tabs. */
  receive(event: StreamEvent, heardAt: number): void
  /** The stream is at least this far: reads the snapshot if this tab's is not. */
  expect(position: Position): void
  /** Reads the snapshot now, also when the last try has failed and waits. */
  refetch(): void
  /** Nothing is shown yet, or what is was overtaken by what the stream tells of and has not brought. */
  isBehind(): boolean
  stop(): void
}

export interface ReceiverEdges
  extends Pick<Edges, 'localNow' | 'random' | 'setTimer' | 'nextFrame' | 'pause'> {
  /** Rejects with a ProblemError, or when aborted. */
  readonly fetchSnapshot: (signal: AbortSignal) => Promise<ListedSnapshot>
  readonly publish: (snapshot: ListedSnapshot) => void
  /** Why the last try to read the snapshot failed; null after one that did not. */
  readonly onProblem: (problem: Problem | null) => void
  /** `isBehind` says something else. */
  readonly onBehind: () => void
  readonly clock: Pick<Clock, 'observe'>
}

/** Applying stops after this long and goes on in the next task: the page stays responsive. */
const APPLY_MS = 8
/**
 * Showing takes the page some time, too. In a burst it gets so much more for everything else: a
 * slow page then shows fewer steps in between instead of standing still. A lone event waits for
 * nothing.
 */
const REST_FOR_SHOWING = 2
const LONGEST_REST_MS = 500
/** A snapshot that is not here by then is asked for anew: its connection may be dead. */
const SNAPSHOT_MS = 60_000
/** More patches than this waiting are not worth keeping: the snapshot has it all. */
const MOST_WAITING = 2_000

export function createReceiver(edges: ReceiverEdges): Receiver {
  let current: ListedSnapshot | null = null
  let waiting: Patch[] = []
  let late: { feed: Feed | null; cluster: Cluster | null } = { feed: null, cluster: null }
  let expected: Position | null = null
  let fetching: AbortController | null = null
  let failures = 0
  let cancelRetry: (() => void) | null = null
  let applying = false
  let showing = false
  let shown: ListedSnapshot | null = null
  let cancelShow = () => {}
  let behind = true
  let stopped = false

  function schedule(): void {
    if (applying) return
    applying = true
    void edges.pause().then(() => {
      applying = false
      apply()
    })
  }

  /** With the next frame, or, in a burst, when the page has had its rest. */
  function show(): void {
    if (showing || current === shown) return
    showing = true
    // Who sees nothing yet does not wait for a frame to come.
    if (shown === null) void paint('beforeFrame')
    else cancelShow = edges.nextFrame(() => void paint('inFrame'))
  }

  async function paint(when: 'inFrame' | 'beforeFrame'): Promise<void> {
    let took = 0
    try {
      let from = edges.localNow()
      shown = current
      if (shown !== null) edges.publish(shown)
      judge()
      await edges.pause()
      took = edges.localNow() - from
      if (when === 'beforeFrame') {
        await new Promise<void>((resolve) => {
          cancelShow = edges.nextFrame(resolve)
        })
        from = edges.localNow()
        await edges.pause()
        took += edges.localNow() - from
      }
    } finally {
      if (!stopped) rest(took * REST_FOR_SHOWING)
    }
  }

  function rest(ms: number): void {
    cancelShow = edges.setTimer(
      () => {
        showing = current !== shown
        // Rendered by itself: what the frame takes is a task of its own then.
        if (showing) void paint('beforeFrame')
      },
      Math.min(ms, LONGEST_REST_MS),
    )
  }

  /** Takes in what has arrived, as far as it fits and not for long. */
  function apply(): void {
    if (current === null || stopped) return
    let state = current
    const until = edges.localNow() + APPLY_MS
    let taken = 0
    let gap = false
    for (const patch of waiting) {
      if (taken > 0 && edges.localNow() >= until) break
      const answer = applyPatch(state, patch)
      if (answer.result === 'gap') {
        gap = true
        break
      }
      if (answer.result === 'applied') state = answer.state
      taken += 1
    }
    waiting = waiting.slice(taken)
    const { feed, cluster } = late
    if (feed !== null && !isSame(feed, state.feed)) state = { ...state, feed }
    if (cluster !== null && !isSame(cluster, state.cluster)) state = { ...state, cluster }
    // A snapshot that is on its way may have been made before it.
    if (fetching === null) late = { feed: null, cluster: null }
    current = state
    show()
    const isShort = judge()
    if (gap || isShort) fetchAgain()
    else if (waiting.length > 0) schedule()
  }

  /** Short of what is expected, with all that has arrived. */
  function fallsShort(state: ListedSnapshot): boolean {
    if (expected === null) return false
    if (expected.epoch !== state.epoch) return true
    let { revision } = state
    for (const { epoch, from, to } of waiting) {
      if (epoch !== state.epoch || from > revision) break
      revision = Math.max(revision, to)
    }
    return revision < expected.revision
  }

  /** Answers whether what is here falls short. It is no longer behind when what was missing is shown, too. */
  function judge(): boolean {
    if (current === null) return false
    const isShort = fallsShort(current)
    if (isShort !== behind && (!behind || shown === current)) {
      behind = isShort
      edges.onBehind()
    }
    return isShort
  }

  /** After a first failure, or a snapshot that was behind, not at once. */
  function fetchAgain(): void {
    if (stopped || fetching !== null || cancelRetry !== null) return
    if (failures === 0) void read()
    else {
      cancelRetry = edges.setTimer(
        () => {
          cancelRetry = null
          void read()
        },
        backoff(failures - 1, edges.random),
      )
    }
  }

  async function read(): Promise<void> {
    const controller = new AbortController()
    fetching = controller
    const cancelLimit = edges.setTimer(() => controller.abort(), SNAPSHOT_MS)
    try {
      const snapshot = await edges.fetchSnapshot(controller.signal)
      if (fetching !== controller) return
      fetching = null
      take(snapshot)
    } catch (error) {
      if (fetching !== controller) return
      fetching = null
      failures += 1
      const isLate = controller.signal.aborted
      const problem = isLate
        ? pageProblem('snapshotSilent', cause('streamSilent'))
        : problemOf(error)
      edges.onProblem(problem)
      // Signed out: there will be a snapshot when somebody has signed in.
      if (problem.status !== 401) fetchAgain()
    } finally {
      cancelLimit()
    }
  }

  function take(snapshot: ListedSnapshot): void {
    edges.onProblem(null)
    // An answer that was overtaken by one already here must not take the screen back.
    const older = current?.epoch === snapshot.epoch && current.revision > snapshot.revision
    if (!older) {
      current = snapshot
      // The stream's last word of the feed counts: of what is newer in a snapshot it tells as well. Not by
      // their times: with its first answer the API server may set the server's clock back.
      // Of somebody else no rights are known at first: that is newer than any that are.
      const reviewed = late.cluster?.access.reviewedAt ?? null
      const then = snapshot.cluster.access.reviewedAt
      if (reviewed !== null && then !== null && reviewed < then) late.cluster = null
      show()
    }
    failures = current !== null && fallsShort(current) ? failures + 1 : 0
    apply()
  }

  function expect(position: Position): void {
    if (stopped) return
    // Another start of the server: what waits belongs to the one before.
    waiting = waiting.filter(({ epoch }) => epoch === position.epoch)
    expected = { epoch: position.epoch, revision: position.revision }
    judge()
    if (current === null) fetchAgain()
    else schedule()
  }

  return {
    expect,
    receive(event, heardAt) {
      if (stopped || event.event === 'changed') return
      if (event.event === 'hello') {
        edges.clock.observe(event.data.serverTime, heardAt, heardAt)
        expect(event.data)
        return
      }
      if (event.event === 'patch') {
        const { epoch, to } = event.data
        if (expected !== null && epoch !== expected.epoch) return
        waiting.push(event.data)
        if (waiting.length > MOST_WAITING) waiting = []
        const isNews = epoch === expected?.epoch && to > expected.revision
        if (expected === null || isNews) expected = { epoch, revision: to }
      } else if (event.event === 'feed') {
        late.feed = event.data
      } else if (event.event === 'cluster') {
        late.cluster = event.data
      }
      schedule()
    },
    isBehind: () => behind,
    refetch() {
      if (stopped) return
      cancelRetry?.()
      cancelRetry = null
      failures = 0
      // One under way may never be answered.
      fetching?.abort()
      fetching = null
      fetchAgain()
    },
    stop() {
      stopped = true
      fetching?.abort()
      fetching = null
      cancelRetry?.()
      cancelShow()
    },
  }
}

/** What is told again, as it is with every beat of the leader's, is not shown again. */
function isSame(told: object, known: object): boolean {
  return JSON.stringify(told) === JSON.stringify(known)
}
