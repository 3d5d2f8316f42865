import { Hand, ShieldCheck } from 'lucide-react'
import { DraftTrouble } from '#components/document/draft-trouble.tsx'
import { ForecastReason } from '#components/policy/forecast-reason.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import type { DraftPreview } from '#lib/query/document-queries.ts'
import { type ChangedRow, isApproved, type PolicySummary } from '#lib/wire/policy-answers.ts'

interface PreviewEffectProps {
  readonly check: DraftPreview
  readonly isUnchanged: boolean
  /** Mode of the policy in force. */
  readonly mode: PolicySummary['automatic']['mode']
  readonly onGoTo: (line: number) => void
}

/** Requests listed; further ones are counted. */
const LISTED = 12

/** Effect that a saved draft would have had on the last day, or the lines that prevent the save. */
export function PreviewEffect(props: PreviewEffectProps) {
  const { check, isUnchanged, mode, onGoTo } = props
  const { policy } = useMessages()
  const { editor, modes } = policy
  if (isUnchanged) return <p className="text-fg-2">{editor.unchanged}</p>
  if (check.status !== 'good') {
    return <DraftTrouble check={check} words={editor} onGoTo={onGoTo} />
  }
  const { effect } = check
  const { changed, rows, counts } = effect
  return (
    <div className="grid gap-3">
      {effect.policy.automatic.mode !== mode && (
        <p className="font-semibold text-warn-fg">
          {editor.mode(modes[mode], modes[effect.policy.automatic.mode])}
        </p>
      )}
      <p className="font-semibold">{changed === 0 ? editor.noChanges : editor.changes(changed)}</p>
      {rows.length > 0 && (
        <ul className="grid gap-2.5">
          {rows.slice(0, LISTED).map((row) => (
            <Changed key={row.uid} row={row} />
          ))}
          {changed > LISTED && <li className="text-fg-3">{editor.more(changed - LISTED)}</li>}
        </ul>
      )}
      {counts.cannotTell > 0 && (
        <p className="text-xs text-fg-3">{editor.cannotTell(counts.cannotTell)}</p>
      )}
    </div>
  )
}

function Changed({ row }: { readonly row: ChangedRow }) {
  const { editor } = useMessages().policy
  if ('unjudged' in row.forecast) return null
  const approves = isApproved(row.forecast)
  return (
    <li className="min-w-0">
      <span className="flex min-w-0">
        <ClusterText text={row.nodeName ?? row.name} className="font-medium" />
      </span>
      <span className={approves ? 'flex gap-1.5 text-good-fg' : 'flex gap-1.5 text-fg-2'}>
        <Icon of={approves ? ShieldCheck : Hand} size="small" className="mt-[3px]" />
        {approves ? editor.nowApproved : editor.nowLeft}
      </span>
      <ForecastReason forecast={row.forecast} />
    </li>
  )
}
