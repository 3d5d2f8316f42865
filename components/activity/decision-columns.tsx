import { decidedAt } from '#components/activity/decided-at.ts'
import { AuditId, By, Decided, Judged, Said, second } from '#components/activity/decision-cells.tsx'
import { purposeOf } from '#components/decide/target.ts'
import { MachineLink, RequestLink } from '#components/machines/row-links.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import type { Columns, RowHeight } from '#components/ui/data-table.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { useAtNow } from '#lib/query/live.ts'
import type { ActivityRow } from '#lib/wire/views.ts'

export const DECISION_HEIGHT: RowHeight = { row: 48, lines: 116 }

/** Two lines; one line where each cell has one. */
const pair = 'max-roomy:flex max-roomy:min-w-0 max-roomy:items-center max-roomy:gap-x-1.5'

/** On phones: machine, decision; request, when; verdict, Audit-Id; by whom, note. */
export const DECISION_COLUMNS: Columns<ActivityRow> = {
  when: {
    width: 'w-[128px] wide:w-[140px]',
    // Narrow phones have no room for the age beside the moment.
    look: `${pair} max-roomy:col-[8/13] max-roomy:row-2 max-roomy:justify-end max-[380px]:[&>time+span]:hidden`,
    cell: ({ decidedAt }) => <When at={decidedAt} />,
  },
  decision: {
    width: 'w-[120px] wide:w-[150px]',
    look: `${pair} max-roomy:col-[8/13] max-roomy:row-1 max-roomy:justify-end`,
    cell: (row) => <Decided {...row} />,
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
    cell: (row) => <Judged {...row} />,
  },
  by: {
    width: 'w-[140px] wide:w-[16%]',
    look: `${pair} max-roomy:col-[1/8] max-roomy:row-4`,
    cell: (row) => <By {...row} />,
  },
  note: {
    width: 'w-[112px] wide:w-[16%]',
    look: `${pair} max-roomy:col-[8/13] max-roomy:row-4 max-roomy:justify-end text-fg-2`,
    cell: (row) => <Said {...row} />,
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
