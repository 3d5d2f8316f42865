import { describe, expect, it } from 'vitest'
import { CAUSES, type CauseCode, cause } from '#lib/csr/cause.ts'
import { CLUSTER_CAUSES } from '#lib/csr/causes/cluster-causes.ts'
import { DECISION_CAUSES } from '#lib/csr/causes/decision-causes.ts'
import { DOCUMENT_CAUSES } from '#lib/csr/causes/document-causes.ts'
import { HTTP_CAUSES } from '#lib/csr/causes/http-causes.ts'
import { POLICY_CAUSES } from '#lib/csr/causes/policy-causes.ts'
import { PROBLEM_CODES } from '#lib/csr/problem-codes.ts'
import { en } from '#lib/messages/en.ts'
import { inEnglish } from '#lib/messages/english.ts'
import { causeWords } from '#lib/messages/grammar/cause-words.ts'

const codes = Object.keys(CAUSES) as CauseCode[]
const blanksOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)

describe('the sentences of causes', () => {
  it('every cause has exactly one sentence, and no code is in two groups', () => {
    expect(Object.keys(en.causes).sort()).toEqual([...codes].sort())
    const groups = [CLUSTER_CAUSES, DECISION_CAUSES, DOCUMENT_CAUSES, HTTP_CAUSES, POLICY_CAUSES]
    expect(groups.flatMap((group) => Object.keys(group))).toHaveLength(codes.length)
  })

  it.each(codes)('the blanks of cause %s are exactly its values', (code) => {
    expect([...new Set(blanksOf(en.causes[code]))].sort()).toEqual(Object.keys(CAUSES[code]).sort())
  })

  it('every problem of a reading has a sentence with its place or detail', () => {
    expect(Object.keys(en.reading).sort()).toEqual([...PROBLEM_CODES].sort())
    for (const text of Object.values(en.reading)) expect(blanksOf(text)).toEqual(['detail'])
  })
})

describe('in English, for logs and scripts', () => {
  it('English sentences follow each other, also sentences of checks', () => {
    const finding = { code: 'sans.reserved', finding: 'reserved', values: {} } as const
    const words = inEnglish([cause('neverApproved'), finding])
    expect(words).toMatch(/^It is never approved from here\. \S/)
  })

  it('invisible characters of a stranger’s text are escaped, and its braces are no blanks', () => {
    expect(inEnglish([cause('apiServerSaid', { said: 'a\u202e{status}' })])).toBe(
      'The API server said: “a\\u202e{status}”',
    )
  })

  it('a cause that this build does not know is shown by its code', () => {
    const newer = { code: 'newer', values: {} } as unknown as ReturnType<typeof cause>
    expect(causeWords(en.causes, newer)).toBeNull()
    expect(inEnglish([newer])).toBe('newer')
  })
})
