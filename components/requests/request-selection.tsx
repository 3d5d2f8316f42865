import { useMemo } from 'react'
import { useDecideActions } from '#components/decide/decide-context.ts'
import { useOffReasons } from '#components/decide/off-reason.tsx'
import { useReportOff } from '#components/decide/report-off.tsx'
import { useKeys } from '#components/ui/keyboard.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { knownRows } from '#components/ui/row-list.ts'
import { TickedBar } from '#components/ui/ticked-bar.tsx'
import { isSound } from '#lib/csr/policy/trust.ts'
import { isPendingRow } from '#lib/csr/rows/next-request.ts'
import { type PagesOfRows, readRows } from '#lib/query/pages-of-rows.ts'
import { useRowsOfKeys } from '#lib/query/rows-of-keys.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type { RequestListRow } from '#lib/wire/views.ts'

interface RequestSelectionProps {
  readonly rows: Pick<PagesOfRows<RequestListRow, unknown>, 'count' | 'rowAt' | 'keyOf' | 'read'>
  readonly selected: ReadonlySet<string>
  readonly onClear: () => void
}

/**
 * Actions on the ticked requests, also for ⇧A. A request decided meanwhile leaves the selection.
 */
export function RequestSelection({ rows, selected, onClear }: RequestSelectionProps) {
  const { lists } = useMessages()
  const texts = lists.requests.selection
  const actions = useDecideActions()
  const client = useLiveClient()
  const readPending = async () => {
    const pending = await readRows(client, 'requests', { status: 'pending' })
    return new Map(pending.map((request) => [request.uid, request]))
  }
  const onScreen = useMemo(
    () => new Map(knownRows(rows).map((request) => [request.uid, request])),
    [rows],
  )
  const ticked = useRowsOfKeys('pending', selected, onScreen, readPending)
  const chosen = [...ticked.rows.values()].filter(isPendingRow)
  // Only missing rights for all ticked requests disable the bar; the server refuses single ones.
  const off = useOffReasons()(...new Set(chosen.map(({ signerName }) => signerName)))
  const reportOff = useReportOff()
  const machines = [
    ...new Set(
      chosen
        .filter(({ verdict }) => isSound(verdict))
        .flatMap(({ nodeName }) => (nodeName === null ? [] : [nodeName])),
    ),
  ]
  useKeys({
    'shift+a'() {
      if (chosen.length === 0) return false
      if (machines.length === 0) reportOff.bulk({ text: texts.noneSound })
      else if (off !== null) reportOff.bulk(off)
      else actions.bulk(machines)
    },
  })
  if (chosen.length === 0) return null
  const hidden = chosen.filter(({ uid }) => !onScreen.has(uid)).length
  return (
    <TickedBar
      count={chosen.length}
      hidden={hidden}
      off={off}
      onClear={onClear}
      deny={{
        label: texts.deny(chosen.length),
        onAct: () => actions.deny(chosen.map((request) => ({ kind: 'request', request }) as const)),
      }}
      approve={
        machines.length > 0
          ? { label: texts.approve(machines.length), onAct: () => actions.bulk(machines) }
          : null
      }
    />
  )
}
