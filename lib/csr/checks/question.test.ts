import { describe, expect, it } from 'vitest'
import { bounded, joined, seen } from '#lib/csr/checks/question.ts'

describe('what an answer lists', () => {
  const passes = (count: number) =>
    Array.from({ length: count }, (_, i) => seen('', `p${i}`, 'pass'))
  const odd = [seen('', 'a', 'fail'), seen('', 'b', 'unknown')]

  it('is all that was seen, in order, of as many as it may hold', () => {
    const observed = [...passes(198), ...odd]
    expect(bounded(observed)).toEqual(observed)
  })

  it('of more is the odd ones first, and only so many', () => {
    expect(bounded([...odd, ...passes(199)])).toEqual([...odd, ...passes(198)])
    expect(bounded([...passes(199), ...odd])).toEqual([...odd, ...passes(198)])
  })
})

it.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c, d, e'],
  [['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'a, b, c, d, e, … (7)'],
])('%j is told as %j', (values, text) => {
  expect(joined(values)).toBe(text)
})
