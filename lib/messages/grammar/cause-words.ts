import { CAUSES, type Cause, type CauseCode, type Sentence } from '#lib/csr/cause.ts'
import { visible } from '#lib/csr/escape.ts'

/** Complete by its type: a cause without a sentence does not compile. */
export type CauseCatalogue = { readonly [Code in CauseCode]: string }

/** The sentence of a cause from the wire; null for an unknown code. */
export function causeWords(table: CauseCatalogue, { code }: Cause): string | null {
  return Object.hasOwn(CAUSES, code) ? table[code] : null
}

/**
 * Fills blanks. Values are the claimant's or the cluster's words, so invisible characters are
 * escaped.
 */
export function filled(text: string, values: Sentence['values']): string {
  return text.replace(/\{(\w+)\}/g, (blank, name: string) =>
    Object.hasOwn(values, name) ? visible(String(values[name])) : blank,
  )
}
