'use client'

import { RequestAlarms } from '#components/alarm/alarm-note.tsx'
import { SecondPersonNote } from '#components/decide/second-person.tsx'
import { useWhoseRequest } from '#components/decide/whose.ts'
import { ChecksPanel } from '#components/machine/checks-panel.tsx'
import { requestCommands } from '#components/machine/commands.ts'
import { CommandsPanel } from '#components/machine/commands-panel.tsx'
import { DeadlineClock } from '#components/machine/deadline-clock.tsx'
import { DecodedButton, DecodedRequest } from '#components/machine/decoded-request.tsx'
import { GrantsPanel } from '#components/machine/grants-panel.tsx'
import { PageHead } from '#components/machine/machine-header.tsx'
import { NoDetail } from '#components/machine/machine-page.tsx'
import { MissingRight } from '#components/machine/missing-right.tsx'
import { RecordPanels } from '#components/machine/record-panels.tsx'
import { StepFacts } from '#components/machine/step-facts.tsx'
import { requestSteps } from '#components/machine/steps.ts'
import { TargetActions } from '#components/machine/target-actions.tsx'
import { TimeFrame } from '#components/machine/time-frame.tsx'
import { WhyPanel } from '#components/machine/why-panel.tsx'
import { currentRequest } from '#components/machines/current-request.ts'
import { VerdictBadge } from '#components/machines/verdict-badge.tsx'
import { NotThere } from '#components/not-there.tsx'
import { RequestsPanel } from '#components/requests/requests-panel.tsx'
import { OtherSignersNote } from '#components/shell/left-out-note.tsx'
import { MACHINES_PATH, machinePath, REQUESTS_PATH } from '#components/shell/routes.ts'
import { LinkButton } from '#components/ui/button.tsx'
import { Chip } from '#components/ui/chip.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { useDocumentTitle } from '#components/ui/document-title.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { visible } from '#lib/csr/escape.ts'
import { isKubeletSigner } from '#lib/csr/names.ts'
import { isPendingRow } from '#lib/csr/rows/next-request.ts'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'
import { useMachineDetail, useRequestDetail } from '#lib/query/live.ts'

/** One request by itself: its contents, every check, and the actions. */
export function RequestPage({ uid }: { readonly uid: string }) {
  const { missingRequest: missing } = useMessages().machine
  const answer = useRequestDetail(uid)
  // The address has only the uid, and the server reads no requests.
  useDocumentTitle(answer.detail && visible(answer.detail.name))
  if (answer.detail === null) {
    return (
      <>
        {/* The request may be one of a signer whose requests are not listed. */}
        {answer.status === 'gone' && <OtherSignersNote />}
        <NoDetail
          answer={answer}
          gone={
            <NotThere
              title={missing.title}
              text={missing.text}
              back={{ href: REQUESTS_PATH, text: missing.back }}
            />
          }
        />
        {answer.status === 'gone' && (
          <>
            <div className="mt-4 empty:hidden">
              <RequestAlarms uid={uid} request={null} />
            </div>
            <div className="mt-6 grid grid-cols-1 gap-6">
              <RecordPanels uid={uid} listed={null} />
            </div>
          </>
        )}
      </>
    )
  }
  return <RequestDetailView request={answer.detail} />
}

function RequestDetailView({ request }: { readonly request: RequestDetail }) {
  const { machine } = useMessages()
  const whose = useWhoseRequest(request)
  const { nodeName } = request
  const isPending = isPendingRow(request)
  // The checks are enough to decide a kubelet's request; the contents of another signer's must be
  // read.
  const isFolded = isPending && isKubeletSigner(request.signerName)
  return (
    <>
      <PageHead
        name={request.name}
        parent={
          nodeName === null
            ? { href: REQUESTS_PATH, text: machine.requests.title }
            : { href: MACHINES_PATH, text: machine.crumb }
        }
        crumb={nodeName ?? machine.otherRequests}
        meta={
          <>
            {request.verdict === null ? (
              <Chip>{request.status}</Chip>
            ) : (
              <VerdictBadge verdict={request.verdict} pill="always" />
            )}
            <ClusterText text={request.signerName} truncate="none" />
          </>
        }
        actions={
          <>
            {nodeName !== null && (
              <LinkButton href={machinePath(nodeName)} size="large">
                {machine.openMachine}
              </LinkButton>
            )}
            <TargetActions target={{ kind: 'request', request }} />
          </>
        }
      />
      <MissingRight target={{ kind: 'request', request }} />
      <RequestAlarms uid={request.uid} request={request} />
      {request.secondPerson !== null && (
        <SecondPersonNote secondPerson={request.secondPerson} className="mb-4" />
      )}
      <RequestTime request={request} />
      <div className="grid grid-cols-1 gap-6">
        {nodeName !== null && isPending && <MachineWhy name={nodeName} uid={request.uid} />}
        <GrantsPanel request={request} />
        {isPending && (
          <ChecksPanel
            request={request}
            whose={whose}
            action={isFolded && <DecodedButton request={request} />}
          />
        )}
        <RecordPanels uid={request.uid} listed={request} />
        {!isFolded && (
          <>
            <TitledPanel title={machine.decoded.heading} aside={machine.decoded.description}>
              <DecodedRequest request={request} />
            </TitledPanel>
            <RequestsPanel requests={[request]} unlisted={0} />
          </>
        )}
        {isPending && <CommandsPanel commands={requestCommands(request)} />}
      </div>
    </>
  )
}

interface MachineWhyProps {
  readonly name: string
  /** Shown only for the request that its machine waits for. */
  readonly uid: string
}

function MachineWhy({ name, uid }: MachineWhyProps) {
  const { detail } = useMachineDetail(name)
  if (detail === null || currentRequest(detail.requests)?.uid !== uid) return null
  return <WhyPanel machine={detail.machine} holds={detail.holds} />
}

/** The hour of a kubelet's request without a machine. Other hours are on the machines' pages. */
function RequestTime({ request }: { readonly request: RequestDetail }) {
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
