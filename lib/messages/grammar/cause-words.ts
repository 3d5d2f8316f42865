import { CAUSES, type Cause, type CauseCode, type Sentence } from '#lib/csr/cause.ts'
import { visible } from '#lib/csr/escape.ts'

/** A sentence for each cause: a missing one does not compile. */
export type CauseCatalogue = { readonly [Code in CauseCode]: string }

/** The sentence of a cause from the wire; null for an unknown code. */
export function causeWords(table: CauseCatalogue, { code }: Cause): string | null {
  return Object.hasOwn(CAUSES, code) ? table[code] : null
}

/**
 * Fills blanks. Values come from the requestor or the cluster, so invisible characters are escaped.
 */
export function filled(text: string, values: Sentence['values']): string {
  return text.replace(/\{(\w+)\}/g, (blank, name: string) =>
    Object.hasOwn(values, name) ? visible(String(values[name])) : blank,
  )
}
