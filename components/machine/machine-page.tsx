'use client'

import { CircleAlert, SearchX } from 'lucide-react'
import { useState } from 'react'
import { SecondPersonNote } from '#components/decide/second-person.tsx'
import { useWhoseRequest } from '#components/decide/whose.ts'
import { MachineAlarms } from '#components/machine/alarm-note.tsx'
import { ActivityPanel, MachineObjectPanel, NodePanel } from '#components/machine/aside-panels.tsx'
import { ChecksPanel } from '#components/machine/checks-panel.tsx'
import { machineCommands } from '#components/machine/commands.ts'
import { CommandsPanel } from '#components/machine/commands-panel.tsx'
import { DecodedRequest } from '#components/machine/decoded-request.tsx'
import { GrantsPanel } from '#components/machine/grants-panel.tsx'
import { MachineHeader } from '#components/machine/machine-header.tsx'
import { RequestsPanel } from '#components/machine/requests-panel.tsx'
import { TargetActions } from '#components/machine/target-actions.tsx'
import { TimePanel } from '#components/machine/time-panel.tsx'
import { currentRequest, MachineNote } from '#components/machine/verdict-note.tsx'
import { WhyPanel } from '#components/machine/why-panel.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { Said } from '#components/said.tsx'
import { MACHINES_PATH, REQUESTS_PATH } from '#components/shell/routes.ts'
import { Button, LinkButton } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Note } from '#components/ui/note.tsx'
import { Skeleton, useTakesLong } from '#components/ui/skeleton.tsx'
import type { MachineDetail, RequestDetail } from '#lib/query/domain-types.ts'
import { type Detail, useFeed, useMachineDetail } from '#lib/query/live.ts'
import { useNodesInView } from '#lib/query/report-nodes-in-view.ts'
import { emptiness } from '#lib/query/shown-feed.ts'

/** One machine: how long, how far, what it asks for, and what can be done about it. */
export function MachinePage({ name }: { readonly name: string }) {
  const answer = useMachineDetail(name)
  if (answer.detail === null) return <NoDetail answer={answer} name={name} />
  return <MachineDetailView detail={answer.detail} />
}

function MachineDetailView({ detail }: { readonly detail: MachineDetail }) {
  const { machine } = useMessages()
  const [decoded, setDecoded] = useState<RequestDetail | null>(null)
  const row = detail.machine
  useNodesInView(row.node === null ? [] : [row.name])
  const current = currentRequest(detail.requests)
  const whose = useWhoseRequest(current)
  return (
    <>
      <MachineHeader
        machine={row}
        actions={<TargetActions target={{ kind: 'machine', machine: row }} />}
      />
      <MachineAlarms detail={detail} />
      <MachineNote detail={detail} whose={whose} />
      {current !== null && current.secondPerson !== null && (
        <SecondPersonNote secondPerson={current.secondPerson} className="mb-4" />
      )}
      <TimePanel detail={detail} />
      <div className="grid grid-cols-[minmax(0,1fr)_340px] items-start gap-6 max-wide:grid-cols-1">
        <div className="grid min-w-0 grid-cols-1 gap-6">
          <WhyPanel machine={row} holds={detail.holds} />
          {current !== null && (
            <ChecksPanel
              request={current}
              whose={whose}
              action={
                <Button look="quiet" size="small" onClick={() => setDecoded(current)}>
                  {machine.checks.viewDecoded}
                </Button>
              }
            />
          )}
          {current !== null && <GrantsPanel request={current} />}
          {row.requests.length > 0 && (
            <RequestsPanel requests={row.requests} unlisted={detail.unlisted} />
          )}
          <CommandsPanel commands={machineCommands(row)} />
        </div>
        <aside className="grid min-w-0 grid-cols-1 items-start gap-6 tablet:max-wide:grid-cols-2 tablet:max-wide:[&>:last-child]:col-span-2">
          <NodePanel detail={detail} />
          <MachineObjectPanel detail={detail} />
          <ActivityPanel machine={row.name} entries={detail.timeline} />
        </aside>
      </div>
      <Dialog
        open={decoded !== null}
        onClose={() => setDecoded(null)}
        width="wide"
        sheet
        title={decoded === null ? '' : <DecodedTitle name={decoded.name} />}
        description={machine.decoded.description}
      >
        {decoded !== null && <DecodedRequest request={decoded} />}
      </Dialog>
    </>
  )
}

function DecodedTitle({ name }: { readonly name: string }) {
  const { machine } = useMessages()
  return <Words text={machine.decoded.title} blanks={{ name }} />
}

interface NoDetailProps {
  readonly answer: Pick<Detail<unknown>, 'status' | 'problem' | 'retry'>
  /** The machine that was asked for; null for a request. */
  readonly name: string | null
}

/** Loading, gone, or not to be had: gone only where the cluster is read. */
export function NoDetail({ answer, name }: NoDetailProps) {
  const { machine } = useMessages()
  const { state, sources } = useFeed()
  const unknown = answer.status === 'gone' || answer.problem?.code === 'notLive'
  const empty = unknown ? emptiness(state) : 'known'
  const long = useTakesLong(answer.status === 'loading' || empty === 'reading')
  if (empty === 'unreadable') return <h1 className="sr-only">{machine.failed.title}</h1>
  if (answer.status === 'gone' && empty === 'known') {
    const { title, text, back } = name === null ? machine.missingRequest : machine.missing
    const others = [sources.nodes, sources.machines]
    const all = name === null || others.every((source) => emptiness(source.state) === 'known')
    return (
      <>
        <h1 className="sr-only">{title}</h1>
        <Note
          icon={SearchX}
          title={title}
          action={
            <LinkButton href={name === null ? REQUESTS_PATH : MACHINES_PATH} size="small">
              {back}
            </LinkButton>
          }
        >
          <Words text={all ? text : machine.missing.unread} blanks={{ name: name ?? '' }} />
        </Note>
      </>
    )
  }
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
