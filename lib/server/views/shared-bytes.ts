import { promisify } from 'node:util'
import { gzip, gzipSync } from 'node:zlib'

const pack = promisify<string, Buffer<ArrayBuffer>>(gzip)

/** Milliseconds for which an answer is shared: its `serverTime` is late by as much at most. */
export const SHARED_MS = 250
/** Characters up to which packing at once costs less than a thread of zlib's own. */
const PACKED_AT_ONCE = 8_192

export interface AnswerOf {
  /** The principal, or one object for all onlookers: answers are shared within it only. */
  readonly sharer: object
  readonly etag: string
  readonly isPacked: boolean
  /** Milliseconds on the server's clock. */
  readonly now: number
}

/** The bytes of one route's answers, made once for all pages of a sharer that ask the same at the same time. */
export function createSharedBytes() {
  let sharers = new WeakMap<object, Map<string, Promise<Buffer<ArrayBuffer>>>>()
  let begunAt = Number.NEGATIVE_INFINITY

  return (
    { sharer, etag, isPacked, now }: AnswerOf,
    make: () => object | Promise<object>,
  ): Promise<Buffer<ArrayBuffer>> => {
    // The clock may be set back.
    if (Math.abs(now - begunAt) >= SHARED_MS) {
      sharers = new WeakMap()
      begunAt = now
    }
    const answers = sharers.get(sharer) ?? new Map<string, Promise<Buffer<ArrayBuffer>>>()
    sharers.set(sharer, answers)
    const key = `${isPacked ? 'packed' : 'plain'} ${etag}`
    const known = answers.get(key)
    if (known !== undefined) return known
    const made = bytesOf(make, isPacked)
    answers.set(key, made)
    made.catch(() => answers.delete(key))
    return made
  }
}

async function bytesOf(
  make: () => object | Promise<object>,
  isPacked: boolean,
): Promise<Buffer<ArrayBuffer>> {
  const text = JSON.stringify(await make())
  if (!isPacked) return Buffer.from(text)
  return text.length <= PACKED_AT_ONCE ? gzipSync(text) : pack(text)
}
