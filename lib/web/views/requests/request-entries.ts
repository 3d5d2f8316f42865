import { compareTexts } from '#lib/csr/compare-texts.ts'
import { isPendingRow } from '#lib/csr/rows/next-request.ts'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import { milliseconds } from '#lib/csr/time.ts'
import { searchText } from '#lib/journal/search-text.ts'

/** A request of any machine, or one without a machine, with the keys that views sort and search by. */
export interface RequestEntry {
  readonly row: JudgedRequest
  /** Name of the machine; the request's own uid without one. */
  readonly owner: string
  readonly pending: boolean
  readonly createdAt: number
  /** 0 for an unknown time. */
  readonly decidedAt: number
  /** For a superseded request the one below which it is listed; otherwise the request itself. */
  readonly head: Head
  readonly rank: Rank
  readonly text: string
}

/**
 * 0: pending, with its superseded requests. 1: superseded without its newest in the list. 2:
 * decided.
 */
type Rank = 0 | 1 | 2

interface Head {
  readonly uid: string
  readonly createdAt: number
}

export interface EntryChanges {
  readonly gone: readonly RequestEntry[]
  readonly come: readonly RequestEntry[]
}

/** Every listed request of any row. An unchanged request keeps its entry. */
export class RequestEntries {
  readonly #entries = new Map<string, RequestEntry>()

  /** `owner`: the machine's name, or the uid of a request without a machine. */
  change(
    owner: string,
    before: readonly JudgedRequest[],
    after: readonly JudgedRequest[],
  ): EntryChanges {
    const gone: RequestEntry[] = []
    const come: RequestEntry[] = []
    const dated = after.map((row) => this.#dated(row))
    const placeOf = placesOf(dated)
    const now = new Set<string>()
    for (const one of dated) {
      const { row } = one
      now.add(row.uid)
      const known = this.#entries.get(row.uid)
      const placed = placeOf(one)
      if (known !== undefined && isSame(known, row, owner, placed)) continue
      const text = known?.row === row ? known.text : textOf(row)
      const entry = { ...entryOf(one), owner, ...placed, text }
      if (known !== undefined) gone.push(known)
      come.push(entry)
      this.#entries.set(row.uid, entry)
    }
    for (const { uid } of before) {
      const known = this.#entries.get(uid)
      // Another machine's change in this batch may already have moved the request.
      if (now.has(uid) || known === undefined || known.owner !== owner) continue
      gone.push(known)
      this.#entries.delete(uid)
    }
    return { gone, come }
  }

  /** Reuses the times of an unchanged row: parsing a time costs more than finding the entry. */
  #dated(row: JudgedRequest): Dated {
    const known = this.#entries.get(row.uid)
    return {
      row,
      createdAt: known?.row === row ? known.createdAt : (milliseconds(row.createdAt) ?? 0),
    }
  }
}

type Dated = Pick<RequestEntry, 'row' | 'createdAt'>

function isSame(known: RequestEntry, row: JudgedRequest, owner: string, placed: Placed): boolean {
  return (
    known.row === row &&
    known.owner === owner &&
    known.rank === placed.rank &&
    known.head.uid === placed.head.uid &&
    known.head.createdAt === placed.head.createdAt
  )
}

function entryOf({ row, createdAt }: Dated) {
  return { row, pending: isPendingRow(row), createdAt, decidedAt: milliseconds(row.decidedAt) ?? 0 }
}

function textOf({ name, nodeName, requestor, signerName }: JudgedRequest): string {
  return searchText([name, nodeName, requestor, signerName])
}

interface Placed {
  readonly rank: Rank
  readonly head: Head
}

/** The place of each request of one machine in the list. */
function placesOf(requests: readonly Dated[]): (one: Dated) => Placed {
  const superseded = requests.filter(({ row }) => row.superseded)
  if (superseded.length === 0) return ownPlace
  const leaders = newestBySigner(
    requests.filter(({ row }) => !row.superseded && row.nodeName !== null && isPendingRow(row)),
  )
  const orphans = newestBySigner(superseded)
  return (one) => {
    const { row } = one
    if (!row.superseded) return ownPlace(one)
    const leader = row.nodeName === null ? undefined : leaders.get(row.signerName)
    if (leader !== undefined) return { rank: 0, head: leader }
    return { rank: 1, head: orphans.get(row.signerName) ?? headFrom(one) }
  }
}

function ownPlace(one: Dated): Placed {
  return { rank: isPendingRow(one.row) ? 0 : 2, head: headFrom(one) }
}

function headFrom({ row: { uid }, createdAt }: Dated): Head {
  return { uid, createdAt }
}

function newestBySigner(requests: readonly Dated[]): ReadonlyMap<string, Head> {
  const newest = new Map<string, Head>()
  for (const one of requests) {
    const { signerName } = one.row
    const known = newest.get(signerName)
    const head = headFrom(one)
    if (known === undefined || newestFirst(head, known) < 0) newest.set(signerName, head)
  }
  return newest
}

function newestFirst(a: Head, b: Head): number {
  return b.createdAt - a.createdAt || compareTexts(a.uid, b.uid)
}

/** Pending first, then newest first, superseded ones below the newest of their node and signer. */
export function pendingFirst(a: RequestEntry, b: RequestEntry): number {
  return (
    a.rank - b.rank ||
    newestFirst(a.head, b.head) ||
    Number(a.row.superseded) - Number(b.row.superseded) ||
    byAge(a, b)
  )
}

/** The latest decision first. */
export function lastDecidedFirst(a: RequestEntry, b: RequestEntry): number {
  return b.decidedAt - a.decidedAt || byAge(a, b)
}

/** The newest request first. */
export function byAge(a: RequestEntry, b: RequestEntry): number {
  return b.createdAt - a.createdAt || compareTexts(a.row.uid, b.row.uid)
}
