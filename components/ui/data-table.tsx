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
import { usePointed } from '#components/ui/pointed.ts'
import { LINES } from '#components/ui/row-lines.ts'
import { keyAt } from '#components/ui/rows.ts'
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
  /** Lines of a row may be higher: `lines` is what a row has until it is drawn. */
  readonly isMeasured?: boolean
}

/** The words in place of a table without rows. */
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
  /** A table without rows is not there unless this is given. */
  readonly empty?: EmptyWords
  readonly ticks?: Ticks<Row>
  readonly rowLook?: (row: Row) => string | undefined
  /** The grid of cells among the lines of a phone; twelve columns unless given. */
  readonly linesLook?: string
  readonly headLook?: string
  readonly cellLook?: string
  /** `spoken` heads are for screen readers alone: the table above shows the same. */
  readonly heads?: 'shown' | 'spoken'
  /** Columns have room on every screen on which they are not lines: nothing scrolls sideways. */
  readonly fits?: boolean
  /** Up to so many rows are all drawn. */
  readonly drawAll?: number
  /** Called with the rows that are drawn and the marked one, -1 for none: their pages are to be read. */
  readonly onWindow?: (first: number, last: number, marked: number) => void
  /** Called when a mouse comes over the table, and when it leaves. */
  readonly onPointed?: (pointed: boolean) => void
}

/** Rows that come and go, of which those in the window are drawn, as columns or as lines. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { list, empty } = props
  if (list.rows.count > 0) return <FilledTable {...props} />
  return empty === undefined ? null : <EmptyTable {...empty} filter={list.filter} />
}

function FilledTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, list, height, stale, ticks, rowLook, onWindow, onPointed } = props
  const { headLook = 'pr-3 wide:pr-4 text-xs font-normal', cellLook = CELL } = props
  const { linesLook = ticks === undefined ? TWELVE : TWELVE_TICKED } = props
  const { heads = 'shown', fits = false, drawAll = 0 } = props
  const { rows, marked } = list
  const { count, rowAt, keyOf } = rows
  const lines = useIsPhone()
  const body = useRef<HTMLTableSectionElement>(null)
  const isMeasured = lines && height.isMeasured === true
  const rowHeight = lines ? height.lines : height.row
  const drawn = useWindowRows({
    body,
    count,
    height: rowHeight,
    measuredKey: isMeasured ? (index) => keyAt(rows, index) : null,
    keep: marked,
    drawAll,
  })
  const onPointerOver = usePointed(onPointed)

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

  return (
    <ScrollRegion
      label={label}
      fits={lines || fits}
      className={classNames(panelLook, fits && 'roomy:overflow-clip', stale && 'drained')}
    >
      <Table
        aria-label={label}
        aria-rowcount={count + 1}
        aria-busy={drawn.rows.some(({ index }) => rowAt(index) === undefined) || undefined}
        className={classNames(LINES.table, !fits && 'roomy:min-w-[960px]')}
        onPointerOver={onPointerOver}
      >
        <colgroup className={LINES.columns}>
          {ticks !== undefined && <col className="w-11" />}
          {columns.map((column) => (
            <col key={column.key} className={column.width} />
          ))}
        </colgroup>
        <TableHead className={heads === 'spoken' ? 'sr-only' : LINES.head}>
          <TableRow aria-rowindex={1}>
            {ticks !== undefined && (
              <ColumnHead className={classNames(HEAD, headLook)}>
                {/* Nothing in heads that are only spoken may take the focus. */}
                {lines || heads === 'spoken' ? (
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
              <Fragment key={keyAt(rows, index)}>
                <Gap height={top - (drawn.rows[at - 1]?.bottom ?? 0)} />
                {row === undefined ? (
                  <SkeletonRow
                    index={index}
                    height={rowHeight}
                    columns={columns}
                    cellLook={cellLook}
                    linesLook={linesLook}
                    hasTicks={ticks !== undefined}
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
                    linesLook={linesLook}
                    isMarked={index === marked}
                    hasTicks={ticks !== undefined}
                    tickName={ticks?.words.nameOf(row) ?? null}
                    isTicked={ticks?.keys.has(keyOf(row)) === true}
                    canTick={ticks?.can(row) === true}
                    onTick={onTick}
                    measure={drawn.measure}
                  />
                )}
              </Fragment>
            )
          })}
          <Gap height={drawn.height - (drawn.rows.at(-1)?.bottom ?? 0)} />
        </TableBody>
      </Table>
    </ScrollRegion>
  )
}

