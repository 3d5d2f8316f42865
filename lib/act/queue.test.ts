import { expect, it } from 'vitest'
import { Queue } from '#lib/act/queue.ts'

function drain(queue: Queue): string[] {
  const taken: string[] = []
  for (let uid = queue.take(); uid !== null; uid = queue.take()) taken.push(uid)
  return taken
}

it('the queue takes turns between nodes, the newest request of each first', () => {
  const queue = new Queue(() => 0, Math.random)
  for (const [lane, uid, at] of [
    ['a', 'a1', 1],
    ['a', 'a3', 3],
    ['a', 'a2', 2],
    ['b', 'b1', 1],
    ['c', 'c1', 9],
  ] as const) {
    queue.put(lane, uid, at)
  }
  expect(drain(queue)).toEqual(['a3', 'b1', 'c1', 'a2', 'a1'])
})

it('a flood delays no other node: another node’s request is taken second', () => {
  const queue = new Queue(() => 0, Math.random)
  for (let n = 0; n < 20_000; n += 1) queue.put('flood', `f${n}`, n)
  queue.put('other', 'one', 1)
  expect([queue.take(), queue.take()]).toEqual(['f19999', 'one'])
})

it('the queue holds each request once, and no dropped one', () => {
  const queue = new Queue(() => 0, Math.random)
  queue.put('a', 'x', 1)
  queue.put('a', 'x', 1)
  queue.put('a', 'y', 2)
  queue.drop('y')
  queue.drop('z')
  expect([queue.size, ...drain(queue), queue.size]).toEqual([1, 'x', 0])
})

it.each([
  ['the first time', 1, 0, 500],
  ['the second time', 2, 0, 1_000],
  ['for ever', 30, 0, 30_000],
  ['as long as the API server asks for', 1, 5_000, 5_000],
])('the queue delays a failed request: %s', (_, failures, asked, expected) => {
  let now = 0
  const queue = new Queue(
    () => now,
    () => 0.5,
  )
  for (let n = 1; n < failures; n += 1) {
    queue.retry('a', 'x', 1, asked)
    now += 60_000
    queue.take()
  }
  queue.retry('a', 'x', 1, asked)
  // The request is queued already.
  queue.put('a', 'x', 1)
  const due = now + expected
  expect(queue.nextDueAt()).toBe(due)
  now = due - 1
  expect(queue.take()).toBeNull()
  now = due
  expect([queue.take(), queue.nextDueAt()]).toEqual(['x', null])
})

it('the queue forgets failures of dropped requests', () => {
  const queue = new Queue(
    () => 0,
    () => 0.5,
  )
  queue.retry('a', 'x', 1, 0)
  queue.drop('x')
  queue.retry('a', 'x', 1, 0)
  expect(queue.nextDueAt()).toBe(500)
})

it('the queue skips a busy node', () => {
  const queue = new Queue(() => 0, Math.random)
  queue.put('a', 'a1', 1)
  queue.put('b', 'b1', 1)
  expect([queue.take(new Set(['a'])), queue.take(new Set(['a'])), queue.take()]).toEqual([
    'b1',
    null,
    'a1',
  ])
})
