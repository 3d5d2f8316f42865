import type { ExpectedProblem, ExpectedProblemCode } from '#lib/csr/policy/expected-problem.ts'

/** One machine as written in the text, not yet validated. */
export interface ExpectedRow {
  readonly line: number
  readonly name: string
  readonly addresses: readonly string[]
  readonly role: string
}

export interface ExpectedRows {
  readonly rows: readonly ExpectedRow[]
  readonly problems: readonly ExpectedProblem[]
}

export function expectedProblem(
  code: ExpectedProblemCode,
  line: number | null,
  values: Readonly<Record<string, string>> = {},
): ExpectedProblem {
  return { code, line, values }
}

/** Addresses separated by space or semicolon. */
export function splitAddresses(text: string): readonly string[] {
  return text.split(/[\s;]+/).filter((part) => part !== '')
}
