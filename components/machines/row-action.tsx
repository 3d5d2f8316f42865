import { LoaderCircle } from 'lucide-react'
import { useDecideActions } from '#components/decide/decide-context.ts'
import { OffLock } from '#components/decide/off-reason.tsx'
import {
  isApprovedAtOnce,
  nextRequest,
  type Target,
  targetName,
} from '#components/decide/target.ts'
import { offFor, useOff } from '#components/machines/permissions.tsx'
import { RowMenuButton } from '#components/machines/row-menu.tsx'
import { Button } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { visible } from '#lib/csr/escape.ts'
import { isStopped } from '#lib/csr/rows/rows.ts'
import { useDeciding } from '#lib/query/mutations.ts'

/** The next step of a board's row, and its menu. */
export function RowAction({ target }: { readonly target: Target }) {
  return (
    <div className="flex items-center justify-end gap-1">
      <NextStep target={target} />
      <RowMenuButton target={target} />
    </div>
  )
}

const width = 'min-w-[122px] ja:roomy:min-w-[146px]'
const look = 'max-roomy:h-9 max-roomy:min-w-0 max-roomy:px-3 max-[380px]:px-2'

/**
 * The button of the next step; while this browser's decision is on its way, that decision instead.
 */
export function NextStep({ target }: { readonly target: Target }) {
  const { board, common } = useMessages()
  const { actions } = common
  const { approve, review } = useDecideActions()
  const off = useOff()
  const request = nextRequest(target)
  const deciding = useDeciding(request === null ? [] : [request])
  const name = visible(targetName(target))
  const next = target.kind === 'machine' ? target.machine.next : 'review'
  const stopped = target.kind === 'machine' && isStopped(target.machine.stage)
  if (deciding !== null) {
    return (
      // React keeps the button element, and with it the focus.
      <Button
        look="quiet"
        size="small"
        aria-disabled
        className={`pointer-events-none ${width} ${look}`}
      >
        <Icon of={LoaderCircle} size="small" className="animate-spin" />
        {deciding === 'approve' ? actions.approving : actions.denying}
      </Button>
    )
  }
  if (next === null && !stopped) return null
  const action = next ?? 'review'
  const reason = action === 'review' || request === null ? null : offFor(off, request.signerName)
  const asks = action !== 'review' && request !== null && !isApprovedAtOnce(request)
  const label = asks ? actions.asks(actions[action]) : actions[action]
  return (
    <Button
      size="small"
      off={reason}
      aria-label={action === 'review' ? board.others.review(name) : actions.named(label, name)}
      onClick={() => (action === 'review' ? review(target) : approve(target))}
      className={classNames(
        reason?.more === undefined ? width : 'min-w-[142px] ja:roomy:min-w-[166px]',
        look,
      )}
    >
      <OffLock off={reason} />
      {label}
    </Button>
  )
}
