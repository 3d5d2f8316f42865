import { cause } from '#lib/csr/cause.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import type { PackedSnapshot } from '#lib/live/packed.ts'
import { spread } from '#lib/live/steps.ts'
import { unpackInSteps } from '#lib/live/unpack.ts'
import type { Problem, StreamEvent } from '#lib/live/wire.ts'
import { type Api, ProblemError, pageProblem } from '#lib/query/api.ts'
import type { Clock } from '#lib/query/clock.ts'
import type { Edges } from '#lib/query/edges.ts'
import type { Link } from '#lib/query/feed.ts'
import { ANSWER_MS, startLeadership } from '#lib/query/leadership.ts'
import { createReceiver, type Position } from '#lib/query/receiver.ts'
import { createStore, type Store } from '#lib/query/store.ts'
import { type StreamReader, startStream } from '#lib/query/stream.ts'

/**
 * One stream for all tabs of this browser (docs/decisions/0003-one-stream-per-browser.md). The
 * leading tab reads it and passes every event on; each tab reads the snapshot for itself.
 */
export interface Connection {
  retryNow(): void
  stop(): void
}

/** What tabs say to each other about the stream. The leader speaks, `ping` and `retry` ask it. */
type TabMessage =
  /** It may wait for a tab that sleeps: `heardAt` is the leader's, by the clock that all tabs have. */
  | { readonly kind: 'event'; readonly event: StreamEvent; readonly heardAt: number }
  | {
      readonly kind: 'beat'
      readonly link: Link
      readonly position: Position | null
      readonly latest: readonly StreamEvent[]
    }
  | { readonly kind: 'ping' }
  | { readonly kind: 'retry' }

export interface ConnectionEdges extends Edges {
  readonly api: Api
  readonly clock: Clock
  /** As this tab shows it: lost until its rows have come to where the stream is. */
  readonly link: Store<Link>
  readonly publish: (snapshot: ListedSnapshot) => void
  readonly onProblem: (problem: Problem | null) => void
  /** Every event of the one stream, in each tab. */
  readonly onEvent: (event: StreamEvent) => void
}

/**
 * A visible tab asks a leader that has been silent for this long, and takes over when there is no answer
 * within `ANSWER_MS`. A live tab answers in milliseconds.
 */
const SILENCE_MS = 5_000
/** The leader tells the others that it is there, when nothing else does. */
const BEAT_MS = 2_000

