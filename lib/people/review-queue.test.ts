import { expect, it } from 'vitest'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { createReviewQueue } from '#lib/people/review-queue.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Five reviews with two places; each is under way until the test ends it. */
function setUp() {
  const clock = manualClock()
  const inTurn = createReviewQueue(clock, 2)
  const begun: number[] = []
  const ends = [0, 1, 2, 3, 4].map(() => Promise.withResolvers<void>())
  const answers = ends.map(({ promise }, n) =>
    inTurn(async () => {
      begun.push(n)
      await promise
      return n
    }),
  )
  return { clock, begun, ends, answers }
}

it('a limited number of reviews run at once, and the others follow in order', async () => {
  const { begun, ends, answers } = setUp()
  expect(begun).toEqual([0, 1])
  ends[1]?.resolve()
  await turn()
  expect(begun).toEqual([0, 1, 2])
  for (const { resolve } of ends) resolve()
  expect(await Promise.all(answers)).toEqual([0, 1, 2, 3, 4])
  expect(begun).toEqual([0, 1, 2, 3, 4])
})

it('a failed review makes room for the next', async () => {
  const { begun, ends, answers } = setUp()
  ends[0]?.reject(new Error('the API server is gone'))
  await expect(answers[0]).rejects.toThrow('the API server is gone')
  await turn()
  expect(begun).toEqual([0, 1, 2])
})

it('a queued review begins after a while although the others hang', async () => {
  const { clock, begun, ends } = setUp()
  clock.advance(4_999)
  await turn()
  expect(begun).toEqual([0, 1])
  clock.advance(1)
  await turn()
  expect(begun).toEqual([0, 1, 2, 3, 4])
  expect(clock.alarms).toEqual([])
  for (const { resolve } of ends) resolve()
})
