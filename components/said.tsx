import { readableTime, readableValues } from '#components/reason-line.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { plainWords, Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { CAUSES, isFinding, type Sentence } from '#lib/csr/cause.ts'
import { fromVisible, visible } from '#lib/csr/escape.ts'
import type { Messages } from '#lib/messages/catalogue.ts'
import { causeWords } from '#lib/messages/grammar/cause-words.ts'
import { findingWords } from '#lib/messages/grammar/check-words.ts'

/** Why something is so: for the page to word, and in English. */
interface Why {
  readonly detail: string | null
  readonly causes: readonly Sentence[]
}

/**
 * Why something is so, in the reader's language. What others have said is in blanks, as it came. Of
 * a newer server, whose codes this page does not know, in that server's English.
 */
export function Said({ of: { detail, causes } }: { readonly of: Why }) {
  const messages = useMessages()
  const worded = wordedIn(messages, causes)
  if (worded === null) return <ClusterText text={unworded(detail)} truncate="none" face="sans" />
  return (
    <Sentences>
      {worded.map(({ text, blanks }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: told anew as a whole
        <Words key={index} text={text} blanks={blanks} />
      ))}
    </Sentences>
  )
}

/** The same as plain text. */
export function plainSaid({ detail, causes }: Why, messages: Messages): string {
  const worded = wordedIn(messages, causes)
  return worded === null
    ? visible(unworded(detail))
    : messages.joined.sentences(worded.map(({ text, blanks }) => plainWords(text, blanks)))
}

/** Its server has escaped it; who draws it escapes it, too. */
function unworded(detail: string | null): string {
  return fromVisible(detail ?? '')
}

interface Worded {
  readonly text: string
  readonly blanks: Readonly<Record<string, string>>
}

/** Null where there is nothing to say, or where one of the codes is not known here. */
function wordedIn(messages: Messages, causes: readonly Sentence[]): readonly Worded[] | null {
  const worded = causes.map((sentence) => sentenceIn(messages, sentence))
  const known = worded.filter((each) => each !== null)
  return known.length === 0 || known.length < worded.length ? null : known
}

function sentenceIn({ causes, checks, times }: Messages, sentence: Sentence): Worded | null {
  if (isFinding(sentence)) {
    const words = findingWords(checks.table, sentence.code, sentence.finding)
    return words === null
      ? null
      : { text: words.summary, blanks: readableValues(sentence.values, times) }
  }
  const text = causeWords(causes, sentence)
  if (text === null) return null
  const kinds: Readonly<Record<string, string>> = CAUSES[sentence.code]
  const blanks = Object.entries(sentence.values).map(([name, value]) => [
    name,
    kinds[name] === 'time' ? readableTime(String(value), times) : String(value),
  ])
  return { text, blanks: Object.fromEntries(blanks) }
}
