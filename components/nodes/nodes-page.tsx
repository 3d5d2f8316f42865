import { Radio, WifiOff } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useCallback, useState } from 'react'
import { useDecideByKey } from '#components/decide/decide-by-key.ts'
import { targetOf } from '#components/decide/target.ts'
import { ListPage } from '#components/list-page.tsx'
import { NODE_COLUMNS, NODE_HEIGHT, nodeLines } from '#components/nodes/node-columns.tsx'
import { ViewLinks } from '#components/nodes/view-links.tsx'
import { useListFilter } from '#components/shell/list-filter.ts'
import { machinePath } from '#components/shell/routes.ts'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import { ListFilters } from '#components/ui/list-filters.tsx'
import { useListKeys } from '#components/ui/list-keys.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { useFeed } from '#lib/query/live.ts'
import { usePagesOfRows } from '#lib/query/pages-of-rows.ts'
import { useNodesInView } from '#lib/query/report-in-view.ts'
import { NODE_FILTERS } from '#lib/wire/views.ts'

/** Every Node in kubectl's columns, live, and the effect of its serving certificate. */
export function NodesPage() {
  const { lists } = useMessages()
  const texts = lists.nodes
  const feed = useFeed()
  const router = useRouter()
  const byKey = useDecideByKey()
  const { filter, fields, onClear } = useListFilter('status', NODE_FILTERS, 'all')
  const rows = usePagesOfRows('nodes', filter)
  const list = useListKeys(rows, {
    onOpen: ({ name }) => router.push(machinePath(name)),
    onApprove: (row) => byKey.approve(targetOf(row)),
    onDeny: (row) => byKey.deny(targetOf(row)),
  })

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

  const live = feed.state === 'live'
  return (
    <ListPage
      texts={texts}
      rows={rows}
      source="nodes"
      columns={NODE_COLUMNS}
      list={list}
      height={NODE_HEIGHT}
      linesLook={nodeLines}
      onWindow={onSeen}
      above={
        <div className="mb-3 flex justify-end">
          <ViewLinks current="nodes" />
        </div>
      }
      onClear={onClear}
      filters={
        <ListFilters
          words={texts}
          {...fields}
          input={list.filter}
          label={texts.readiness}
          names={texts.filters}
          counts={rows.counts}
        >
          <span className="flex-1 max-tablet:hidden" />
          <span
            className={classNames(
              'inline-flex items-center gap-1.5 text-xs',
              // On phones the top bar shows it.
              live ? 'text-fg-2 max-tablet:hidden' : 'text-warn-fg',
            )}
          >
            <Icon of={live ? Radio : WifiOff} size="small" className={live ? 'text-good-fg' : ''} />
            {live ? texts.live : texts.notLive}
          </span>
        </ListFilters>
      }
    />
  )
}
