import type { ListedRequest } from '#lib/live/listed.ts'
import type { Decision } from '#lib/live/wire.ts'

/**
 * What this tab has asked for and the watch has not yet answered, by uid. `deciding`: asked.
 * `decided`: the server says it is done. `unclear`: the write may or may not have happened. In all
 * three the row says "Approving…" or "Denying…": only the condition itself makes it Approved.
 */
export type Deciding = ReadonlyMap<string, DecidingItem>

export interface DecidingItem {
  readonly decision: Decision
  readonly state: 'deciding' | 'decided' | 'unclear'
  /** This browser's milliseconds at the last change of state. */
  readonly at: number
}

export const NOTHING_DECIDING: Deciding = new Map()

/** After this long without the watch confirming it, the row shows what the watch last said. */
export const DECIDING_MS = 30_000

export function withDeciding(
  deciding: Deciding,
  uids: readonly string[],
  item: DecidingItem,
): Deciding {
  if (uids.length === 0) return deciding
  const next = new Map(deciding)
  for (const uid of uids) next.set(uid, item)
  return next
}

export function withoutDeciding(deciding: Deciding, uids: readonly string[]): Deciding {
  if (!uids.some((uid) => deciding.has(uid))) return deciding
  const next = new Map(deciding)
  for (const uid of uids) next.delete(uid)
  return next
}

/**
 * What is still open after the watch has spoken: rows that are gone or no longer pending are
 * settled, and so is what has waited too long. `now` is this browser's milliseconds.
 */
export function settleDeciding(
  deciding: Deciding,
  rowOf: (uid: string) => Pick<ListedRequest, 'status'> | undefined,
  now: number,
): Deciding {
  const settled: string[] = []
  for (const [uid, item] of deciding) {
    const row = rowOf(uid)
    const waited = item.state !== 'deciding' && now - item.at >= DECIDING_MS
    if (row === undefined || row.status !== 'Pending' || waited) settled.push(uid)
  }
  return withoutDeciding(deciding, settled)
}
