'use client'

import { useRouter } from 'next/navigation'
import { type ReactNode, useCallback, useRef } from 'react'
import { EXPECTED_HEIGHT, useExpectedColumns } from '#components/expected/expected-columns.tsx'
import { ExpectedCounts } from '#components/expected/expected-counts.tsx'
import { useMessages } from '#components/messages.tsx'
import { NotRead } from '#components/not-read.tsx'
import { machinePath } from '#components/shell/routes.ts'
import { useUrlParam } from '#components/shell/url-param.ts'
import { CountedGroup } from '#components/ui/counted-group.tsx'
import { DataTable } from '#components/ui/data-table.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { useListKeys } from '#components/ui/list-keys.ts'
import { TableSkeleton } from '#components/ui/skeleton.tsx'
import { useLiveClient } from '#lib/query/client.ts'
import { useFeed } from '#lib/query/live.ts'
import { usePagesOfRows } from '#lib/query/pages-of-rows.ts'
import { expectedQuery } from '#lib/query/queries.ts'
import { EXPECTED_FILTERS, type ExpectedListRow, type PageQuery } from '#lib/query/wire.ts'

interface ExpectedTableProps {
  /** Whether being on no list is suspicious. */
  readonly complete: boolean
  /** Between the counts and the rows. */
  readonly children: ReactNode
}

/** The list against what arrived, live. */
export function ExpectedTable({ complete, children }: ExpectedTableProps) {
  const { expected: texts, common } = useMessages()
  const feed = useFeed()
  const router = useRouter()
  const [text, setText] = useUrlParam('q')
  const [state, setState] = useUrlParam('state')
  const filter = EXPECTED_FILTERS.find((known) => known === state) ?? 'all'
  const client = useLiveClient()
  const query = useCallback(
    (page: PageQuery) => expectedQuery(client, { text, filter }, page),
    [client, text, filter],
  )
  const rows = usePagesOfRows(query, nameOf)
  const input = useRef<HTMLInputElement>(null)
  const list = useListKeys(rows, {
    filter: input,
    onOpen: ({ name, machine }) => {
      if (machine !== null) router.push(machinePath(name))
    },
  })
  const columns = useExpectedColumns()
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
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <FilterField
          label={texts.filter}
          clearLabel={texts.clearFilter}
          value={text}
          onChange={setText}
          inputRef={input}
          className="w-62 max-tablet:w-full"
        />
        <CountedGroup
          label={texts.show}
          value={filter}
          onChange={(value) => setState(value === 'all' ? '' : value)}
          options={EXPECTED_FILTERS}
          names={texts.filters}
          counts={counts}
        />
      </div>
      <DataTable
        label={texts.table}
        columns={columns}
        list={list}
        height={EXPECTED_HEIGHT}
        stale={feed.state !== 'live' || problem !== null}
        onWindow={rows.onWindow}
        empty={{
          title: texts.noMatch,
          clear: {
            label: texts.clearFilter,
            onClear() {
              setText('')
              setState('')
            },
          },
        }}
      />
      <p className="mt-3 text-xs text-fg-3">{texts.shown(rows.count, counts.all)}</p>
    </>
  )
}

const nameOf = ({ name }: ExpectedListRow) => name
