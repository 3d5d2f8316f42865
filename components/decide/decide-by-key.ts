import { type ApproveOptions, useDecideActions } from '#components/decide/decide-context.ts'
import { useOffReasons } from '#components/decide/off-reason.tsx'
import { useReportOff } from '#components/decide/report-off.tsx'
import { hasNextStep, nextRequest, type Target } from '#components/decide/target.ts'
import { isDeciding } from '#lib/query/mutations.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type { Decision } from '#lib/wire/outcomes.ts'

/**
 * Actions of the keys `a` and `d`; false where there is nothing to decide. The keys do what the
 * buttons do: never twice at once, and with the reason while they are off.
 */
export function useDecideByKey() {
  const { approve, deny } = useDecideActions()
  const { queryClient } = useLiveClient()
  const offReason = useOffReasons()
  const reportOff = useReportOff()

  function decide(decision: Decision, target: Target, act: () => void): boolean {
    const request = nextRequest(target)
    if (request === null) return false
    if (isDeciding(queryClient, request.uid)) return true
    const reason = offReason(request.signerName)
    if (reason === null) act()
    else reportOff[decision](reason, target)
    return true
  }

  return {
    approve(target: Target, options?: ApproveOptions): boolean {
      // A superseded request has a button on its own page, and no key.
      if (!hasNextStep(target)) return false
      return decide('approve', target, () => approve(target, options))
    },
    deny: (target: Target) => decide('deny', target, () => deny([target])),
  }
}
