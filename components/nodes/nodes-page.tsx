'use client'

import { Radio, WifiOff } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useCallback, useRef, useState } from 'react'
import { useDecideByKey } from '#components/decide/decide-by-key.ts'
import { targetOf } from '#components/decide/target.ts'
import { useMessages } from '#components/messages.tsx'
import { NODE_HEIGHT, useNodeColumns } from '#components/nodes/node-columns.tsx'
import { NotRead } from '#components/not-read.tsx'
import { machinePath } from '#components/shell/routes.ts'
import { useUrlParam } from '#components/shell/url-param.ts'
import { classNames } from '#components/ui/class-names.ts'
import { CountedGroup } from '#components/ui/counted-group.tsx'
import { DataTable } from '#components/ui/data-table.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useListKeys } from '#components/ui/list-keys.ts'
import { TableSkeleton } from '#components/ui/skeleton.tsx'
import { useLiveClient } from '#lib/query/client.ts'
import { useEmptiness, useFeed } from '#lib/query/live.ts'
import { useNodesInView } from '#lib/query/nodes-in-view.ts'
import { usePagesOfRows } from '#lib/query/pages-of-rows.ts'
import { nodesQuery } from '#lib/query/queries.ts'
import { NODE_FILTERS, type NodeListRow, type PageQuery } from '#lib/query/wire.ts'

/** Every Node in kubectl's columns, live, and the effect of its serving certificate. */
export function NodesPage() {
  const { lists, common } = useMessages()
  const texts = lists.nodes
  const feed = useFeed()
  const router = useRouter()
  const byKey = useDecideByKey()
  const client = useLiveClient()
  const [text, setText] = useUrlParam('q')
  const [readiness, setReadiness] = useUrlParam('status')
  const filter = NODE_FILTERS.find((known) => known === readiness) ?? 'all'
  const query = useCallback(
    (page: PageQuery) => nodesQuery(client, { text, filter }, page),
    [client, text, filter],
  )
  const rows = usePagesOfRows(query, nameOf)
  const input = useRef<HTMLInputElement>(null)
  const list = useListKeys(rows, {
    filter: input,
    onOpen: ({ name }) => router.push(machinePath(name)),
    onApprove: (row) => byKey.approve(targetOf(row)),
    onDeny: (row) => byKey.deny(targetOf(row)),
  })

  const columns = useNodeColumns()
  const [seen, setSeen] = useState<readonly number[]>([])
  const { onWindow } = rows
  const onSeen = useCallback(
    (first: number, last: number, marked: number) => {
      setSeen(Array.from({ length: last - first + 1 }, (_, at) => first + at))
      onWindow(first, last, marked)
    },
    [onWindow],
  )
  useNodesInView(seen.flatMap((index) => rows.rowAt(index)?.name ?? []))

  const { counts, problem } = rows
  const empty = useEmptiness(counts?.all ?? null, 'nodes')
  if (empty === 'reading' && problem === null) return <TableSkeleton title={texts.title} />
  const live = feed.state === 'live'
  function clear(): void {
    setText('')
    setReadiness('')
  }
  // The banner above gives the reason.
  if (empty === 'unreadable') return <h1 className="sr-only">{texts.title}</h1>
  return (
    <>
      <h1 className="sr-only">{texts.title}</h1>
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
          label={texts.readiness}
          value={filter}
          onChange={(value) => setReadiness(value === 'all' ? '' : value)}
          options={NODE_FILTERS}
          names={texts.filters}
          counts={counts}
        />
        <span className="flex-1 max-tablet:hidden" />
        <span
          className={classNames(
            'inline-flex items-center gap-1.5 text-xs',
            // On phones the bar above shows it.
            live ? 'text-fg-2 max-tablet:hidden' : 'text-warn-fg',
          )}
        >
          <Icon of={live ? Radio : WifiOff} size="small" className={live ? 'text-good-fg' : ''} />
          {live ? texts.live : texts.notLive}
        </span>
      </div>
      {counts === null && problem !== null ? (
        <NotRead {...common.rowsNotRead} problem={problem} onRetry={rows.retry} />
      ) : (
        <DataTable
          label={texts.table}
          columns={columns}
          list={list}
          height={NODE_HEIGHT}
          stale={!live || problem !== null}
          onWindow={onSeen}
          empty={
            counts?.all === 0
              ? { title: texts.none, text: texts.noneText }
              : { title: texts.noMatch, clear: { label: texts.clearFilter, onClear: clear } }
          }
        />
      )}
      {counts !== null && (
        <p className="mt-3 text-xs text-fg-3">{texts.shown(rows.count, counts.all)}</p>
      )}
    </>
  )
}

const nameOf = ({ name }: NodeListRow) => name
