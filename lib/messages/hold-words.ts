import type { HoldFinding } from '#lib/csr/hold/hold-findings.ts'
import type { Hold, Holder } from '#lib/csr/model.ts'

/**
 * Words of one case of a hold. Blanks in braces: `message`, `reason`, `check`, `minutes`, or a
 * code's.
 */
export interface HoldWords {
  /**
   * A few words for a row, beside its state; null where the verdict's reason stands in that place.
   */
  readonly short: string | null
  /** The cause in one sentence. */
  readonly title: string
  /** Its meaning. */
  readonly text: string
  /** The remedy; absent where waiting is the only one. */
  readonly todo?: string
}

/** Complete by its type: a case without a sentence does not compile. */
export type HoldCatalogue = {
  readonly [By in Holder]: { readonly [Finding in HoldFinding<By>]: HoldWords }
}

/** Words for a code in a hold's values, by the blank's name. */
export type HoldCodes = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The sentences of one hold from the wire; null for an unknown hold. */
export function holdWords(
  { table, codes }: { readonly table: HoldCatalogue; readonly codes: HoldCodes },
  { holder, finding, values }: Pick<Hold, 'finding' | 'values'> & { readonly holder: string },
): HoldWords | null {
  if (!Object.hasOwn(table, holder)) return null
  const findings: Readonly<Record<string, HoldWords>> = table[holder as Holder]
  const words = Object.hasOwn(findings, finding) ? findings[finding] : undefined
  return words === undefined ? null : { ...words, text: decoded(words.text, codes, values) }
}

/** Fills in the words of each code; an unknown code leaves its blank empty. */
function decoded(text: string, codes: HoldCodes, values: Hold['values']): string {
  return Object.entries(codes).reduce((decoded, [blank, words]) => {
    const code = values[blank] ?? ''
    return decoded.replace(`{${blank}}`, Object.hasOwn(words, code) ? (words[code] ?? '') : '')
  }, text)
}
