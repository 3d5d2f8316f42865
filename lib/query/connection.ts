import { type Cause, cause } from '#lib/csr/cause.ts'
import { type Api, endsSession, pageProblem, problemOf } from '#lib/query/api.ts'
import type { BrowserApis } from '#lib/query/edges.ts'
import { reconnectDelay } from '#lib/query/reconnect-delay.ts'
import type { ServerClock } from '#lib/query/server-clock.ts'
import type { ServerLink } from '#lib/query/shown-feed.ts'
import type { Store } from '#lib/query/store.ts'
import { createParser, HEARTBEAT_SECONDS } from '#lib/wire/sse.ts'
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
  /** `connected` once the stream is open and everything on screen was read since. */
  readonly link: Store<ServerLink>
  readonly onEvent: (event: StreamEvent) => void
  /** Reads everything on screen. Returns the problem; null if all was read. */
  readonly readAgain: () => Promise<Problem | null>
}

/**
 * Milliseconds after which a hidden tab closes its stream. It reads everything when shown again.
 */
const HIDDEN_MS = 30_000
/** Longer than two heartbeats: a stream that is this silent is dead, whatever TCP says. */
const SILENCE_MS = (2 * HEARTBEAT_SECONDS + 10) * 1_000
/**
 * Milliseconds to wait for the first answer: a running server answers at once, a dead one never.
 */
const OPENING_MS = 10_000

/**
 * Keeps one stream for each sign-in, for as long as a person is signed in. When a stream ends, a
 * new one begins after a wait that grows with the failures in a row. Ends at sign-out.
 */
export function startConnection(edges: ConnectionOptions): Connection {
  const { api, clock, link, visibility, localNow, random, setTimer } = edges
  /** Ends the stream; null without one. */
  let stream: AbortController | null = null
  let cancelClosing = () => {}
  /** Grows whenever the answers being read belong to a stream that is over. */
  let reading = 0
  /** Waits before a next attempt, each with a function that ends it early. */
  const waits = new Set<() => void>()
  let heardAt: string | null = null
  const serverTime = (ms = clock.now()) => new Date(ms).toISOString()

  async function follow(stopped: AbortSignal): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      link.change((now) => (now.state === 'connected' ? now : { ...now, retryAt: null }))
      const problem = await readStream(stopped, () => {
        failures = 0
      })
      if (stopped.aborted) return
      reading += 1
      if (endsSession(problem)) {
        lose(problem, null)
        return
      }
      await pauseAfter(problem, failures)
      if (stopped.aborted) return
    }
  }

  /** One stream, from its opening to its end. Resolves with the reason of its end. */
  async function readStream(stopped: AbortSignal, onHello: () => void): Promise<Problem> {
    const request = new AbortController()
    const abort = () => request.abort(new Error('stopped'))
    stopped.addEventListener('abort', abort)
    let cancelSilence = () => {}
    const waitFor = (ms: number) => {
      cancelSilence()
      cancelSilence = setTimer(() => request.abort(new Error('silent')), ms)
    }
    try {
      waitFor(OPENING_MS)
      const response = await api.send('/api/events', {
        accept: 'text/event-stream',
        signal: request.signal,
      })
      waitFor(SILENCE_MS)
      const reader = response.body?.getReader()
      if (reader === undefined) return ended(cause('streamWithoutBody'))
      const parser = createParser()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return ended(cause('streamEnded'))
        waitFor(SILENCE_MS)
        heardAt = serverTime()
        for (const event of parser.push(value)) {
          if (event.event === 'malformed') {
            request.abort()
            return ended(cause('streamMalformed'))
          }
          if (event.event === 'hello') {
            onHello()
            clock.observe(event.data.serverTime, localNow(), localNow())
          }
          edges.onEvent(event)
          if (event.event === 'hello') void becomeCurrent()
        }
      }
    } catch (error) {
      return request.signal.aborted ? ended(cause('streamSilent')) : problemOf(error)
    } finally {
      cancelSilence()
      stopped.removeEventListener('abort', abort)
    }
  }

  /** Rows from before a break are not live until they are read again. */
  async function becomeCurrent(): Promise<void> {
    reading += 1
    const mine = reading
    for (let failures = 0; ; failures += 1) {
      const problem = await edges.readAgain()
      if (mine !== reading) return
      if (problem === null) break
      await pauseAfter(problem, failures)
      if (mine !== reading) return
    }
    link.change((now) =>
      now.state === 'connected'
        ? now
        : { state: 'connected', since: serverTime(), ...NOTHING, lastHeardAt: heardAt },
    )
  }

  async function pauseAfter(problem: Problem, failures: number): Promise<void> {
    const ms = reconnectDelay(failures, random)
    lose(problem, ms)
    await new Promise<void>((resolve) => {
      const end = () => {
        cancel()
        waits.delete(end)
        resolve()
      }
      const cancel = setTimer(end, ms)
      waits.add(end)
    })
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

  function open(): void {
    stream = new AbortController()
    void follow(stream.signal)
  }

  function end(): void {
    reading += 1
    stream?.abort()
    stream = null
    retryNow()
  }

  function retryNow(): void {
    for (const endWait of [...waits]) endWait()
  }

  function onVisibility(): void {
    cancelClosing()
    if (visibility.isHidden()) {
      cancelClosing = setTimer(() => {
        end()
        link.change({ state: 'connecting', since: serverTime(), ...NOTHING, lastHeardAt: heardAt })
      }, HIDDEN_MS)
    } else if (stream === null) open()
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
      end()
    },
  }
}

const NOTHING = { retryAt: null, message: null, causes: [] } as const

function ended(why: Cause): Problem {
  return pageProblem('streamEnded', why)
}
