import { expect, it } from 'vitest'
import { problemWords } from '#lib/csr/fixtures/problem-words.ts'
import type { ReadingProblemCode } from '#lib/csr/problem-codes.ts'
import { problemList } from '#lib/csr/reading/reading-problems.ts'

it.each<[string, readonly (readonly [ReadingProblemCode, string])[], readonly string[]]>([
  [
    'the same',
    [
      ['badSan', 'a'],
      ['badSan', 'a'],
    ],
    ['badSan a'],
  ],
  [
    'the same elsewhere',
    [
      ['badSan', 'a'],
      ['badSan', 'b'],
    ],
    ['badSan a', 'badSan b'],
  ],
  [
    'another there',
    [
      ['badSan', 'a'],
      ['badTag', 'a'],
    ],
    ['badSan a', 'badTag a'],
  ],
  [
    'the first again after another',
    [
      ['badSan', 'a'],
      ['badTag', 'a'],
      ['badSan', 'a'],
    ],
    ['badSan a', 'badTag a'],
  ],
])('a problem is reported once: %s', (_, reported, worded) => {
  const { problems, report } = problemList()
  for (const [code, detail] of reported) report(code, detail)
  expect(problemWords(problems)).toEqual(worded)
})

it('the first twenty of many problems are reported', () => {
  const { problems, report } = problemList()
  for (let i = 0; i < 21; i++) report('badSan', String(i))
  expect(problems.map(({ detail }) => detail)).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`))
})
