import { describe, expect, it } from 'vitest'
import { FINDING_VALUES, FINDINGS, type TabledCode } from '#lib/csr/checks/check-findings.ts'
import type { FindingWords } from '#lib/messages/check-words.ts'
import { en } from '#lib/messages/en.ts'

const codes = Object.keys(FINDINGS) as TabledCode[]
const blanksOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)

describe('the sentences of the checks', () => {
  it.each(codes)('%s: exactly one sentence for each case', (code) => {
    const { findings } = en.checks.table[code]
    expect(Object.keys(findings).sort()).toEqual([...FINDINGS[code]].sort())
  })

  it.each(codes)('%s: fills only blanks that the check has values for', (code) => {
    const known: readonly string[] = FINDING_VALUES[code]
    const findings: Readonly<Record<string, FindingWords>> = en.checks.table[code].findings
    for (const { short, summary, decision, remedy = '' } of Object.values(findings)) {
      for (const text of [short, summary, decision ?? remedy]) {
        expect(blanksOf(text).filter((blank) => !known.includes(blank ?? ''))).toEqual([])
      }
    }
  })
})

it('a remedy is a decision where it speaks of approving or denying, and nowhere else', () => {
  const cases: readonly Readonly<Record<string, FindingWords>>[] = Object.values(
    en.checks.table,
  ).map(({ findings }) => findings)
  const told = cases.flatMap((findings) => Object.values(findings))
  const decisions = told.flatMap(({ decision = [] }) => decision)
  const others = told.flatMap(({ remedy = [] }) => remedy)
  const decides = (text: string) => /\b(approve|deny)\b/i.test(text)
  expect(decisions.filter((text) => !decides(text))).toEqual([])
  expect(others.filter(decides)).toEqual([])
  expect([decisions.length, others.length]).not.toContain(0)
})

describe('every text', () => {
  const texts: [string, string][] = []
  const collect = (value: unknown, path: string): void => {
    if (typeof value === 'string') texts.push([path, value])
    else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) collect(inner, `${path}.${name}`)
    }
  }
  collect(en, 'en')

  it('has no exclamation mark, no "please", no "successfully"', () => {
    expect(texts.length).toBeGreaterThan(300)
    const wrong = texts.filter(([, text]) => /!|\bplease\b|successfully/i.test(text))
    expect(wrong).toEqual([])
  })

  it('closes its backticks', () => {
    expect(texts.filter(([, text]) => text.split('`').length % 2 === 0)).toEqual([])
  })
})
