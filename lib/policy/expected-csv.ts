import { CsvError, type Info, parse } from 'csv-parse/sync'
import type { ExpectedProblem } from '#lib/csr/policy/expected-problem.ts'
import { delimiterOf } from '#lib/csr/policy/expected-text.ts'
import { COLUMNS } from '#lib/csr/policy/list-header.ts'
import {
  type ExpectedRow,
  type ExpectedRows,
  expectedProblem,
  splitAddresses,
} from '#lib/policy/expected-row.ts'

interface Row {
  readonly info: Info
  readonly record: readonly string[]
}

/**
 * A list as CSV: a header row with the columns `name`, `addresses` and `role` in any order, then
 * one machine a row. Tabs or semicolons may separate columns, as spreadsheets write them.
 */
export function readExpectedCsv(text: string): ExpectedRows {
  const parsed = parseRows(text)
  if ('problem' in parsed) return { rows: [], problems: [parsed.problem] }
  const [header, ...body] = parsed.rows
  if (header === undefined) return { rows: [], problems: [expectedProblem('empty', null)] }
  const columns = header.record.map((title) => title.toLowerCase())
  const wrong = headerProblems(columns, header)
  if (wrong.length > 0) return { rows: [], problems: wrong }

  const rows: ExpectedRow[] = []
  const problems: ExpectedProblem[] = []
  for (const { info, record } of body) {
    const line = info.lines
    if (record.length > columns.length && record.slice(columns.length).some(Boolean)) {
      const [fields, known] = [String(record.length), String(columns.length)]
      problems.push(expectedProblem('tooManyFields', line, { fields, columns: known }))
      continue
    }
    const field = (column: (typeof COLUMNS)[number]) => record[columns.indexOf(column)] ?? ''
    const addresses = splitAddresses(field('addresses'))
    rows.push({ line, name: field('name'), addresses, role: field('role') })
  }
  return { rows, problems }
}

function parseRows(
  text: string,
): { readonly rows: readonly Row[] } | { readonly problem: ExpectedProblem } {
  try {
    const rows: unknown = parse(text, {
      delimiter: delimiterOf(text),
      info: true,
      comment: '#',
      comment_no_infix: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
      relax_column_count: true,
    })
    // With `info` the library wraps each record; its types do not say so.
    return { rows: rows as readonly Row[] }
  } catch (error) {
    const line = error instanceof CsvError && typeof error.lines === 'number' ? error.lines : null
    const detail = error instanceof Error ? error.message : String(error)
    return { problem: expectedProblem('malformed', line, { detail }) }
  }
}

function headerProblems(columns: readonly string[], { info, record }: Row): ExpectedProblem[] {
  const line = info.lines
  if (!columns.includes('name')) return [expectedProblem('noHeader', line)]
  return columns.flatMap((column, index) => {
    const value = record[index] ?? ''
    if (!COLUMNS.some((known) => known === column)) {
      return [expectedProblem('unknownColumn', line, { value })]
    }
    return columns.indexOf(column) < index ? [expectedProblem('columnTwice', line, { value })] : []
  })
}
