'use client'

import { Radio, WifiOff } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useDecideByKey } from '#components/decide/decide-by-key.ts'
import { useMessages } from '#components/messages.tsx'
import { NODE_HEIGHT, useNodeColumns } from '#components/nodes/node-columns.tsx'
import { machinePath } from '#components/shell/routes.ts'
import { useUrlParam } from '#components/shell/url-param.ts'
import { classNames } from '#components/ui/class-names.ts'
import { CountedGroup } from '#components/ui/counted-group.tsx'
import { DataTable } from '#components/ui/data-table.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useListKeys } from '#components/ui/list-keys.ts'
import { rowsOf } from '#components/ui/rows.ts'
import { TableSkeleton } from '#components/ui/skeleton.tsx'
import { useEmptiness, useFeed, useSnapshot } from '#lib/query/live.ts'
import { filterNodes, NODE_FILTERS, type NodeRow, nodesOf } from '#lib/query/nodes.ts'
import { useNodesInView } from '#lib/query/nodes-in-view.ts'

/** Every Node in kubectl's columns, live, with what its serving certificate makes possible. */
export function NodesPage() {
  const { lists } = useMessages()
  const texts = lists.nodes
  const nodes = useSnapshot(nodesOf)
  const feed = useFeed()
  const router = useRouter()
  const byKey = useDecideByKey()
  const [text, setText] = useUrlParam('q')
  const [readiness, setReadiness] = useUrlParam('status')
  const filter = NODE_FILTERS.find((known) => known === readiness) ?? 'all'
  const shown = useMemo(
    () => (nodes === null ? [] : filterNodes(nodes.rows, text, filter)),
    [nodes, text, filter],
  )
  const input = useRef<HTMLInputElement>(null)
  const list = useListKeys(rowsOf(shown, nameOf), {
    filter: input,
    onOpen: ({ machine }) => router.push(machinePath(machine.name)),
    onApprove: ({ machine }) => byKey.approve({ kind: 'machine', machine }),
    onDeny: ({ machine }) => byKey.deny({ kind: 'machine', machine }),
  })

  const columns = useNodeColumns()
  const [seen, setSeen] = useState({ first: 0, end: 0 })
  const onWindow = useCallback(
    (first: number, last: number) => setSeen({ first, end: last + 1 }),
    [],
  )
  useNodesInView(shown.slice(seen.first, seen.end).map(nameOf))

  const empty = useEmptiness(nodes?.counts.all ?? null, 'nodes')
  if (nodes === null || empty === 'reading') return <TableSkeleton title={texts.title} />
  const { counts } = nodes
  const live = feed.state === 'live'
  function clear(): void {
    setText('')
    setReadiness('')
  }
  // What stands above says why.
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
            // On phones the bar above says so.
            live ? 'text-fg-2 max-tablet:hidden' : 'text-warn-fg',
          )}
        >
          <Icon of={live ? Radio : WifiOff} size="small" className={live ? 'text-good-fg' : ''} />
          {live ? texts.live : texts.notLive}
        </span>
      </div>
      <DataTable
        label={texts.table}
        columns={columns}
        list={list}
        height={NODE_HEIGHT}
        stale={!live}
        onWindow={onWindow}
        empty={
          counts.all === 0
            ? { title: texts.none, text: texts.noneText }
            : { title: texts.noMatch, clear: { label: texts.clearFilter, onClear: clear } }
        }
      />
      <p className="mt-3 text-xs text-fg-3">{texts.shown(shown.length, counts.all)}</p>
    </>
  )
}

const nameOf = ({ machine }: NodeRow) => machine.name
