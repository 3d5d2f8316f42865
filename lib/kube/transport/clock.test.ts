import { afterEach, expect, it, vi } from 'vitest'
import { systemClock } from '#lib/kube/transport/clock.ts'

afterEach(() => {
  vi.useRealTimers()
})

it('a turn that is due now waits for no timer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  const rung: string[] = []
  systemClock.after(1, () => rung.push('a timer'))
  systemClock.after(0, () => rung.push('taken back'))()
  await new Promise<void>((resolve) => systemClock.after(0, resolve))
  expect(rung).toEqual([])
})
