import { describe, expect, it } from 'vitest'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import type { Readiness } from '#lib/kube/reads/readiness.ts'
import { watchStore } from '#lib/kube/watch/store-watch.ts'

/** A watcher with the test's answers; `told` has its reports, in order. */
function setUp() {
  const clock = manualClock()
  const said: boolean[] = []
  let answer: Readiness = 'ready'
  let asked = 0
  const watch = watchStore({
    async ask() {
      asked += 1
      return answer
    },
    clock,
    onChange: () => said.push(watch.isSilent),
  })
  return {
    watch,
    said,
    clock,
    asked: () => asked,
    async pass(ms: number, now: Readiness) {
      answer = now
      clock.advance(ms)
      await new Promise(setImmediate)
    },
  }
}

describe('whether the API server reaches etcd', () => {
  it('the store is asked about every ten seconds, and not before', async () => {
    const { pass, asked, said } = setUp()
    await pass(9_999, 'ready')
    expect(asked()).toBe(0)
    await pass(1, 'ready')
    await pass(10_000, 'ready')
    expect([asked(), said]).toEqual([2, []])
  })

  it('the store is doubted after two failures, believed again after one success, and asked about every two seconds', async () => {
    const { pass, watch, said } = setUp()
    await pass(10_000, 'starting')
    expect(watch.isSilent).toBe(false)
    await pass(2_000, 'starting')
    expect(watch.isSilent).toBe(true)
    for (let at = 0; at < 30; at += 1) await pass(2_000, 'starting')
    await pass(2_000, 'ready')
    expect([watch.isSilent, said]).toEqual([false, [true, false]])
  })

  it.each(['ready', 'unknown'] as const)('a single failure is forgotten: %s', async (answer) => {
    const { pass, said } = setUp()
    for (let at = 0; at < 5; at += 1) {
      await pass(10_000, 'starting')
      await pass(2_000, answer)
    }
    expect(said).toEqual([])
  })

  it('the store is not asked about after stop', async () => {
    const { pass, watch, asked, clock } = setUp()
    await pass(10_000, 'ready')
    watch.stop()
    await pass(60_000, 'ready')
    expect([asked(), clock.alarms]).toEqual([1, []])
  })
})
