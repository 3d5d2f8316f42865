'use client'

import { useDecideByKey } from '#components/decide/decide-by-key.ts'
import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { OffLock, useOffReason } from '#components/decide/off-reason.tsx'
import { nextRequest, purposeOf, type Target } from '#components/decide/target.ts'
import { useMessages } from '#components/messages.tsx'
import { useKeys } from '#components/shell/keyboard.tsx'
import { Button } from '#components/ui/button.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { isSound } from '#lib/csr/trust.ts'
import { isPending } from '#lib/query/board-facts.ts'
import { useAnyDeciding, useDeciding } from '#lib/query/decisions.ts'
import { useRequestRow } from '#lib/query/live.ts'
import type { ListedMachine, ListedRequest } from '#lib/query/wire.ts'

/** What can be done about a machine now: its next step, the whole way, or a denial. */
export function MachineActions({ machine }: { readonly machine: ListedMachine }) {
  const { machine: texts, common } = useMessages()
  const actions = useDecideActions()
  const deciding = useAnyDeciding(machine.requests)
  const target: Target = { kind: 'machine', machine }
  const request = useStillPending(nextRequest(target))
  const off = useOffReason(request?.signerName ?? '')
  const busy = deciding !== null
  useDecideKeys(request === null ? null : target)
  if (request === null) return null

  const purpose = purposeOf(request.signerName)
  const pending = machine.requests.filter(
    (one) => one.signerName === request.signerName && isPending(one),
  ).length
  // Only superseded ones are pending: none of them is the machine's next step.
  const isNext = machine.next !== null
  const sound = isSound(request.verdict)
  const safe = sound && isNext
  const suspicious = request.verdict === 'suspicious'
  return (
    <>
      {purpose !== 'other' && (suspicious || (sound && !isNext)) && (
        <Button
          look="quiet"
          size="large"
          off={off}
          busy={busy}
          onClick={() => actions.approve(target)}
        >
          <OffLock off={off} />
          {isNext
            ? texts.actions.approveSuspicious(purpose)
            : texts.actions.approveSuperseded(sound ? 'atOnce' : 'asked')}
        </Button>
      )}
      <Button look="deny" size="large" off={off} busy={busy} onClick={() => actions.deny([target])}>
        <OffLock off={off} />
        {!isNext
          ? texts.actions.denySuperseded
          : purpose === 'serving'
            ? texts.actions.denyServing
            : texts.actions.denyClient}
        <Kbd>D</Kbd>
      </Button>
      {safe && (
        <Button size="large" off={off} busy={busy} onClick={() => actions.bulk([machine.name])}>
          <OffLock off={off} />
          {texts.actions.approveMachine}
        </Button>
      )}
      {safe && (
        <Button
          look="primary"
          size="large"
          off={off}
          busy={busy}
          onClick={() => actions.approve(target)}
        >
          <OffLock off={off} />
          {busy
            ? common.actions[deciding.decision === 'approve' ? 'approving' : 'denying']
            : purpose === 'serving'
              ? texts.actions.approveServing(pending)
              : texts.actions.approveClient(pending)}
          <Kbd on="accent">A</Kbd>
        </Button>
      )}
    </>
  )
}

/** The same for one request by itself, a machine's or not: this one, and no other with it. */
export function RequestActions({ request }: { readonly request: ListedRequest }) {
  const { machine: texts, common } = useMessages()
  const actions = useDecideActions()
  const deciding = useDeciding(request.uid)
  const off = useOffReason(request.signerName)
  const target: Target = { kind: 'request', request }
  const busy = deciding !== null
  const isNext = !request.superseded
  const sound = isSound(request.verdict)
  const how = sound && request.secondPerson === null ? 'atOnce' : 'asked'
  const pending = useStillPending(nextRequest(target))
  useDecideKeys(pending === null ? null : target)
  if (pending === null) return null
  return (
    <>
      {(request.verdict === 'suspicious' || (sound && !isNext)) && (
        <Button
          look="quiet"
          size="large"
          off={off}
          busy={busy}
          onClick={() => actions.approve(target)}
        >
          <OffLock off={off} />
          {isNext ? texts.actions.approveOne(how) : texts.actions.approveSuperseded(how)}
        </Button>
      )}
      <Button look="deny" size="large" off={off} busy={busy} onClick={() => actions.deny([target])}>
        <OffLock off={off} />
        {isNext ? texts.actions.deny : texts.actions.denySuperseded}
        <Kbd>D</Kbd>
      </Button>
      {sound && isNext && (
        <Button
          look="primary"
          size="large"
          off={off}
          busy={busy}
          onClick={() => actions.approve(target)}
        >
          <OffLock off={off} />
          {busy
            ? common.actions[deciding.decision === 'approve' ? 'approving' : 'denying']
            : texts.actions.approveOne(how)}
          <Kbd on="accent">A</Kbd>
        </Button>
      )}
    </>
  )
}

/** Null once the list has it decided: the page is read anew a moment later. */
function useStillPending(request: ListedRequest | null): ListedRequest | null {
  const row = useRequestRow(request?.uid ?? '')
  return row === null || isPending(row) ? request : null
}

function useDecideKeys(target: Target | null): void {
  const { approve, deny } = useDecideByKey()
  useKeys({
    a: () => target !== null && approve(target),
    d: () => target !== null && deny(target),
  })
}
