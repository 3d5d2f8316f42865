import { expect, it } from 'vitest'
import { isWithinShape, SHAPE } from '#lib/web/door/json-shape.ts'

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
const many = (values: number) => `[${Array(values - 1).fill('1')}]`

it.each<[what: string, text: string, expected: boolean]>([
  ['nothing', '', true],
  ['as many levels as allowed', nested(SHAPE.depth), true],
  ['one level more', nested(SHAPE.depth + 1), false],
  ['objects within arrays', '[{"a":'.repeat(17), false],
  ['a megabyte of brackets', '['.repeat(1_000_000), false],
  ['brackets one after the other', '[[],[],[]]'.repeat(100), true],
  ['more brackets than values allowed', `[${Array(SHAPE.values).fill('[]')}]`, false],
  ['as many values as allowed', many(SHAPE.values), true],
  ['one value more', many(SHAPE.values + 1), false],
  ['brackets within a text', JSON.stringify({ text: '[{,'.repeat(100_000) }), true],
  ['a quote within a text', JSON.stringify({ text: '"'.repeat(9) + nested(50) }), true],
  ['a backslash at the end of a text', `{"text":"\\\\",${nested(50)}`, false],
  ['a text that never ends', `"${nested(50)}`, true],
  ['text of other scripts', JSON.stringify({ text: '機械［［［'.repeat(100) }), true],
])('a body with %s is within the shape: %s', (_, text, expected) => {
  expect(isWithinShape(new TextEncoder().encode(text))).toBe(expected)
})
