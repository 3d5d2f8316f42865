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
import { FilterField } from '#components/ui/filter-field.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Note } from '#components/ui/note.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import { LINES } from '#components/ui/row-lines.ts'
import { ScrollRegion } from '#components/ui/scroll-region.tsx'
import { ColumnHead, Table, TableBody, TableHead, TableRow } from '#components/ui/table.tsx'
import { RowSpacer, TableSkeleton } from '#components/ui/table-parts.tsx'
import { ToggleGroup } from '#components/ui/toggle-group.tsx'
import { useVirtualRows } from '#components/ui/virtual-rows.ts'
import { emptiness } from '#lib/query/feed.ts'
import { useFeed, useLive, useSnapshot } from '#lib/query/live.ts'
import { filterNodes, NODE_FILTERS, nodesOf } from '#lib/query/nodes.ts'

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
const head =
  'h-9 border-b border-line pr-3 text-left wide:pr-4 text-xs font-normal text-fg-3 first:pl-4'

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
        <div className="pushed-aside">
          <ToggleGroup
            label={texts.readiness}
            value={filter}
            onChange={(value) => setReadiness(value === 'all' ? '' : value)}
            options={NODE_FILTERS.map((value) => ({
              value,
              body: (
                <>
                  {texts.filters[value]}
                  <span className="text-fg-2 tabular-nums">{counts[value]}</span>
                </>
              ),
            }))}
          />
        </div>
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
        <div className={`${panelLook} px-6 py-10 text-center`}>
          <p className="text-md font-semibold">{counts.all === 0 ? texts.none : texts.noMatch}</p>
          {counts.all === 0 && <p className="text-fg-2">{texts.noneText}</p>}
        </div>
      ) : (
        <ScrollRegion
          label={texts.table}
          fits={phone}
          className={classNames(panelLook, !live && 'drained')}
        >
          <Table
            aria-label={texts.table}
            aria-rowcount={shown.length + 1}
            className={`${LINES.table} roomy:min-w-[960px]`}
          >
            <colgroup className={LINES.columns}>
              {WIDTHS.map((width, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the columns never move
                <col key={index} className={width} />
              ))}
            </colgroup>
            <TableHead className={LINES.head}>
              <TableRow aria-rowindex={1}>
                {(
                  [
                    'name',
                    'status',
                    'roles',
                    'age',
                    'version',
                    'servingCert',
                    'execAndLogs',
                  ] as const
                ).map((column) => (
                  <ColumnHead key={column} className={head}>
                    {texts.columns[column]}
                  </ColumnHead>
                ))}
                <ColumnHead className={head}>
                  <span className="sr-only">{texts.columns.action}</span>
                </ColumnHead>
              </TableRow>
            </TableHead>
            <TableBody ref={body} className={LINES.body}>
              <RowSpacer height={rows.before} columns={WIDTHS.length} />
              {rows.indexes.map((index) => {
                const row = shown[index]
                if (row === undefined) return null
                return (
                  <NodeRow
                    key={row.machine.name}
                    row={row}
                    index={index}
                    isCurrent={row.machine.name === current}
                  />
                )
              })}
              <RowSpacer height={rows.after} columns={WIDTHS.length} />
            </TableBody>
          </Table>
        </ScrollRegion>
      )}
      <p className="mt-3 text-xs text-fg-3">{texts.shown(shown.length, counts.all)}</p>
    </>
  )
}
