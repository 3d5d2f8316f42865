import { isApprovedAtOnce } from '#components/decide/target.ts'
import { useWhoseRequest } from '#components/decide/whose.ts'
import type { Step } from '#components/machine/steps.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'
import { useNow } from '#lib/query/live.ts'
import type { DecidableRequest } from '#lib/query/mutations.ts'
import { FOLLOW_MINUTES } from '#lib/wire/run-answers.ts'
import type { MachineAnswer } from '#lib/wire/views.ts'

interface StepFactsProps {
  readonly step: Step
  readonly requests: readonly RequestDetail[]
  /** The request to approve, where an approval is the next step. */
  readonly next: DecidableRequest | null
  /** Absent for a request that names no machine. */
  readonly machine?: Pick<MachineAnswer, 'machine' | 'node' | 'followed'>
}

/** Known facts of a stop, or what it still needs. */
export function StepFacts({ step, requests, next, machine: of }: StepFactsProps) {
  const { machine, times } = useMessages()
  const { steps } = machine
  const whose = useWhoseRequest(next)
  const now = useNow(60_000)
  const at = step.at === null ? null : times.exactMoment(Date.parse(step.at), now)

  if (step.name === 'ready') {
    if (at !== null && of !== undefined) {
      return (
        <>
          <p className="tabular-nums">{at}</p>
          {/* The page's head says what does not work. */}
          {of.machine.execAndLogs === 'available' && <p>{steps.execAndLogsWork}</p>}
        </>
      )
    }
    const since = of?.node?.ready?.since
    if (since) return <p>{steps.notReadySince(times.exactMoment(Date.parse(since), now))}</p>
    return <p>{steps.readyMeans}</p>
  }

  if (step.name === 'clientIssued' || step.name === 'servingIssued') {
    if (at !== null) {
      return (
        <>
          <p className="tabular-nums">
            {step.afterSeconds === null ? at : steps.after(at, step.afterSeconds)}
          </p>
          {step.approvedBy !== null && (
            <p>
              <Words text={steps.approvedBy} blanks={{ by: step.approvedBy }} />
            </p>
          )}
        </>
      )
    }
    if (step.needs === null) return <p>–</p>
    const { needs } = steps
    if (step.needs === 'approval') return <p>{needs.approval[whose]}</p>
    if (step.needs !== 'secondApproval' || of === undefined) return <p>{needs[step.needs]}</p>
    const isFollowedNext =
      of.machine.next === 'approveClient' && next !== null && isApprovedAtOnce(next)
    return (
      <p>
        {of.followed !== null
          ? needs.followed(times.moment(of.followed.until, now))
          : isFollowedNext
            ? needs.sameApproval(FOLLOW_MINUTES)
            : needs.secondApproval}
      </p>
    )
  }

  if (at === null) {
    const isAhead = step.name === 'servingRequested' && step.state === 'ahead'
    return <p>{isAhead ? steps.kubeletFiles : '–'}</p>
  }
  const newest = step.newestAt === null ? null : times.exactMoment(Date.parse(step.newestAt), now)
  const superseded = requests.filter(
    ({ superseded, name }) => superseded && step.requestNames.includes(name),
  ).length
  const failing = step.state === 'now' ? (requests.find(isCurrent)?.failing.length ?? 0) : 0
  const [only = ''] = step.requestNames
  return (
    <>
      <p className="tabular-nums">{newest === null ? at : steps.newest(at, newest)}</p>
      {step.requestNames.length === 1 ? (
        <ClusterText text={only} />
      ) : (
        <p>{steps.requests(step.requestNames.length, superseded)}</p>
      )}
      {failing > 0 && <p className="text-bad-fg">{steps.heldBack(failing)}</p>}
      {step.state === 'failed' && <p className="text-bad-fg">{steps.failedAtSigner}</p>}
      {step.state === 'denied' && <p>{steps.denied}</p>}
    </>
  )
}

function isCurrent(request: RequestDetail): boolean {
  return request.verdict !== null && !request.superseded
}
