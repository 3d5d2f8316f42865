import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ReportKind, readReport } from './test-report.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'report-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

const vitest = {
  numPassedTests: 1,
  testResults: [
    {
      name: 'openssl.test.ts',
      status: 'passed',
      assertionResults: [
        { fullName: 'reads', status: 'passed' },
        { fullName: 'agrees', status: 'skipped' },
        { fullName: 'is yet to be', status: 'todo' },
      ],
    },
  ],
}
const spec = (line: number, title: string, status: string) => ({
  ...{ file: 'join.spec.ts', line, title },
  tests: [{ status, results: [{ errors: [] }] }],
})
const playwright = {
  stats: { expected: 1 },
  suites: [
    { specs: [spec(3, 'reads', 'expected')], suites: [{ specs: [spec(9, 'agrees', 'skipped')] }] },
  ],
  errors: [],
}

describe.each<[ReportKind, unknown, string[]]>([
  ['vitest', vitest, ['openssl.test.ts: agrees', 'openssl.test.ts: is yet to be']],
  ['playwright', playwright, ['join.spec.ts:9: agrees']],
])('a test that %s has skipped', (kind, report, skipped) => {
  const read = (ci: boolean) => {
    const file = join(folder, 'report.json')
    writeFileSync(file, JSON.stringify(report))
    return readReport(kind, file, ci)
  }

  it('a skipped test is named', () => {
    expect(read(false)).toEqual({ passed: 1, skipped, failures: [] })
  })

  it('a skipped test fails an unattended run, by name', () => {
    const failures = skipped.map((test) => ({ test, why: 'It was skipped.' }))
    expect(read(true)).toEqual({ passed: 1, skipped: [], failures })
  })
})

it('a failure of Playwright is reported with its words and what the page showed', () => {
  const path = join(folder, 'error-context.md')
  const file = join(folder, 'report.json')
  writeFileSync(
    path,
    '# Error details\n\n```\nError\n```\n\n# Page snapshot\n\n```yaml\n- button "Stop"\n```\n\n# Test source\n',
  )
  const result = {
    errors: [{ message: 'no button' }],
    attachments: [{ name: 'video' }, { name: 'error-context', path }],
  }
  const failed = {
    ...spec(12, 'stops', 'unexpected'),
    tests: [{ status: 'unexpected', results: [result] }],
  }
  writeFileSync(file, JSON.stringify({ ...playwright, suites: [{ specs: [failed] }] }))
  expect(readReport('playwright', file, true)?.failures).toEqual([
    { test: 'join.spec.ts:12: stops', why: 'no button', page: '- button "Stop"\n' },
  ])
})
