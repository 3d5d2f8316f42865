import { type Cause, cause } from '#lib/csr/cause.ts'
import { type Api, endsSession, pageProblem, problemOf } from '#lib/query/api.ts'
import type { BrowserApis } from '#lib/query/edges.ts'
import { reconnectDelay } from '#lib/query/reconnect-delay.ts'
import type { ServerClock } from '#lib/query/server-clock.ts'
import type { ServerLink } from '#lib/query/shown-feed.ts'
import type { Store } from '#lib/query/store.ts'
import { createParser, HEARTBEAT_SECONDS } from '#lib/wire/sse.ts'
import type { Problem, StreamEvent } from '#lib/wire/wire.ts'

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
 * The stream of this tab: open while the tab is visible, and half a minute longer. When a stream
 * ends, a new one begins after a wait that grows with the failures in a row. Ends at sign-out.
 */
export class Connection {
  readonly #edges: ConnectionOptions
  readonly #undo: readonly (() => void)[]
  /** Ends the stream; null without one. */
  #stream: AbortController | null = null
  #cancelClosing = () => {}
  /** Grows whenever the answers being read belong to a stream that is over. */
  #reading = 0
  /** Waits before a next attempt, each with a function that ends it early. */
  readonly #waits = new Set<() => void>()
  #heardAt: string | null = null

  constructor(edges: ConnectionOptions) {
    this.#edges = edges
    this.#undo = [
      edges.visibility.onChange(() => this.#followVisibility()),
      edges.onOnline(() => this.retryNow()),
    ]
    this.#open()
    if (edges.visibility.isHidden()) this.#followVisibility()
  }

  retryNow(): void {
    for (const endWait of [...this.#waits]) endWait()
  }

  stop(): void {
    for (const one of this.#undo) one()
    this.#cancelClosing()
    this.#end()
  }

  #open(): void {
    this.#stream = new AbortController()
    void this.#follow(this.#stream.signal)
  }

  #end(): void {
    this.#reading += 1
    this.#stream?.abort()
    this.#stream = null
    this.retryNow()
  }

  #followVisibility(): void {
    const { visibility, setTimer, link } = this.#edges
    this.#cancelClosing()
    if (visibility.isHidden()) {
      this.#cancelClosing = setTimer(() => {
        this.#end()
        const since = this.#serverTime()
        link.change({ state: 'connecting', since, ...NOTHING, lastHeardAt: this.#heardAt })
      }, HIDDEN_MS)
    } else if (this.#stream === null) this.#open()
    else if (link.get().state === 'lost') this.retryNow()
  }

  async #follow(stopped: AbortSignal): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      this.#edges.link.change((now) =>
        now.state === 'connected' ? now : { ...now, retryAt: null },
      )
      const problem = await this.#readStream(stopped, () => {
        failures = 0
      })
      if (stopped.aborted) return
      this.#reading += 1
      if (endsSession(problem)) {
        this.#lose(problem, null)
        return
      }
      await this.#pauseAfter(problem, failures)
      if (stopped.aborted) return
    }
  }

  /** One stream, from its opening to its end. Resolves with the reason of its end. */
  async #readStream(stopped: AbortSignal, onHello: () => void): Promise<Problem> {
    const request = new AbortController()
    const abort = () => request.abort(new Error('stopped'))
    stopped.addEventListener('abort', abort)
    let cancelSilence = () => {}
    const waitFor = (ms: number) => {
      cancelSilence()
      cancelSilence = this.#edges.setTimer(() => request.abort(new Error('silent')), ms)
    }
    try {
      waitFor(OPENING_MS)
      const response = await this.#edges.api.send('/api/events', {
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
        this.#heardAt = this.#serverTime()
        for (const event of parser.push(value)) {
          if (event.event === 'malformed') {
            request.abort()
            return ended(cause('streamMalformed'))
          }
          if (event.event === 'hello') onHello()
          this.#take(event)
        }
      }
    } catch (error) {
      return request.signal.aborted ? ended(cause('streamSilent')) : problemOf(error)
    } finally {
      cancelSilence()
      stopped.removeEventListener('abort', abort)
    }
  }

  #take(event: StreamEvent): void {
    const { clock, localNow, onEvent } = this.#edges
    if (event.event === 'hello') clock.observe(event.data.serverTime, localNow(), localNow())
    onEvent(event)
    if (event.event === 'hello') void this.#becomeCurrent()
  }

  /** Rows from before a break are not live until they are read again. */
  async #becomeCurrent(): Promise<void> {
    this.#reading += 1
    const mine = this.#reading
    for (let failures = 0; ; failures += 1) {
      const problem = await this.#edges.readAgain()
      if (mine !== this.#reading) return
      if (problem === null) break
      await this.#pauseAfter(problem, failures)
      if (mine !== this.#reading) return
    }
    const since = this.#serverTime()
    this.#edges.link.change((now) =>
      now.state === 'connected'
        ? now
        : { state: 'connected', since, ...NOTHING, lastHeardAt: this.#heardAt },
    )
  }

  async #pauseAfter(problem: Problem, failures: number): Promise<void> {
    const ms = reconnectDelay(failures, this.#edges.random)
    this.#lose(problem, ms)
    await new Promise<void>((resolve) => {
      const end = () => {
        cancel()
        this.#waits.delete(end)
        resolve()
      }
      const cancel = this.#edges.setTimer(end, ms)
      this.#waits.add(end)
    })
  }

  #lose(problem: Problem, retryInMs: number | null): void {
    this.#edges.link.change((now) => ({
      state: 'lost',
      since: now.state === 'lost' ? now.since : this.#serverTime(),
      lastHeardAt: this.#heardAt,
      retryAt: retryInMs === null ? null : this.#serverTime(retryInMs),
      message: problem.detail,
      causes: problem.causes,
    }))
  }

  /** The server's time, in so many milliseconds. */
  #serverTime(inMs = 0): string {
    return new Date(this.#edges.clock.now() + inMs).toISOString()
  }
}

const NOTHING = { retryAt: null, message: null, causes: [] } as const

function ended(why: Cause): Problem {
  return pageProblem('streamEnded', why)
}
