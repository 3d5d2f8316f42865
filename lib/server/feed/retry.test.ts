import { expect, it } from 'vitest'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { createRetry, RETRY_GAP_MS } from '#lib/server/feed/retry.ts'

it('retries once in two seconds for all people together', () => {
  const clock = manualClock()
  const retried: string[] = []
  const retry = createRetry<string>(clock, (by) => retried.push(by))
  for (const by of ['kim', 'kim', 'lee']) retry(by)
  expect(retried).toEqual(['kim'])
  clock.advance(RETRY_GAP_MS - 1)
  retry('lee')
  expect(retried).toEqual(['kim'])
  clock.advance(1)
  for (const by of ['lee', 'kim']) retry(by)
  expect(retried).toEqual(['kim', 'lee'])
})
