import { expect, it } from 'vitest'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { keepAsking } from '#lib/kube/transport/keep-asking.ts'

function setUp() {
  const clock = manualClock()
  const asked: { readonly signal: AbortSignal; readonly answer: (ms: number) => void }[] = []
  const asking = keepAsking(clock, (signal) => {
    const { promise, resolve } = Promise.withResolvers<number>()
    asked.push({ signal, answer: resolve })
    return promise
  })
  async function answer(ms: number): Promise<void> {
    asked.at(-1)?.answer(ms)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { clock, asked, asking, answer }
}

it('a question is asked on request, and again when its answer says', async () => {
  const { clock, asked, asking, answer } = setUp()
  clock.advance(60_000)
  expect(asked).toHaveLength(0)
  asking.now()
  await answer(2_000)
  clock.advance(1_999)
  expect(asked).toHaveLength(1)
  clock.advance(1)
  expect(asked).toHaveLength(2)
})

it('a question is asked once at a time, and sooner instead of twice', async () => {
  const { clock, asked, asking, answer } = setUp()
  asking.now()
  asking.now()
  expect(asked).toHaveLength(1)
  await answer(2_000)
  asking.now()
  await answer(5_000)
  clock.advance(2_000)
  expect(asked).toHaveLength(2)
})

it.each(['under way', 'waited for'])('a stopped question is not asked again: %s', async (when) => {
  const { clock, asked, asking, answer } = setUp()
  asking.now()
  if (when === 'waited for') await answer(2_000)
  asking.stop()
  expect(asked[0]?.signal.aborted).toBe(true)
  if (when === 'under way') await answer(2_000)
  asking.now()
  expect([asked.length, clock.alarms]).toEqual([1, []])
})
