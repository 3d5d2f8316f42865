import { beforeEach, expect, it } from 'vitest'
import { createFairBuffer, type FairBuffer } from '#lib/kube/watch/fair-buffer.ts'

let passed: number
let buffer: FairBuffer<string>

beforeEach(() => {
  passed = 0
  buffer = createFairBuffer(() => passed)
})

/** Puts an item for the requestor named by its first letter. */
function put(uid: string, item = uid): void {
  buffer.put(uid, uid.slice(0, 1), item)
}

function drain(): string[] {
  const items: string[] = []
  for (let one = buffer.next(); one !== null; one = buffer.next()) items.push(one)
  return items
}

it('requestors take turns, each with its items in order of arrival', () => {
  for (const uid of ['a1', 'a2', 'b1', 'a3', 'c1', 'b2']) put(uid)
  expect(drain()).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
})

it('a flood delays no other requestor', () => {
  for (let n = 0; n < 20_000; n += 1) put(`f${n}`)
  put('other')
  expect([buffer.next(), buffer.next()]).toEqual(['f0', 'other'])
})

it('the buffer holds the newest state of each item once, and no taken one', () => {
  put('a1')
  put('a2')
  put('a1', 'a1 later')
  expect([buffer.take('a2'), buffer.take('a2'), buffer.take('never')]).toEqual(['a2', null, null])
  expect([...buffer.uids()]).toEqual(['a1'])
  expect(drain()).toEqual(['a1 later'])
})

it('a requestor keeps its position when an item is taken out of turn or put again', () => {
  for (const uid of ['a1', 'a2', 'a3']) put(uid)
  expect([buffer.next(), buffer.take('a2')]).toEqual(['a1', 'a2'])
  put('a2')
  put('a1')
  expect(drain()).toEqual(['a3', 'a2', 'a1'])
  put('a4')
  expect(drain()).toEqual(['a4'])
})

it('the buffer knows the arrival time of the longest waiting item', () => {
  const seen: (number | null)[] = [buffer.oldest()]
  for (const uid of ['a1', 'b1', 'a2', 'a1']) {
    passed += 1
    put(uid)
    seen.push(buffer.oldest())
  }
  buffer.take('a1')
  seen.push(buffer.oldest())
  drain()
  expect([...seen, buffer.oldest()]).toEqual([null, 1, 1, 1, 1, 2, null])
})
