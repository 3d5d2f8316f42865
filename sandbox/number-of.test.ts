import { expect, it } from 'vitest'
import { numberOf } from '#sandbox/number-of.ts'

it.each([
  ['0', 0],
  ['2', 2],
  ['200', 200],
])('the text %s is %i', (text, number) => {
  expect(numberOf(text, '--kubelets', 0, 200)).toBe(number)
})

it.each(['two', '1.5', '-1', '201', 'NaN', ''])(
  'the text “%s” is refused, with the accepted range',
  (text) => {
    expect(() => numberOf(text, '--kubelets', 0, 200)).toThrow(
      `--kubelets takes a whole number from 0 to 200, not "${text}".`,
    )
  },
)
