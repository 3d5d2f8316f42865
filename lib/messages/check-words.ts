import type { Finding, TabledCode } from '#lib/csr/checks/findings.ts'

/** What one case of a check says. Blanks in braces are of FINDING_VALUES. */
export interface FindingWords {
  /** In a row, beside the verdict: a few words. */
  readonly short: string
  /** What is so, and what it means. */
  readonly summary: string
  /** What to do about it; absent where there is nothing to do. */
  readonly remedy?: string
}

export interface CheckWords<Code extends TabledCode> {
  readonly title: string
  /** What the check asks, for the hint under its title. */
  readonly asks: string
  readonly findings: { readonly [Case in Finding<Code>]: FindingWords }
}

/** Complete by its type: a check or a case without a sentence does not compile. */
export type CheckCatalogue = { readonly [Code in TabledCode]: CheckWords<Code> }

/** A check's title and question, by a code from the wire; null for one this page does not know. */
export function checkWords(
  table: CheckCatalogue,
  code: string,
): { readonly title: string; readonly asks: string } | null {
  return Object.hasOwn(table, code) ? table[code as TabledCode] : null
}

/** The sentences of one case, by what the wire names; null for one this page does not know. */
export function findingWords(
  table: CheckCatalogue,
  code: string,
  finding: string,
): FindingWords | null {
  if (!Object.hasOwn(table, code)) return null
  const findings: Readonly<Record<string, FindingWords>> = table[code as TabledCode].findings
  return Object.hasOwn(findings, finding) ? (findings[finding] ?? null) : null
}
