import { type ExpectedMachine, matchExpected } from '#lib/csr/policy/expected-list.ts'
import type { ExpectedProblem } from '#lib/csr/policy/expected-problem.ts'
import type { DocumentPlace } from '#lib/kube/documents/document-place.ts'
import type { FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import { readLatest } from '#lib/kube/read-latest.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type {
  ExpectedAnswer,
  ExpectedNames,
  ExpectedPreview,
  ExpectedSaved,
} from '#lib/live/expected.ts'
import { UNTOLD } from '#lib/live/told.ts'
import type { AsideReading, ExpectedReader } from '#lib/policy/expected-reader.ts'
import { told, toldIfAny } from '#lib/server/decide/sentences-told.ts'
import type { RunningFeed } from '#lib/server/feed/feed.ts'

/** The admin's list of expected machines: its document, and the list in force. */
export interface ExpectedMachines {
  /**
   * Whether the document was read, so that a machine is known to be missing from it. A bad or
   * unreadable document counts as read: it is known to be no list.
   */
  isKnown(): boolean
  /** The list in force; null for none. */
  current(): readonly ExpectedMachine[] | null
  answer(): Promise<ExpectedAnswer>
  /** Aborted by the signal when a newer draft replaces this one. */
  preview(text: string, signal?: AbortSignal): Promise<ExpectedPreview>
  /** Bound to the version that it replaces; a list with a problem is not written. */
  save(text: string, version: string | null): Promise<ExpectedSaved>
  stop(): void
}

export interface ExpectedMachinesOptions {
  /** Null: in memory. */
  readonly place: DocumentPlace | null
  readonly follow: (onChange: () => void) => FollowedDocument
  readonly feed: Pick<RunningFeed, 'setExpected' | 'moment' | 'lookAgain'>
  /** Whether the policy in force says that the list is complete. */
  readonly isComplete: () => boolean
  /** Whether this process may write the document; null while unknown. */
  readonly mayWrite: () => Promise<boolean | null>
  /**
   * Creates two readers: one for the document, so that drafts do not delay it, and one for drafts.
   */
  readonly newReader: () => ExpectedReader
  readonly clock: Clock
  /** Logs the save of that many machines. `who` is null if the API server does not say. */
  readonly onSaved: (machines: number, who: string | null) => void
}

/** Rights change rarely, and the page asks every few seconds. */
const RIGHTS_MS = 30_000

export function createExpectedMachines(options: ExpectedMachinesOptions): ExpectedMachines {
  const { place, feed, newReader, clock } = options
  const [documentReader, draftReader] = [newReader(), newReader()]
  let inForce: readonly ExpectedMachine[] | null = null
  let problems: readonly ExpectedProblem[] = []
  let isKnown = place === null
  let right: { readonly at: number; readonly mayEdit: Promise<boolean | null> } | null = null
  /**
   * The last text with its reading: a saved text is read before the save and again from its place.
   */
  let last: { readonly text: string; readonly reading: AsideReading } | null = null
  /** The document's reading: once settled, in force or known to be bad. */
  const lying = readLatest({
    read: (text, signal) => read(documentReader, text, signal),
    onReading(reading) {
      problems = 'problems' in reading ? reading.problems : []
      if ('machines' in reading) use(reading.machines)
    },
    clock,
  })
  const document = options.follow(lookAtIt)

  /** A missing or bad document leaves the last good list in force. */
  function lookAtIt(): void {
    const { status, text } = document.current()
    if (status === 'absent' && place === null) {
      problems = []
      use(null)
    }
    lying.show(status === 'read' ? text : null)
    if (!isKnown && status !== 'unread') void knownAfter(lying.settled())
  }

  async function knownAfter(reading: Promise<void>): Promise<void> {
    await reading
    // Another text may have arrived meanwhile; it is being read now.
    if (reading !== lying.settled()) return
    isKnown = true
    feed.lookAgain()
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

  function use(machines: readonly ExpectedMachine[] | null): void {
    inForce = machines
    feed.setExpected(machines)
  }

  function mayEdit(): Promise<boolean | null> {
    if (place === null) return Promise.resolve(true)
    if (right === null || clock.now() - right.at >= RIGHTS_MS) {
      right = { at: clock.now(), mayEdit: options.mayWrite() }
    }
    return right.mayEdit
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
    async answer() {
      const may = await mayEdit()
      await lying.settled()
      const { text, version, causes } = document.current()
      return {
        place: place?.kind ?? 'memory',
        where: whereOf(place),
        text,
        version,
        trouble: causes.length === 0 ? null : told(causes),
        problems,
        mayEdit: may,
        complete: options.isComplete(),
        machines: inForce,
        matched: inForce === null ? null : namesOf(inForce),
      }
    },
    async preview(text, signal) {
      const reading = await read(draftReader, text, signal)
      if ('problems' in reading) {
        return { problems: reading.problems, machines: null, matched: null }
      }
      return { problems: [], machines: reading.machines, matched: namesOf(reading.machines) }
    },
    async save(text, version) {
      const forgets = place === null && text === ''
      const reading = forgets ? { machines: [] } : await read(draftReader, text)
      if ('problems' in reading) {
        return { outcome: 'refused', ...UNTOLD, problems: reading.problems }
      }
      const { outcome, causes, by } = await document.save(text, version)
      await lying.settled()
      // After a refusal the right is reviewed again.
      if (outcome === 'forbidden') right = null
      if (outcome === 'saved') options.onSaved(reading.machines.length, by || null)
      return { outcome, ...toldIfAny(causes), problems: [] }
    },
    stop() {
      lying.stop()
      document.stop()
    },
  }
}

function whereOf(place: DocumentPlace | null): string {
  if (place === null) return ''
  return place.kind === 'file' ? place.path : `${place.namespace}/${place.name}`
}
