import { cause } from '#lib/csr/cause.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import { type Clock, stopwatch, systemClock } from '#lib/kube/transport/clock.ts'
import { startDeadline } from '#lib/kube/transport/deadline.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'
import { asKubeError, type Query, queryText, send } from '#lib/kube/transport/transport.ts'
import { MOST_OBJECT_BYTES } from '#lib/kube/watch/list.ts'

export interface StreamCall {
  readonly path: string
  readonly query?: Query
  readonly signal: AbortSignal
  /**
   * Lifetime from the answer's begin; an older stream ends with a `timeout` error. The reader's own
   * time does not count.
   */
  readonly lifeMs: number
  /** Default: `MOST_OBJECT_BYTES`. */
  readonly maxLineBytes?: number
  readonly clock?: Clock
  /** Called when the answer begins with 2xx. */
  readonly onOpen?: () => void
}

/** Time until the answer begins. */
const OPEN_TIMEOUT_MS = 10_000
const NEWLINE = 0x0a

/**
 * A watch's line-delimited JSON, parsed by network chunk. Returns when the server ends after a
 * whole line; otherwise throws a KubeError (`saidNothing`: bytes without a value). Closes its
 * connection.
 */
export async function* stream(
  identity: Identity,
  request: StreamCall,
): AsyncGenerator<readonly unknown[], void, undefined> {
  const { clock = systemClock, lifeMs, maxLineBytes = MOST_OBJECT_BYTES } = request
  const { server } = identity
  const got = { bytes: 0, values: 0 }
  let limitMs = OPEN_TIMEOUT_MS
  const deadline = startDeadline(request.signal, clock, () => {
    const seconds = limitMs / 1_000
    return got.values > 0
      ? cause('watchNotEnded', { seconds })
      : cause('watchSilent', { server, seconds })
  })
  try {
    deadline.within(limitMs)
    const response = await send(identity, {
      method: 'GET',
      path: request.path + queryText(request.query),
      headers: {},
      body: null,
      signal: deadline.signal,
    })
    limitMs = lifeMs
    deadline.within(lifeMs)
    request.onOpen?.()
    const age = stopwatch(clock)
    let busyMs = 0
    const lines = createLineReader(maxLineBytes)
    for await (const chunk of response.body) {
      got.bytes += chunk.length
      const { values, failure } = lines.push(chunk)
      got.values += values.length
      if (values.length > 0) {
        const busy = stopwatch(clock)
        yield values
        busyMs += busy()
        deadline.within(lifeMs + busyMs - age())
      }
      if (failure !== null) throw failure
    }
    lines.end()
    if (got.bytes > 0 && got.values === 0) throw saidNothing(age())
  } catch (thrown) {
    const late = deadline.reason()
    const isMute = late?.kind === 'timeout' && got.bytes > 0 && got.values === 0
    throw isMute ? saidNothing(lifeMs) : (late ?? asKubeError(thrown, identity))
  } finally {
    deadline.end()
    deadline.giveUp()
  }
}

/** Line feeds or an endless line: a working watch sends an event, or ends without a byte. */
function saidNothing(ms: number): KubeError {
  const seconds = Math.round(ms / 1_000)
  return new KubeError(cause('watchSaidNothing', { seconds }), { kind: 'malformed' })
}

function createLineReader(maxBytes: number): {
  /** The values that the chunk completes, and a failure after them. */
  push(chunk: Buffer): { readonly values: readonly unknown[]; readonly failure: KubeError | null }
  /** Throws if the last line is unfinished. */
  end(): void
} {
  let rest: Buffer[] = []
  let restBytes = 0
  return {
    push(chunk) {
      const values: unknown[] = []
      for (let start = 0; ; ) {
        const end = chunk.indexOf(NEWLINE, start)
        const piece = chunk.subarray(start, end === -1 ? chunk.length : end)
        restBytes += piece.length
        if (restBytes > maxBytes) {
          const why = cause('watchLineTooLong', { bytes: maxBytes })
          return { values, failure: new KubeError(why, { kind: 'tooLarge' }) }
        }
        if (piece.length > 0) rest.push(piece)
        if (end === -1) return { values, failure: null }
        try {
          if (restBytes > 0) values.push(JSON.parse(Buffer.concat(rest, restBytes).toString()))
        } catch (error) {
          const why = cause('watchLineNotJson')
          const failure = new KubeError(why, { kind: 'malformed' }, { cause: error })
          return { values, failure }
        }
        rest = []
        restBytes = 0
        start = end + 1
      }
    },
    end() {
      if (restBytes === 0) return
      throw new KubeError(cause('watchCut'), { kind: 'network' })
    },
  }
}
