'use client'

import { CircleAlert, ListChecks } from 'lucide-react'
import type { ReactNode } from 'react'
import { MachineAlarms } from '#components/alarm/alarm-note.tsx'
import { SecondPersonNote } from '#components/decide/second-person.tsx'
import { nextRequest, type Target } from '#components/decide/target.ts'
import { useWhoseRequest } from '#components/decide/whose.ts'
import { ActivityPanel, MachineObjectPanel, NodePanel } from '#components/machine/aside-panels.tsx'
import { CertificatesPanel } from '#components/machine/certificates-panel.tsx'
import { ChecksPanel } from '#components/machine/checks-panel.tsx'
import { machineCommands } from '#components/machine/commands.ts'
import { CommandsPanel } from '#components/machine/commands-panel.tsx'
import { DecisionsPanel, useDecisions } from '#components/machine/decisions-panel.tsx'
import { DecodedButton } from '#components/machine/decoded-request.tsx'
import { GoneMachinePage } from '#components/machine/gone-machine.tsx'
import { GrantsPanel } from '#components/machine/grants-panel.tsx'
import { MachineHeader } from '#components/machine/machine-header.tsx'
import { MissingRight } from '#components/machine/missing-right.tsx'
import { TargetActions } from '#components/machine/target-actions.tsx'
import { TimePanel } from '#components/machine/time-panel.tsx'
import { WhyPanel } from '#components/machine/why-panel.tsx'
import { currentRequest } from '#components/machines/current-request.ts'
import { NotThere } from '#components/not-there.tsx'
import { RequestsPanel } from '#components/requests/requests-panel.tsx'
import { Said } from '#components/said.tsx'
import { MACHINES_PATH, nodePath } from '#components/shell/routes.ts'
import { Button, LinkButton } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { Skeleton, useTakesLong } from '#components/ui/skeleton.tsx'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { isSound } from '#lib/csr/policy/trust.ts'
import { isPendingRow } from '#lib/csr/rows/next-request.ts'
import { type Detail, useFeed, useMachineDetail, useNow } from '#lib/query/live.ts'
import { useNodesInView } from '#lib/query/report-in-view.ts'
import { emptiness } from '#lib/query/shown-feed.ts'
import type { GoneMachine } from '#lib/wire/request-record.ts'
import type { MachineAnswer } from '#lib/wire/views.ts'

/** One machine: its deadline, its progress, its requests and the actions. */
export function MachinePage({ name }: { readonly name: string }) {
  const answer = useMachineDetail(name)
  if (answer.detail === null) {
    return <NoDetail answer={answer} gone={<NoMachine name={name} gone={answer.gone} />} />
  }
  return <MachineDetailView detail={answer.detail} />
}

function MachineDetailView({ detail }: { readonly detail: MachineAnswer }) {
  const { machine } = useMessages()
  const row = detail.machine
  useNodesInView(row.node === null ? [] : [row.name])
  const current = currentRequest(detail.requests)
  const whose = useWhoseRequest(current)
  const target: Target = { kind: 'machine', machine: row }
  const isOver = nextRequest(target) === null && row.node !== null
  const hourAgain = hourStartsAgain(detail)
  return (
    <>
      <MachineHeader
        machine={row}
        actions={
          isOver ? (
            <LinkButton href={nodePath(row.name)} size="large" className="print:hidden">
              {machine.node.view}
            </LinkButton>
          ) : (
            <TargetActions target={target} hourAgain={hourAgain} />
          )
        }
      />
      <MissingRight target={target} />
      <MachineAlarms detail={detail} />
      {current !== null && current.secondPerson !== null && (
        <SecondPersonNote secondPerson={current.secondPerson} className="mb-4" />
      )}
      <FollowedLine followed={detail.followed} />
      <TimePanel detail={detail} hourAgain={hourAgain} />
      <div className="grid grid-cols-[minmax(0,1fr)_340px] items-start gap-6 max-wide:grid-cols-1 print:grid-cols-1">
        <div className="grid min-w-0 grid-cols-1 gap-6">
          <WhyPanel machine={row} holds={detail.holds} />
          {current !== null && isPendingRow(current) ? (
            <ChecksPanel
              request={current}
              whose={whose}
              action={<DecodedButton request={current} />}
            />
          ) : (
            <MachineDecisions name={row.name} />
          )}
          {row.requests.length > 0 && (
            <RequestsPanel requests={row.requests} unlisted={detail.unlisted} />
          )}
          <CommandsPanel commands={machineCommands(row)} />
        </div>
        <aside className="grid min-w-0 grid-cols-1 items-start gap-6 tablet:max-wide:grid-cols-2">
          {current !== null && isSound(current.verdict) && <GrantsPanel request={current} />}
          {isOver && <CertificatesPanel rows={detail.requests} />}
          <NodePanel detail={detail} isOver={isOver} />
          <MachineObjectPanel detail={detail} isOver={isOver} />
          <ActivityPanel machine={row.name} entries={detail.timeline} />
        </aside>
      </div>
    </>
  )
}

