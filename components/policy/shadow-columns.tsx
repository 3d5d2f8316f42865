import { CircleHelp, Equal, Hand, ShieldCheck, TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { Line } from '#components/machines/reason-line.tsx'
import { MachineLink } from '#components/machines/row-links.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { ForecastReason } from '#components/policy/forecast-reason.tsx'
import { requestPath } from '#components/shell/routes.ts'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import type { Columns, RowHeight } from '#components/ui/data-table.tsx'
import { Icon, IconText } from '#components/ui/icon.tsx'
import { linkLook } from '#components/ui/link-look.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { isApproved, type ShadowRow as Row } from '#lib/query/document-queries.ts'
import { useNow } from '#lib/query/live.ts'

/** Four lines: two stand beside two. */
export const SHADOW_HEIGHT: RowHeight = { row: 53, lines: 116 }

export const shadowCell = 'roomy:pr-4'

/** On phones: machine, request; done, policy; difference. */
export const SHADOW_COLUMNS: Columns<Row> = {
  machine: {
    width: 'w-[22%]',
    look: 'max-roomy:col-[1/8] max-roomy:row-1',
    cell: ({ nodeName }) => <MachineLink name={nodeName} />,
  },
  request: {
    width: 'w-[17%]',
    look: 'max-roomy:col-[8/13] max-roomy:row-1 max-roomy:flex max-roomy:items-baseline max-roomy:justify-end max-roomy:gap-1.5',
    cell: (row) => <Request row={row} />,
  },
  done: {
    width: 'w-[21%]',
    look: 'max-roomy:col-[1/7] max-roomy:row-2 max-roomy:self-start',
    cell: (row) => <Done row={row} />,
  },
  policy: {
    width: 'w-[25%]',
    look: 'max-roomy:col-[7/13] max-roomy:row-2 max-roomy:self-start',
    cell: (row) => <Would row={row} />,
  },
  difference: {
    width: 'w-[15%]',
    look: 'max-roomy:col-[1/13] max-roomy:row-3',
    cell: (row) => <Difference row={row} />,
  },
}

/** With hairlines that can be seen on them. */
const TINTS = {
  bad: 'bg-bad-tint! max-roomy:border-bad-edge! roomy:[&>td]:border-bad-edge',
  warn: 'bg-warn-tint! max-roomy:border-warn-edge! roomy:[&>td]:border-warn-edge',
  accent: 'bg-accent-tint! max-roomy:border-accent/15! roomy:[&>td]:border-accent/15',
} as const

/** A denied request that the policy would have approved stands out most. */
export function shadowTint({ compared, fate }: Row): string | undefined {
  if (compared === 'same' || compared === 'cannotTell') return undefined
  if (compared === 'wouldApprove' && fate !== 'pending') return TINTS.bad
  return compared === 'wouldLeave' ? TINTS.warn : TINTS.accent
}

function Request({ row: { uid, name, signerName } }: { readonly row: Row }) {
  const { signers } = useMessages().activity
  return (
    <>
      <Link href={requestPath(uid)} prefetch={false} className={linkLook}>
        <ClusterText text={name} />
      </Link>
      <span className="text-xs text-fg-3 roomy:block">
        {signers[signerName === KUBELET_SERVING ? 'serving' : 'client']}
      </span>
    </>
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
  return (
    <>
      <IconText
        of={approves ? ShieldCheck : Hand}
        className={approves ? 'text-good-fg' : undefined}
      >
        {approves ? shadow.approve : shadow.leave}
      </IconText>
      <ForecastReason forecast={forecast} />
    </>
  )
}

const GLYPHS = {
  wouldApprove: TriangleAlert,
  wouldLeave: TriangleAlert,
  cannotTell: CircleHelp,
  same: Equal,
} as const

function Difference({ row }: { readonly row: Row }) {
  const { differences } = useMessages().policy.shadow
  const { compared, fate } = row
  const alarming = compared === 'wouldApprove' && fate !== 'pending'
  const text =
    compared !== 'wouldApprove'
      ? differences[compared]
      : fate === 'denied'
        ? differences.deniedApproved
        : fate === 'pending'
          ? differences.waiting
          : differences.wouldApprove
  const colour = alarming
    ? 'text-bad-fg'
    : compared === 'wouldLeave'
      ? 'text-warn-fg'
      : compared === 'wouldApprove'
        ? 'text-accent-fg'
        : 'text-fg-3'
  return (
    <span className={classNames('flex items-start gap-1.5', colour)}>
      <Icon
        of={compared === 'wouldApprove' && !alarming ? ShieldCheck : GLYPHS[compared]}
        size="small"
        className="mt-[3px]"
      />
      <span className="min-w-0">
        <Words text={text} />
      </span>
    </span>
  )
}
