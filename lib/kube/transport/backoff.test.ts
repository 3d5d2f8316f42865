import { describe, expect, it } from 'vitest'
import { said } from '#lib/kube/fixtures/said.ts'
import { createBackoff } from '#lib/kube/transport/backoff.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'

const refused = new KubeError(said('refused'), { kind: 'network', code: 'ECONNREFUSED' })
const closed = new KubeError(said('closed'), { kind: 'network', code: 'UND_ERR_SOCKET' })
const silent = new KubeError(said('silence'), { kind: 'timeout' })
const failing = new KubeError(said('broken'), { kind: 'status', status: 500 })
const starting = new KubeError(
  said(
    'the request has been made before all known HTTP paths have been installed, please try again',
  ),
  { kind: 'status', status: 503, retryAfterMs: 5_000 },
)

describe('the ceiling', () => {
  it.each([
    ['answered', failing, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]],
    ['silent', silent, [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]],
    ['refused', refused, [500, 1_000, 1_500, 1_500, 1_500, 1_500, 1_500, 1_500]],
    ['closed', closed, [500, 1_000, 1_500, 1_500, 1_500, 1_500, 1_500, 1_500]],
    ['an error of our own', new Error('bug'), [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000]],
  ])('the ceiling doubles up to its height: %s', (_, error, ceilings) => {
    const backoff = createBackoff(() => 1)
    expect(ceilings.map(() => backoff.next(error))).toEqual(ceilings)
  })

  it('the wait has full jitter below the ceiling', () => {
    const values = [0, 0.25, 0.99]
    expect(values.map((value) => createBackoff(() => value).next(failing))).toEqual([0, 125, 495])
  })

  it('the ceiling stays at its height for ever', () => {
    const backoff = createBackoff(() => 1)
    for (let n = 0; n < 2_000; n += 1) backoff.next(failing)
    expect(backoff.next(failing)).toBe(30_000)
  })

  it('the ceiling begins again after a healthy while', () => {
    const backoff = createBackoff(() => 1)
    for (let n = 0; n < 5; n += 1) backoff.next(failing)
    backoff.reset()
    expect(backoff.next(failing)).toBe(500)
  })

  it('the ceiling begins again for a new process in place of the one that is gone', () => {
    const backoff = createBackoff(() => 1)
    for (let n = 0; n < 5; n += 1) backoff.next(failing)
    backoff.next(refused)
    expect(backoff.next(failing)).toBe(500)
  })
})

describe('Retry-After', () => {
  const asked = new KubeError(said('busy'), { kind: 'status', status: 429, retryAfterMs: 7_000 })

  it('Retry-After is the least wait, with jitter on top', () => {
    expect(createBackoff(() => 0).next(asked)).toBe(7_000)
    expect(createBackoff(() => 1).next(asked)).toBe(7_500)
  })

  it('Retry-After of an API server that is just starting is cut to a second', () => {
    expect(createBackoff(() => 0).next(starting)).toBe(1_000)
  })
})
