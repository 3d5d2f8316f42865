import { RE2JS } from '@bufbuild/re2'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainly } from '#lib/csr/cause.ts'
import { timesYardstick } from '#lib/csr/fixtures/processor-time.ts'
import { compilePattern, type Pattern } from '#lib/policy/cel-pattern.ts'

function compiled(source: string): Pattern {
  const pattern = compilePattern(source)
  if ('problem' in pattern) throw new Error(`${source}: ${plainly(pattern.problem)}`)
  return pattern
}

const PATTERNS = [
  '',
  '^$',
  '$^',
  '$',
  '^a|b$',
  '^(?:a|b)$',
  '^[a-z0-9.-]+$',
  '(a+)+$',
  '(?i)AbC',
  'a.c',
  '(?s).',
  'x*',
  '[^a]',
  'a$|^b',
  '^a^b',
  '(^|x)a($|y)',
  '\\.example\\.com$',
  '(a|b)*abb',
  '\\d{1,3}\\.\\d{1,3}',
  '^(?:[a-z]{3}-){2}[0-9]$',
  '\\Aab\\z',
]

describe('a pattern', () => {
  it.each(PATTERNS)('the pattern %s matches any ASCII text exactly as RE2 does', (source) => {
    const ours = compiled(source)
    const theirs = RE2JS.compile(source)
    const letters = fc.constantFrom(...'abcxyAB019.-\n', 'example', 'abc-def-1')
    const texts = fc.array(letters, { maxLength: 8 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(texts, (text) => {
        expect(ours.test(text)).toBe(theirs.test(text))
      }),
      { numRuns: 300 },
    )
  })

  it('a pattern gives no answer for a text that is not ASCII', () => {
    expect(compiled('^.*$').test('nоde')).toBeNull()
    expect(compiled('a').test('aé')).toBeNull()
  })

  it.each([
    ['((a{1,100}){1,100}){1,100}', 'patternTooComplex'],
    ['(a?){100}a{100}', 'patternTooComplex'],
    ['(?s:.*)a.{12}', 'patternTooComplex'],
    ['[a-z]{1,253}', 'patternTooComplex'],
    ['a'.repeat(201), 'patternTooLong 200'],
    ['(', 'patternSaid error parsing regexp: missing closing )'],
    ['(a)\\1', 'invalid escape sequence'],
    ['a(?=b)', 'invalid'],
    ['\\bnode', 'patternBoundary'],
    ['(?m)^a', 'patternBoundary'],
  ])('the pattern %s is refused: %s', (source, reason) => {
    const pattern = compilePattern(source)
    expect('problem' in pattern && plainly(pattern.problem)).toContain(reason)
  })

  it('a pattern that backtracks catastrophically elsewhere costs one look-up a character', () => {
    const text = `${'a'.repeat(100_000)}!`
    for (const source of ['^(a+)+$', '^(a|aa)+$', '(x+x+)+y', '(.*)(.*)(.*)(.*)9z$']) {
      const pattern = compiled(source)
      // A backtracking engine would need longer than the universe has existed.
      expect(timesYardstick(500, () => expect(pattern.test(text)).toBe(false))).toBeLessThan(500)
    }
  })
})
