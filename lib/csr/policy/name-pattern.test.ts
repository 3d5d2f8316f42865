import { expect, it } from 'vitest'
import { timesYardstick } from '#lib/csr/fixtures/processor-time.ts'
import { matchesName } from '#lib/csr/policy/name-pattern.ts'

it.each([
  ['worker-1', 'worker-1', true],
  ['worker-1', 'worker', false],
  ['worker', 'worker-1', false],
  ['worker-1', 'worker-*', true],
  ['worker-', 'worker-*', true],
  ['worker-1.rack2.example.com', 'worker-*.rack2.example.com', true],
  ['worker-1.evil.rack2.example.com', 'worker-*.rack2.example.com', false],
  ['worker-1.example.com', '*', false],
  ['worker-1', '*', true],
  ['a', '*a', true],
  ['xab', 'ab', false],
  ['xb', 'ab', false],
  ['a.b.c', '*.*.*', true],
  ['a.b', '*.*.*', false],
  ['worker-1', 'worker-?', true],
  ['worker-12', 'worker-?', false],
  ['a.b', 'a?b', false],
  ['xaxbx', '*a*b*', true],
  ['xbxax', '*a*b*', false],
  ['', '*', true],
  ['', '', true],
  ['a+b', 'a+b', true],
  ['aab', 'a+b', false],
])('the name %s matches the pattern %s: %s', (name, pattern, matches) => {
  expect(matchesName(name, pattern)).toBe(matches)
})

it('every pattern is matched fast', () => {
  const match = () => expect(matchesName('a'.repeat(253), `${'*a'.repeat(120)}b`)).toBe(false)
  // A backtracking matcher would never finish.
  expect(timesYardstick(500, match)).toBeLessThan(500)
})
