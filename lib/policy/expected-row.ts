import type { ExpectedProblem, ExpectedProblemCode } from '#lib/csr/policy/expected-problem.ts'

/** One machine as the text has it, before anything in it is believed. */
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

/** Addresses in one text: by space or semicolon. */
export function splitAddresses(text: string): readonly string[] {
  return text.split(/[\s;]+/).filter((part) => part !== '')
}
