import { CircleHelp, Hand, ShieldCheck, TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { MachineLink } from '#components/machines/row-links.tsx'
import { ForecastReason } from '#components/policy/forecast-reason.tsx'
import { Line } from '#components/reason-line.tsx'
import { requestPath } from '#components/shell/routes.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import type { Columns, RowHeight } from '#components/ui/data-table.tsx'
import { IconText } from '#components/ui/icon.tsx'
import { linkLook } from '#components/ui/link-look.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { useNow } from '#lib/query/live.ts'
import { isApproved, type ShadowRow as Row } from '#lib/wire/policy-answers.ts'

/** Three lines on phones: the machine, then the decision beside the policy's. */
export const SHADOW_HEIGHT: RowHeight = { row: 53, lines: 116 }

export const shadowCell = 'roomy:pr-4'

export const SHADOW_COLUMNS: Columns<Row> = {
  machine: {
    width: 'w-[36%]',
    look: 'max-roomy:col-[1/13] max-roomy:row-1',
    cell: (row) => (
      <>
        <MachineLink name={row.nodeName} />
        <Request row={row} />
      </>
    ),
  },
  done: {
    width: 'w-[28%]',
    look: 'max-roomy:col-[1/7] max-roomy:row-2 max-roomy:self-start',
    cell: (row) => <Done row={row} />,
  },
  policy: {
    width: 'w-[36%]',
    look: 'max-roomy:col-[7/13] max-roomy:row-2 max-roomy:self-start',
    cell: (row) => <Would row={row} />,
  },
}

function Request({ row: { uid, name, signerName } }: { readonly row: Row }) {
  const { signers } = useMessages().activity
  return (
    <span className="flex min-w-0 gap-1.5 text-xs text-fg-3">
      <Link href={requestPath(uid)} prefetch={false} className={linkLook}>
        <ClusterText text={name} />
      </Link>
      <span aria-hidden>·</span>
      {signers[signerName === KUBELET_SERVING ? 'serving' : 'client']}
    </span>
  )
}

function Done({ row }: { readonly row: Row }) {
  const { policy, times } = useMessages()
  const now = useNow(60_000)
  const { shadow } = policy
  const at = row.fate === 'pending' ? row.createdAt : row.endedAt
  const when = at === null ? null : times.moment(Date.parse(at), now)
  return (
    <>
      <span className="flex items-baseline gap-x-1.5 whitespace-nowrap max-roomy:flex-wrap">
        {shadow.fates[row.fate]}
        {at !== null && when !== null && (
          <time dateTime={at} className="text-fg-2">
            {row.fate === 'pending' ? shadow.waitsSince(when) : when}
          </time>
        )}
      </span>
      {row.decider !== null && (
        <Line
          text={shadow.by[row.decider === 'countersign' && row.by === null ? 'other' : row.decider]}
          blanks={{ by: row.by ?? '' }}
          className="text-xs text-fg-2"
        />
      )}
    </>
  )
}

function Would({ row }: { readonly row: Row }) {
  const { shadow } = useMessages().policy
  const { forecast } = row
  if ('unjudged' in forecast) {
    return (
      <>
        <IconText of={CircleHelp} className="text-fg-2">
          {shadow.unjudged.name}
        </IconText>
        <Line text={shadow.unjudged[forecast.unjudged]} className="text-xs text-fg-2" />
      </>
    )
  }
  const approves = isApproved(forecast)
  // The worst difference: a person denied what the policy would approve.
  const isAgainst = approves && row.fate === 'denied'
  return (
    <>
      <IconText
        of={approves ? (isAgainst ? TriangleAlert : ShieldCheck) : Hand}
        className={isAgainst ? 'text-bad-fg' : approves ? 'text-accent-fg' : 'text-fg-2'}
      >
        {isAgainst ? shadow.approveDenied : approves ? shadow.approve : shadow.leave}
      </IconText>
      <ForecastReason forecast={forecast} />
    </>
  )
}
