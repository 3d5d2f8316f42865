import type { Finding } from '#lib/csr/check-facts.ts'
import type { CheckCode } from '#lib/csr/model.ts'

/** Remedy of a case, if it has one: a decision for a person who may approve, or another action. */
export type RemedyWords =
  | { readonly remedy?: string; readonly decision?: never }
  | { readonly remedy?: never; readonly decision: string }

/** Words of one case of a check. Blanks in braces are those of the check's `values`. */
export type FindingWords = RemedyWords & {
  /** A few words for a row, beside the verdict. */
  readonly short: string
  /** Facts and meaning. */
  readonly summary: string
}

/** Words for each check and each case: a missing one does not compile. */
export type CheckCatalogue = {
  readonly [Code in CheckCode]: {
    readonly title: string
    readonly findings: { readonly [Case in Finding<Code>]: FindingWords }
  }
}

/** A check's title by its code from the wire; the code itself where it is unknown. */
export function checkTitle(table: CheckCatalogue, code: string): string {
  return Object.hasOwn(table, code) ? table[code as CheckCode].title : code
}

/** The sentences of one case from the wire; null for an unknown case. */
export function findingWords(
  table: CheckCatalogue,
  code: string,
  finding: string,
): FindingWords | null {
  if (!Object.hasOwn(table, code)) return null
  const findings: Readonly<Record<string, FindingWords>> = table[code as CheckCode].findings
  return Object.hasOwn(findings, finding) ? (findings[finding] ?? null) : null
}
