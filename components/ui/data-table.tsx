'use client'

import {
  Fragment,
  memo,
  type ReactNode,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
} from 'react'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClearFilter } from '#components/ui/clear-filter.tsx'
import { listHandle } from '#components/ui/list-handle.ts'
import type { KeyedList } from '#components/ui/list-keys.ts'
import { panelLook } from '#components/ui/panel.tsx'
import { useIsPhone } from '#components/ui/phone.ts'
import { LINES } from '#components/ui/row-lines.ts'
import { ScrollRegion } from '#components/ui/scroll-region.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import {
  ColumnHead,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
} from '#components/ui/table.tsx'
import type { Ticks } from '#components/ui/ticks.ts'
import { useWindowRows } from '#components/ui/window-rows.ts'

export interface Column<Row> {
  readonly key: string
  readonly head: ReactNode
  readonly headLook?: string
  /** A class; without one the column has its share of the room that is left. */
  readonly width?: string
  /** Classes of its cells, and where each is among the lines of a phone. */
  readonly look?: string | ((row: Row) => string)
  readonly cell: (row: Row) => ReactNode
}

/** Pixels of each row: as columns, and as lines. */
export interface RowHeight {
  readonly row: number
  readonly lines: number
}

/** In place of a table without rows. */
export interface EmptyWords {
  readonly title: string
  readonly text?: ReactNode
  /** A filter hides every row: a button that empties it. */
  readonly clear?: { readonly label: string; readonly onClear: () => void }
}

interface DataTableProps<Row> {
  readonly label: string
  /** The same array as long as its cells are the same: a row is drawn again for others. */
  readonly columns: readonly Column<Row>[]
  readonly list: KeyedList<Row>
  readonly height: RowHeight
  /** The rows may be old. */
  readonly stale: boolean
  readonly empty: EmptyWords
  readonly ticks?: Ticks<Row>
  readonly rowLook?: (row: Row) => string | undefined
  readonly headLook?: string
  readonly cellLook?: string
  /** Hears which rows are drawn, and which is marked (-1 for none), so that their pages can be read. */
  readonly onWindow?: (first: number, last: number, marked: number) => void
}

/** Rows that come and go, of which those in the window are drawn, as columns or as lines. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  return props.list.rows.count === 0 ? (
    <EmptyTable {...props.empty} filter={props.list.filter} />
  ) : (
    <FilledTable {...props} />
  )
}

function FilledTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, list, height, stale, ticks, rowLook, onWindow } = props
  const { headLook = 'pr-3 wide:pr-4 text-xs font-normal', cellLook = CELL } = props
  const { rows, marked } = list
  const { count, rowAt, keyOf } = rows
  const lines = useIsPhone()
  const body = useRef<HTMLTableSectionElement>(null)
  const rowHeight = lines ? height.lines : height.row
  const drawn = useWindowRows({ body, count, height: rowHeight, keep: marked })

  const scrollTo = useRef(drawn.scrollTo)
  useEffect(() => {
    scrollTo.current = drawn.scrollTo
  })
  useImperativeHandle(list.handle, () => listHandle(body, scrollTo), [])

  const latest = useRef(ticks)
  useEffect(() => {
    latest.current = ticks
  })
  const onTick = useCallback((row: Row, range: boolean) => latest.current?.tick(row, range), [])

  const seen = drawn.rows.filter(({ index }) => index !== marked)
  const [first = -1, last = -1] = [seen[0]?.index, seen.at(-1)?.index]
  useEffect(() => {
    if (first !== -1) onWindow?.(first, last, marked)
  }, [first, last, marked, onWindow])

  const width = columns.length + (ticks === undefined ? 0 : 1)
  return (
    <ScrollRegion label={label} fits={lines} className={classNames(panelLook, stale && 'drained')}>
      <Table
        aria-label={label}
        aria-rowcount={count + 1}
        className={`${LINES.table} roomy:min-w-[960px]`}
      >
        <colgroup className={LINES.columns}>
          {ticks !== undefined && <col className="w-11" />}
          {columns.map((column) => (
            <col key={column.key} className={column.width} />
          ))}
        </colgroup>
        <TableHead className={LINES.head}>
          <TableRow aria-rowindex={1}>
            {ticks !== undefined && (
              <ColumnHead className={classNames(HEAD, headLook)}>
                {/* On phones the heads are told only: nothing in them may take the focus. */}
                {lines ? (
                  <span className="sr-only">{ticks.words.column}</span>
                ) : (
                  <TickAll ticks={ticks} />
                )}
              </ColumnHead>
            )}
            {columns.map((column) => (
              <ColumnHead key={column.key} className={classNames(HEAD, headLook, column.headLook)}>
                {column.head}
              </ColumnHead>
            ))}
          </TableRow>
        </TableHead>
        <TableBody ref={body} className={LINES.body}>
          {drawn.rows.map(({ index, top }, at) => {
            const row = rowAt(index)
            return (
              <Fragment key={row === undefined ? `unread ${index}` : keyOf(row)}>
                <Gap height={top - (drawn.rows[at - 1]?.bottom ?? 0)} columns={width} />
                {row === undefined ? (
                  <SkeletonRow
                    index={index}
                    height={rowHeight}
                    columns={columns}
                    cellLook={cellLook}
                    isTicked={ticks === undefined ? undefined : false}
                  />
                ) : (
                  <DataRow
                    row={row}
                    rowKey={keyOf(row)}
                    index={index}
                    height={rowHeight}
                    columns={columns}
                    look={rowLook?.(row)}
                    cellLook={cellLook}
                    isMarked={index === marked}
                    isTicked={ticks?.keys.has(keyOf(row))}
                    tickLabel={ticks?.words.nameOf(row)}
                    canTick={ticks?.can(row)}
                    onTick={onTick}
                  />
                )}
              </Fragment>
            )
          })}
          <Gap height={drawn.height - (drawn.rows.at(-1)?.bottom ?? 0)} columns={width} />
        </TableBody>
      </Table>
    </ScrollRegion>
  )
}

