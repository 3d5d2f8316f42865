'use client'

import { Radio, WifiOff } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useMemo, useRef } from 'react'
import { useDecideByKey } from '#components/decide/decide-by-key.ts'
import { useMessages } from '#components/messages.tsx'
import { NODE_HEIGHT, NodeRow } from '#components/nodes/node-row.tsx'
import { useDenseRows } from '#components/shell/dense-rows.ts'
import { machinePath } from '#components/shell/routes.ts'
import { useUrlParam } from '#components/shell/url-param.ts'
import { classNames } from '#components/ui/class-names.ts'
import { CountedGroup } from '#components/ui/counted-group.tsx'
import { DenseTable, denseColumns, EmptyTable, NoMatch } from '#components/ui/dense-table.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { TableSkeleton } from '#components/ui/skeleton.tsx'
import { useEmptiness, useFeed, useSnapshot } from '#lib/query/live.ts'
import { filterNodes, NODE_FILTERS, nodesOf } from '#lib/query/nodes.ts'
import { useNodesInView } from '#lib/query/nodes-in-view.ts'

const COLUMNS = [
  'name',
  'status',
  'roles',
  'age',
  'version',
  'servingCert',
  'execAndLogs',
  'action',
] as const
const WIDTHS = [
  'wide:w-[24%]',
  'w-[112px] wide:w-[17%]',
  'w-[98px] wide:w-[10%]',
  'w-[58px] wide:w-[72px]',
  'w-[74px] wide:w-[90px]',
  'w-[202px] wide:w-[22%]',
  'w-[104px] wide:w-[118px]',
  'w-[144px] wide:w-[150px]',
]

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
  const rows = useDenseRows(NODE_HEIGHT, {
    rows: shown,
    keyOf: ({ machine }) => machine.name,
    filter: input,
    onOpen: ({ machine }) => router.push(machinePath(machine.name)),
    onApprove: ({ machine }) => byKey.approve({ kind: 'machine', machine }),
    onDeny: ({ machine }) => byKey.deny({ kind: 'machine', machine }),
  })

  useNodesInView(rows.window.indexes.flatMap((index) => shown[index]?.machine.name ?? []))

  const empty = useEmptiness(nodes?.counts.all ?? null, 'nodes')
  if (nodes === null || empty === 'reading') return <TableSkeleton title={texts.title} />
  const { counts } = nodes
  const live = feed.state === 'live'
  const heads = {
    ...texts.columns,
    action: <span className="sr-only">{texts.columns.action}</span>,
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
      {counts.all === 0 ? (
        <EmptyTable title={texts.none}>{texts.noneText}</EmptyTable>
      ) : shown.length === 0 ? (
        <NoMatch
          title={texts.noMatch}
          clearLabel={texts.clearFilter}
          onClear={() => {
            setText('')
            setReadiness('')
          }}
          filter={input}
        />
      ) : (
        <DenseTable
          label={texts.table}
          columns={denseColumns(COLUMNS, heads, WIDTHS)}
          headLook="pr-3 wide:pr-4 text-xs font-normal"
          least="roomy:min-w-[960px]"
          stale={!live}
          {...rows}
        >
          {(row, index, isCurrent) => (
            <NodeRow key={row.machine.name} row={row} index={index} isCurrent={isCurrent} />
          )}
        </DenseTable>
      )}
      <p className="mt-3 text-xs text-fg-3">{texts.shown(shown.length, counts.all)}</p>
    </>
  )
}
