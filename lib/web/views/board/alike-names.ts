import type { BoardEntry } from '#lib/web/views/board/board-entry.ts'
import type { RowList } from '#lib/web/views/rows/sorted-rows.ts'
import type { GoneMachine } from '#lib/wire/request-record.ts'

/** The first machines, by name, whose names the person may have meant. */
export function machinesAlike(machines: RowList<BoardEntry>, name: string): GoneMachine['alike'] {
  return (
    machines
      .slice(0, machines.size)
      .flatMap((entry) => (entry.kind === 'machine' && isAlike(entry.name, name) ? [entry] : []))
      // Most names of one answer.
      .slice(0, 5)
      .map(({ name, machine: { stage, waiting } }) => ({ name, stage, waiting }))
  )
}

/** Whether two names have the same first label, or differ at one place by a letter or two. */
export function isAlike(one: string, other: string): boolean {
  if (one === other) return false
  if (labelOf(one) === labelOf(other)) return true
  const most = Math.min(one.length, other.length)
  let start = 0
  while (start < most && one[start] === other[start]) start += 1
  let end = 0
  while (end < most - start && one.at(-1 - end) === other.at(-1 - end)) end += 1
  // Most letters by which names may differ, at one place.
  return Math.max(one.length, other.length) - start - end <= 2
}

function labelOf(name: string): string {
  return name.split('.', 1)[0] ?? name
}
