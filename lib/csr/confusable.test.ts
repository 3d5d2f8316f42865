import { describe, expect, it } from 'vitest'
import { hasMixedScripts, skeleton } from '#lib/csr/confusable.ts'

describe('look-alike names', () => {
  it.each([
    ['Cyrillic о', 'wоrker-1', 'worker-1'],
    ['Cyrillic throughout', 'уоке', 'yoke'],
    ['Cyrillic capitals', 'СОРЕ', 'cope'],
    ['Greek ο and ρ', 'wοrkeρ-1', 'workep-1'],
    ['Armenian օ', 'wօrker', 'worker'],
    ['a zero for an o', 'w0rker-1', 'worker-1'],
    ['a one for an l', '1oad', 'load'],
    ['capital I for l', 'Ioad', 'load'],
    ['rn for m', 'rnaster-0', 'master-0'],
    ['vv for w', 'vvorker', 'worker'],
    ['full width', 'ｗｏｒｋｅｒ', 'worker'],
    ['an accent', 'wórker', 'worker'],
    ['a zero-width space', 'wor\u200bker', 'worker'],
    ['another hyphen', 'worker‐1', 'worker-1'],
    ['a name that differs beyond 512 characters', `${'a'.repeat(512)}b`, `${'a'.repeat(512)}c`],
    ['mathematical letters', '𝐰𝐨𝐫𝐤𝐞𝐫', 'worker'],
  ])('%s: %s looks like %s', (_, one, other) => {
    expect(one).not.toBe(other)
    expect(skeleton(one)).toBe(skeleton(other))
  })

  it.each([
    ['worker-1', 'worker-2'],
    ['worker-1', 'worker1'],
    ['worker-10', 'worker-11'],
    ['worker-1.a', 'worker-1.b'],
    ['infra-5', 'infra-s'],
  ])('%s does not look like %s', (one, other) => {
    expect(skeleton(one)).not.toBe(skeleton(other))
  })

  it('a look-alike is found in bounded time', () => {
    expect(skeleton('о'.repeat(1_000_000)).length).toBeLessThan(1000)
  })
})

it.each([
  ['worker-1', false],
  ['wörker-1', false],
  ['работник-1', false],
  ['wоrker-1', true],
  ['wοrker-1', true],
  ['工作-worker', false],
  [`${'a'.repeat(511)}о`, true],
  [`${'a'.repeat(512)}о`, false],
])('%s mixes scripts: %s', (name, mixed) => {
  expect(hasMixedScripts(name)).toBe(mixed)
})
