import { expect, it } from 'vitest'
import { createIntake } from '#lib/kube/intake.ts'
import { connecting } from '#lib/kube/source-states.ts'

const NOW = '2026-11-24T12:00:00.000Z'

it('what may no longer be read: that is told before the first of it goes, and after the last', () => {
  const told: string[] = []
  const intake = createIntake({ now: Date.now, onArrival() {}, onError() {} })
  const sink = intake.sinkFor<string>({
    uid: (item) => item,
    name: (item) => item,
    resourceVersion: () => '1',
    upsert: (item) => told.push(`+${item}`),
    remove: (uid) => told.push(`-${uid}`),
    state: ({ state }) => told.push(state),
  })
  sink.replace(['a', 'b'], [])
  sink.state({ ...connecting(NOW), state: 'live' })
  sink.state({ ...connecting(NOW), state: 'forbidden' })
  // One step at a time, as between any two of which somebody may look.
  while (!intake.isEmpty()) intake.work(() => false)
  expect(told).toEqual(['+a', '+b', 'live', 'forbidden', '-a', '-b', 'forbidden'])
})