/**
 * Whether the hour starts again with the request after a denied one: for a client request that no
 * Machine object dates (lib/csr/stage/deadlines.ts).
 */
function hourStartsAgain({ machine, requests, machineObject }: MachineAnswer): boolean {
  const isClient = machine.stage === 'clientRequested' || machine.stage === 'denied'
  return (
    isClient &&
    machineObject === null &&
    requests.every(({ signerName }) => signerName === KUBE_APISERVER_CLIENT_KUBELET)
  )
}

/** Decisions with the verdicts of their time, for a machine that has no verdict now. */
function MachineDecisions({ name }: { readonly name: string }) {
  const { decisions } = useMessages().machine
  const { rows } = useDecisions(name)
  return rows && <DecisionsPanel machine={name} title={decisions.title} rows={rows} />
}

/** The approval whose run also approves the serving request, and until when. */
function FollowedLine({ followed }: { readonly followed: MachineAnswer['followed'] }) {
  const { machine, times } = useMessages()
  const now = useNow(10_000)
  if (followed === null || followed.until <= now) return null
  return (
    <p className="mb-4 flex items-start gap-2 text-fg-2">
      <Icon of={ListChecks} className="mt-0.5 text-fg-3" />
      <span className="min-w-0">
        <Words
          text={machine.followed(times.moment(followed.until, now))}
          blanks={{ user: followed.user }}
        />
      </span>
    </p>
  )
}

/** A machine that is not in the cluster: its record, or a note that it is unknown. */
function NoMachine({ name, gone }: { readonly name: string; readonly gone: GoneMachine | null }) {
  const { missing } = useMessages().machine
  const { sources } = useFeed()
  if (gone !== null) return <GoneMachinePage name={name} gone={gone} />
  const others = [sources.nodes, sources.machines]
  const isRead = others.every((source) => emptiness(source.state) === 'known')
  return (
    <NotThere
      title={missing.title}
      text={<Words text={isRead ? missing.text : missing.unread} blanks={{ name }} />}
      back={{ href: MACHINES_PATH, text: missing.back }}
    />
  )
}

interface NoDetailProps {
  readonly answer: Pick<Detail<unknown>, 'status' | 'problem' | 'retry'>
  /** Shown where the object is gone. */
  readonly gone: ReactNode
}

/**
 * Shows that the object is loading, gone, or unreadable. "Gone" only where the cluster was read.
 */
export function NoDetail({ answer, gone }: NoDetailProps) {
  const { machine } = useMessages()
  const { state } = useFeed()
  const unknown = answer.status === 'gone' || answer.problem?.code === 'notLive'
  const empty = unknown ? emptiness(state) : 'known'
  if (empty === 'unreadable') return <h1 className="sr-only">{machine.failed.title}</h1>
  if (answer.status === 'gone' && empty === 'known') return gone
  if (answer.status === 'failed' && empty === 'known') {
    return (
      <>
        <h1 className="sr-only">{machine.failed.title}</h1>
        <Note
          icon={CircleAlert}
          tone="warn"
          title={machine.failed.title}
          action={
            <Button size="small" onClick={answer.retry}>
              {machine.failed.retry}
            </Button>
          }
        >
          {answer.problem !== null && <Said of={answer.problem} />}
        </Note>
      </>
    )
  }
  return <Loading isReading={answer.status === 'loading' || empty === 'reading'} />
}

function Loading({ isReading = true }: { readonly isReading?: boolean }) {
  const { machine } = useMessages()
  const long = useTakesLong(isReading)
  return (
    <div aria-busy="true" className={long ? '' : 'invisible'}>
      <h1 className="sr-only">{machine.loading}</h1>
      <Skeleton className="mb-3 w-48" />
      <div className="mb-5">
        <Skeleton className="h-6 w-96" />
      </div>
      <Skeleton className="mb-6 h-36 w-full" />
      <Skeleton className="h-80 w-full" />
    </div>
  )
}
