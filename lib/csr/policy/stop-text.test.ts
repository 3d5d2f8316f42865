import { expect, it } from 'vitest'
import { isStopText, readStop, stopText } from '#lib/csr/policy/stop-text.ts'

const AT = '2026-12-01T14:41:00.000Z'

it.each([
  ['everything', { by: 'kim', at: AT, why: 'rack 2 moves' }],
  ['no reason', { by: 'kim', at: AT, why: null }],
  ['nothing', { by: null, at: null, why: null }],
])('a stop that says %s is read as it was written', (_what, stop) => {
  const text = stopText(stop)
  expect([readStop(text), isStopText(text)]).toEqual([stop, true])
})

it.each([
  ['true', { by: null, at: null, why: null }],
  ['no', { by: null, at: null, why: null }],
  ['true\nat: yesterday\nby: kim', { by: 'kim', at: null, why: null }],
])('the text %j of kubectl is read as far as it says something', (text, stop) => {
  expect(readStop(text)).toEqual(stop)
})

it('a reason is written on one line, so that it cannot pass for another fact', () => {
  const text = stopText({ by: 'kim', at: AT, why: 'rack 2\nby: lee' })
  expect(readStop(text)).toEqual({ by: 'kim', at: AT, why: 'rack 2 by: lee' })
})

it.each(['false', 'True', '', 'true story'])(
  '%j is no text that this product writes to stop',
  (text) => {
    expect(isStopText(text)).toBe(false)
  },
)
