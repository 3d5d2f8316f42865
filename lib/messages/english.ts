import { isFinding, type Sentence } from '#lib/csr/cause.ts'
import { causes } from '#lib/messages/en/causes.ts'
import { checks } from '#lib/messages/en/checks.ts'
import { causeWords, filled } from '#lib/messages/grammar/cause-words.ts'
import { findingWords } from '#lib/messages/grammar/check-words.ts'

/** English text for the API and the logs. The page words causes in its reader's language. */
export function inEnglish(sentences: readonly Sentence[]): string {
  return sentences.map(sentenceInEnglish).join(' ')
}

function sentenceInEnglish(sentence: Sentence): string {
  const { code, values } = sentence
  const text = isFinding(sentence)
    ? (findingWords(checks.table, code, sentence.finding)?.summary ?? null)
    : causeWords(causes, sentence)
  if (text === null) return code
  return filled(isFinding(sentence) ? text : text.replaceAll('`', ''), values)
}
