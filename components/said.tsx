import { readableTime, readableValues } from '#components/reason-line.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { plainWords, Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { CAUSES, isFinding, type Sentence } from '#lib/csr/cause.ts'
import { fromVisible, visible } from '#lib/csr/escape.ts'
import type { Messages } from '#lib/messages/catalogue.ts'
import { causeWords } from '#lib/messages/grammar/cause-words.ts'
import { findingWords } from '#lib/messages/grammar/check-words.ts'

/** The reason of something: codes for the page to word, and an English text. */
interface Why {
  readonly detail: string | null
  readonly causes: readonly Sentence[]
}

/**
 * A reason in the viewer's language. Quoted words of other programs stay as they are. Codes of a
 * newer server that this page does not know are shown in that server's English.
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

/** The reason as plain text. */
export function plainSaid({ detail, causes }: Why, messages: Messages): string {
  const worded = wordedIn(messages, causes)
  return worded === null
    ? visible(unworded(detail))
    : messages.joined.sentences(worded.map(({ text, blanks }) => plainWords(text, blanks)))
}

/** The server's English text. The server has escaped it; the component escapes it again. */
function unworded(detail: string | null): string {
  return fromVisible(detail ?? '')
}

interface Worded {
  readonly text: string
  readonly blanks: Readonly<Record<string, string>>
}

/** Null where there is no code, or where this page does not know one of them. */
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
