import { rankOf } from '#lib/journal/record-tables.ts'
import { numberOf, type SqlDatabase, type SqlRow } from '#lib/journal/sql-database.ts'

/** Most rows of one DELETE: it blocks appends for a moment, and a reserve has room for it. */
const DELETED_AT_ONCE = 250
/** Assumed bytes of an entry, few rather than many: no more is deleted than has to be. */
const ENTRY_BYTES = 2_000
/** Bytes that stay free on a full volume, and the most as a share of what is stored. */
const FREE_BYTES = 8 * 2 ** 20
const FREE_SHARE = 1 / 8

/**
 * The function that deletes entries recorded before that time, shadow entries and notes of runs under
 * way before the other, then entries beyond so many bytes or on a full volume: the cheapest first.
 * Answers whether it is full. `onDecisions`: time, status and origin of each deleted decision.
 */
export function retention(database: SqlDatabase, onDecisions: (rows: readonly SqlRow[]) => void) {
  const { dialect } = database
  const rank = rankOf(dialect)
  const all = { where: '1 = 1', order: 'id' }
  const shadows = { where: `${rank} = 0`, order: `${rank}, id` }
  const cheapest = { where: '1 = 1', order: `${rank}, id` }

  /** Deletes those recorded before that time of the first entries in an order; answers their bytes. */
  async function deleteFirst(
    { where, order }: typeof all,
    before: number,
    most = DELETED_AT_ONCE,
  ): Promise<number> {
    const first = `SELECT id, recorded_at FROM countersign_entry
      WHERE ${where} ORDER BY ${order} LIMIT ${most}`
    const ids = `SELECT id FROM (${first}) first_ones WHERE recorded_at < $1`
    const values = [before]
    const [decisions = [], entries = []] = await database.run([
      {
        sql: `DELETE FROM countersign_decision WHERE entry IN (${ids}) RETURNING at, status, origin`,
        values,
      },
      {
        sql: `DELETE FROM countersign_entry WHERE id IN (${ids})
          RETURNING ${dialect.entryBytes} AS bytes`,
        values,
      },
    ])
    onDecisions(decisions)
    return entries.reduce((sum, { bytes }) => sum + numberOf(bytes), 0)
  }

  /** `left`: bytes on a full volume; null where it has room. */
  async function deleteBeyond(most: number, left: number | null): Promise<void> {
    const [[size] = []] = await database.read([{ sql: dialect.size, values: [] }])
    const [stored, free] = [numberOf(size?.bytes), numberOf(size?.free)]
    const wanted = left === null ? 0 : Math.min(FREE_BYTES, stored * FREE_SHARE) - left
    let excess = Math.max(stored - most, wanted - free)
    while (excess > 0) {
      const rows = Math.min(DELETED_AT_ONCE, Math.ceil(excess / ENTRY_BYTES))
      const gone = await deleteFirst(cheapest, Number.MAX_SAFE_INTEGER, rows)
      if (gone === 0) return
      excess -= gone
    }
  }

  return async (recordedBefore: number, shadowBefore: number, bytes: number) => {
    const left = await database.room()
    while ((await deleteFirst(all, recordedBefore)) > 0);
    while ((await deleteFirst(shadows, shadowBefore)) > 0);
    const notes =
      'DELETE FROM countersign_run WHERE started_at < $1 OR (ended_at IS NULL AND started_at < $2)'
    await database.run([{ sql: notes, values: [recordedBefore, shadowBefore] }])
    await deleteBeyond(bytes, left)
    return { isFull: left !== null }
  }
}