/** For as long as somebody is signed in; one connection per sign-in. */
export function startConnection(edges: ConnectionEdges): Connection {
  const { clock, channel, visibility } = edges
  /** Of the one stream, the same in all tabs. */
  const link = createStore<Link>(edges.link.get())
  const serverTime = (ms = clock.now()) => new Date(ms).toISOString()
  const leadership = startLeadership(edges)
  const receiver = createReceiver({
    ...edges,
    fetchSnapshot: (signal) => fetchSnapshot(edges, signal),
    onProblem(next) {
      edges.onProblem(next)
      if (next === problem) return
      problem = next
      showLink()
    },
    onBehind: showLink,
  })
  let stream: StreamReader | null = null
  let position: Position | null = null
  /** What this stream has said last of what has no revision. */
  let latest: readonly StreamEvent[] = []
  /** Why the snapshot could not be read. */
  let problem: Problem | null = null
  let leaderHeardAt = edges.localNow()
  let lastBeatAt = 0
  let cancelWatch = () => {}

  const post = (message: TabMessage) => channel.post(message)
  /** What it says of the stream when it has been robbed of the lead may be long over. */
  const tell = (message: TabMessage) => {
    leadership.whenSure((role) => {
      if (role === 'leader') post(message)
    })
  }
  const beat = () => {
    lastBeatAt = edges.localNow()
    tell({ kind: 'beat', link: link.get(), position, latest })
  }

  /** The rows from before a break are not live, though the stream is back, before they are read again. */
  function showLink(): void {
    const isCurrent = !receiver.isBehind()
    if (link.get().state === 'connected' && !isCurrent) {
      edges.link.change((shown) => ({
        ...(shown.state === 'connected' ? { ...shown, state: 'lost', since: serverTime() } : shown),
        retryAt: null,
        message: problem?.detail ?? null,
        causes: problem?.causes ?? [],
      }))
    } else edges.link.change(link.get())
  }

  // ── Leading ──

  function lead(): void {
    stream ??= startStream(edges, {
      onTry() {
        latest = []
        if (link.get().state !== 'connected') link.change((now) => ({ ...now, retryAt: null }))
      },
      onHeard() {
        if (edges.localNow() - lastBeatAt < BEAT_MS) return
        link.change((now) => ({ ...now, lastHeardAt: serverTime() }))
        beat()
      },
      onEvent(event) {
        follow(event)
        const heardAt = edges.localNow()
        receiver.receive(event, heardAt)
        edges.onEvent(event)
        if (event.event === 'hello') connected()
        tell({ kind: 'event', event, heardAt })
      },
      onLost(problem, retryInMs) {
        link.change((now) => ({
          state: 'lost',
          since: now.state === 'lost' ? now.since : serverTime(),
          lastHeardAt: now.lastHeardAt,
          retryAt: retryInMs === null ? null : serverTime(clock.now() + retryInMs),
          message: problem.detail,
          causes: problem.causes,
        }))
        beat()
      },
    })
  }

  function connected(): void {
    link.change((now) => ({
      state: 'connected',
      since: serverTime(),
      lastHeardAt: now.lastHeardAt,
      retryAt: null,
      message: null,
      causes: [],
    }))
    beat()
  }

  /** Where the stream is, so that a tab that has missed something can see that it has. */
  function follow(event: StreamEvent): void {
    if (event.event === 'hello') {
      position = { epoch: event.data.epoch, revision: event.data.revision }
    } else if (event.event === 'patch') {
      position = { epoch: event.data.epoch, revision: event.data.to }
    } else if (event.event === 'feed' || event.event === 'cluster')
      latest = [...latest.filter((earlier) => earlier.event !== event.event), event]
  }

  // ── Following ──

  /** Only a tab that somebody looks at takes the lead from another. */
  function watch(): void {
    cancelWatch()
    if (leadership.role.get() === 'leader' || visibility.isHidden()) return
    const silence = edges.localNow() - leaderHeardAt
    if (silence < SILENCE_MS) {
      cancelWatch = edges.setTimer(watch, SILENCE_MS - silence)
      return
    }
    const askedAt = edges.localNow()
    post({ kind: 'ping' })
    cancelWatch = edges.setTimer(() => {
      if (leaderHeardAt < askedAt && !visibility.isHidden()) leadership.steal()
      watch()
    }, ANSWER_MS)
  }

  function hear(message: unknown): void {
    if (!isTabMessage(message)) return
    const leading = leadership.role.get() === 'leader'
    if (message.kind === 'ping') {
      if (leading) beat()
    } else if (message.kind === 'retry') {
      if (leading) stream?.retryNow()
    } else if (!leading) {
      leaderHeardAt = edges.localNow()
      if (message.kind === 'event') {
        receiver.receive(message.event, message.heardAt)
        edges.onEvent(message.event)
      } else {
        if (message.position !== null) receiver.expect(message.position)
        for (const event of message.latest) receiver.receive(event, leaderHeardAt)
        link.change(message.link)
      }
    }
  }

  function onRole(): void {
    if (leadership.role.get() === 'leader') {
      cancelWatch()
      lead()
      return
    }
    stream?.stop()
    stream = null
    leaderHeardAt = edges.localNow()
    watch()
  }

  function retryNow(): void {
    if (leadership.role.get() === 'leader') stream?.retryNow()
    else post({ kind: 'retry' })
  }

  const undo = [
    link.subscribe(showLink),
    channel.onMessage(hear),
    leadership.role.subscribe(onRole),
    visibility.onChange(() => {
      if (visibility.isHidden()) {
        cancelWatch()
        return
      }
      if (link.get().state === 'lost') retryNow()
      if (leadership.role.get() !== 'leader') {
        // Whatever was missed while the browser had put this tab to sleep: the answer tells.
        leaderHeardAt = edges.localNow() - SILENCE_MS
        watch()
      }
    }),
    edges.onOnline(retryNow),
  ]
  onRole()
  post({ kind: 'ping' })
  receiver.refetch()

  return {
    retryNow() {
      retryNow()
      receiver.refetch()
    },
    stop() {
      for (const one of undo) one()
      cancelWatch()
      stream?.stop()
      receiver.stop()
      leadership.stop()
    },
  }
}

/** Where nothing is on screen yet, this is the time until something is. */
async function fetchSnapshot(
  { api, clock, localNow, pause }: ConnectionEdges,
  signal: AbortSignal,
): Promise<ListedSnapshot> {
  const sentAt = localNow()
  const response = await api.send('/api/snapshot?packed', { signal })
  const receivedAt = localNow()
  const packed = (await response.json()) as PackedSnapshot
  clock.observe(packed.serverTime, sentAt, receivedAt)
  const snapshot = await spread(unpackInSteps(packed), pause, localNow, UNPACK_MS)
  if (snapshot === null) {
    throw new ProblemError(pageProblem('otherBuild', cause('otherBuild')))
  }
  return snapshot
}

/** Unpacking pauses after this long; half a frame. */
const UNPACK_MS = 8

const KINDS: ReadonlySet<unknown> = new Set(['event', 'beat', 'ping', 'retry'])

/** Other tabs run the same build, or another with another channel: only the kind is looked at. */
function isTabMessage(message: unknown): message is TabMessage {
  return (
    typeof message === 'object' && message !== null && 'kind' in message && KINDS.has(message.kind)
  )
}
