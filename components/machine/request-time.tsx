import { DeadlineClock } from '#components/machine/deadline-clock.tsx'
import { StepFacts } from '#components/machine/step-facts.tsx'
import { requestSteps } from '#components/machine/steps.ts'
import { TimeFrame } from '#components/machine/time-frame.tsx'
import { useMessages } from '#components/messages.tsx'
import { isPendingRow } from '#lib/csr/machine/next-request.ts'
import type { RequestDetail } from '#lib/query/domain-types.ts'

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
      factsOf={(step) => <StepFacts step={step} requests={[request]} next={request} />}
    />
  )
}
