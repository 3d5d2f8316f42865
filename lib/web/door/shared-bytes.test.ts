import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import {
  type AnswerOf,
  createSharedBytes,
  NEVER_PACKED,
  SHARED_MS,
} from '#lib/web/door/shared-bytes.ts'

const [KIM, ANA] = [{}, {}]
const FIRST: AnswerOf = { audience: KIM, etag: '"e.1"', takesGzip: false, now: 1_000_000 }

/** Asks one question after the other; each answer is the number of answers made before it. */
async function madeFor(...asked: readonly AnswerOf[]): Promise<readonly number[]> {
  const bytes = createSharedBytes()
  let made = 0
  const answers: number[] = []
  for (const each of asked) {
    const answer = await bytes(each, () => ({ made: made++ }))
    answers.push(JSON.parse(answer.bytes.toString()).made)
  }
  return answers
}

describe('the bytes of an answer', () => {
  it.each<[string, AnswerOf]>([
    ['at the same moment', FIRST],
    ['a moment later', { ...FIRST, now: FIRST.now + SHARED_MS - 1 }],
  ])('the bytes of an answer are shared with a page of the same person, %s', async (_, second) => {
    expect(await madeFor(FIRST, second)).toEqual([0, 0])
  })

  it.each<[string, AnswerOf]>([
    ['another person', { ...FIRST, audience: ANA }],
    ['another question or revision', { ...FIRST, etag: '"e.2"' }],
    ['a caller that takes gzip', { ...FIRST, takesGzip: true }],
    ['a later moment', { ...FIRST, now: FIRST.now + SHARED_MS }],
    ['a clock that was set back', { ...FIRST, now: FIRST.now - SHARED_MS }],
  ])('the bytes of an answer are made again for %s', async (_, second) => {
    expect(await madeFor(FIRST, second)).toEqual([0, 1])
  })

  it('the bytes of one person’s answer are shared with that person after another asked', async () => {
    expect(await madeFor(FIRST, { ...FIRST, audience: ANA }, FIRST)).toEqual([0, 1, 0])
  })

  it('the bytes of an answer are packed by gzip beyond the first round trip of a connection', async () => {
    const ask = (length: number) => {
      const bytes = createSharedBytes()
      return bytes({ ...FIRST, takesGzip: true }, () => ({ a: 'a'.repeat(length - 8) }))
    }
    const [plain, packed] = [await ask(NEVER_PACKED), await ask(NEVER_PACKED + 1)]
    expect([plain.isPacked, plain.bytes.length]).toEqual([false, NEVER_PACKED])
    expect([packed.isPacked, gunzipSync(packed.bytes).length]).toEqual([true, NEVER_PACKED + 1])
  })

  it('the bytes of an answer are made once for callers who ask meanwhile', async () => {
    const bytes = createSharedBytes()
    let made = 0
    const ask = () => bytes(FIRST, async () => ({ made: made++ }))
    await Promise.all([ask(), ask()])
    expect(made).toBe(1)
  })

  it('the bytes of an answer are made again after a failure', async () => {
    const bytes = createSharedBytes()
    const fail = () => Promise.reject(new Error('the record is closed'))
    await expect(bytes(FIRST, fail)).rejects.toThrow('the record is closed')
    expect((await bytes(FIRST, () => ({ made: 1 }))).bytes.toString()).toBe('{"made":1}')
  })
})
