import type { ComponentProps } from 'react'
import type { HeldRow } from '#components/machines/board-order.ts'
import {
  MACHINE_COLUMNS,
  MACHINE_HEIGHT,
  type MachineHeads,
  machineLines,
  useMachineHeads,
} from '#components/machines/machine-columns.tsx'
import { DataTable } from '#components/ui/data-table.tsx'

/** Up to so many rows are all drawn: the browser's own search then finds each. */
export const DRAW_ALL = 100
export const boardCell = 'roomy:pr-3'

export interface MachineTableProps
  extends Pick<
    ComponentProps<typeof DataTable<HeldRow>>,
    'label' | 'list' | 'empty' | 'stale' | 'ticks' | 'groups' | 'hold' | 'onWindow'
  > {
  /** `waiting` shows its column heads; those of the others are for screen readers alone. */
  readonly heads: MachineHeads
}

/** A list of machines, whatever their stage. */
export function MachineTable({ heads, ...table }: MachineTableProps) {
  return (
    <DataTable
      columns={MACHINE_COLUMNS}
      names={useMachineHeads(heads)}
      height={MACHINE_HEIGHT}
      linesLook={machineLines}
      cellLook={boardCell}
      rowLook={() => 'transition-colors'}
      heads={heads === 'waiting' ? 'shown' : 'spoken'}
      fits
      drawAll={DRAW_ALL}
      {...table}
    />
  )
}
