import { beforeEach, expect, it } from 'vitest'
import { createIntake, type Intake, type Place } from '#lib/kube/intake.ts'
import { connecting } from '#lib/kube/source-states.ts'

const NOW = '2026-11-24T12:00:00.000Z'

let passed: number
let told: string[]
let intake: Intake

beforeEach(() => {
  passed = 0
  told = []
  intake = createIntake({ passed: () => passed, onArrival() {}, onError() {} })
})

function sinkFor(place: Place) {
  return intake.sinkFor<string>(
    {
      uid: (item) => item,
      name: (item) => item,
      resourceVersion: () => '1',
      upsert: (item) => told.push(`+${item}`),
      remove: (uid) => told.push(`-${uid}`),
      state: ({ state }) => told.push(state),
    },
    place,
  )
}

/** One step at a time, as between any two of which somebody may look. */
function step(): void {
  intake.work(() => false)
}

function takeAll(): void {
  while (!intake.isEmpty()) step()
}

it('what may no longer be read: that is told before the first of it goes, and after the last', () => {
  const sink = sinkFor('inTurn')
  sink.replace(['a', 'b'], [])
  sink.state({ ...connecting(NOW), state: 'live' })
  sink.state({ ...connecting(NOW), state: 'forbidden' })
  takeAll()
  expect(told).toEqual(['+a', '+b', 'live', 'forbidden', '-a', '-b', 'forbidden'])
})

it('what goes ahead waits for nothing else, not even for the rest of a list, and keeps its own order', () => {
  const requests = sinkFor('inTurn')
  const nodes = sinkFor('ahead')
  requests.replace(['a', 'b'], [])
  requests.upsert('c')
  step()
  nodes.replace(['node-1'], [])
  nodes.state({ ...connecting(NOW), state: 'live' })
  nodes.remove('node-1')
  takeAll()
  expect(told).toEqual(['+a', '+node-1', 'live', '-node-1', '+b', '+c'])
})

it('a list is half taken in until its end, whatever goes ahead meanwhile', () => {
  sinkFor('inTurn').replace(['a', 'b'], [])
  step()
  sinkFor('ahead').upsert('node-1')
  step()
  expect([told, intake.isMidway()]).toEqual([['+a', '+node-1'], true])
  takeAll()
  expect(intake.isMidway()).toBe(false)
})

it('the oldest of all that waits, in whatever line', () => {
  expect(intake.oldest()).toBeNull()
  for (const place of ['inTurn', 'ahead'] as const) {
    passed += 1
    sinkFor(place).upsert(place)
  }
  expect(intake.oldest()).toBe(1)
  takeAll()
  expect(intake.oldest()).toBeNull()
})

it('is behind once something has waited for more than ten seconds, and until none waits for more than one', () => {
  const sink = sinkFor('inTurn')
  const seen: boolean[] = []
  const after = (ms: number) => {
    passed += ms
    seen.push(intake.isBehind())
  }
  for (const item of ['a', 'b', 'c']) sink.upsert(item)
  after(10_000)
  after(1)
  step()
  sink.upsert('d')
  after(0)
  step()
  step()
  after(1_000)
  after(9_000)
  after(1)
  takeAll()
  after(0)
  expect(seen).toEqual([false, true, true, false, false, true, false])
})
