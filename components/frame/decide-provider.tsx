import { useRouter } from 'next/navigation'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { BulkDialog, RunDialog } from '#components/bulk/bulk-dialog.tsx'
import { ConfirmDialog } from '#components/decide/confirm-dialog.tsx'
import type { ApprovedWith, ToConfirm } from '#components/decide/confirmation.ts'
import {
  type ApproveOptions,
  type DecideActions,
  DecideContext,
} from '#components/decide/decide-context.ts'
import { DenyDialog } from '#components/decide/deny-dialog.tsx'
import { useReportOutcome } from '#components/decide/report-outcome.tsx'
import {
  duplicatesOf,
  isApprovedAtOnce,
  isFollowedAtOnce,
  nextRequest,
  type Target,
} from '#components/decide/target.ts'
import { machinePath, requestPath } from '#components/shell/routes.ts'
import { isSound, trustOf } from '#lib/csr/policy/trust.ts'
import { useDecide } from '#lib/query/mutations.ts'
import { offeredPlan } from '#lib/query/run-queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import { FOLLOW_MINUTES, type PlanBody } from '#lib/wire/run-answers.ts'

/** The open dialog, and its subject as it was on screen when the dialog opened. */
type DecideDialog =
  | ({ readonly kind: 'confirm' } & Omit<ToConfirm, 'onClose'>)
  | { readonly kind: 'deny'; readonly targets: readonly Target[] }
  | { readonly kind: 'bulk'; readonly selection: PlanBody['selection'] }
  /** Null for the runs in the top bar. */
  | { readonly kind: 'run'; readonly id: string | null }

export function DecideProvider({ children }: { readonly children: ReactNode }) {
  const [dialog, setDialog] = useState<DecideDialog | null>(null)
  const router = useRouter()
  const approveNow = useApproveNow()
  const { queryClient } = useLiveClient()

  const actions = useMemo<DecideActions>(() => {
    const review = (target: Target) => {
      router.push(
        target.kind === 'machine'
          ? machinePath(target.machine.name)
          : requestPath(target.request.uid),
      )
    }
    return {
      review,
      approve(target, options) {
        const request = nextRequest(target)
        if (request === null) review(target)
        else if (isApprovedAtOnce(request) && options?.note !== true) {
          void approveNow(target, options)
        } else if (isSound(request.verdict) || request.verdict === 'suspicious') {
          setDialog({ kind: 'confirm', target, request, more: moreOf(target, options) })
        } else review(target)
      },
      deny(targets) {
        const [only] = targets
        if (targets.length === 1 && only?.kind === 'machine' && only.machine.isPartial === true) {
          review(only)
        } else if (targets.length > 0) setDialog({ kind: 'deny', targets })
      },
      bulk(names) {
        setDialog({ kind: 'bulk', selection: names ?? offeredPlan(queryClient) })
      },
      run(id) {
        setDialog({ kind: 'run', id: id ?? null })
      },
    }
  }, [router, approveNow, queryClient])

  const props = {
    // The answer may arrive after the person has closed this dialog and opened another.
    onClose: () => setDialog((open) => (open === dialog ? null : open)),
    /** Replaces the dialog by the denial of these targets. */
    onDeny: actions.deny,
  }
  return (
    <DecideContext value={actions}>
      {children}
      {dialog?.kind === 'confirm' && <ConfirmDialog {...dialog} {...props} />}
      {dialog?.kind === 'deny' && <DenyDialog {...dialog} {...props} />}
      {dialog?.kind === 'bulk' && <BulkDialog {...dialog} {...props} />}
      {dialog?.kind === 'run' && <RunDialog {...dialog} {...props} />}
    </DecideContext>
  )
}

/** Parts of an order besides its request; none where a click would not approve them. */
function moreOf(target: Target, { follow, duplicates }: ApproveOptions = {}): ApprovedWith {
  const request = nextRequest(target)
  if (request === null || !isApprovedAtOnce(request)) return {}
  return {
    ...(duplicates === true ? { older: duplicatesOf(target) } : {}),
    ...(follow === true && isFollowedAtOnce(target) ? { followMinutes: FOLLOW_MINUTES } : {}),
  }
}

/** Approves one request with one click. */
function useApproveNow(): (target: Target, options?: ApproveOptions) => Promise<void> {
  const decide = useDecide()
  const report = useReportOutcome()
  return useCallback(
    async (target, options) => {
      const request = nextRequest(target)
      if (request === null) return
      const more = moreOf(target, options)
      const item = await decide({
        decision: 'approve',
        request,
        accept: trustOf(request) ?? 'verified',
        ...more,
      })
      report({ decision: 'approve', target, request, item, ...more })
    },
    [decide, report],
  )
}
