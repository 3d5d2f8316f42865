import type { Api } from '#lib/query/api.ts'
import type { BrowserApis } from '#lib/query/edges.ts'
import { reconnectDelay } from '#lib/query/reconnect-delay.ts'
import type { ServerClock } from '#lib/query/server-clock.ts'
import type { ServerLink } from '#lib/query/shown-feed.ts'
import type { Store } from '#lib/query/store.ts'
import { type StreamReader, startStream } from '#lib/query/stream.ts'
import type { Problem, StreamEvent } from '#lib/wire/wire.ts'

/** The stream of this tab: open while the tab is visible, and half a minute longer. */
export interface Connection {
  retryNow(): void
  stop(): void
}

export interface ConnectionOptions
  extends Pick<BrowserApis, 'localNow' | 'random' | 'setTimer' | 'visibility' | 'onOnline'> {
  readonly api: Pick<Api, 'send'>
  readonly clock: ServerClock
  /** Connected once the stream is open and everything on screen was read since. */
  readonly link: Store<ServerLink>
  readonly onEvent: (event: StreamEvent) => void
  /** Reads everything on screen; answers why that failed, null where it did not. */
  readonly readAgain: () => Promise<Problem | null>
}

/** A tab that is hidden for so long, milliseconds, needs no stream: it reads everything when shown. */
const HIDDEN_MS = 30_000

/** For as long as a person is signed in; one connection for each sign-in. */
export function startConnection(edges: ConnectionOptions): Connection {
  const { clock, link, visibility, localNow, setTimer } = edges
  let stream: StreamReader | null = null
  let cancelClosing = () => {}
  /** Changes whenever what is being read belongs to a stream that is over. */
  let reading = 0
  let wake = () => {}
  let heardAt: string | null = null
  const serverTime = (ms = clock.now()) => new Date(ms).toISOString()

  function open(): void {
    stream ??= startStream(edges, {
      onTry() {
        link.change((now) => (now.state === 'connected' ? now : { ...now, retryAt: null }))
      },
      onHeard() {
        heardAt = serverTime()
      },
      onEvent(event) {
        if (event.event === 'hello') {
          clock.observe(event.data.serverTime, localNow(), localNow())
          edges.onEvent(event)
          void becomeCurrent()
        } else edges.onEvent(event)
      },
      onLost(problem, retryInMs) {
        reading += 1
        lose(problem, retryInMs)
      },
    })
  }

  /** Rows from before a break are not live before they are read again. */
  async function becomeCurrent(): Promise<void> {
    reading += 1
    const mine = reading
    for (let failures = 0; ; failures += 1) {
      const problem = await edges.readAgain()
      if (mine !== reading) return
      if (problem === null) break
      const wait = reconnectDelay(failures, edges.random)
      lose(problem, wait)
      await new Promise<void>((resolve) => {
        const cancel = setTimer(resolve, wait)
        wake = () => {
          cancel()
          resolve()
        }
      })
      if (mine !== reading) return
    }
    link.change((now) =>
      now.state === 'connected'
        ? now
        : { state: 'connected', since: serverTime(), ...NOTHING, lastHeardAt: heardAt },
    )
  }

  function lose(problem: Problem, retryInMs: number | null): void {
    link.change((now) => ({
      state: 'lost',
      since: now.state === 'lost' ? now.since : serverTime(),
      lastHeardAt: heardAt,
      retryAt: retryInMs === null ? null : serverTime(clock.now() + retryInMs),
      message: problem.detail,
      causes: problem.causes,
    }))
  }

  function close(): void {
    reading += 1
    stream?.stop()
    stream = null
    link.change({ state: 'connecting', since: serverTime(), ...NOTHING, lastHeardAt: heardAt })
  }

  function retryNow(): void {
    stream?.retryNow()
    wake()
  }

  function onVisibility(): void {
    cancelClosing()
    if (visibility.isHidden()) cancelClosing = setTimer(close, HIDDEN_MS)
    else if (stream === null) open()
    else if (link.get().state === 'lost') retryNow()
  }

  const undo = [visibility.onChange(onVisibility), edges.onOnline(retryNow)]
  open()
  if (visibility.isHidden()) onVisibility()
  return {
    retryNow,
    stop() {
      for (const one of undo) one()
      cancelClosing()
      reading += 1
      wake()
      stream?.stop()
    },
  }
}

const NOTHING = { retryAt: null, message: null, causes: [] } as const
