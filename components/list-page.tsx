import type { ComponentProps, ReactNode } from 'react'
import { NotRead } from '#components/not-read.tsx'
import { DataTable, type EmptyWords } from '#components/ui/data-table.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { TableSkeleton } from '#components/ui/skeleton.tsx'
import { useEmptiness, useFeed } from '#lib/query/live.ts'
import type { PagesOfRows } from '#lib/query/pages-of-rows.ts'

interface ListProps<Row>
  extends Omit<ComponentProps<typeof DataTable<Row>>, 'label' | 'names' | 'stale' | 'empty'> {
  readonly rows: Pick<
    PagesOfRows<Row, { readonly all: number }>,
    'counts' | 'problem' | 'retry' | 'count' | 'onWindow' | 'hold'
  >
  readonly texts: {
    readonly table: string
    readonly columns: Readonly<Record<string, string>>
    readonly noMatch: string
    readonly clearFilter: string
    readonly shown: (count: number, all: number) => string
  }
  /** Words for a list that is empty without a filter. */
  readonly none?: EmptyWords
  /** Empties the filter, because it may hide every row. */
  readonly onClear: () => void
  /** Buttons beside the number of rows. */
  readonly after?: ReactNode
}

/**
 * A list of which the server has the rows: the rows and their number, or why they cannot be read.
 */
export function List<Row>({ rows, texts, none, onClear, after, ...table }: ListProps<Row>) {
  const { common } = useMessages()
  const { state } = useFeed()
  const { counts, problem } = rows
  if (counts === null && problem !== null) {
    return <NotRead {...common.rowsNotRead} problem={problem} onRetry={rows.retry} />
  }
  return (
    <>
      <DataTable
        label={texts.table}
        names={texts.columns}
        stale={state !== 'live' || problem !== null}
        onWindow={rows.onWindow}
        hold={rows.hold}
        empty={
          counts?.all === 0 && none !== undefined
            ? none
            : { title: texts.noMatch, clear: { label: texts.clearFilter, onClear } }
        }
        {...table}
      />
      {counts !== null && (
        <div className="mt-3 flex flex-wrap items-start gap-x-6 gap-y-3">
          <p className="min-w-0 flex-1 basis-80 text-xs text-pretty text-fg-3">
            <Words text={texts.shown(rows.count, counts.all)} />
          </p>
          {after}
        </div>
      )}
    </>
  )
}

interface ListPageProps<Row> extends Omit<ListProps<Row>, 'none'> {
  readonly texts: ListProps<Row>['texts'] & {
    readonly title: string
    readonly none: string
    readonly noneText: ReactNode
  }
  /** The source that the list needs: without it the list is not known. */
  readonly source?: Parameters<typeof useEmptiness>[1]
  /** A visible heading; without one the title is for screen readers alone. */
  readonly heading?: ReactNode
  readonly above?: ReactNode
  readonly filters: ReactNode
  /** Shown below the list. */
  readonly children?: ReactNode
}

/** A page that is one list. Where the cluster cannot be read the banner above gives the reason. */
export function ListPage<Row>(props: ListPageProps<Row>) {
  const { source, heading, above, filters, children, ...list } = props
  const { rows, texts } = list
  const empty = useEmptiness(rows.counts?.all ?? null, source)
  if (empty === 'reading' && rows.problem === null) return <TableSkeleton title={texts.title} />
  const head = heading ?? <h1 className="sr-only">{texts.title}</h1>
  if (empty === 'unreadable') return head
  return (
    <>
      {head}
      {above}
      {filters}
      <List none={{ title: texts.none, text: texts.noneText }} {...list} />
      {children}
    </>
  )
}
