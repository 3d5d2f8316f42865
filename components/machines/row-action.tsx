'use client'

import { LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { OffLock } from '#components/decide/off-reason.tsx'
import { isApprovedAtOnce, nextRequest, type Target } from '#components/decide/target.ts'
import { offFor, useOff } from '#components/machines/permissions.tsx'
import { RowMenuButton } from '#components/machines/row-menu.tsx'
import { useMessages } from '#components/messages.tsx'
import { Button } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import { visible } from '#lib/csr/escape.ts'
import { isStopped } from '#lib/csr/machine/rows.ts'
import { useDeciding } from '#lib/query/mutations.ts'

/** The next step and nothing else; meanwhile what this browser has asked for. */
export function RowAction({ target }: { readonly target: Target }) {
  const { board, common } = useMessages()
  const { approve, review } = useDecideActions()
  const off = useOff()
  const request = nextRequest(target)
  const deciding = useDeciding(request?.uid ?? null)
  const name = visible(target.kind === 'machine' ? target.machine.name : target.request.name)
  const next = target.kind === 'machine' ? target.machine.next : 'review'
  const stopped = target.kind === 'machine' && isStopped(target.machine.stage)

  function button(): ReactNode {
    if (next === null && !stopped && deciding === null) return null
    const action = next ?? 'review'
    const reason = action === 'review' || request === null ? null : offFor(off, request.signerName)
    const asks = action !== 'review' && request !== null && !isApprovedAtOnce(request)
    const label = asks ? common.actions.asks(common.actions[action]) : common.actions[action]
    if (deciding !== null) {
      return (
        // The same button, so that it keeps the focus of whoever has pressed it.
        <Button
          look="quiet"
          size="small"
          aria-disabled
          className="pointer-events-none min-w-[122px] max-roomy:h-9 max-roomy:min-w-0 max-roomy:px-3"
        >
          <Icon of={LoaderCircle} size="small" className="animate-spin" />
          {deciding.decision === 'approve' ? common.actions.approving : common.actions.denying}
        </Button>
      )
    }
    return (
      <Button
        size="small"
        off={reason}
        aria-label={
          action === 'review' ? board.others.review(name) : common.actions.named(label, name)
        }
        onClick={() => (action === 'review' ? review(target) : approve(target))}
        className={classNames(
          reason?.more === undefined ? 'min-w-[122px]' : 'min-w-[142px]',
          'max-roomy:h-9 max-roomy:min-w-0 max-roomy:px-3',
        )}
      >
        <OffLock off={reason} />
        {label}
      </Button>
    )
  }
  return (
    <>
      {button()}
      <RowMenuButton target={target} />
    </>
  )
}
