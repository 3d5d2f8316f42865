'use client'

import { Lock, Radio, WifiOff } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useMemo, useRef } from 'react'
import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { filterNodes, NODE_FILTERS } from '#components/nodes/node-list.ts'
import { NODE_ROW_HEIGHT, NodeRow } from '#components/nodes/node-row.tsx'
import { useListKeys } from '#components/shell/list-keys.ts'
import { machinePath } from '#components/shell/routes.ts'
import { useUrlParam } from '#components/shell/url-param.ts'
import { classNames } from '#components/ui/class-names.ts'
import { FilterField } from '#components/ui/filter-field.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Note } from '#components/ui/note.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import { ScrollRegion } from '#components/ui/scroll-region.tsx'
import { RowSpacer, TableSkeleton } from '#components/ui/table-parts.tsx'
import { ToggleGroup } from '#components/ui/toggle-group.tsx'
import { useVirtualRows } from '#components/ui/virtual-rows.ts'
import { useFeed, useLive, useMachinesWithNode, useNow } from '#lib/query/live.ts'

const WIDTHS = ['24%', '15%', '10%', '72px', '90px', '24%', '118px', '150px']
const head = 'h-9 border-b border-line pr-4 text-left text-xs font-normal text-fg-3 first:pl-4'

/** Every Node in kubectl's columns, live, with what its serving certificate makes possible. */
export function NodesPage() {
  const { lists } = useMessages()
  const texts = lists.nodes
  const machines = useMachinesWithNode()
  const { status } = useLive()
  const feed = useFeed()
  const now = useNow()
  const router = useRouter()
  const actions = useDecideActions()
  const [text, setText] = useUrlParam('q')
  const [readiness, setReadiness] = useUrlParam('status')
  const filter = NODE_FILTERS.find((known) => known === readiness) ?? 'all'
  const { shown, counts } = useMemo(
    () => filterNodes(machines, text, filter),
    [machines, text, filter],
  )
  const body = useRef<HTMLTableSectionElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const rows = useVirtualRows(body, shown.length, NODE_ROW_HEIGHT)
  const current = useListKeys({
    rows: shown,
    keyOf: ({ machine }) => machine.name,
    scrollTo: rows.scrollTo,
    filter: input,
    onOpen: ({ machine }) => router.push(machinePath(machine.name)),
    onApprove: ({ machine }) => actions.approve({ kind: 'machine', machine }),
    onDeny: ({ machine }) => actions.deny([{ kind: 'machine', machine }]),
  })

  if (status === 'loading' || status === 'failed') return <TableSkeleton title={texts.title} />
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
        <div className="max-w-full overflow-x-auto">
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
        <span className="flex-1" />
        <span
          className={classNames(
            'inline-flex items-center gap-1.5 text-xs',
            live ? 'text-fg-2' : 'text-warn-fg',
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
        <ScrollRegion label={texts.table} className={classNames(panelLook, !live && 'drained')}>
          <table
            aria-label={texts.table}
            aria-rowcount={shown.length + 1}
            className="w-full min-w-[1080px] table-fixed"
          >
            <colgroup>
              {WIDTHS.map((width, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the columns never move
                <col key={index} style={{ width }} />
              ))}
            </colgroup>
            <thead>
              <tr aria-rowindex={1}>
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
                  <th key={column} scope="col" className={head}>
                    {texts.columns[column]}
                  </th>
                ))}
                <th scope="col" className={head}>
                  <span className="sr-only">{texts.columns.action}</span>
                </th>
              </tr>
            </thead>
            <tbody ref={body}>
              <RowSpacer height={rows.before} columns={WIDTHS.length} />
              {rows.indexes.map((index) => {
                const row = shown[index]
                if (row === undefined) return null
                return (
                  <NodeRow
                    key={row.machine.name}
                    row={row}
                    index={index}
                    now={now}
                    isCurrent={row.machine.name === current}
                  />
                )
              })}
              <RowSpacer height={rows.after} columns={WIDTHS.length} />
            </tbody>
          </table>
        </ScrollRegion>
      )}
      <p className="mt-3 text-xs text-fg-3">{texts.shown(shown.length, counts.all)}</p>
    </>
  )
}
