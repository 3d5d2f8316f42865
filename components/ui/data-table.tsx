import {
  Fragment,
  memo,
  type ReactNode,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
} from 'react'
import { Button } from '#components/ui/button.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { listHandle } from '#components/ui/list-handle.ts'
import type { KeyedList } from '#components/ui/list-keys.ts'
import { panelLook } from '#components/ui/panel.tsx'
import { useIsNarrow, useIsPhone } from '#components/ui/phone.ts'
import { ChangesPill, GoneRow, type RowHold, useHold } from '#components/ui/row-hold.tsx'
import { LINES } from '#components/ui/row-lines.ts'
import { keyAt } from '#components/ui/row-list.ts'
import { ScrollRegion } from '#components/ui/scroll-region.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import {
  ColumnHead,
  RowHead,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
} from '#components/ui/table.tsx'
import type { Ticks } from '#components/ui/ticks.ts'
import { useWindowRows } from '#components/ui/window-rows.ts'

export interface Column<Row> {
  /** Head in place of the words under the column's key; without words the key itself. */
  readonly head?: ReactNode
  /** Whether the head is for screen readers only. */
  readonly isHeadSpoken?: boolean
  readonly headLook?: string
  /** Whether narrow windows leave the column out. */
  readonly isWideOnly?: boolean
  /** A class; a column without one shares the remaining width. */
  readonly width?: string
  /** Classes of its cells, with each cell's place among the lines of a phone. */
  readonly look?: string | ((row: Row) => string)
  readonly cell: (row: Row) => ReactNode
}

/** The columns of a table in order, by key. */
export type Columns<Row> = Readonly<Record<string, Column<Row>>>
type ColumnEntries<Row> = readonly (readonly [key: string, column: Column<Row>])[]

/** Pixels of each row, as columns and as lines. */
export interface RowHeight {
  readonly row: number
  readonly lines: number
  /**
   * Rows may be higher, as lines, or as columns of a `narrow` window: the pixels are then the
   * estimate until the row is drawn.
   */
  readonly isMeasured?: 'lines' | 'narrow'
}

/** A sub-head above the row of that index. */
export interface RowGroup {
  readonly from: number
  readonly key: string
  readonly head: ReactNode
}

/** Words shown in place of a table without rows. */
export interface EmptyWords {
  readonly title: string
  readonly text?: ReactNode
  /** Button that empties the filter, where a filter hides every row. */
  readonly clear?: { readonly label: string; readonly onClear: () => void }
}

interface DataTableProps<Row> {
  readonly label: string
  /** Stable while its cells are the same: another array draws every row again. */
  readonly columns: Columns<Row>
  /** Heads of the columns. */
  readonly names: Readonly<Record<string, ReactNode>>
  readonly list: KeyedList<Row>
  readonly height: RowHeight
  /** Whether the rows may be outdated. */
  readonly stale: boolean
  /** Words for a table without rows; without them the table is not rendered. */
  readonly empty?: EmptyWords
  readonly ticks?: Ticks<Row>
  /** Groups of rows that stand together, in the order of the rows. */
  readonly groups?: readonly RowGroup[]
  readonly rowLook?: (row: Row) => string | undefined
  /** Grid of cells among the lines of a phone; twelve columns by default. */
  readonly linesLook?: string
  readonly headLook?: string
  readonly cellLook?: string
  /** `spoken`: heads for screen readers only, where the table above shows them. */
  readonly heads?: 'shown' | 'spoken'
  /** Whether columns fit every screen that shows them, so that nothing scrolls sideways. */
  readonly fits?: boolean
  /** Largest number of rows that are all drawn. */
  readonly drawAll?: number
  /** Called with the drawn rows and the marked one (-1: none), whose pages must be read. */
  readonly onWindow?: (first: number, last: number, marked: number) => void
  /** Keeps rows in their places while a person points at them. */
  readonly hold?: RowHold
}

