'use client'

import { DeadlineClock } from '#components/machine/deadline-clock.tsx'
import { StepNeedText } from '#components/machine/step-need.tsx'
import { requestSteps, type Step } from '#components/machine/steps.ts'
import { TimeFrame } from '#components/machine/time-frame.tsx'
import { useMessages } from '#components/messages.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { isPendingRow } from '#lib/csr/machine/next-request.ts'
import type { RequestDetail } from '#lib/query/domain-types.ts'
import { useNow } from '#lib/query/live.ts'

/** The hour of a kubelet's request that names no machine: one that does has it on the machine's page. */
export function RequestTime({ request }: { readonly request: RequestDetail }) {
  const { machine } = useMessages()
  const { deadline, nodeName, verdict } = request
  if (nodeName !== null || deadline === null || !isPendingRow(request)) return null
  return (
    <TimeFrame
      clock={
        <DeadlineClock deadline={deadline}>
          {verdict === 'refused' && machine.time.denyLosesNothing}
        </DeadlineClock>
      }
      steps={requestSteps(request)}
      factsOf={(step) => <StepFacts step={step} request={request} />}
    />
  )
}

interface StepFactsProps {
  readonly step: Step
  readonly request: RequestDetail
}

function StepFacts({ step, request }: StepFactsProps) {
  const { machine, times } = useMessages()
  const { steps } = machine
  const failing = request.failing.length
  const now = useNow(60_000)
  if (step.at === null) return <StepNeedText need={step.needs} request={request} />
  return (
    <>
      <p className="tabular-nums">{times.exactMoment(Date.parse(step.at), now)}</p>
      {step.requestNames.map((name) => (
        <ClusterText key={name} text={name} />
      ))}
      {failing > 0 && <p className="text-bad-fg">{steps.heldBack(failing)}</p>}
    </>
  )
}
