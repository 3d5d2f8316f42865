import type { RowChange, Rows } from '#lib/cluster/board.ts'
import { recordedVerdict, type VerdictsBefore } from '#lib/cluster/verdict-before.ts'
import { isIssuedRow, isPendingRow } from '#lib/csr/rows/next-request.ts'
import type { JudgedMachine, JudgedRequest } from '#lib/csr/rows/rows.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { RecordedVerdict } from '#lib/wire/views.ts'
import type { FeedState } from '#lib/wire/wire.ts'

/** A request, and its verdict while it is pending, or from before its decision; null for not known. */
export interface JudgedRow {
  readonly row: JudgedRequest
  readonly judged: RecordedVerdict | null
}

interface KnownRow {
  readonly row: JudgedRequest
  /**
   * Time at which its certificate was seen to be issued, milliseconds; null where that was missed.
   */
  readonly issuedAt: number | null
}

export type RowNews =
  /** A request that was first seen; or one that is decided, or whose status changed after that. */
  | ({ readonly what: 'request' | 'decision' } & JudgedRow)
  | {
      /** A machine that became Ready. */
      readonly what: 'join'
      readonly machine: JudgedMachine
      /**
       * Times at which certificates were issued, milliseconds by uid of those requests that were
       * seen then.
       */
      readonly issuedAt: ReadonlyMap<string, number>
    }
  /** A Node that is no longer in the cluster. */
  | { readonly what: 'nodeDeleted'; readonly name: string; readonly uid: string }

/**
 * News of all rows come in parts of so many, so many milliseconds apart: turning them into entries
 * blocks no page, and the record can write as many meanwhile.
 */
const TOLD_AT_ONCE = 200
const TELL_EVERY_MS = 20

/** Tells what is new in published rows, each event once, also those of a time without a live feed. */
export function watchRowNews(options: {
  /** Whether rows equal the API server's state: what they say before that may be half of it. */
  readonly isLive: () => boolean
  /** Whether Nodes are followed: an unread one is not deleted. */
  readonly areNodesLive: () => boolean
  readonly rows: () => Rows
  readonly verdicts: Pick<VerdictsBefore, 'shows' | 'of' | 'forget'>
  /** The API server's clock. */
  readonly clock: Clock
  readonly onNews: (news: readonly RowNews[]) => void
}) {
  const { isLive, areNodesLive, rows, verdicts, clock, onNews } = options
  /** Listed requests as they were last published. */
  const known = new Map<string, KnownRow>()
  let isBehind = true
  let cancelLook = () => {}

  /** Looks at all rows once the feed is live, as changes before that were not taken. */
  function look(): void {
    cancelLook()
    if (!isLive()) {
      // Milliseconds between two looks whether a burst that is taken in is over.
      cancelLook = clock.after(1_000, look)
      return
    }
    isBehind = false
    const { machines, others } = rows()
    const listed = new Set(others.keys())
    for (const { requests } of machines.values()) for (const { uid } of requests) listed.add(uid)
    for (const uid of known.keys()) if (!listed.has(uid)) known.delete(uid)
    tellOf(machines.values(), others.values())
  }

  /** The published rows are maps that change: a row has its present state when its turn comes. */
  function tellOf(machines: Iterator<JudgedMachine>, others: Iterator<JudgedRequest>): void {
    const news: RowNews[] = []
    let isMore = true
    while (isMore && news.length < TOLD_AT_ONCE) {
      const machine = machines.next()
      const other = machine.done ? others.next() : null
      if (!machine.done) takeMachine(null, machine.value, news)
      else if (other?.done === false) takeRequest(other.value, news)
      else isMore = false
    }
    if (news.length > 0) onNews(news)
    if (isMore) cancelLook = clock.after(TELL_EVERY_MS, () => tellOf(machines, others))
  }

  function takeMachine(before: JudgedMachine | null, machine: JudgedMachine, into: RowNews[]) {
    let shown: ReadonlyMap<string, JudgedRequest> | null = null
    for (const row of machine.requests) {
      // The row may not have had its turn: at a start, there are many.
      if (!known.has(row.uid)) shown ??= new Map(before?.requests.map((one) => [one.uid, one]))
      takeRequest(row, into, shown?.get(row.uid))
    }
    if (machine.joinedAt !== null && machine.joinedAt !== before?.joinedAt) {
      into.push({ what: 'join', machine, issuedAt: issuedTimes(machine) })
    }
  }

  function takeNode(before: JudgedMachine | null, after: JudgedMachine | null, into: RowNews[]) {
    const node = before?.node ?? null
    if (before === null || node === null || (after?.node ?? null) !== null) return
    if (areNodesLive()) into.push({ what: 'nodeDeleted', name: before.name, uid: node.uid })
  }

  /** `shown`: its row before this one, where that may not be known yet. */
  function takeRequest(row: JudgedRequest, into: RowNews[], shown?: JudgedRequest): void {
    const before = known.get(row.uid)
    if (before?.row === row) return
    const isPending = isPendingRow(row)
    if (isPending) verdicts.shows(row)
    const judged = isPending ? recordedVerdict(row) : verdicts.of(row, shown)
    known.set(row.uid, { row, issuedAt: issuedTime(row, before) })
    if (before === undefined) into.push({ what: 'request', row, judged })
    if (isPending || before?.row.status === row.status) return
    into.push({ what: 'decision', row, judged })
  }

  function issuedTime(row: JudgedRequest, before: KnownRow | undefined): number | null {
    if (before === undefined || !isIssuedRow(row)) return null
    return isIssuedRow(before.row) ? before.issuedAt : clock.now()
  }

  function issuedTimes({ requests }: JudgedMachine): ReadonlyMap<string, number> {
    const times = new Map<string, number>()
    for (const { uid } of requests) {
      const at = known.get(uid)?.issuedAt ?? null
      if (at !== null) times.set(uid, at)
    }
    return times
  }

  function forgetGone(before: readonly JudgedRequest[], after: readonly JudgedRequest[]): void {
    if (before.length === 0) return
    const remaining = new Set(after.map(({ uid }) => uid))
    for (const { uid } of before) if (!remaining.has(uid)) forget(uid)
  }

  /** A request that is gone is never asked for again. */
  function forget(uid: string): void {
    known.delete(uid)
    verdicts.forget(uid)
  }

  return {
    /** Takes changes of rows that were published while the feed is live. */
    take(changes: readonly RowChange[]): void {
      for (const { kind, before, after } of changes) {
        if (kind === 'machine') forgetGone(before?.requests ?? [], after?.requests ?? [])
        else if (kind === 'request' && before !== null && after === null) forget(before.uid)
      }
      if (isBehind || !isLive()) {
        isBehind = true
        look()
        return
      }
      const news: RowNews[] = []
      for (const change of changes) {
        if (change.kind === 'machine') takeNode(change.before, change.after, news)
        if (change.after === null) continue
        if (change.kind === 'machine') takeMachine(change.before, change.after, news)
        else if (change.kind === 'request') {
          takeRequest(change.after, news, change.before ?? undefined)
        }
      }
      if (news.length > 0) onNews(news)
    },
    /** Takes a decided request that was deleted, as it was last: no row may have shown its decision. */
    takeGone(last: JudgedRequest): void {
      const news: RowNews[] = []
      takeRequest(last, news)
      forget(last.uid)
      if (news.length > 0) onNews(news)
    },
    /** Takes the feed's state: rows of other states than `live` are not taken. */
    feedIs(state: FeedState): void {
      isBehind = true
      cancelLook()
      if (state === 'live') look()
    },
    stop: () => cancelLook(),
  }
}