/** A table of rows that come and go, as columns or as lines; only rows in the window are drawn. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { list, empty } = props
  if (list.rows.count > 0) return <FilledTable {...props} />
  return empty === undefined ? null : <EmptyTable {...empty} filter={list.filter} />
}

function FilledTable<Row>(props: DataTableProps<Row>) {
  const { label, names, list, height, stale, ticks, rowLook, onWindow, hold } = props
  const columns = useMemo(() => Object.entries(props.columns), [props.columns])
  const { headLook = 'pr-3 wide:pr-4 text-xs font-normal', cellLook = CELL } = props
  const { linesLook = ticks === undefined ? TWELVE : TWELVE_TICKED } = props
  const { heads = 'shown', fits = false, drawAll = 0, groups = NO_GROUPS } = props
  const { rows, marked } = list
  const { count, rowAt, keyOf } = rows
  const lines = useIsPhone()
  const body = useRef<HTMLTableSectionElement>(null)
  const isNarrow = useIsNarrow()
  const drawnAs = lines ? 'lines' : isNarrow ? 'narrow' : null
  const isMeasured = drawnAs !== null && height.isMeasured === drawnAs
  const rowHeight = lines ? height.lines : height.row
  const drawn = useWindowRows({
    body,
    count,
    height: rowHeight,
    measuredKey: isMeasured ? (index) => keyAt(rows, index) : null,
    headAbove: useMemo(() => new Map(groups.map(({ from }) => [from, GROUP_HEIGHT])), [groups]),
    keep: marked,
    drawAll,
  })
  const onPointerOver = useHold(hold, marked)

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
    <div className="relative" onPointerOver={onPointerOver}>
      {hold !== undefined && <ChangesPill hold={hold} />}
      <ScrollRegion
        label={label}
        fits={lines || fits}
        className={classNames(panelLook, fits && 'roomy:overflow-clip', stale && 'drained')}
      >
        <Table
          aria-label={label}
          aria-rowcount={count + 1}
          aria-busy={drawn.rows.some(({ index }) => isUnread(rows, index)) || undefined}
          className={classNames(LINES.table, !fits && 'roomy:min-w-[960px]')}
        >
          <colgroup className={LINES.columns}>
            {ticks !== undefined && <col className="w-11" />}
            {columns.map(([key, column]) => (
              <col key={key} className={classNames(column.width, wideOnly(column))} />
            ))}
          </colgroup>
          <TableHead className={heads === 'spoken' ? 'sr-only' : LINES.head}>
            <TableRow aria-rowindex={1}>
              {ticks !== undefined && (
                <ColumnHead className={classNames(HEAD, headLook)}>
                  {/* Heads for screen readers only must have nothing focusable. */}
                  {lines || heads === 'spoken' ? (
                    <span className="sr-only">{ticks.words.column}</span>
                  ) : (
                    <TickAll ticks={ticks} />
                  )}
                </ColumnHead>
              )}
              {columns.map(([key, column]) => (
                <ColumnHead
                  key={key}
                  className={classNames(HEAD, headLook, column.headLook, wideOnly(column))}
                >
                  {column.isHeadSpoken === true ? (
                    <span className="sr-only">{names[key]}</span>
                  ) : (
                    (column.head ?? names[key] ?? key)
                  )}
                </ColumnHead>
              ))}
            </TableRow>
          </TableHead>
          <TableBody ref={body} className={LINES.body}>
            {drawn.rows.map(({ index, top }, at) => {
              const row = rowAt(index)
              const group = groups.find(({ from }) => from === index)
              return (
                <Fragment key={keyAt(rows, index)}>
                  <Gap height={top - (drawn.rows[at - 1]?.bottom ?? 0)} />
                  {group !== undefined && (
                    <GroupHead columns={columns.length + (ticks === undefined ? 0 : 1)}>
                      {group.head}
                    </GroupHead>
                  )}
                  {row === undefined && rows.gone?.has(index) === true ? (
                    <GoneRow
                      index={index}
                      height={rowHeight}
                      columns={columns.length + (ticks === undefined ? 0 : 1)}
                    />
                  ) : row === undefined ? (
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
                      height={isMeasured && lines ? null : rowHeight}
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
    </div>
  )
}

function isUnread<Row>({ rowAt, gone }: KeyedList<Row>['rows'], index: number): boolean {
  return rowAt(index) === undefined && gone?.has(index) !== true
}

const NO_GROUPS: readonly RowGroup[] = []
/** Pixels, with the hairline below. */
const GROUP_HEIGHT = 33
const HEAD = 'h-9 border-b border-line text-left text-fg-3 first:pl-4'
const TWELVE = LINES.twelve
const TWELVE_TICKED = `${LINES.twelve} max-roomy:pl-11`
const CELL = 'whitespace-nowrap roomy:pr-3 wide:pr-4'
const EACH_CELL = 'min-w-0 roomy:max-w-0 roomy:border-b roomy:border-line-soft roomy:first:pl-4'
/** Colour of a ticked row, also for cells that stay in place while others scroll below. */
const TICKED = 'bg-selected [--row-colour:var(--color-selected)]'
const PLAIN = 'hover:bg-hover hover:[--row-colour:var(--color-hover)]'

interface RowProps<Row> {
  readonly index: number
  readonly height: number
  readonly columns: ColumnEntries<Row>
  readonly cellLook: string
  readonly linesLook: string
  readonly hasTicks: boolean
}

interface DataRowProps<Row> extends Omit<RowProps<Row>, 'height'> {
  /** Least pixels of the row; null for a row that is as high as its lines. */
  readonly height: number | null
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

/** Memoized: a changed row renders only itself. */
const DataRow = memo(function DataRow<Row>(props: DataRowProps<Row>) {
  const { row, rowKey, index, height, columns, look, cellLook, linesLook, measure } = props
  const { isMarked, hasTicks, tickName, canTick, onTick } = props
  const isTicked = tickName !== null && props.isTicked
  return (
    <TableRow
      ref={measure}
      data-index={index}
      data-key={rowKey}
      // The head is row 1.
      aria-rowindex={index + 2}
      aria-selected={canTick || isTicked ? isTicked : undefined}
      style={height === null ? undefined : { height }}
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
      {columns.map(([key, column]) => (
        <TableCell
          key={key}
          className={classNames(EACH_CELL, cellLook, lookOf(column, row), wideOnly(column))}
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

/** The class of a column's head, width and cells: to hide one alone would shift the others. */
function wideOnly({ isWideOnly = false }: Pick<Column<never>, 'isWideOnly'>): string | false {
  return isWideOnly && 'max-wide:hidden'
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
      {columns.map(([key, column]) => (
        <TableCell
          key={key}
          className={classNames(
            EACH_CELL,
            cellLook,
            typeof column.look === 'string' && column.look,
            wideOnly(column),
          )}
        >
          <Skeleton className="w-2/3" />
        </TableCell>
      ))}
    </TableRow>
  )
}

/** One line, whatever its length. */
function GroupHead({
  columns,
  children,
}: {
  readonly columns: number
  readonly children: ReactNode
}) {
  return (
    <TableRow className="max-roomy:block" style={{ height: GROUP_HEIGHT }}>
      <RowHead
        scope="rowgroup"
        colSpan={columns}
        className="truncate border-b border-line-soft bg-sunken px-4 text-left text-xs font-normal text-fg-2 max-roomy:block max-roomy:leading-8"
      >
        {children}
      </RowHead>
    </TableRow>
  )
}

/** Space of rows that are not drawn, in pixels. */
function Gap({ height }: { readonly height: number }) {
  if (height <= 0) return null
  return (
    <tr aria-hidden className="max-roomy:block print:hidden">
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
          <Button
            className="mt-4"
            onClick={() => {
              clear.onClear()
              // The button disappears.
              filter.current?.focus()
            }}
          >
            {clear.label}
          </Button>
        </div>
      )}
    </div>
  )
}
