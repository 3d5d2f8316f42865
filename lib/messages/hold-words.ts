import type { HoldFinding } from '#lib/csr/hold/hold-findings.ts'
import type { Hold, Holder } from '#lib/csr/model.ts'

/** What one case of a hold says. Blanks in braces: `message`, `reason`, `check`, `minutes`, or a code's. */
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

/** The words for a code that a hold's values have under the name of a blank. */
export type HoldCodes = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The sentences of one hold, by what the wire names; null for one this page does not know. */
export function holdWords(
  { table, codes }: { readonly table: HoldCatalogue; readonly codes: HoldCodes },
  { holder, finding, values }: Pick<Hold, 'finding' | 'values'> & { readonly holder: string },
): HoldWords | null {
  if (!Object.hasOwn(table, holder)) return null
  const findings: Readonly<Record<string, HoldWords>> = table[holder as Holder]
  const words = Object.hasOwn(findings, finding) ? findings[finding] : undefined
  return words === undefined ? null : { ...words, text: decoded(words.text, codes, values) }
}

/** With the words of each code; a code that this page does not know leaves its blank empty. */
function decoded(text: string, codes: HoldCodes, values: Hold['values']): string {
  return Object.entries(codes).reduce((decoded, [blank, words]) => {
    const code = values[blank] ?? ''
    return decoded.replace(`{${blank}}`, Object.hasOwn(words, code) ? (words[code] ?? '') : '')
  }, text)
}
