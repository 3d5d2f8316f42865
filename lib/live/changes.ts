import type { ListedMachine, ListedRequest } from '#lib/live/listed.ts'

/** What became of one row: null before it came, null after it left. */
export type RowChange =
  | {
      readonly kind: 'machine'
      readonly key: string
      readonly before: ListedMachine | null
      readonly after: ListedMachine | null
    }
  | {
      readonly kind: 'request'
      readonly key: string
      readonly before: ListedRequest | null
      readonly after: ListedRequest | null
    }

/**
 * What patches did to the rows, the last of it. Who derives something from all rows then looks at
 * those only that changed since: a position in the log is how far it has looked.
 */
export interface ChangeLog {
  /** Changes that are no longer kept. */
  forgotten: number
  kept: RowChange[]
  /** How many rows these hold on to that may be nowhere else any more. */
  rows: number
}

/** What is kept at least; a reader that is further behind looks at all rows again. */
const ROWS_KEPT = 5_000

export function emptyLog(): ChangeLog {
  return { forgotten: 0, kept: [], rows: 0 }
}

export function logChange(log: ChangeLog, change: RowChange): void {
  log.kept.push(change)
  log.rows += rowsOf(change)
  if (log.rows <= 2 * ROWS_KEPT) return
  let dropped = 0
  for (const old of log.kept) {
    if (log.rows <= ROWS_KEPT) break
    log.rows -= rowsOf(old)
    dropped += 1
  }
  log.kept.splice(0, dropped)
  log.forgotten += dropped
}

/** Where whoever has looked at all rows stands. */
export function positionIn(log: ChangeLog): number {
  return log.forgotten + log.kept.length
}

/** Each row that is another one than at that position, once. Null when that is not known any more. */
export function changesSince(log: ChangeLog, position: number): readonly RowChange[] | null {
  if (position < log.forgotten) return null
  const machines = new Map<string, RowChange>()
  const requests = new Map<string, RowChange>()
  for (let at = position - log.forgotten; at < log.kept.length; at += 1) {
    const change = log.kept[at]
    if (change === undefined) break
    const byKey = change.kind === 'machine' ? machines : requests
    const first = byKey.get(change.key)
    byKey.set(
      change.key,
      first === undefined ? change : ({ ...change, before: first.before } as RowChange),
    )
  }
  return [...machines.values(), ...requests.values()].filter(
    ({ before, after }) => before !== after,
  )
}

/** A machine may have thousands of requests. */
function rowsOf(change: RowChange): number {
  return 1 + (change.kind === 'machine' ? (change.before?.requests.length ?? 0) : 0)
}
