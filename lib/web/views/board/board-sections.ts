import { looksSwitchedOff } from '#lib/csr/machine/switched-off.ts'
import { isSound } from '#lib/csr/policy/trust.ts'
import { HOUR_MS } from '#lib/csr/units-of-time.ts'
import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import {
  ascending,
  type BoardEntry,
  byName,
  controlPlaneFirst,
  descending,
  failedFirst,
  type MachineEntry,
  newestFirst,
} from '#lib/web/views/board/board-entry.ts'
import { type RowList, SortedRows } from '#lib/web/views/rows/sorted-rows.ts'
import {
  BOARD_SECTIONS,
  type BoardCounts,
  type BoardSection,
  type BulkOffer,
} from '#lib/wire/views.ts'

/** Span of "Joined in the last hour". */
export const JOINED_MS = HOUR_MS

const ORDERS = {
  /** The longest overdue first; entries without a deadline last. */
  waiting: ascending,
  returning: controlPlaneFirst,
  alarms: descending,
  stopped: failedFirst,
  onTheirWay: descending,
  joined: descending,
  others: ascending,
} as const satisfies Readonly<Record<BoardSection, unknown>>

/** Numbers of machines that a bulk may include, by the signer of their next request. */
type Offer = Readonly<Record<'client' | 'serving', { -readonly [Key in keyof BulkOffer]: number }>>

/** Counts of rows; not the length of a section. */
export type Tallies = {
  -readonly [Key in Exclude<keyof BoardCounts, BoardSection | 'overdue'>]: number
}

/** The sorted lists of a board. */
function makeLists() {
  return {
    /** Rows of each section. `joined` has every machine that ever joined. */
    sections: Object.fromEntries(
      BOARD_SECTIONS.map((section) => [section, new SortedRows(ORDERS[section], textOf)]),
    ) as Readonly<Record<BoardSection, SortedRows<BoardEntry>>>,
    /** The section `waiting` in two other orders. */
    waitingByName: new SortedRows(byName, textOf),
    waitingByAge: new SortedRows(newestFirst, textOf),
    /**
     * Entries of the sections `waiting` and `returning`: those without a failed check by the signer
     * of their next request, and all others.
     */
    byDeadline: {
      client: new SortedRows(ascending),
      serving: new SortedRows(ascending),
      others: new SortedRows(ascending),
    },
    /** Returning machines, whether or not they have a section of their own. */
    returning: new SortedRows<MachineEntry>(controlPlaneFirst),
    /** Returning machines, the longest silent Node first. */
    bySilence: new SortedRows<MachineEntry>(silentFirst),
    /** Every machine by name, including machines without a section. */
    machines: new SortedRows(byName, textOf),
    /** Every machine with a joining time, also machines that wait again; the latest first. */
    everJoined: new SortedRows<MachineEntry>(lastJoinedFirst),
    /** Machines with a known serving certificate, the earliest end first. */
    certificates: new SortedRows<MachineEntry>(firstEndFirst),
  }
}

export type ReadOnlyRows<Row> = Omit<SortedRows<Row>, 'add' | 'remove' | 'replace'>

type ReadOnlyLists<Lists> =
  Lists extends SortedRows<infer Row>
    ? ReadOnlyRows<Row>
    : { readonly [Name in keyof Lists]: ReadOnlyLists<Lists[Name]> }

