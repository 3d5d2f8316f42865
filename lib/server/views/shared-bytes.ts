import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const pack = promisify<string, Buffer<ArrayBuffer>>(gzip)

/** Milliseconds for which an answer is shared: its `serverTime` is late by as much at most. */
export const SHARED_MS = 250

export interface AnswerOf {
  /** The person who asks: two people never share an answer. */
  readonly person: object
  readonly etag: string
  readonly isPacked: boolean
  /** Milliseconds on the server's clock. */
  readonly now: number
}

/** The bytes of one route's answers, made once for all pages of a person that ask the same at the same time. */
export function createSharedBytes() {
  let people = new WeakMap<object, Map<string, Promise<Buffer<ArrayBuffer>>>>()
  let begunAt = Number.NEGATIVE_INFINITY

  return (
    { person, etag, isPacked, now }: AnswerOf,
    make: () => object | Promise<object>,
  ): Promise<Buffer<ArrayBuffer>> => {
    // The clock may be set back.
    if (Math.abs(now - begunAt) >= SHARED_MS) {
      people = new WeakMap()
      begunAt = now
    }
    const answers = people.get(person) ?? new Map<string, Promise<Buffer<ArrayBuffer>>>()
    people.set(person, answers)
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
  return isPacked ? pack(text) : Buffer.from(text)
}
