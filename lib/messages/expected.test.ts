import { expect, it } from 'vitest'
import { EXPECTED_PROBLEMS } from '#lib/csr/policy/expected-problem.ts'
import { en } from '#lib/messages/en.ts'

it.each(Object.entries(EXPECTED_PROBLEMS))(
  'the sentence of problem %s fills the blanks for which it has values',
  (code, known) => {
    const text = en.expected.problems[code as keyof typeof EXPECTED_PROBLEMS]
    const blanks = [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    expect(blanks.sort()).toEqual([...known].sort())
  },
)