const HEAD = 'h-9 border-b border-line text-left text-fg-3 first:pl-4'
const TWELVE = LINES.twelve
const TWELVE_TICKED = `${LINES.twelve} max-roomy:pl-11`
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
  readonly linesLook: string
  readonly hasTicks: boolean
}

interface DataRowProps<Row> extends RowProps<Row> {
  readonly row: Row
  readonly rowKey: string
  readonly look: string | undefined
  readonly isMarked: boolean
  /** Null for a row without a box. */
  readonly tickName: string | null
  readonly isTicked: boolean
  readonly canTick: boolean
  readonly onTick: (row: Row, range: boolean) => void
  readonly measure: ((element: HTMLElement | null) => void) | null
}

/** A changed row costs only itself. */
const DataRow = memo(function DataRow<Row>(props: DataRowProps<Row>) {
  const { row, rowKey, index, height, columns, look, cellLook, linesLook, measure } = props
  const { isMarked, hasTicks, tickName, canTick, onTick } = props
  const isTicked = tickName !== null && props.isTicked
  return (
    <TableRow
      ref={measure}
      data-index={index}
      data-key={rowKey}
      // The head is the first.
      aria-rowindex={index + 2}
      aria-selected={canTick || isTicked ? isTicked : undefined}
      style={measure === null ? { height } : undefined}
      className={classNames(
        LINES.row,
        linesLook,
        isTicked ? TICKED : PLAIN,
        look,
        isMarked && 'keyboard-row',
      )}
    >
      {hasTicks && (
        <TableCell className={classNames(EACH_CELL, cellLook, TICK_CELL)}>
          {tickName !== null && (
            <span className="flex">
              <Checkbox
                aria-label={tickName}
                checked={isTicked}
                disabled={!canTick}
                onChange={({ nativeEvent }) =>
                  onTick(row, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
                }
              />
            </span>
          )}
        </TableCell>
      )}
      {columns.map((column) => (
        <TableCell
          key={column.key}
          className={classNames(EACH_CELL, cellLook, lookOf(column, row))}
        >
          {column.cell(row)}
        </TableCell>
      ))}
    </TableRow>
  )
}) as <Row>(props: DataRowProps<Row>) => ReactNode

function lookOf<Row>({ look }: Column<Row>, row: Row): string | undefined {
  return typeof look === 'function' ? look(row) : look
}

const TICK_CELL = 'max-roomy:absolute max-roomy:top-3.5 max-roomy:left-3.5'

/** A row that is not read yet. */
function SkeletonRow<Row>(props: RowProps<Row>) {
  const { index, height, columns, cellLook, linesLook, hasTicks } = props
  return (
    <TableRow
      aria-rowindex={index + 2}
      style={{ height }}
      className={classNames(LINES.row, linesLook)}
    >
      {hasTicks && (
        <TableCell className={classNames(EACH_CELL, cellLook, TICK_CELL)}>
          <Skeleton className="size-4" />
        </TableCell>
      )}
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

/** Pixels of rows that are not drawn. */
function Gap({ height }: { readonly height: number }) {
  if (height <= 0) return null
  return (
    <tr aria-hidden className="max-roomy:block">
      <td className="max-roomy:block" style={{ height, padding: 0 }} />
    </tr>
  )
}

function TickAll<Row>({ ticks }: { readonly ticks: Ticks<Row> }) {
  const all = ticks.all()
  return (
    <span className="flex">
      <Checkbox
        aria-label={ticks.words.all}
        disabled={all === 'off'}
        checked={all === 'ticked'}
        mixed={all === 'mixed'}
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
