import { type Cause, cause } from '#lib/csr/cause.ts'
import { type Api, endsSession, pageProblem, problemOf } from '#lib/query/api.ts'
import type { BrowserApis } from '#lib/query/edges.ts'
import { reconnectDelay } from '#lib/query/reconnect-delay.ts'
import { createParser, HEARTBEAT_SECONDS } from '#lib/wire/sse.ts'
import type { Problem, StreamEvent } from '#lib/wire/wire.ts'

/** Longer than two heartbeats: a stream that is this silent is dead, whatever TCP says. */
const SILENCE_MS = (2 * HEARTBEAT_SECONDS + 10) * 1_000

export interface StreamListener {
  /** An attempt begins. */
  readonly onTry: () => void
  readonly onEvent: (event: StreamEvent) => void
  /** Anything was heard, a heartbeat too. */
  readonly onHeard: () => void
  /** It ended or could not be had; the next try is in so many milliseconds, null for never. */
  readonly onLost: (problem: Problem, retryInMs: number | null) => void
}

export interface StreamReader {
  /** Does not wait any longer for the next try. */
  retryNow(): void
  stop(): void
}

type StreamApis = Pick<BrowserApis, 'random' | 'setTimer'> & { readonly api: Pick<Api, 'send'> }

/**
 * Reads the server's stream for as long as it is not stopped: whatever ends it, a new one begins
 * after a wait that grows with the failures in a row. Signed out it gives up.
 */
export function startStream(edges: StreamApis, listener: StreamListener): StreamReader {
  const stopping = new AbortController()
  let wake: (() => void) | null = null

  async function run(): Promise<void> {
    let failures = 0
    while (!stopping.signal.aborted) {
      listener.onTry()
      const problem = await readOnce(() => {
        failures = 0
      })
      if (stopping.signal.aborted) return
      if (endsSession(problem)) {
        listener.onLost(problem, null)
        return
      }
      const wait = reconnectDelay(failures, edges.random)
      failures += 1
      listener.onLost(problem, wait)
      await new Promise<void>((resolve) => {
        const cancel = edges.setTimer(resolve, wait)
        wake = () => {
          cancel()
          resolve()
        }
      })
      wake = null
    }
  }

  /** One connection, from its opening to its end. Answers why it ended. */
  async function readOnce(onHello: () => void): Promise<Problem> {
    const connection = new AbortController()
    const abort = () => connection.abort(new Error('stopped'))
    stopping.signal.addEventListener('abort', abort)
    let cancelSilence = () => {}
    const heard = () => {
      cancelSilence()
      cancelSilence = edges.setTimer(() => connection.abort(new Error('silent')), SILENCE_MS)
    }
    try {
      heard()
      const response = await edges.api.send('/api/events', {
        accept: 'text/event-stream',
        signal: connection.signal,
      })
      const reader = response.body?.getReader()
      if (reader === undefined) return ended(cause('streamWithoutBody'))
      const parser = createParser()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return ended(cause('streamEnded'))
        heard()
        listener.onHeard()
        for (const event of parser.push(value)) {
          if (event.event === 'malformed') {
            connection.abort()
            return ended(cause('streamMalformed'))
          }
          if (event.event === 'hello') onHello()
          listener.onEvent(event)
        }
      }
    } catch (error) {
      if (connection.signal.aborted) return ended(cause('streamSilent'))
      return problemOf(error)
    } finally {
      cancelSilence()
      stopping.signal.removeEventListener('abort', abort)
    }
  }

  void run()
  return {
    retryNow: () => wake?.(),
    stop() {
      stopping.abort()
      wake?.()
    },
  }
}

function ended(why: Cause): Problem {
  return pageProblem('streamEnded', why)
}
