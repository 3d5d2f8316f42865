import { Ban, CircleCheck, CircleX, Minus } from 'lucide-react'
import { decidedAs } from '#components/activity/decided-as.ts'
import { VerdictMark } from '#components/machines/verdict-badge.tsx'
import { Line, ReasonLine } from '#components/reason-line.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Icon, IconText } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { knownDecider } from '#lib/csr/decider.ts'
import { visible } from '#lib/csr/escape.ts'
import { isKubeletSigner } from '#lib/csr/names.ts'
import type { ActivityRow } from '#lib/wire/views.ts'

/** Look of a cell's second line. */
export const second = 'text-xs text-fg-3'

/** CONDITION in kubectl's words; for an approval also the signer's result. */
export function Decided({ status, judged }: Pick<ActivityRow, 'status' | 'judged'>) {
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

interface JudgedProps {
  readonly judged?: ActivityRow['judged'] | undefined
  readonly signerName: string
}

/** The verdict immediately before the decision, and its reason. */
export function Judged({ judged, signerName }: JudgedProps) {
  const { activity, lists } = useMessages()
  if (judged === undefined) return null
  const verdict = judged?.verdict ?? null
  if (judged === null || verdict === null) {
    return (
      <>
        <span className="flex-none text-fg-2">{activity.notJudged}</span>
        <Line text={activity.notSeenPending} className={second} />
      </>
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

export function By(decision: Pick<ActivityRow, 'decider' | 'decidedBy' | 'proposedBy'>) {
  const { activity } = useMessages()
  const { decidedBy, proposedBy } = decision
  const decider = knownDecider(decision)
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
export function Said(decision: Pick<ActivityRow, 'decisionNote' | 'decisionTooLong' | 'failure'>) {
  const { activity } = useMessages()
  const { decisionNote, decisionTooLong, failure } = decision
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
export function AuditId({ auditId, name }: Pick<ActivityRow, 'auditId' | 'name'>) {
  const { activity } = useMessages()
  if (auditId === undefined) return null
  if (auditId === null) {
    return (
      <span className="block text-fg-3 max-roomy:text-right">
        <span aria-hidden>{activity.noAuditId}</span>
        <span className="sr-only">{activity.auditIdUnknown}</span>
      </span>
    )
  }
  return (
    <span className="flex min-w-0 items-center gap-1 max-roomy:justify-end">
      <ClusterText text={auditId} className="max-w-[9ch] text-xs text-fg-2" />
      <CopyButton
        text={auditId}
        label={activity.copyAuditId(visible(name))}
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
