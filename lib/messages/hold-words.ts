import type { HoldFinding } from '#lib/csr/hold/findings.ts'
import type { Holder } from '#lib/csr/model.ts'

/** What one case of a hold says. Blanks in braces: `message`, `reason`, `check`. */
export interface HoldWords {
  /** In a row, beside its state; null where what the verdict says in that place is the reason. */
  readonly short: string | null
  /** What holds it, in one sentence. */
  readonly title: string
  /** What that means. */
  readonly text: string
  /** What to do about it; absent where there is nothing to do but wait. */
  readonly todo?: string
}

/** Complete by its type: a case without a sentence does not compile. */
export type HoldCatalogue = {
  readonly [By in Holder]: { readonly [Finding in HoldFinding<By>]: HoldWords }
}

/** The sentences of one hold, by what the wire names; null for one this page does not know. */
export function holdWords(
  table: HoldCatalogue,
  { holder, finding }: { readonly holder: string; readonly finding: string },
): HoldWords | null {
  if (!Object.hasOwn(table, holder)) return null
  const findings: Readonly<Record<string, HoldWords>> = table[holder as Holder]
  return Object.hasOwn(findings, finding) ? (findings[finding] ?? null) : null
}
