import { useDecideByKey } from '#components/decide/decide-by-key.ts'
import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { OffLock, useOffReason } from '#components/decide/off-reason.tsx'
import {
  isApprovedAtOnce,
  isFollowedAtOnce,
  nextRequest,
  purposeOf,
  type Target,
} from '#components/decide/target.ts'
import { useMessages } from '#components/messages.tsx'
import { Button } from '#components/ui/button.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { useKeys } from '#components/ui/keyboard.tsx'
import { isPendingRow } from '#lib/csr/machine/next-request.ts'
import { isSound } from '#lib/csr/policy/trust.ts'
import { useDeciding } from '#lib/query/mutations.ts'

/**
 * Buttons and keys of a page: the next step of a machine, the whole way, or a denial; of a request
 * by itself this one, and no other with it.
 */
export function TargetActions({ target }: { readonly target: Target }) {
  const { board, machine, common } = useMessages()
  const texts = machine.actions
  const actions = useDecideActions()
  const byKey = useDecideByKey()
  const isMachine = target.kind === 'machine'
  const requests = isMachine ? target.machine.requests : [target.request]
  const deciding = useDeciding(requests)
  const request = nextRequest(target)
  const off = useOffReason(request?.signerName ?? '')
  useKeys({
    a: () => request !== null && byKey.approve(target),
    d: () => request !== null && byKey.deny(target),
  })
  if (request === null) return null

  const pending = requests.filter(
    (one) => one.signerName === request.signerName && isPendingRow(one),
  ).length
  // Only superseded ones are pending: none of them is the next step.
  const isNext = isMachine ? target.machine.next !== null : !target.request.superseded
  const isSafe = isSound(request.verdict)
  const how = isApprovedAtOnce(request) ? 'atOnce' : 'asked'
  const what = isMachine ? purposeOf(request.signerName) : 'other'
  const canBeAsked = isNext
    ? request.verdict === 'suspicious'
    : isSafe || request.verdict === 'suspicious'
  const busy = deciding !== null
  const underWay = busy ? common.actions[deciding === 'approve' ? 'approving' : 'denying'] : null
  const approve = { size: 'large', off, busy, onClick: () => actions.approve(target) } as const
  return (
    <>
      {canBeAsked && (
        // It approves what is not the next step, or not sound: no key does.
        <Button look="quiet" {...approve}>
          <OffLock off={off} />
          {underWay ?? (isNext ? texts.approve(what, 1, how) : texts.approveSuperseded(how))}
        </Button>
      )}
      <Button look="deny" size="large" off={off} busy={busy} onClick={() => actions.deny([target])}>
        <OffLock off={off} />
        {isNext ? texts.deny(what) : texts.denySuperseded}
        <Kbd>D</Kbd>
      </Button>
      {isSafe && isNext && isApprovedAtOnce(request) && (
        <Button look="quiet" {...approve} onClick={() => actions.approve(target, { note: true })}>
          <OffLock off={off} />
          {texts.withNote}
        </Button>
      )}
      {isMachine && isSafe && isNext && (
        <Button
          size="large"
          off={off}
          busy={busy}
          onClick={() => actions.bulk([target.machine.name])}
        >
          <OffLock off={off} />
          {texts.approveMachine}
        </Button>
      )}
      {isFollowedAtOnce(target) && (
        <Button
          {...approve}
          title={board.menu.approveBoth}
          onClick={() => actions.approve(target, { follow: true })}
        >
          <OffLock off={off} />
          {texts.approveBoth}
        </Button>
      )}
      {isSafe && isNext && (
        <Button look="primary" {...approve}>
          <OffLock off={off} />
          {underWay ?? texts.approve(what, pending, how)}
          <Kbd on="accent">A</Kbd>
        </Button>
      )}
    </>
  )
}
