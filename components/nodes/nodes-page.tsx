'use client'

import { Lock, Radio, WifiOff } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useMemo, useRef } from 'react'
import { useDecideByKey } from '#components/decide/decide-by-key.ts'
import { useIsPhone } from '#components/machines/phone.ts'
import { useMessages, Words } from '#components/messages.tsx'
import { NODE_PHONE_ROW_HEIGHT, NODE_ROW_HEIGHT, NodeRow } from '#components/nodes/node-row.tsx'
import { useListKeys } from '#components/shell/list-keys.ts'
import { machinePath } from '#components/shell/routes.ts'
import { useUrlParam } from '#components/shell/url-param.ts'
import { classNames } from '#components/ui/class-names.ts'
import { CountedGroup } from '#components/ui/counted-group.tsx'
import { DenseTable, EmptyTable } from '#components/ui/dense-table.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Note } from '#components/ui/note.tsx'
import { TableSkeleton } from '#components/ui/table-parts.tsx'
import { useVirtualRows } from '#components/ui/virtual-rows.ts'
import { emptiness } from '#lib/query/feed.ts'
import { useFeed, useLive, useSnapshot } from '#lib/query/live.ts'
import { filterNodes, NODE_FILTERS, nodesOf } from '#lib/query/nodes.ts'

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
  'w-[112px] wide:w-[15%]',
  'w-[98px] wide:w-[10%]',
  'w-[58px] wide:w-[72px]',
  'w-[74px] wide:w-[90px]',
  'w-[202px] wide:w-[24%]',
  'w-[104px] wide:w-[118px]',
  'w-[144px] wide:w-[150px]',
]

/** Every Node in kubectl's columns, live, with what its serving certificate makes possible. */
export function NodesPage() {
  const { lists } = useMessages()
  const texts = lists.nodes
  const nodes = useSnapshot(nodesOf)
  const { status } = useLive()
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
  const body = useRef<HTMLTableSectionElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const phone = useIsPhone()
  const rows = useVirtualRows(body, shown.length, phone ? NODE_PHONE_ROW_HEIGHT : NODE_ROW_HEIGHT)
  const current = useListKeys({
    rows: shown,
    keyOf: ({ machine }) => machine.name,
    scrollTo: rows.scrollTo,
    filter: input,
    onOpen: ({ machine }) => router.push(machinePath(machine.name)),
    onApprove: ({ machine }) => byKey.approve({ kind: 'machine', machine }),
    onDeny: ({ machine }) => byKey.deny({ kind: 'machine', machine }),
  })

  // The nodes may be unread while the requests are live, and the other way round.
  const unread =
    nodes?.counts.all === 0 ? [feed.state, feed.sources.nodes.state].map(emptiness) : []
  if (nodes === null || status === 'loading' || status === 'failed' || unread.includes('reading')) {
    return <TableSkeleton title={texts.title} />
  }
  const { counts } = nodes
  const live = feed.state === 'live'
  if (feed.sources.nodes.state === 'forbidden') {
    return (
      <>
        <h1 className="sr-only">{texts.title}</h1>
        <Note icon={Lock} title={texts.forbidden}>
          <Words text={texts.forbiddenText} />
        </Note>
      </>
    )
  }
  if (unread.includes('unreadable')) return <h1 className="sr-only">{texts.title}</h1>
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
      {shown.length === 0 ? (
        <EmptyTable title={counts.all === 0 ? texts.none : texts.noMatch}>
          {counts.all === 0 ? texts.noneText : undefined}
        </EmptyTable>
      ) : (
        <DenseTable
          label={texts.table}
          columns={COLUMNS.map((key, index) => ({
            key,
            head:
              key === 'action' ? (
                <span className="sr-only">{texts.columns[key]}</span>
              ) : (
                texts.columns[key]
              ),
            width: WIDTHS[index],
          }))}
          headLook="pr-3 wide:pr-4 text-xs font-normal"
          least="roomy:min-w-[960px]"
          rows={shown}
          window={rows}
          body={body}
          lines={phone}
          stale={!live}
        >
          {(row, index) => (
            <NodeRow
              key={row.machine.name}
              row={row}
              index={index}
              isCurrent={row.machine.name === current}
            />
          )}
        </DenseTable>
      )}
      <p className="mt-3 text-xs text-fg-3">{texts.shown(shown.length, counts.all)}</p>
    </>
  )
}
