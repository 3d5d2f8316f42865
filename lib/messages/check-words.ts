import type { Finding, TabledCode } from '#lib/csr/checks/check-findings.ts'
import type { UNCONFIRMED } from '#lib/csr/checks/unconfirmed-cases.ts'

/** Remedy of a case, if it has one: a decision for a person who may approve, or anything else. */
export type RemedyWords =
  | { readonly remedy?: string; readonly decision?: never }
  | { readonly remedy?: never; readonly decision: string }

/** Facts and meaning of a case, and its remedy. */
export type ToldWords = { readonly summary: string } & RemedyWords

/** Words of one case of a check. Blanks in braces are those of FINDING_VALUES. */
export type FindingWords = ToldWords & {
  /** A few words for a row, beside the verdict. */
  readonly short: string
}

export interface CheckWords<Code extends TabledCode> {
  readonly title: string
  readonly findings: { readonly [Case in Finding<Code>]: FindingWords }
}

/** Complete by its type: a check or a case without a sentence does not compile. */
export type CheckCatalogue = { readonly [Code in TabledCode]: CheckWords<Code> }

/** A check's title by its code from the wire; the code itself where it is unknown. */
export function checkTitle(table: CheckCatalogue, code: string): string {
  return Object.hasOwn(table, code) ? table[code as TabledCode].title : code
}

/** The sentences of one case from the wire; null for an unknown case. */
export function findingWords(
  table: CheckCatalogue,
  code: string,
  finding: string,
): FindingWords | null {
  if (!Object.hasOwn(table, code)) return null
  const findings: Readonly<Record<string, FindingWords>> = table[code as TabledCode].findings
  return Object.hasOwn(findings, finding) ? (findings[finding] ?? null) : null
}

/**
 * Meaning and remedy for a machine that nothing confirms: words for each case, or it does not
 * compile. Blanks are `name`, the machine's, and those of FINDING_VALUES.
 */
export type UnconfirmedWords = {
  readonly [Code in keyof typeof UNCONFIRMED]: {
    readonly [Case in (typeof UNCONFIRMED)[Code][number]]: ToldWords
  }
}

/** The words of one case from the wire; null for an unknown case. */
export function unconfirmedWords(
  words: UnconfirmedWords,
  code: string,
  finding: string,
): ToldWords | null {
  if (!Object.hasOwn(words, code)) return null
  const cases: Readonly<Record<string, ToldWords>> = words[code as keyof UnconfirmedWords]
  return Object.hasOwn(cases, finding) ? (cases[finding] ?? null) : null
}
