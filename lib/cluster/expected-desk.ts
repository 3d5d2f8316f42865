import { createDocumentDesk } from '#lib/cluster/document-desk.ts'
import type { RunningFeed } from '#lib/cluster/feed.ts'
import type { Author } from '#lib/cluster/saved-by-name.ts'
import { type ExpectedMachine, matchExpected } from '#lib/csr/policy/expected-list.ts'
import { keepInForce } from '#lib/kube/documents/document-in-force.ts'
import { EXPECTED_KEYS } from '#lib/kube/documents/document-keeper.ts'
import type { DocumentPlace } from '#lib/kube/documents/document-place.ts'
import type { FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { AsideReading, ExpectedReader } from '#lib/policy/expected-reader.ts'
import type {
  ExpectedAnswer,
  ExpectedNames,
  ExpectedPreview,
  ExpectedSaved,
} from '#lib/wire/expected-answers.ts'

/** The admin's list of expected machines: its document, and the list in force. */
export interface ExpectedMachines {
  /**
   * Whether the document was read, so that a machine is known to be missing from it. A bad or
   * unreadable document counts as read: it is known to be no list.
   */
  isKnown(): boolean
  /** The list in force; null for none. */
  current(): readonly ExpectedMachine[] | null
  answer(author: Author): Promise<ExpectedAnswer>
  /** Aborted by the signal when a newer draft replaces this one. */
  preview(text: string, signal?: AbortSignal): Promise<ExpectedPreview>
  /** Bound to the version that it replaces; a list with a problem is not written. */
  save(text: string, version: string | null, author: Author): Promise<ExpectedSaved>
  stop(): void
}

export interface ExpectedMachinesOptions {
  /** Null: in memory. */
  readonly place: DocumentPlace | null
  readonly follow: (onChange: () => void) => FollowedDocument<Author>
  readonly feed: Pick<RunningFeed, 'setExpected' | 'moment' | 'documentChanged'>
  /** Whether the policy in force says that the list is complete. */
  readonly isComplete: () => boolean
  /** Whether the person may write the document; null while unknown. */
  readonly mayWrite: (author: Author) => Promise<boolean | null>
  /**
   * Creates two readers: one for the document, so that drafts do not delay it, and one for drafts.
   */
  readonly newReader: () => ExpectedReader
  readonly clock: Clock
  /** Logs the save of that many machines. `who` is null if the API server does not say. */
  readonly onSaved: (machines: number, who: string | null) => void
  /** Logs that a list of that many machines is in force that nobody saved here. */
  readonly onChanged: (machines: number, version: string | null) => void
}

export function createExpectedMachines(options: ExpectedMachinesOptions): ExpectedMachines {
  const { place, feed, newReader, clock } = options
  const [documentReader, draftReader] = [newReader(), newReader()]
  let inForce: readonly ExpectedMachine[] | null = null
  let isKnown = place === null
  /** The last text with its reading: a saved text is read before the save and again after it. */
  let last: { readonly text: string; readonly reading: AsideReading } | null = null
  const document = keepInForce({
    follow: options.follow,
    parse: (text, signal) => read(documentReader, text, signal),
    endsWhenAbsent: place === null,
    clock,
    onChange: look,
  })
  const desk = createDocumentDesk({
    place,
    keys: EXPECTED_KEYS,
    document,
    mayWrite: async (author) => place === null || (await options.mayWrite(author)),
    now: clock.now,
    onSaved: (machines, who) => options.onSaved(machines.length, who),
    onChanged: (machines) => options.onChanged(machines.length, document.current().version),
  })

  function look(): void {
    const { value } = document.current()
    if (value !== inForce) {
      inForce = value
      feed.setExpected(value)
      if (value !== null) desk.inForce(value)
    }
    isKnown = true
    feed.documentChanged('expected')
  }

  async function read(
    reader: ExpectedReader,
    text: string,
    signal?: AbortSignal,
  ): Promise<AsideReading> {
    if (last?.text === text) return last.reading
    const reading = await reader.read(text, signal)
    if (!('failed' in reading)) last = { text, reading }
    return reading
  }

  function namesOf(machines: readonly ExpectedMachine[]): ExpectedNames {
    const match = matchExpected(machines, feed.moment().rows.machines)
    const here = [...match.arrived.map(({ row }) => row), ...match.unexpected]
    return {
      arrived: match.arrived.map(({ machine }) => machine.name),
      waiting: here.filter(({ waiting }) => waiting).map(({ name }) => name),
      missing: match.missing.map(({ name }) => name),
      unexpected: match.unexpected.map(({ name }) => name),
    }
  }

  return {
    isKnown: () => isKnown,
    current: () => inForce,
    async answer(author) {
      const document = await desk.answer(author)
      const matched = inForce === null ? null : namesOf(inForce)
      return { ...document, complete: options.isComplete(), machines: inForce, matched }
    },
    async preview(text, signal) {
      const reading = await read(draftReader, text, signal)
      if ('problems' in reading) return { problems: reading.problems }
      return { machines: reading.value, matched: namesOf(reading.value) }
    },
    async save(text, version, author) {
      const forgets = place === null && text === ''
      const parsed = forgets ? { value: [] } : await read(draftReader, text)
      return desk.save(text, version, parsed, author)
    },
    stop: () => document.stop(),
  }
}
