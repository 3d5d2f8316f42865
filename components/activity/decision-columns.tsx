import { Ban, CircleCheck, CircleX, Minus } from 'lucide-react'
import { decidedAs } from '#components/activity/decided-as.ts'
import { decidedAt } from '#components/activity/decided-at.ts'
import { purposeOf } from '#components/decide/target.ts'
import { Line, ReasonLine } from '#components/machines/reason-line.tsx'
import { MachineLink, RequestLink } from '#components/machines/row-links.tsx'
import { VerdictMark } from '#components/machines/verdict-badge.tsx'
import { useMessages } from '#components/messages.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import type { Columns, RowHeight } from '#components/ui/data-table.tsx'
import { Icon, IconText } from '#components/ui/icon.tsx'
import { visible } from '#lib/csr/escape.ts'
import { knownDecider } from '#lib/csr/machine/decider.ts'
import { isKubeletSigner } from '#lib/csr/names.ts'
import type { ActivityRow, RequestListRow } from '#lib/query/domain-types.ts'
import { useAtNow } from '#lib/query/live.ts'

export const DECISION_HEIGHT: RowHeight = { row: 48, lines: 116 }

/** Two lines; one line where each cell has one. */
const pair = 'max-roomy:flex max-roomy:min-w-0 max-roomy:items-center max-roomy:gap-x-1.5'
const second = 'text-xs text-fg-3'

/** On phones: machine, decision; request, when; verdict, Audit-Id; by whom, note. */
export const DECISION_COLUMNS: Columns<ActivityRow> = {
  when: {
    width: 'w-[128px] wide:w-[140px]',
    look: `${pair} max-roomy:col-[8/13] max-roomy:row-2 max-roomy:justify-end`,
    cell: ({ decidedAt }) => <When at={decidedAt} />,
  },
  decision: {
    width: 'w-[120px] wide:w-[150px]',
    look: `${pair} max-roomy:col-[8/13] max-roomy:row-1 max-roomy:justify-end`,
    cell: (row) => <Decided row={row} />,
  },
  machine: {
    look: 'max-roomy:col-[1/8] max-roomy:row-[1/3] max-roomy:grid max-roomy:gap-y-1',
    cell: ({ nodeName, ...request }) => (
      <>
        <span className="flex min-w-0">
          <MachineLink name={nodeName} />
        </span>
        <Request {...request} />
      </>
    ),
  },
  verdict: {
    width: 'w-[164px] wide:w-[17%]',
    look: `${pair} max-roomy:col-[1/9] max-roomy:row-3`,
    cell: (row) => <Judged row={row} />,
  },
  by: {
    width: 'w-[140px] wide:w-[16%]',
    look: `${pair} max-roomy:col-[1/8] max-roomy:row-4`,
    cell: (request) => <By request={request} />,
  },
  note: {
    width: 'w-[112px] wide:w-[16%]',
    look: `${pair} max-roomy:col-[8/13] max-roomy:row-4 max-roomy:justify-end text-fg-2`,
    cell: (request) => <Said request={request} />,
  },
  audit: {
    width: 'w-[98px] wide:w-[116px]',
    look: 'max-roomy:col-[9/13] max-roomy:row-3',
    cell: (row) => <AuditId {...row} />,
  },
}

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

/** CONDITION in kubectl's words; for an approval also its result. */
function Decided({ row: { status, judged } }: { readonly row: ActivityRow }) {
  const { activity } = useMessages()
  const verdict = judged?.verdict ?? null
  const isAgainst = verdict === 'refused' || verdict === 'suspicious'
  const { kind, signer } = decidedAs(status)
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
        ) : isAgainst ? (
          <Line text={activity.against[verdict]} className="text-xs text-bad-fg" />
        ) : (
          <Line text={activity[signer]} className={second} />
        ))}
    </>
  )
}

function Request({ uid, name, signerName }: Pick<ActivityRow, 'uid' | 'name' | 'signerName'>) {
  const { activity } = useMessages()
  const purpose = purposeOf(signerName)
  return (
    <span className={`${second} flex min-w-0 gap-x-1.5`}>
      <RequestLink uid={uid} name={name} />
      {purpose === 'other' ? (
        <ClusterText text={signerName} truncate="middle" />
      ) : (
        <span className="flex-none">{activity.signers[purpose]}</span>
      )}
    </span>
  )
}

/** The verdict right before the decision, and why. */
function Judged({ row: { judged, signerName } }: { readonly row: ActivityRow }) {
  const { activity, lists } = useMessages()
  if (judged === undefined) return null
  const verdict = judged?.verdict ?? null
  if (judged === null || verdict === null) {
    return (
      <span className="text-fg-3">
        <span aria-hidden>{activity.noVerdict}</span>
        <span className="sr-only">{activity.notSeenPending}</span>
      </span>
    )
  }
  if (!isKubeletSigner(signerName)) {
    return (
      <IconText of={Minus} className="text-fg-2">
        {lists.requests.notAKubelet}
      </IconText>
    )
  }
  return (
    <>
      <span className="flex flex-none">
        <VerdictMark shown={verdict} hanging />
      </span>
      <ReasonLine reason={judged.reason} verdict={verdict} className={second} />
    </>
  )
}

function By({ request }: { readonly request: RequestListRow }) {
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

/** Note of the decision, and the signer's message. */
function Said({ request }: { readonly request: RequestListRow }) {
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

/** Id of the write in the API server's audit log, in full on hover. */
function AuditId({ auditId, name }: ActivityRow) {
  const { activity, common } = useMessages()
  if (auditId === undefined) return null
  if (auditId === null) {
    return (
      <span className="block text-fg-3 max-roomy:text-right">
        <span aria-hidden>{activity.noAuditId}</span>
        <span className="sr-only">{activity.notWrittenHere}</span>
      </span>
    )
  }
  return (
    <span className="flex min-w-0 items-center gap-1 max-roomy:justify-end">
      <ClusterText text={auditId} className="max-w-[9ch] text-xs text-fg-2" />
      <CopyButton
        text={auditId}
        label={activity.copyAuditId(visible(name))}
        copiedLabel={common.copied}
        iconOnly
        look="quiet"
      />
    </span>
  )
}

function OneLine({ text }: { readonly text: string }) {
  return (
    <span className="flex min-w-0">
      <ClusterText text={text} face="sans" />
    </span>
  )
}
