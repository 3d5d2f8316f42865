import { expect, it } from 'vitest'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import type { ProblemCode } from '#lib/refusals/problem.ts'
import { createRefusals, LINES_A_MINUTE } from '#lib/web/door/refusals.ts'

const KEY = 'a-launch-key-of-at-least-32-characters'

function setUp() {
  const clock = manualClock()
  const counted: ProblemCode[] = []
  const logged: unknown[] = []
  const refusals = createRefusals({
    clock,
    count: (code) => counted.push(code),
    log: (entry) => logged.push(entry),
  })
  const refuse = (code: ProblemCode = 'foreignHost', more = {}) =>
    refusals.add(code, { method: 'GET', url: '/', headers: {}, ...more })
  return { clock, counted, logged, refuse }
}

it('a refusal is logged with the claimed sender', () => {
  const { logged, refuse } = setUp()
  refuse('crossSite', {
    method: 'POST',
    url: '/api/machines/worker-1?x=1',
    headers: { host: ['f00d.localhost:8430'], origin: ['https://evil.example'] },
  })
  expect(logged).toEqual([
    {
      event: 'refused',
      code: 'crossSite',
      method: 'POST',
      route: '/api/machines/*',
      host: 'f00d.localhost:8430',
      origin: 'https://evil.example',
    },
  ])
})

it.each([
  `/%23key=${KEY}`,
  `/#key=${KEY}`,
  `/nodes?key=${KEY}`,
  `/api/${KEY}`,
  `/api/snapshot?key=${KEY}`,
])('a logged refusal holds no key, wherever the key was: %s', (url) => {
  const { logged, refuse } = setUp()
  refuse('unauthorized', { url, headers: { authorization: [`Bearer ${KEY}`], cookie: [KEY] } })
  expect(logged).toHaveLength(1)
  expect(JSON.stringify(logged)).not.toContain(KEY)
})

it('a logged text of an unauthenticated sender is cut', () => {
  const { logged, refuse } = setUp()
  const long = 'x'.repeat(10_000)
  refuse('foreignHost', {
    method: long,
    url: `/${long}`,
    headers: { host: [long], origin: [long] },
  })
  expect(JSON.stringify(logged).length).toBeLessThan(500)
})

it('all refusals are counted, some a minute are logged, and one line sums up the others', () => {
  const { clock, counted, logged, refuse } = setUp()
  for (let n = 0; n < 1_000; n += 1) refuse(n % 4 === 0 ? 'badUrl' : 'foreignHost')
  expect(counted).toHaveLength(1_000)
  expect(logged).toHaveLength(LINES_A_MINUTE)
  clock.advance(60_000)
  expect(logged).toHaveLength(LINES_A_MINUTE + 1)
  expect(logged.at(-1)).toEqual({ event: 'refusedMore', counts: { badUrl: 245, foreignHost: 735 } })
  // A second minute begins with new counts.
  refuse()
  expect(logged.at(-1)).toMatchObject({ event: 'refused' })
  clock.advance(60_000)
  expect(logged).toHaveLength(LINES_A_MINUTE + 2)
  expect(clock.alarms).toEqual([])
})

it.each<ProblemCode>(['noAccess', 'rightsUnknown', 'tooManyCalls'])(
  '%s, which signed-in people can cause, are summed up, and leave the lines to other refusals',
  (code) => {
    const { clock, counted, logged, refuse } = setUp()
    for (let n = 0; n < 1_000; n += 1) refuse(code)
    expect([counted.length, logged]).toEqual([1_000, []])
    refuse('crossSite')
    expect(logged).toMatchObject([{ event: 'refused', code: 'crossSite' }])
    clock.advance(60_000)
    expect(logged.at(-1)).toEqual({ event: 'refusedMore', counts: { [code]: 1_000 } })
    expect(clock.alarms).toEqual([])
  },
)