const HEAD = 'h-9 border-b border-line text-left text-fg-3 first:pl-4'
const CELL = 'whitespace-nowrap roomy:pr-3 wide:pr-4'
const EACH_CELL = 'min-w-0 roomy:max-w-0 roomy:border-b roomy:border-line-soft roomy:first:pl-4'
/** A cell that stays in place while others scroll under it wears the colour of its row. */
const TICKED = 'bg-selected [--row-colour:var(--color-selected)]'
const PLAIN = 'hover:bg-hover hover:[--row-colour:var(--color-hover)]'

interface RowProps<Row> {
  readonly index: number
  readonly height: number
  readonly columns: readonly Column<Row>[]
  readonly cellLook: string
  /** Undefined where rows are not ticked. */
  readonly isTicked: boolean | undefined
}

interface DataRowProps<Row> extends RowProps<Row> {
  readonly row: Row
  readonly rowKey: string
  readonly look: string | undefined
  readonly isMarked: boolean
  readonly tickLabel: string | undefined
  readonly canTick: boolean | undefined
  readonly onTick: (row: Row, range: boolean) => void
}

/** A changed row costs only itself. */
const DataRow = memo(function DataRow<Row>(props: DataRowProps<Row>) {
  const { row, rowKey, index, height, columns, look, cellLook } = props
  const { isMarked, isTicked, tickLabel, canTick, onTick } = props
  return (
    <TableRow
      data-index={index}
      data-key={rowKey}
      // The head is the first.
      aria-rowindex={index + 2}
      style={{ height }}
      className={classNames(
        LINES.row,
        isTicked !== undefined && 'max-roomy:pl-11',
        isTicked === true ? TICKED : PLAIN,
        look,
        isMarked && 'keyboard-row',
      )}
    >
      {isTicked !== undefined && (
        <TableCell className={classNames(EACH_CELL, cellLook, TICK_CELL)}>
          <span className="flex">
            <Checkbox
              aria-label={tickLabel}
              checked={isTicked}
              disabled={canTick !== true}
              onChange={({ nativeEvent }) =>
                onTick(row, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
              }
            />
          </span>
        </TableCell>
      )}
      {columns.map((column) => (
        <TableCell
          key={column.key}
          className={classNames(
            EACH_CELL,
            cellLook,
            typeof column.look === 'function' ? column.look(row) : column.look,
          )}
        >
          {column.cell(row)}
        </TableCell>
      ))}
    </TableRow>
  )
}) as <Row>(props: DataRowProps<Row>) => ReactNode

const TICK_CELL = 'max-roomy:absolute max-roomy:top-3.5 max-roomy:left-3.5'

/** A row that is not read yet. */
function SkeletonRow<Row>({ index, height, columns, cellLook, isTicked }: RowProps<Row>) {
  return (
    <TableRow aria-rowindex={index + 2} aria-busy style={{ height }} className={LINES.row}>
      {isTicked !== undefined && <TableCell className={classNames(EACH_CELL, TICK_CELL)} />}
      {columns.map(({ key, look }) => (
        <TableCell
          key={key}
          className={classNames(EACH_CELL, cellLook, typeof look === 'string' && look)}
        >
          <Skeleton className="w-2/3" />
        </TableCell>
      ))}
    </TableRow>
  )
}

interface GapProps {
  /** Pixels of the rows that are not drawn here. */
  readonly height: number
  readonly columns: number
}

function Gap({ height, columns }: GapProps) {
  if (height <= 0) return null
  return (
    <tr aria-hidden className="max-roomy:block">
      <td colSpan={columns} className="max-roomy:block" style={{ height, padding: 0 }} />
    </tr>
  )
}

function TickAll<Row>({ ticks }: { readonly ticks: Ticks<Row> }) {
  return (
    <span className="flex">
      <Checkbox
        aria-label={ticks.words.all}
        disabled={ticks.all === 'off'}
        checked={ticks.all === 'ticked'}
        mixed={ticks.all === 'mixed'}
        onChange={ticks.tickAll}
      />
    </span>
  )
}

function EmptyTable({
  title,
  text,
  clear,
  filter,
}: EmptyWords & Pick<KeyedList<unknown>, 'filter'>) {
  return (
    <div className={`${panelLook} px-6 py-10 text-center`}>
      <p className="text-md font-semibold">{title}</p>
      {text !== undefined && <div className="text-fg-2">{text}</div>}
      {clear !== undefined && (
        <div className="text-fg-2">
          <ClearFilter {...clear} filter={filter} className="mt-4" />
        </div>
      )}
    </div>
  )
}
