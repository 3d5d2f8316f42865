import { CAUSES, type Cause, type CauseCode, isFinding, type Sentence } from '#lib/csr/cause.ts'
import { visible } from '#lib/csr/escape.ts'
import { findingWords } from '#lib/messages/check-words.ts'
import { en } from '#lib/messages/en.ts'

/** Complete by its type: a cause without a sentence does not compile. */
export type CauseCatalogue = { readonly [Code in CauseCode]: string }

/** The sentence of a cause from the wire; null for one this page does not know. */
export function causeWords(table: CauseCatalogue, { code }: Cause): string | null {
  return Object.hasOwn(CAUSES, code) ? table[code] : null
}

/** In English, for the API, the audit log and the approver's; the page words them for its reader. */
export function inEnglish(sentences: readonly Sentence[]): string {
  return sentences.map(sentenceInEnglish).join(' ')
}

function sentenceInEnglish(sentence: Sentence): string {
  const { code, values } = sentence
  const text = isFinding(sentence)
    ? (findingWords(en.checks.table, code, sentence.finding)?.summary ?? null)
    : causeWords(en.causes, sentence)
  if (text === null) return code
  return filled(isFinding(sentence) ? text : text.replaceAll('`', ''), values)
}

/** Values are the claimant's or the cluster's words: nothing invisible of them gets into a text. */
export function filled(text: string, values: Sentence['values']): string {
  return text.replace(/\{(\w+)\}/g, (blank, name: string) =>
    Object.hasOwn(values, name) ? visible(String(values[name])) : blank,
  )
}
