import { setImmediate as turn } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { growDuringStart } from '#lib/web/start-heap.ts'

const PATIENCE = { timeout: 30_000 }

it('the heap is collected soon after the start’s end', async () => {
  const clock = manualClock()
  const start = growDuringStart(clock)
  const left = new WeakRef({})
  start.end()
  start.end()
  expect(clock.alarms).toEqual([100])
  await turn()
  clock.advance(100)
  await vi.waitFor(() => expect(left.deref() === undefined).toBe(true), PATIENCE)
})

it('a start ends after five minutes without a live feed', async () => {
  const clock = manualClock()
  growDuringStart(clock)
  const left = new WeakRef({})
  await turn()
  clock.advance(5 * 60_000)
  await vi.waitFor(() => expect(left.deref() === undefined).toBe(true), PATIENCE)
})

it('the heap reports that the start has ended, but not by time alone', async () => {
  const clock = manualClock()
  const start = growDuringStart(clock)
  const onEnd = vi.fn<() => void>()
  void start.ended.then(onEnd)
  clock.advance(5 * 60_000)
  start.end()
  await turn()
  expect(onEnd).not.toHaveBeenCalled()
  clock.advance(100)
  await turn()
  expect(onEnd).toHaveBeenCalledOnce()
})
