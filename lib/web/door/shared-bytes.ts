import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const pack = promisify<string, Buffer<ArrayBuffer>>(gzip)

/** Milliseconds for which an answer is shared: its `serverTime` is at most that late. */
export const SHARED_MS = 250
/** Characters that fit into the first round trip of a connection: packed they arrive no sooner. */
export const NEVER_PACKED = 8_192

export interface AnswerOf {
  /** The principal, or one object for all onlookers: answers are shared within it only. */
  readonly audience: object
  readonly etag: string
  readonly takesGzip: boolean
  /** Milliseconds on the server's clock. */
  readonly now: number
}

export interface AnswerBytes {
  readonly bytes: Buffer<ArrayBuffer>
  readonly isPacked: boolean
}

/**
 * The bytes of one route's answers, made once for all callers of one audience that ask the same at
 * the same time.
 */
export function createSharedBytes() {
  let byAudience = new WeakMap<object, Map<string, Promise<AnswerBytes>>>()
  let begunAt = Number.NEGATIVE_INFINITY

  return (
    { audience, etag, takesGzip, now }: AnswerOf,
    make: () => object | Promise<object>,
  ): Promise<AnswerBytes> => {
    // The clock may be set back.
    if (Math.abs(now - begunAt) >= SHARED_MS) {
      byAudience = new WeakMap()
      begunAt = now
    }
    const answers = byAudience.get(audience) ?? new Map<string, Promise<AnswerBytes>>()
    byAudience.set(audience, answers)
    const key = `${takesGzip ? 'packed' : 'plain'} ${etag}`
    const known = answers.get(key)
    if (known !== undefined) return known
    const made = bytesOf(make, takesGzip)
    answers.set(key, made)
    made.catch(() => answers.delete(key))
    return made
  }
}

async function bytesOf(
  make: () => object | Promise<object>,
  takesGzip: boolean,
): Promise<AnswerBytes> {
  const text = JSON.stringify(await make())
  const isPacked = takesGzip && text.length > NEVER_PACKED
  return { bytes: isPacked ? await pack(text) : Buffer.from(text), isPacked }
}
