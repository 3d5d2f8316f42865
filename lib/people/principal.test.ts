import { expect, it } from 'vitest'
import { cause } from '#lib/csr/cause.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'
import { createPacer } from '#lib/kube/writes/pacer.ts'
import { NOWHERE, scriptedActor } from '#lib/people/fixtures/scripted-actor.ts'
import { createPrincipal } from '#lib/people/principal.ts'

/** A principal whose every review is answered with a Retry-After of a minute; the first has failed. */
async function throttled(clock: ReturnType<typeof manualClock>) {
  let reviews = 0
  const { promise: failed, resolve } = Promise.withResolvers<unknown>()
  const principal = createPrincipal({
    fallbackName: 'kim',
    endpoint: NOWHERE,
    actor: scriptedActor(() => 'kim'),
    pacer: createPacer({ start: 1 }),
    async review() {
      reviews += 1
      throw new KubeError(cause('clusterNotLive'), {
        ...{ kind: 'status', status: 429, retryAfterMs: 60_000 },
      })
    },
    clock,
    onOtherPerson() {},
    onRights() {},
    onFailed: resolve,
  })
  await failed
  return { principal, reviews: () => reviews }
}

it.each([
  ['a retry alone', 0],
  ['a clock set ahead', 3_600_000],
  ['a clock set back', -3_600_000],
])('%s does not change the Retry-After of a review of rights', async (_, moved) => {
  const clock = manualClock()
  const { principal, reviews } = await throttled(clock)
  clock.moveHands(moved)
  for (let n = 0; n < 100; n += 1) principal.reviewAccess()
  clock.advance(59_999)
  principal.reviewAccess()
  expect(reviews()).toBe(1)
  clock.advance(1)
  expect(reviews()).toBe(2)
  principal.stop()
})

it('the rights of another person are asked for when a Retry-After ends', async () => {
  const clock = manualClock()
  const { principal, reviews } = await throttled(clock)
  principal.become('lee')
  clock.advance(59_999)
  expect(reviews()).toBe(1)
  clock.advance(1)
  expect(reviews()).toBe(2)
  principal.stop()
})
