'use client'

import { Ban, CircleCheck, CircleX } from 'lucide-react'
import Link from 'next/link'
import { memo } from 'react'
import { decidedAt } from '#components/activity/decided-at.ts'
import { purposeOf } from '#components/decide/target.ts'
import { NodeName } from '#components/machines/node-name.tsx'
import { Line } from '#components/machines/reason-line.tsx'
import { useMessages } from '#components/messages.tsx'
import type { RowHeight } from '#components/shell/dense-rows.ts'
import { machinePath, requestPath } from '#components/shell/routes.ts'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { DenseRow } from '#components/ui/dense-table.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { linkLook } from '#components/ui/link-look.ts'
import { LINES } from '#components/ui/row-lines.ts'
import { TableCell } from '#components/ui/table.tsx'
import { decisionOf, knownDecider } from '#lib/query/activity.ts'
import { useAtNow } from '#lib/query/live.ts'
import type { ListedRequest } from '#lib/query/wire.ts'

export const DECISION_HEIGHT: RowHeight = { row: 48, lines: 92 }

interface DecisionRowProps {
  readonly request: ListedRequest
  /** Among the rows shown, from 0. */
  readonly index: number
  readonly isCurrent: boolean
}

const cell = `${LINES.cell} roomy:h-12`
/** Two lines; beside each other where each cell has one. */
const pair = 'max-roomy:flex max-roomy:min-w-0 max-roomy:items-center max-roomy:gap-x-1.5'
const second = 'text-xs text-fg-3'

/** On phones: machine, decision; request, when; by whom, note. */
const PLACE = {
  when: 'max-roomy:col-[8/13] max-roomy:row-2 max-roomy:justify-end',
  decision: 'max-roomy:col-[7/13] max-roomy:row-1 max-roomy:justify-end',
  machine: 'max-roomy:col-[1/7] max-roomy:row-1',
  request: 'max-roomy:col-[1/8] max-roomy:row-2',
  by: 'max-roomy:col-[1/8] max-roomy:row-3',
  note: 'max-roomy:col-[8/13] max-roomy:row-3 max-roomy:justify-end',
} as const

/** One decision, as the request that it was about tells it. */
export const DecisionRow = memo(function DecisionRow(props: DecisionRowProps) {
  const { request, index, isCurrent } = props
  const { activity } = useMessages()
  const { nodeName } = request
  return (
    <DenseRow
      index={index}
      isCurrent={isCurrent}
      data-uid={request.uid}
      className="hover:bg-hover max-roomy:h-[92px]"
    >
      <TableCell className={classNames(cell, pair, PLACE.when)}>
        <When at={request.decidedAt} />
      </TableCell>
      <TableCell className={classNames(cell, pair, PLACE.decision)}>
        <Decided status={request.status} />
      </TableCell>
      <TableCell className={classNames(cell, PLACE.machine)}>
        {nodeName === null ? (
          <span className="text-fg-3">{activity.noMachine}</span>
        ) : (
          <Link href={machinePath(nodeName)} prefetch={false} className={linkLook}>
            <NodeName name={nodeName} />
          </Link>
        )}
      </TableCell>
      <TableCell className={classNames(cell, pair, PLACE.request)}>
        <Link href={requestPath(request.uid)} prefetch={false} className={linkLook} data-opens>
          <ClusterText text={request.name} />
        </Link>
        <Purpose signerName={request.signerName} />
      </TableCell>
      <TableCell className={classNames(cell, pair, PLACE.by)}>
        <By request={request} />
      </TableCell>
      <TableCell className={classNames(cell, pair, PLACE.note, 'text-fg-2')}>
        <Said request={request} />
      </TableCell>
    </DenseRow>
  )
})

function When({ at }: { readonly at: string | null }) {
  const { activity, times } = useMessages()
  const moment = useAtNow((now) => decidedAt(at ?? '', now, times).moment)
  const age = useAtNow((now) => decidedAt(at ?? '', now, times).age ?? '')
  if (at === null) return <span className="text-fg-3">{activity.noTime}</span>
  return (
    <>
      <time dateTime={at} className="block">
        {moment}
      </time>
      {age !== '' && <span className={`${second} block tabular-nums`}>{activity.ago(age)}</span>}
    </>
  )
}

/** In kubectl's words; below an approval what became of it. */
function Decided({ status }: { readonly status: string }) {
  const { activity } = useMessages()
  const { kind, signer } = decisionOf(status)
  const glyph = { approved: CircleCheck, denied: Ban, failed: CircleX }[kind]
  return (
    <>
      <span
        className={`flex flex-none items-center gap-1.5 ${kind === 'failed' ? 'text-bad-fg' : ''}`}
      >
        <Icon of={glyph} size="small" className={kind === 'failed' ? '' : 'text-fg-2'} />
        {activity[kind]}
      </span>
      {kind === 'approved' &&
        (signer === 'failed' ? (
          <Line text={activity.failedAtSigner} className="text-xs text-bad-fg" />
        ) : (
          <Line text={activity[signer]} className={second} />
        ))}
    </>
  )
}

function Purpose({ signerName }: { readonly signerName: string }) {
  const { activity } = useMessages()
  const purpose = purposeOf(signerName)
  if (purpose !== 'other') {
    return <span className={`${second} block flex-none`}>{activity.signers[purpose]}</span>
  }
  return (
    <span className={`${second} flex min-w-0`}>
      <ClusterText text={signerName} truncate="middle" />
    </span>
  )
}

function By({ request }: { readonly request: ListedRequest }) {
  const { activity } = useMessages()
  const { decidedBy, proposedBy } = request
  const decider = knownDecider(request)
  const ways: Readonly<Partial<Record<typeof decider, string>>> = activity.how
  const how = proposedBy === null ? ways[decider] : activity.proposedBy
  return (
    <>
      <Line
        text={activity.by[decider]}
        blanks={{ by: decidedBy ?? '' }}
        className={how === undefined ? undefined : 'max-roomy:max-w-[75%] max-roomy:flex-none'}
      />
      {how !== undefined && (
        <Line text={how} blanks={{ by: proposedBy ?? decidedBy ?? '' }} className={second} />
      )}
    </>
  )
}

/** What was written with it, and what its signer said. */
function Said({ request }: { readonly request: ListedRequest }) {
  const { activity } = useMessages()
  const { decisionNote, decisionTooLong, failure } = request
  if (decisionNote === null && failure === null && !decisionTooLong) {
    return <span className="text-fg-3">{activity.noNote}</span>
  }
  return (
    <>
      {decisionNote !== null && <OneLine text={decisionNote} />}
      {decisionTooLong && <Line text={activity.tooLong} className="text-fg-3" />}
      {failure !== null && <OneLine text={failure} />}
    </>
  )
}

function OneLine({ text }: { readonly text: string }) {
  return (
    <span className="flex min-w-0">
      <ClusterText text={text} face="sans" />
    </span>
  )
}
