import { nextRequest, targetOf } from '#components/decide/target.ts'
import type { HeldRow } from '#components/machines/board-order.ts'
import { rowName } from '#components/machines/board-order.ts'
import { type Off, offFor, useOff } from '#components/machines/permissions.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import type { Rows } from '#components/ui/row-list.ts'
import { type Ticks, useListsTicks } from '#components/ui/ticks.ts'
import { visible } from '#lib/csr/escape.ts'
import { isHeldBack, isSound } from '#lib/csr/policy/trust.ts'

type TickedSection = 'returning' | 'waiting'
export type BoardTicks = Readonly<Record<TickedSection, Ticks<HeldRow>>>

/** Ticks of the rows of two sections that can be part of a bulk. */
export function useBoardTicks({
  returning,
  waiting,
}: Readonly<Record<TickedSection, Rows<HeldRow>>>): BoardTicks {
  const { columns, row: words } = useMessages().board
  const off = useOff()
  const named = {
    column: columns.select,
    nameOf(row: HeldRow) {
      const box = boxOf(row, off)
      if (box === null) return null
      const name = visible(rowName(row.item))
      return box === 'can' ? words.select(name) : words.cannotSelect[box](name)
    },
  }
  return useListsTicks({ returning, waiting }, (row) => boxOf(row, off) === 'can', {
    returning: { ...named, all: words.selectAllReturning },
    waiting: { ...named, all: words.selectAll },
  })
}

/** Whether the row's box can be ticked, or why not; null for a row without a box. */
function boxOf({ item, gone }: HeldRow, off: Off): 'can' | 'off' | 'suspicious' | 'refused' | null {
  if (item.kind === 'alarm') return null
  const { verdict } = item.kind === 'machine' ? item.machine : item.request
  if (item.kind === 'machine' && (gone || !item.machine.waiting)) return null
  if (isHeldBack(verdict)) return verdict
  if (item.kind === 'request') return null
  const signerName = nextRequest(targetOf(item.machine))?.signerName
  if (!isSound(verdict) || signerName === undefined) return 'off'
  return offFor(off, signerName) === null ? 'can' : 'off'
}
