'use client'

import type { ReactNode } from 'react'
import { useDecideByKey } from '#components/decide/decide-by-key.ts'
import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { OffLock, useOffReason } from '#components/decide/off-reason.tsx'
import { isApprovedAtOnce, nextRequest, purposeOf, type Target } from '#components/decide/target.ts'
import { useMessages } from '#components/messages.tsx'
import { Button, type Reason } from '#components/ui/button.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { useKeys } from '#components/ui/keyboard.tsx'
import { isPendingRow } from '#lib/csr/machine/next-request.ts'
import { isSound } from '#lib/csr/policy/trust.ts'
import { type DecidingItem, useAnyDeciding, useDeciding } from '#lib/query/mutations.ts'
import type { DecidableRequest, MachineRow, RequestRow } from '#lib/query/wire.ts'

/** What can be done about a machine now: its next step, the whole way, or a denial. */
export function MachineActions({ machine }: { readonly machine: MachineRow }) {
  const { machine: texts } = useMessages()
  const actions = useDecideActions()
  const deciding = useAnyDeciding(machine.requests)
  const target: Target = { kind: 'machine', machine }
  const request = nextRequest(target)
  const off = useOffReason(request?.signerName ?? '')
  useDecideKeys(request === null ? null : target)
  if (request === null) return null

  const purpose = purposeOf(request.signerName)
  const pending = machine.requests.filter(
    (one) => one.signerName === request.signerName && isPendingRow(one),
  ).length
  // Only superseded ones are pending: none of them is the machine's next step.
  const isNext = machine.next !== null
  const sound = isSound(request.verdict)
  const safe = sound && isNext
  const suspicious = request.verdict === 'suspicious'
  const how = howApproved(request)
  const canBeAsked = purpose !== 'other' && (suspicious || (sound && !isNext))
  return (
    <DecideButtons
      target={target}
      off={off}
      deciding={deciding}
      quiet={
        !canBeAsked
          ? null
          : isNext
            ? texts.actions.approveSuspicious(purpose)
            : texts.actions.approveSuperseded(how)
      }
      deny={
        !isNext
          ? texts.actions.denySuperseded
          : purpose === 'serving'
            ? texts.actions.denyServing
            : texts.actions.denyClient
      }
      primary={
        !safe
          ? null
          : purpose === 'serving'
            ? texts.actions.approveServing(pending, how)
            : texts.actions.approveClient(pending, how)
      }
    >
      {safe && (
        <Button
          size="large"
          off={off}
          busy={deciding !== null}
          onClick={() => actions.bulk([machine.name])}
        >
          <OffLock off={off} />
          {texts.actions.approveMachine}
        </Button>
      )}
    </DecideButtons>
  )
}

/** Whether something is asked before it is approved. */
function howApproved(request: DecidableRequest): 'atOnce' | 'asked' {
  return isApprovedAtOnce(request) ? 'atOnce' : 'asked'
}

/** The same for one request by itself, a machine's or not: this one, and no other with it. */
export function RequestActions({ request }: { readonly request: RequestRow }) {
  const { machine: texts } = useMessages()
  const deciding = useDeciding(request.uid)
  const off = useOffReason(request.signerName)
  const target: Target = { kind: 'request', request }
  const isNext = !request.superseded
  const sound = isSound(request.verdict)
  const how = howApproved(request)
  const pending = nextRequest(target)
  useDecideKeys(pending === null ? null : target)
  if (pending === null) return null
  const canBeAsked = request.verdict === 'suspicious' || (sound && !isNext)
  return (
    <DecideButtons
      target={target}
      off={off}
      deciding={deciding}
      quiet={
        !canBeAsked
          ? null
          : isNext
            ? texts.actions.approveOne(how)
            : texts.actions.approveSuperseded(how)
      }
      deny={isNext ? texts.actions.deny : texts.actions.denySuperseded}
      primary={sound && isNext ? texts.actions.approveOne(how) : null}
    />
  )
}

interface DecideButtonsProps {
  readonly target: Target
  readonly off: Reason | null
  /** What is being done to it meanwhile. */
  readonly deciding: DecidingItem | null
  /** What each says; null for none. The quiet one approves what is not the next step, and has no key. */
  readonly quiet: string | null
  readonly deny: string
  readonly primary: string | null
  /** Before the primary one. */
  readonly children?: ReactNode
}

function DecideButtons(props: DecideButtonsProps) {
  const { target, off, deciding, quiet, deny, primary, children } = props
  const { common } = useMessages()
  const actions = useDecideActions()
  const busy = deciding !== null
  const underWay = busy
    ? common.actions[deciding.decision === 'approve' ? 'approving' : 'denying']
    : null
  const approve = { size: 'large', off, busy, onClick: () => actions.approve(target) } as const
  return (
    <>
      {quiet !== null && (
        <Button look="quiet" {...approve}>
          <OffLock off={off} />
          {underWay ?? quiet}
        </Button>
      )}
      <Button look="deny" size="large" off={off} busy={busy} onClick={() => actions.deny([target])}>
        <OffLock off={off} />
        {deny}
        <Kbd>D</Kbd>
      </Button>
      {children}
      {primary !== null && (
        <Button look="primary" {...approve}>
          <OffLock off={off} />
          {underWay ?? primary}
          <Kbd on="accent">A</Kbd>
        </Button>
      )}
    </>
  )
}

function useDecideKeys(target: Target | null): void {
  const { approve, deny } = useDecideByKey()
  useKeys({
    a: () => target !== null && approve(target),
    d: () => target !== null && deny(target),
  })
}
