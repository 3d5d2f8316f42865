import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { EXPECTED_COLUMNS, EXPECTED_HEIGHT } from '#components/expected/expected-columns.tsx'
import { List } from '#components/list-page.tsx'
import { NotRead } from '#components/not-read.tsx'
import { useListFilter } from '#components/shell/list-filter.ts'
import { machinePath } from '#components/shell/routes.ts'
import { classNames } from '#components/ui/class-names.ts'
import { ListFilters } from '#components/ui/list-filters.tsx'
import { useListKeys } from '#components/ui/list-keys.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { TableSkeleton } from '#components/ui/skeleton.tsx'
import { usePagesOfRows } from '#lib/query/pages-of-rows.ts'
import { type ExpectedCounts as Counts, EXPECTED_FILTERS } from '#lib/wire/views.ts'

interface ExpectedTableProps {
  /** Whether the list is complete: then a machine that is not on it is suspicious. */
  readonly complete: boolean
  /** Shown between the counts and the rows. */
  readonly children: ReactNode
}

/** The list beside the machines that have arrived, live. */
export function ExpectedTable({ complete, children }: ExpectedTableProps) {
  const { expected: texts, common } = useMessages()
  const router = useRouter()
  const { filter, fields, onClear } = useListFilter('state', EXPECTED_FILTERS, 'all')
  const rows = usePagesOfRows('expected', filter)
  const list = useListKeys(rows, {
    onOpen: ({ name, machine }) => {
      if (machine !== null) router.push(machinePath(name))
    },
  })
  const { counts, problem } = rows
  if (counts === null) {
    return problem === null ? (
      <TableSkeleton title={texts.title} />
    ) : (
      <NotRead {...common.rowsNotRead} problem={problem} onRetry={rows.retry} />
    )
  }
  return (
    <>
      <ExpectedCounts counts={counts} complete={complete} />
      {children}
      <ListFilters
        words={texts}
        {...fields}
        input={list.filter}
        label={texts.show}
        names={texts.filters}
        counts={counts}
      />
      <List
        texts={texts}
        rows={rows}
        columns={EXPECTED_COLUMNS}
        list={list}
        height={EXPECTED_HEIGHT}
        onClear={onClear}
      />
    </>
  )
}

interface ExpectedCountsProps {
  readonly counts: Counts
  /** Whether the list is complete: then a machine that is not on it is suspicious. */
  readonly complete: boolean
}

/** Numbers of expected machines that have arrived and that are missing. */
function ExpectedCounts({ counts, complete }: ExpectedCountsProps) {
  const texts = useMessages().expected.counts
  const { arrived, missing, unexpected, waitingArrived, waitingUnexpected } = counts
  const cells = [
    { name: texts.expected, count: arrived + missing, note: '' },
    {
      name: texts.arrived,
      count: arrived,
      note: waitingArrived > 0 ? texts.waiting(waitingArrived) : '',
    },
    {
      name: texts.missing,
      count: missing,
      note: missing === 0 ? texts.allArrived : '',
    },
    {
      name: texts.unexpected,
      count: unexpected,
      note: waitingUnexpected > 0 ? texts.waiting(waitingUnexpected) : '',
      tone: waitingUnexpected > 0 ? (complete ? 'text-bad-fg' : 'text-warn-fg') : '',
    },
  ]
  return (
    <Panel className="mb-4">
      <dl
        aria-label={texts.label}
        className="grid grid-cols-2 tablet:grid-cols-4 max-tablet:[&>:nth-child(n+3)]:border-t tablet:[&>*+*]:border-l [&>*]:border-line-soft"
      >
        {cells.map(({ name, count, note, tone = '' }) => (
          <div key={name} className="min-w-0 px-5 py-4 max-tablet:px-3.5 max-tablet:py-3">
            <dt className="mb-1 text-xs text-fg-3">{name}</dt>
            <dd className={classNames('text-xl font-semibold tracking-tight tabular-nums', tone)}>
              {count}
              {note !== '' && (
                <span className="ml-2 text-sm font-normal tracking-normal text-fg-2">{note}</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}
