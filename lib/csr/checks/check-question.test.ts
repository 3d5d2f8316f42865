import { describe, expect, it } from 'vitest'
import { bounded, boundedTexts, joined, seen } from '#lib/csr/checks/check-question.ts'

describe('observed values of an answer', () => {
  const passes = (count: number) =>
    Array.from({ length: count }, (_, i) => seen('', `p${i}`, 'pass'))
  const odd = [seen('', 'a', 'fail'), seen('', 'b', 'unknown')]

  it('an answer lists all observed values in their order, up to the bound', () => {
    const observed = [...passes(198), ...odd]
    expect(bounded(observed)).toEqual(observed)
  })

  it('observed values beyond the bound are cut, and failing values come first', () => {
    expect(bounded([...odd, ...passes(199)])).toEqual([...odd, ...passes(198)])
    expect(bounded([...passes(199), ...odd])).toEqual([...odd, ...passes(198)])
  })
})

it.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c, d, e'],
  [['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'a, b, c, d, e, … (7)'],
])('%j are joined as %j', (values, text) => {
  expect(joined(values)).toBe(text)
})

describe('long values from requests', () => {
  const long = (character: string) => character.repeat(44_000)

  it.each([
    ['letters', 'a'],
    ['control characters', '\u0001'],
  ])('an observed value of %s is cut', (_, character) => {
    const { value } = seen('DNS', long(character), 'fail')
    expect(JSON.stringify(value).length).toBeLessThan(262)
    expect(value.endsWith('…')).toBe(true)
  })

  it('joined values take no more room than one value, and end with their number', () => {
    const names = Array.from({ length: 7 }, (_, n) => `${n}${'a'.repeat(99)}`)
    expect(joined(names)).toBe(`${names[0]}, ${names[1]}, … (7)`)
    expect(joined([long('a'), 'b'])).toBe(`${'a'.repeat(256)}…, … (2)`)
  })

  it('an answer lists as many observed values as fit into 16 kB, failing ones first', () => {
    const passes = Array.from({ length: 150 }, () => seen('DNS', long('a'), 'pass'))
    const shown = bounded([...passes, seen('DNS', 'odd', 'fail')])
    expect(shown[0]?.value).toBe('odd')
    expect(JSON.stringify(shown).length).toBeLessThan(17_000)
  })

  it('the expected values have the same bound as the observed ones', () => {
    expect(boundedTexts(['a', 'b'])).toEqual(['a', 'b'])
    const many = Array.from({ length: 300 }, () => long('a'))
    expect(JSON.stringify(boundedTexts(many)).length).toBeLessThan(17_000)
  })
})
