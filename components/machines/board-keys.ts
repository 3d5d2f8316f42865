import { useRouter } from 'next/navigation'
import { useDecideByKey } from '#components/decide/decide-by-key.ts'
import { useDecideActions } from '#components/decide/decide-context.ts'
import { useOffReasons } from '#components/decide/off-reason.tsx'
import { useReportOff } from '#components/decide/report-off.tsx'
import { type Target, targetOfRow } from '#components/decide/target.ts'
import type { HeldRow } from '#components/machines/board-order.ts'
import type { BoardRows } from '#components/machines/board-rows.ts'
import type { BoardTicks } from '#components/machines/tickable.ts'
import { requestPath } from '#components/shell/routes.ts'
import { useKeys } from '#components/ui/keyboard.tsx'
import { useListsKeys } from '#components/ui/list-keys.ts'
import { indexOfRow } from '#components/ui/row-list.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'

/** The keys of the Machines page: those of its lists, and ⇧A. */
export function useBoardKeys(lists: BoardRows['lists'], ticks: BoardTicks) {
  const { bulk, review } = useDecideActions()
  const byKey = useDecideByKey()
  const offReason = useOffReasons()
  const reportOff = useReportOff()
  const router = useRouter()
  const { keys } = ticks.waiting
  useKeys({
    'shift+a'() {
      const off = offReason(KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING)
      if (off !== null) reportOff.bulk(off)
      else bulk(keys.size > 0 ? [...keys] : undefined)
    },
  })
  return useListsKeys(lists, {
    onOpen(row) {
      const target = targetOfHeld(row)
      if (target !== null) review(target)
      else if (row.item.kind === 'alarm') router.push(requestPath(row.item.alarm.uid))
    },
    onApprove: (row) => decided(row, byKey.approve),
    onDeny: (row) => decided(row, byKey.deny),
    ticks: {
      ...ticks.waiting,
      tick(row, range) {
        const isReturning = indexOfRow(lists.returning, row.item.key) !== -1
        ticks[isReturning ? 'returning' : 'waiting'].tick(row, range)
      },
    },
  })
}

/** Null for a row that has nothing to decide. */
function targetOfHeld({ item, gone }: HeldRow): Target | null {
  return gone ? null : targetOfRow(item)
}

function decided(row: HeldRow, decide: (target: Target) => boolean): boolean {
  const target = targetOfHeld(row)
  return target !== null && decide(target)
}
