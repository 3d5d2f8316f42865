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
