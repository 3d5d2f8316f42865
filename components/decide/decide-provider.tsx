import { useRouter } from 'next/navigation'
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react'
import type { ApprovedWith } from '#components/decide/confirm-dialog.tsx'
import { DecideDialog, type DecideDialogState } from '#components/decide/decide-dialog.tsx'
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
import { FOLLOW_MINUTES } from '#lib/query/domain-types.ts'
import { useDecide } from '#lib/query/mutations.ts'
import { offeredPlan } from '#lib/query/run-queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

/** Options of an approval, from a row, a page, a menu or a key. */
export interface ApproveOptions {
  /** Approve the machine's serving request, too, when it arrives. */
  readonly follow?: boolean
  /** Approve the older requests with the newest. */
  readonly duplicates?: boolean
  /** Ask for a note first, also where a click would do. */
  readonly note?: boolean
}

export interface DecideActions {
  /**
   * The next step of this target: at once for verified and plausible, the confirmation for what says it
   * is a node that exists, for suspicious and for what takes two people, its page for refused. Whether
   * it is allowed now is the caller's to show (canDecide); the server decides anew in any case.
   */
  approve(target: Target, options?: ApproveOptions): void
  /** Opens its page, with every check. */
  review(target: Target): void
  /** Opens the dialog that asks why and says what the kubelet does next. */
  deny(targets: readonly Target[]): void
  /** Opens the bulk approval: of these machines by name, or the one that the page offers. */
  bulk(names?: readonly string[]): void
  /** Opens that run, or the bulk runs that the top bar shows: how it goes, or how it went. */
  run(id?: string): void
}

const DecideContext = createContext<DecideActions | null>(null)

/** Throws outside DecideProvider: that is a mistake in the page, not a state. */
export function useDecideActions(): DecideActions {
  const actions = use(DecideContext)
  if (actions === null) throw new Error('useDecideActions needs a DecideProvider above it')
  return actions
}

export function DecideProvider({ children }: { readonly children: ReactNode }) {
  const [dialog, setDialog] = useState<DecideDialogState | null>(null)
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

  return (
    <DecideContext value={actions}>
      {children}
      <DecideDialog
        dialog={dialog}
        onDeny={actions.deny}
        // The answer may come to one that was left meanwhile, and another one is open by then.
        onClose={() => setDialog((open) => (open === dialog ? null : open))}
      />
    </DecideContext>
  )
}

/** Parts of an order beside its request; none where a click would not approve that. */
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
