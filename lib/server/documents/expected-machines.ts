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

/** The admin's list of expected machines: where it lies, what it says, which one is in force. */
export interface ExpectedMachines {
  /**
   * Whether somebody has looked where it lies, and has read what is there: who is not on it looks
   * until then as if there were none. A bad list, or one that cannot be read, is known to be no list.
   */
  isKnown(): boolean
  /** In force now; null for none. */
  current(): readonly ExpectedMachine[] | null
  answer(): Promise<ExpectedAnswer>
  /** Until the signal aborts: a newer draft is no use to whoever waits for this one. */
  preview(text: string, signal?: AbortSignal): Promise<ExpectedPreview>
  /** Bound to the version of what it replaces; a list with a problem is not written. */
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
  /** Whether this process may write there; null while nobody can say. */
  readonly mayWrite: () => Promise<boolean | null>
  /** One for what lies there, which no draft keeps waiting, and one for the drafts. */
  readonly newReader: () => ExpectedReader
  readonly clock: Clock
  /** For the log: this many machines were saved. */
  /** `who` is null where the API server does not say. */
  readonly onSaved: (machines: number, who: string | null) => void
}

/** Rights change seldom, and the page asks every few seconds. */
const RIGHTS_MS = 30_000

export function createExpectedMachines(options: ExpectedMachinesOptions): ExpectedMachines {
  const { place, feed, newReader, clock } = options
  const [documentReader, draftReader] = [newReader(), newReader()]
  let inForce: readonly ExpectedMachine[] | null = null
  let problems: readonly ExpectedProblem[] = []
  let isKnown = place === null
  let right: { readonly at: number; readonly mayEdit: Promise<boolean | null> } | null = null
  /** The text that was read last: what is saved is read before, and again when it lies there. */
  let last: { readonly text: string; readonly reading: AsideReading } | null = null
  /** What the document says: in force, or known to be wrong, once it has settled. */
  const lying = readLatest({
    read: (text, signal) => read(documentReader, text, signal),
    onReading(reading) {
      problems = 'problems' in reading ? reading.problems : []
      if ('machines' in reading) use(reading.machines)
    },
    clock,
  })
  const document = options.follow(lookAtIt)

  /** A list that vanished or became bad leaves the last good one in force. */
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
    // Unless another text has come meanwhile, which is being read now.
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
    return {
      arrived: match.arrived.map(({ machine }) => machine.name),
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
      // A right that was believed in is asked about again.
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
