import { type ComponentPropsWithRef, Fragment, type ReactNode, type RefObject } from 'react'
import { classNames } from '#components/ui/class-names.ts'
import { ClearFilter } from '#components/ui/clear-filter.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import { LINES } from '#components/ui/row-lines.ts'
import { ScrollRegion } from '#components/ui/scroll-region.tsx'
import { ColumnHead, Table, TableBody, TableHead, TableRow } from '#components/ui/table.tsx'
import { RowSpacer } from '#components/ui/table-parts.tsx'
import type { VirtualRows } from '#components/ui/virtual-rows.ts'

export interface DenseColumn {
  readonly key: string
  readonly head: ReactNode
  readonly headLook?: string
  /** A class; without one it has its share of what is left. */
  readonly width?: string | undefined
}

/** Those columns, in that order. */
export function denseColumns<Key extends string>(
  keys: readonly Key[],
  heads: Readonly<Record<Key, ReactNode>>,
  widths: readonly string[],
): DenseColumn[] {
  return keys.map((key, index) => ({ key, head: heads[key], width: widths[index] }))
}

interface DenseTableProps<Row> {
  readonly label: string
  readonly columns: readonly DenseColumn[]
  /** How all heads look. */
  readonly headLook?: string
  /** A class: narrower than this it scrolls sideways, where rows are not lines. */
  readonly least: string
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** Which of them are drawn. */
  readonly window: VirtualRows
  readonly body: RefObject<HTMLTableSectionElement | null>
  /** Each row is some lines: there is too little room for columns. */
  readonly lines: boolean
  /** It may be old. */
  readonly stale: boolean
  readonly isCurrent: (row: Row) => boolean
  readonly children: (row: Row, index: number, isCurrent: boolean) => ReactNode
}

/** A table of equally high rows, of which those in the window are drawn. */
export function DenseTable<Row>(props: DenseTableProps<Row>) {
  const { label, columns, rows, keyOf, window, body, lines, stale } = props
  const { isCurrent, children, headLook = 'pr-4 text-xs font-normal' } = props
  /** Where rows are left out: most often before and after the window. */
  const gap = (count: number) => (
    <RowSpacer height={count * window.rowHeight} columns={columns.length} />
  )
  return (
    <ScrollRegion label={label} fits={lines} className={classNames(panelLook, stale && 'drained')}>
      <Table
        aria-label={label}
        aria-rowcount={rows.length + 1}
        className={`${LINES.table} ${props.least}`}
      >
        <colgroup className={LINES.columns}>
          {columns.map(({ key, width }) => (
            <col key={key} className={width} />
          ))}
        </colgroup>
        <TableHead className={LINES.head}>
          <TableRow aria-rowindex={1}>
            {columns.map((column) => (
              <ColumnHead
                key={column.key}
                className={classNames(
                  'h-9 border-b border-line text-left text-fg-3 first:pl-4',
                  headLook,
                  column.headLook,
                )}
              >
                {column.head}
              </ColumnHead>
            ))}
          </TableRow>
        </TableHead>
        <TableBody ref={body} className={LINES.body}>
          {window.indexes.map((index, at) => {
            const row = rows[index]
            if (row === undefined) return null
            return (
              <Fragment key={keyOf(row)}>
                {gap(index - (window.indexes[at - 1] ?? -1) - 1)}
                {children(row, index, isCurrent(row))}
              </Fragment>
            )
          })}
          {gap(rows.length - (window.indexes.at(-1) ?? -1) - 1)}
        </TableBody>
      </Table>
    </ScrollRegion>
  )
}

interface DenseRowProps extends ComponentPropsWithRef<'tr'> {
  /** Among the rows shown, from 0. */
  readonly index: number
  readonly isCurrent: boolean
}

/** One of its rows. */
export function DenseRow({ index, isCurrent, className, ...props }: DenseRowProps) {
  return (
    <TableRow
      // The head is the first.
      aria-rowindex={index + 2}
      data-index={index}
      className={classNames(LINES.row, className, isCurrent && 'keyboard-row')}
      {...props}
    />
  )
}

interface EmptyTableProps {
  readonly title: string
  readonly children?: ReactNode
}

/** In its place when there are no rows. */
export function EmptyTable({ title, children }: EmptyTableProps) {
  return (
    <div className={`${panelLook} px-6 py-10 text-center`}>
      <p className="text-md font-semibold">{title}</p>
      {children !== undefined && <div className="text-fg-2">{children}</div>}
    </div>
  )
}

interface NoMatchProps {
  readonly title: string
  readonly clearLabel: string
  readonly onClear: () => void
  readonly filter: RefObject<HTMLInputElement | null>
}

/** In its place when there are rows, and the filter hides them all. */
export function NoMatch({ title, clearLabel, onClear, filter }: NoMatchProps) {
  return (
    <EmptyTable title={title}>
      <ClearFilter label={clearLabel} onClear={onClear} filter={filter} className="mt-4" />
    </EmptyTable>
  )
}
