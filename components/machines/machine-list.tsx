'use client'

import { memo, type ReactNode, type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import type { Rows } from '#components/machines/board-order.ts'
import { useCursor } from '#components/machines/board-selection.tsx'
import { MachineRow, RequestRow } from '#components/machines/machine-row.tsx'
import {
  CELL,
  COLUMNS,
  DRAW_ALL,
  PHONE_ROW_HEIGHT,
  ROW_HEIGHT,
} from '#components/machines/row-layout.ts'
import { useMessages } from '#components/messages.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { type ListHandle, listHandle } from '#components/ui/list-handle.ts'
import { Panel } from '#components/ui/panel.tsx'
import { useIsPhone } from '#components/ui/phone.ts'
import { usePointed } from '#components/ui/pointed.ts'
import { ColumnHead, Table, TableBody, TableHead, TableRow } from '#components/ui/table.tsx'
import { useWindowRows } from '#components/ui/window-rows.ts'

interface MachineListProps {
  readonly label: string
  readonly rows: Rows
  /** The box that ticks all; only the first list has one. */
  readonly tickAll?: ReactNode
  /** `waiting` shows its column heads, the others only tell them. */
  readonly heads: 'waiting' | 'alarms' | 'stopped' | 'onTheirWay' | 'joined'
  readonly drained: boolean
  readonly onTick: (key: string, range: boolean) => void
  readonly handle: Ref<ListHandle>
  /** A mouse has come over the list, or left it. */
  readonly onPointed?: (pointed: boolean) => void
}

export const MachineList = memo(function MachineList(props: MachineListProps) {
  const { label, rows, heads, drained, onTick, onPointed } = props
  const body = useRef<HTMLTableSectionElement>(null)
  const onPointerOver = usePointed(onPointed)
  const cursor = useCursor()
  const phone = useIsPhone()
  const virtual = useWindowRows({
    body,
    count: rows.length,
    height: phone ? PHONE_ROW_HEIGHT : ROW_HEIGHT,
    measuredKey: phone ? (index) => rows.at(index)?.item.key ?? String(index) : null,
    keep: cursor === null ? -1 : rows.indexOf(cursor),
    drawAll: DRAW_ALL,
  })

  const scrollTo = useRef(virtual.scrollTo)
  useEffect(() => {
    scrollTo.current = virtual.scrollTo
  })
  useImperativeHandle(props.handle, () => listHandle(body, scrollTo), [])

  return (
    <Panel>
      <Table
        aria-label={label}
        aria-rowcount={rows.length + 1}
        className="block"
        onPointerOver={onPointerOver}
      >
        {/* On phones the heads are told only: nothing in them may take the focus. */}
        <Heads heads={heads} tickAll={phone ? undefined : props.tickAll} />
        <TableBody
          ref={body}
          className={classNames('relative block', drained && 'drained')}
          style={{ height: virtual.height }}
        >
          {virtual.rows.map(({ index, top }) => {
            const row = rows.at(index)
            if (row === undefined) return null
            const frame = {
              top,
              index,
              ariaRow: index + 2,
              measure: virtual.measure,
              last: index === rows.length - 1,
              gone: row.gone,
            }
            return row.item.kind === 'machine' ? (
              <MachineRow
                key={row.item.key}
                machine={row.item.machine}
                onTick={onTick}
                {...frame}
              />
            ) : (
              <RequestRow key={row.item.key} request={row.item.request} {...frame} />
            )
          })}
        </TableBody>
      </Table>
    </Panel>
  )
})

/** The column heads; shared with the skeleton. */
export function Heads({ heads, tickAll }: Pick<MachineListProps, 'heads' | 'tickAll'>) {
  const { alarm, board } = useMessages()
  const { columns } = board
  const words = {
    alarms: [alarm.column, columns.since],
    waiting: [columns.verdict, columns.timeLeft],
    stopped: [columns.progress, columns.since],
    onTheirWay: [columns.progress, columns.since],
    joined: [columns.how, columns.when],
  }[heads]
  return (
    <TableHead className={heads === 'waiting' ? 'block max-roomy:sr-only' : 'sr-only'}>
      <TableRow
        aria-rowindex={1}
        className={classNames(
          COLUMNS,
          'h-[35px] border-b border-line text-left text-xs text-fg-3 [&>th]:font-normal',
        )}
      >
        <ColumnHead className={CELL.check}>
          {tickAll ?? <span className="sr-only">{columns.select}</span>}
        </ColumnHead>
        <ColumnHead className={CELL.name}>{columns.machine}</ColumnHead>
        <ColumnHead className="hidden self-center wide:block">{columns.role}</ColumnHead>
        <ColumnHead className={CELL.stage}>{columns.stage}</ColumnHead>
        <ColumnHead className={CELL.verdict}>{words[0]}</ColumnHead>
        <ColumnHead className={CELL.time}>{words[1]}</ColumnHead>
        <ColumnHead>
          <span className="sr-only">{columns.action}</span>
        </ColumnHead>
      </TableRow>
    </TableHead>
  )
}
