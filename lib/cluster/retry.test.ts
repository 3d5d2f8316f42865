import { beforeEach, expect, it } from 'vitest'
import { createRetry } from '#lib/cluster/retry.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'

interface Session {
  readonly person: string
}
const [kim, lee, mallory] = [{ person: 'kim' }, { person: 'lee' }, { person: 'mallory' }]

let clock: ManualClock
let reads: number
let reviews: string[]
let retry: (by: Session) => void
beforeEach(() => {
  clock = manualClock()
  reads = 0
  reviews = []
  retry = createRetry<Session>(clock, {
    personKey: ({ person }) => person,
    forAll() {
      reads += 1
    },
    forOne: ({ person }) => reviews.push(person),
  })
})

it('the server’s sources are read again once in two seconds for all people together', () => {
  for (const by of [kim, kim, lee]) retry(by)
  expect(reads).toBe(1)
  clock.advance(OF_PEOPLE.retries.inAll - 1)
  retry(lee)
  expect(reads).toBe(1)
  clock.advance(1)
  for (const by of [lee, kim]) retry(by)
  expect(reads).toBe(2)
})

it('a person’s rights are reviewed once in two seconds, also while another person retries all the time', () => {
  for (let n = 0; n < 100; n += 1) retry(mallory)
  retry(kim)
  retry({ ...kim })
  expect(reviews).toEqual(['mallory', 'kim'])
  clock.advance(OF_PEOPLE.retries.inAll - 1)
  retry(mallory)
  retry(kim)
  expect(reviews).toEqual(['mallory', 'kim'])
  clock.advance(1)
  retry(mallory)
  retry(kim)
  expect(reviews.slice(2)).toEqual(['mallory', 'kim'])
})