/** Every row of the board, sorted by section, for any filter and time. */
export class BoardSections {
  readonly #entries = new Map<string, BoardEntry>()
  readonly #lists = makeLists()
  readonly lists: ReadOnlyLists<ReturnType<typeof makeLists>> = this.#lists
  #isSwitchedOff = false
  readonly #tallies: Tallies = {
    verified: 0,
    plausible: 0,
    heldBack: 0,
    duplicates: 0,
    pendingRequests: 0,
    requests: 0,
    nodes: 0,
    notReady: 0,
    withoutExecAndLogs: 0,
    execAndLogsUnknown: 0,
  }
  readonly #offer: Offer = {
    client: { verified: 0, plausible: 0 },
    serving: { verified: 0, plausible: 0 },
  }
  /** Entries by the requestors for whom they are suspicious. */
  readonly #askedBy = new Map<string, Set<BoardEntry>>()

  /** `kind` and `key` identify the row, which is null once it is gone. */
  change(kind: BoardEntry['kind'], key: string, after: BoardEntry | null): void {
    const id = `${kind} ${key}`
    const before = this.#entries.get(id)
    if (before !== undefined) {
      this.#entries.delete(id)
      this.#put('remove', before)
      this.#count(before, -1)
    }
    if (after !== null) {
      this.#entries.set(id, after)
      this.#put('add', after)
      this.#count(after, 1)
    }
    this.#placeReturning()
  }

  /** Every waiting entry, including returning machines. */
  waiting(now: number) {
    const lists = Object.values(this.#lists.byDeadline)
    const ended = lists.map((list) => list.countBefore(({ order }) => order <= now))
    return {
      count: sum(lists.map(({ size }) => size)),
      /** Number of entries past their deadline. */
      overdue: sum(ended),
      /** The next deadline in milliseconds; infinite for none. */
      next: Math.min(
        ...lists.map((list, i) => list.at(ended[i] ?? 0)?.order ?? Number.POSITIVE_INFINITY),
      ),
    }
  }

  /** Returning machines, while their rows are in the section `waiting`. */
  fewReturning(): readonly MachineEntry[] {
    const { returning } = this.#lists
    return this.#isSwitchedOff ? [] : returning.slice(0, returning.size)
  }

  waits(name: string): boolean {
    const entry = this.#entries.get(`machine ${name}`)
    return entry !== undefined && isWaiting(entry)
  }

  /** Machines that joined in the last hour, the latest first. */
  joined(now: number): RowList<BoardEntry> {
    const all = this.#lists.sections.joined
    const isRecent = ({ order }: BoardEntry) => now - order < JOINED_MS
    const size = all.countBefore(isRecent)
    return {
      size,
      slice: (from, to) => all.slice(from, Math.min(to, size)),
      filter: (words, test) =>
        all.filter(words, (entry) => isRecent(entry) && (test === null || test(entry))),
    }
  }

  /** Counts of rows and of what a bulk may include, as this viewer sees them. */
  countsFor({ name }: ViewerName): { readonly tallies: Tallies; readonly offer: Offer } {
    const tallies = { ...this.#tallies }
    const { client, serving } = this.#offer
    const offer = { client: { ...client }, serving: { ...serving } }
    // The viewer's own requests are held back.
    for (const entry of (name !== '' && this.#askedBy.get(name)) || []) {
      countVerdict(entry, -1, tallies, offer)
      countVerdict({ ...entry, group: 'heldBack' }, 1, tallies, offer)
    }
    return { tallies, offer }
  }

  /** Adds the entry to all of its lists, or removes it from them. */
  #put(how: 'add' | 'remove', entry: BoardEntry): void {
    const { byDeadline, machines, returning, bySilence, everJoined, certificates } = this.#lists
    this.#putInSection(how, entry)
    if (isWaiting(entry)) byDeadline[deadlineGroup(entry)][how](entry)
    for (const requestor of entry.askedBy) this.#putAsked(how, requestor, entry)
    if (entry.kind !== 'machine') return
    machines[how](entry)
    if (entry.place === 'returning') {
      returning[how](entry)
      if (Number.isFinite(entry.silentSince)) bySilence[how](entry)
    }
    if (Number.isFinite(entry.joinedAt)) everJoined[how](entry)
    if (Number.isFinite(entry.endsAt)) certificates[how](entry)
  }

  /** A few returning machines are rows of the section `waiting`. */
  #putInSection(how: 'add' | 'remove', entry: BoardEntry): void {
    const { place } = entry
    if (place === 'none') return
    const { sections, waitingByName, waitingByAge } = this.#lists
    const section = place === 'returning' && !this.#isSwitchedOff ? 'waiting' : place
    sections[section][how](entry)
    if (section !== 'waiting') return
    waitingByName[how](entry)
    waitingByAge[how](entry)
  }

  /** Moves the returning machines when there are more, or fewer, than a few. */
  #placeReturning(): void {
    const { returning } = this.#lists
    const isSwitchedOff = looksSwitchedOff(returning.size, returning.at(0)?.rank === 0)
    if (isSwitchedOff === this.#isSwitchedOff) return
    const all = returning.slice(0, returning.size)
    for (const entry of all) this.#putInSection('remove', entry)
    this.#isSwitchedOff = isSwitchedOff
    for (const entry of all) this.#putInSection('add', entry)
  }

  #putAsked(how: 'add' | 'remove', requestor: string, entry: BoardEntry): void {
    const entries = this.#askedBy.get(requestor) ?? new Set()
    if (how === 'add') this.#askedBy.set(requestor, entries.add(entry))
    else if (entries.delete(entry) && entries.size === 0) this.#askedBy.delete(requestor)
  }

  #count(entry: BoardEntry, by: 1 | -1): void {
    const tallies = this.#tallies
    tallies.pendingRequests += by * entry.pending
    countVerdict(entry, by, tallies, this.#offer)
    if (entry.kind === 'request') tallies.requests += by
    if (entry.kind !== 'machine') return
    const { machine } = entry
    tallies.requests += by * machine.requests.length
    if (isWaiting(entry)) tallies.duplicates += by * machine.duplicates
    if (machine.node === null) return
    tallies.nodes += by
    if (machine.execAndLogs === 'unavailable') tallies.withoutExecAndLogs += by
    if (!machine.node.ready) tallies.notReady += by
    else if (machine.execAndLogs === 'unknown') tallies.execAndLogsUnknown += by
  }
}

/** Counts an entry by its group. */
function countVerdict(entry: BoardEntry, by: 1 | -1, tallies: Tallies, offer: Offer): void {
  const { group } = entry
  if (isWaiting(entry)) tallies[group ?? 'heldBack'] += by
  if (entry.kind !== 'machine' || entry.nextSigner === null) return
  if (isSound(group)) offer[entry.nextSigner][group] += by
}

function isWaiting({ place }: BoardEntry): boolean {
  return place === 'waiting' || place === 'returning'
}

/** The list by deadline that holds the entry. */
function deadlineGroup({ group, nextSigner }: BoardEntry): 'client' | 'serving' | 'others' {
  return isSound(group) ? (nextSigner ?? 'others') : 'others'
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

function silentFirst(a: MachineEntry, b: MachineEntry): number {
  return a.silentSince - b.silentSince || byName(a, b)
}

function textOf({ text }: BoardEntry): string {
  return text
}

function firstEndFirst(a: MachineEntry, b: MachineEntry): number {
  return a.endsAt - b.endsAt || byName(a, b)
}

function lastJoinedFirst(a: MachineEntry, b: MachineEntry): number {
  return b.joinedAt - a.joinedAt || byName(a, b)
}
