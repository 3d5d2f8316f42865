import { createDocumentDesk } from '#lib/cluster/document-desk.ts'
import type { Documents, ParseExpected } from '#lib/cluster/documents.ts'
import type { RunningFeed } from '#lib/cluster/feed.ts'
import type { Author } from '#lib/cluster/saved-by-name.ts'
import type { DocumentPlace } from '#lib/csr/policy/admin-document.ts'
import { type ExpectedMachine, matchExpected } from '#lib/csr/policy/expected-list.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import type { LogEntry } from '#lib/kube/log/process-log.ts'
import type {
  ExpectedAnswer,
  ExpectedNames,
  ExpectedPreview,
  ExpectedSaved,
} from '#lib/wire/expected-answers.ts'

export type ExpectedDesk = ReturnType<typeof createExpectedDesk>

export interface ExpectedDeskOptions {
  /** The list's place; null for a list in memory. */
  readonly place: DocumentPlace | null
  readonly documents: Documents<Policy, Author>
  readonly feed: Pick<RunningFeed, 'moment'>
  /** Whether the person may write the document; null while unknown. */
  readonly mayWrite: (author: Author) => Promise<boolean | null>
  readonly parseDraft: ParseExpected
  readonly now: () => number
  /**
   * Writes a log line: of a save here with `who`, null if the API server does not say; of a list that
   * came into force by other means with its version.
   */
  readonly log: (entry: LogEntry) => void
}

/** Queries and actions of the page of expected machines. */
export function createExpectedDesk(options: ExpectedDeskOptions) {
  const { place, documents, feed, parseDraft, log } = options
  const document = documents.expected
  const desk = createDocumentDesk({
    name: 'expected',
    place,
    document,
    mayWrite: async (author) => place === null || (await options.mayWrite(author)),
    now: options.now,
    onSaved: ({ length: machines }, who) => log({ event: 'expected.saved', place, machines, who }),
    onChanged: ({ length: machines }) =>
      log({ event: 'expected', place, machines, version: document.current().version }),
  })
  documents.subscribe(({ expected }, before) => {
    if (expected !== null && expected !== before.expected) desk.inForce(expected)
  })

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
    /** The list in force; null for none. */
    current: (): readonly ExpectedMachine[] | null => documents.inForce().expected,
    async answer(author: Author): Promise<ExpectedAnswer> {
      const document = await desk.answer(author)
      const { policy, expected: machines } = documents.inForce()
      const matched = machines === null ? null : namesOf(machines)
      return { ...document, complete: policy.expectedComplete, machines, matched }
    },
    /** Previews a draft; the signal aborts it when a newer one replaces it. */
    async preview(text: string, signal?: AbortSignal): Promise<ExpectedPreview> {
      const reading = await parseDraft(text, signal)
      if ('problems' in reading) return { problems: reading.problems }
      return { machines: reading.value, matched: namesOf(reading.value) }
    },
    /** Saves a list, bound to the version that it replaces; a list with a problem is not written. */
    async save(text: string, version: string | null, author: Author): Promise<ExpectedSaved> {
      const forgets = place === null && text === ''
      const parsed = forgets ? { value: [] } : await parseDraft(text)
      return desk.save(text, version, parsed, author)
    },
  }
}
