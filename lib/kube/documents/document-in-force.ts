import type { DocumentState, FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import { readLatest } from '#lib/kube/documents/read-latest.ts'
import type { ActingIdentity } from '#lib/kube/transport/acting-identity.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'

/** A parsed text. `failed`: the parser gave up, the text may be good, and is parsed again later. */
export type Parsed<Value, Problem> =
  | { readonly value: Value }
  | { readonly problems: readonly Problem[]; readonly failed?: true }

export interface InForceState<Value, Problem> extends DocumentState {
  /** The last good value; null before the first. */
  readonly value: Value | null
  /** Why the text there is refused; empty when it is in force, or when there is none to be read. */
  readonly problems: readonly Problem[]
}

/** A followed document and its meaning: the last good value stays in force. */
export interface DocumentInForce<Value, Problem, Author = ActingIdentity>
  extends Pick<FollowedDocument<Author>, 'save' | 'refresh' | 'stop'> {
  current(): InForceState<Value, Problem>
  /** Resolves when the text that is the latest at the call has been parsed. */
  settled(): Promise<void>
}

export function keepInForce<Value, Problem, Author = ActingIdentity>(options: {
  readonly follow: (onChange: () => void) => FollowedDocument<Author>
  /** Never throws or rejects; a slow one ends when the signal aborts. */
  readonly parse: (
    text: string,
    signal: AbortSignal,
  ) => Parsed<Value, Problem> | Promise<Parsed<Value, Problem>>
  /** Whether no value is in force once the document is gone, as where an empty text forgets it. */
  readonly endsWhenAbsent?: boolean
  readonly clock: Clock
  /** The state is another, and its text, if any, has been parsed. */
  readonly onChange: () => void
}): DocumentInForce<Value, Problem, Author> {
  const { parse, endsWhenAbsent = false, clock, onChange } = options
  let value: Value | null = null
  let problems: readonly Problem[] = []
  const latest = readLatest<Parsed<Value, Problem>>({
    read: parse,
    onReading(reading) {
      if ('value' in reading) value = reading.value
      problems = 'value' in reading ? [] : reading.problems
      onChange()
    },
    clock,
  })
  const document = options.follow(() => {
    const { status, text } = document.current()
    if (status === 'read') {
      latest.show(text)
      return
    }
    latest.show(null)
    problems = []
    if (endsWhenAbsent && status === 'absent') value = null
    onChange()
  })
  const { save, refresh } = document
  return {
    current: () => ({ ...document.current(), value, problems }),
    settled: latest.settled,
    save,
    refresh,
    stop() {
      latest.stop()
      document.stop()
    },
  }
}
