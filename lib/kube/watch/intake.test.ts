import { beforeEach, describe, expect, it } from 'vitest'
import type { StoredObject } from '#lib/csr/model.ts'
import { createIntake, type Intake, type QueueName } from '#lib/kube/watch/intake.ts'
import { connecting } from '#lib/kube/watch/reflector-state.ts'

const NOW = '2026-11-24T12:00:00.000Z'

const item = (uid: string): StoredObject => ({ uid, name: uid, resourceVersion: '1' })
const items = (...uids: readonly string[]) => uids.map(item)

let passed: number
let reported: string[]
let intake: Intake

beforeEach(() => {
  passed = 0
  reported = []
  intake = createIntake({ passed: () => passed, onArrival() {}, onError() {} })
})

/** A sink whose new items wait for their requestor's turn, where `requestorOf` is given. */
function sinkFor(place: QueueName, requestorOf?: (item: StoredObject) => string) {
  return intake.sinkFor<StoredObject>(
    {
      ...(requestorOf === undefined ? {} : { requestorOf }),
      upsert: ({ uid }) => reported.push(`+${uid}`),
      remove: (uid) => reported.push(`-${uid}`),
      state: ({ state }) => reported.push(state),
    },
    place,
  )
}

/** Takes one step; another task may look between any two. */
function step(): void {
  intake.work(() => false)
}

function takeAll(): void {
  while (!intake.isEmpty()) step()
}

it('a forbidden source is reported before its first object is removed, and after the last', () => {
  const sink = sinkFor('inTurn')
  sink.replace(items('a', 'b'), [])
  sink.state({ ...connecting(NOW), state: 'live' })
  sink.state({ ...connecting(NOW), state: 'forbidden' })
  takeAll()
  expect(reported).toEqual(['+a', '+b', 'live', 'forbidden', '-a', '-b', 'forbidden'])
})

it('the queue ahead waits for no other, not even for the rest of a list, and keeps its order', () => {
  const requests = sinkFor('inTurn')
  const nodes = sinkFor('ahead')
  requests.replace(items('a', 'b'), [])
  requests.upsert(item('c'))
  step()
  nodes.replace(items('node-1'), [])
  nodes.state({ ...connecting(NOW), state: 'live' })
  nodes.remove('node-1')
  takeAll()
  expect(reported).toEqual(['+a', '+node-1', 'live', '-node-1', '+b', '+c'])
})

it('a list counts as half taken until its end, whatever goes ahead meanwhile', () => {
  sinkFor('inTurn').replace(items('a', 'b'), [])
  step()
  sinkFor('ahead').upsert(item('node-1'))
  step()
  expect([reported, intake.isMidway()]).toEqual([['+a', '+node-1'], true])
  takeAll()
  expect(intake.isMidway()).toBe(false)
})

it('the oldest waiting item counts, in whatever queue', () => {
  expect(intake.oldest()).toBeNull()
  for (const place of ['inTurn', 'ahead'] as const) {
    passed += 1
    sinkFor(place).upsert(item(place))
  }
  expect(intake.oldest()).toBe(1)
  takeAll()
  expect(intake.oldest()).toBeNull()
})

it('the intake is behind once an item waited for more than ten seconds, until none waits for more than one', () => {
  const sink = sinkFor('inTurn')
  const seen: (number | null)[] = []
  const after = (ms: number) => {
    passed += ms
    seen.push(intake.behind())
  }
  for (const each of items('a', 'b', 'c')) sink.upsert(each)
  after(10_000)
  after(1)
  step()
  sink.upsert(item('d'))
  after(0)
  step()
  step()
  after(1_000)
  after(9_000)
  after(1)
  takeAll()
  after(0)
  expect(seen).toEqual([null, 10_001, 10_001, null, null, 10_001, null])
})

it('new items that wait for turns delay nothing, not even "live", and do not count as behind', () => {
  const sink = sinkFor('inTurn', ({ uid }) => uid.slice(0, 1))
  sink.replace(items('k'), [])
  takeAll()
  const flood = Array.from({ length: 100 }, (_, n) => `f${n}`)
  for (const each of items(...flood, 'other')) sink.upsert(each)
  sink.upsert({ ...item('k'), resourceVersion: '2' })
  sink.state({ ...connecting(NOW), state: 'live' })
  reported = []
  intake.work(() => !intake.isCurrent())
  expect(reported).toEqual(['+k', 'live', '+f0', '+other', '+f1', '+f2'])
  passed += 60_000
  expect([intake.isEmpty(), intake.behind(), intake.oldest()]).toEqual([false, null, 0])
  takeAll()
  expect(reported).toHaveLength(103)
})

it('new items are taken however long the lines are, but only briefly before the lines’ own items', () => {
  const sink = sinkFor('inTurn', ({ uid }) => uid.slice(0, 1))
  sink.replace(items('k'), [])
  takeAll()
  reported = []
  for (const each of items('f1', 'f2', 'other')) sink.upsert(each)
  for (let step = 3; step > 0; step -= 1) intake.work(() => false)
  sinkFor('ahead').upsert(item('node-1'))
  takeAll()
  expect(reported).toEqual(['+f1', '+f2', '+other', '+node-1'])
})

describe('the last line', () => {
  it('the last queue waits for the others, and no other waits for it', () => {
    const others = sinkFor('last')
    others.replace(items('o1', 'o2', 'o3'), [])
    step()
    expect([intake.isMidway(), intake.isCurrent(), intake.oldest()]).toEqual([false, true, null])
    passed += 60_000
    expect(intake.behind()).toBeNull()
    sinkFor('inTurn').replace(items('a', 'b'), [])
    sinkFor('ahead').upsert(item('node-1'))
    intake.work(() => !intake.isCurrent())
    expect(reported.filter((each) => !each.startsWith('+o'))).toEqual(['+node-1', '+a', '+b'])
    expect(intake.isEmpty()).toBe(false)
    takeAll()
    expect(reported.filter((each) => each.startsWith('+o'))).toEqual(['+o1', '+o2', '+o3'])
  })

  it('the last queue goes on by one step however busy the others are', () => {
    sinkFor('last').replace(items('o1', 'o2'), [])
    const flood = sinkFor('inTurn')
    for (let n = 0; n < 4; n += 1) {
      flood.upsert(item(`f${n}`))
      step()
    }
    expect(reported).toEqual(['+f0', '+o1', '+f1', '+o2', '+f2', '+f3'])
  })

  it('new items of both queues take turns', () => {
    const [kubelets, others] = [sinkFor('inTurn', () => 'k'), sinkFor('last', () => 'o')]
    for (const sink of [kubelets, others]) sink.replace(items('known'), [])
    takeAll()
    reported = []
    for (const n of [1, 2]) kubelets.upsert(item(`k${n}`))
    for (const n of [1, 2, 3, 4]) others.upsert(item(`o${n}`))
    takeAll()
    expect(reported.slice(0, 4).toSorted()).toEqual(['+k1', '+k2', '+o1', '+o2'])
    expect(reported).toHaveLength(6)
  })
})
