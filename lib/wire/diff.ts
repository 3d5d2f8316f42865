import type { MachineRow, RequestRow } from '#lib/csr/machine/rows.ts'
import type { Patch } from '#lib/wire/wire.ts'

/** All rows of one moment: machines by name, other requests by uid. */
export interface Rows {
  readonly machines: ReadonlyMap<string, MachineRow>
  readonly others: ReadonlyMap<string, RequestRow>
}

/** What was derived again. `null` means that the row is no longer there. */
export interface TouchedRows {
  readonly machines: ReadonlyMap<string, MachineRow | null>
  readonly others: ReadonlyMap<string, RequestRow | null>
}

export type RowChanges = Pick<Patch, 'upserts' | 'removes'>

/**
 * Whether two plain values (what JSON can carry) say the same. The order of keys does not matter,
 * the order of lists does; a key that is `undefined` equals a key that is not there.
 */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return Number.isNaN(a) && Number.isNaN(b)
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((item, index) => sameValue(item, b[index]))
  }
  const left = a as Readonly<Record<string, unknown>>
  const right = b as Readonly<Record<string, unknown>>
  for (const key of Object.keys(left)) if (!sameValue(left[key], right[key])) return false
  for (const key of Object.keys(right)) {
    if (right[key] !== undefined && left[key] === undefined) return false
  }
  return true
}

/**
 * What changed among the rows that were derived again: the incremental form, whose cost is that of
 * the touched rows. Rows that say the same as before are no change.
 */
export function diffTouched(previous: Rows, touched: TouchedRows): RowChanges {
  const machines = diffMap(previous.machines, touched.machines)
  const others = diffMap(previous.others, touched.others)
  return {
    upserts: { machines: machines.upserts, others: others.upserts },
    removes: { machines: machines.removes, others: others.removes },
  }
}

export function isEmpty(changes: RowChanges): boolean {
  return (
    changes.upserts.machines.length === 0 &&
    changes.upserts.others.length === 0 &&
    changes.removes.machines.length === 0 &&
    changes.removes.others.length === 0
  )
}

/** The patch that takes revision `from` to the next one. */
export function toPatch(changes: RowChanges, epoch: string, from: number): Patch {
  return { epoch, from, to: from + 1, ...changes }
}

function diffMap<Row>(
  previous: ReadonlyMap<string, Row>,
  touched: ReadonlyMap<string, Row | null>,
): { upserts: Row[]; removes: string[] } {
  const upserts: Row[] = []
  const removes: string[] = []
  for (const [key, row] of touched) {
    const before = previous.get(key)
    if (row === null) {
      if (before !== undefined) removes.push(key)
    } else if (before === undefined || !sameValue(before, row)) {
      upserts.push(row)
    }
  }
  return { upserts, removes }
}
