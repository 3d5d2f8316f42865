import {
  Check,
  CircleCheck,
  CircleDot,
  CircleHelp,
  CircleX,
  ClockAlert,
  Hourglass,
  RotateCcw,
  SquareTerminal,
  TriangleAlert,
  X,
} from 'lucide-react'
import { targetOf } from '#components/decide/target.ts'
import { useWhose } from '#components/decide/whose.ts'
import { Age } from '#components/machines/age.tsx'
import { nodeSays, WaitReason } from '#components/machines/hold-line.tsx'
import { NextStep } from '#components/machines/row-action.tsx'
import { MachineLink } from '#components/machines/row-links.tsx'
import { Line } from '#components/reason-line.tsx'
import { Chip } from '#components/ui/chip.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import type { Columns, RowHeight } from '#components/ui/data-table.tsx'
import { Icon, IconText } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { LINES } from '#components/ui/row-lines.ts'
import { visible } from '#lib/csr/escape.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { nodeRoles } from '#lib/csr/rows/node-status.ts'
import { useAtNow, useCluster } from '#lib/query/live.ts'
import { ENDS_SOON_SECONDS, type NodeListRow, type ServingCert } from '#lib/wire/views.ts'

/** On phones rows are measured. */
export const NODE_HEIGHT: RowHeight = { row: 44, lines: 116, isMeasured: 'lines' }

/** On phones three lines, the last as high as its button; on narrow ones the button is a fourth. */
export const nodeLines = `${LINES.twelve} max-roomy:min-h-[116px] max-roomy:py-2`

/** On phones: name, status; roles, version, age, exec; certificate, action. */
const PLACE = {
  name: 'max-roomy:col-[1/9] max-roomy:row-1',
  status: 'max-roomy:col-[9/13] max-roomy:row-1 max-roomy:justify-self-end',
  nameBesideFlags: 'max-roomy:col-[1/6] max-roomy:row-1',
  statusWithFlags: 'max-roomy:col-[6/13] max-roomy:row-1 max-roomy:justify-self-end',
} as const

/** Columns of a Node in kubectl's words, and the effect of its serving certificate. */
export const NODE_COLUMNS: Columns<NodeListRow> = {
  name: {
    width: 'wide:w-[24%]',
    look: ({ node }) => (hasFlags(node.status) ? PLACE.nameBesideFlags : PLACE.name),
    cell: (row) => (
      <>
        <MachineLink name={row.name} />
        <HoldText row={row} className="max-roomy:hidden" />
      </>
    ),
  },
  status: {
    width: 'w-[112px] wide:w-[17%]',
    look: ({ node }) => (hasFlags(node.status) ? PLACE.statusWithFlags : PLACE.status),
    cell: ({ node }) => <Status node={node} />,
  },
  roles: {
    width: 'w-[98px] wide:w-[10%]',
    // A flex box cuts off the longest role, which an inline text would not.
    look: 'max-roomy:col-[1/4] max-roomy:row-2 max-roomy:flex max-roomy:text-xs text-fg-2',
    cell: ({ node }) => <ClusterText text={nodeRoles(node.roles)} face="sans" />,
  },
  age: {
    width: 'w-[58px] wide:w-[72px]',
    look: 'max-roomy:col-[7/9] max-roomy:row-2 max-roomy:text-xs mono text-fg-2 tabular-nums',
    cell: ({ node }) => <Age of={node.createdAt} />,
  },
  version: {
    width: 'w-[74px] wide:w-[90px]',
    look: 'max-roomy:col-[4/7] max-roomy:row-2 max-roomy:text-xs',
    cell: ({ node }) => <ClusterText text={node.version} className="text-fg-2" />,
  },
  servingCert: {
    width: 'w-[202px] wide:w-[22%]',
    look: 'max-roomy:col-[1/13] max-roomy:row-3 max-roomy:leading-[18px] max-roomy:whitespace-normal max-roomy:min-[380px]:col-[1/7] ja:max-roomy:min-[380px]:col-[1/6]',
    cell: (row) => <ServingCertCell row={row} />,
  },
  execAndLogs: {
    width: 'w-[104px] wide:w-[118px]',
    look: 'max-roomy:col-[9/13] max-roomy:row-2 max-roomy:justify-self-end max-roomy:text-xs',
    cell: ({ execAndLogs }) => <ExecAndLogsText state={execAndLogs} />,
  },
  action: {
    isHeadSpoken: true,
    width: 'w-[144px] wide:w-[150px]',
    look: 'max-roomy:col-[1/13] max-roomy:row-4 max-roomy:min-[380px]:col-[7/13] ja:max-roomy:min-[380px]:col-[6/13] max-roomy:min-[380px]:row-3 text-right',
    cell: (row) => row.next !== null && <NextStep target={targetOf(row)} />,
  },
}

/** Whether the status has more than readiness, such as `SchedulingDisabled`. */
function hasFlags(status: string): boolean {
  return status.includes(',')
}

function Status({ node }: Pick<NodeListRow, 'node'>) {
  const [status = '', ...flags] = node.status.split(',')
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 align-top">
      <IconText
        of={node.ready ? CircleCheck : status === 'Unknown' ? CircleHelp : CircleX}
        className={node.ready ? 'text-good-fg' : status === 'Unknown' ? 'text-fg-2' : 'text-bad-fg'}
        title={node.problem === null ? undefined : visible(node.problem)}
      >
        {status}
      </IconText>
      {flags.map((flag) => (
        <Chip key={flag}>{flag}</Chip>
      ))}
    </span>
  )
}

function ServingCertCell({ row }: { readonly row: NodeListRow }) {
  const { rebootstrapping, servingCert } = row
  const { board, lists } = useMessages()
  return (
    <>
      <span className="inline-flex max-w-full flex-wrap items-center gap-x-2 align-top">
        {(servingCert.kind === 'issued' || servingCert.kind === 'unknown') && (
          // The column's head is hidden on phones: name the age here.
          <span aria-hidden className="text-fg-3 roomy:hidden">
            {lists.nodes.columns.servingCert}
          </span>
        )}
        <ServingCertText cert={servingCert} />
        {rebootstrapping && (
          <Chip tone="warn">
            <Icon of={RotateCcw} size="small" />
            {board.row.rebootstrapping}
          </Chip>
        )}
      </span>
      <HoldText row={row} className="roomy:hidden" />
    </>
  )
}

/** Reason that the node waits, in the words of the board. */
function HoldText({ row, className }: { readonly row: NodeListRow; readonly className: string }) {
  const { hold, node, reason, verdict } = row
  if (hold === null) return null
  const look = classNames('-mt-0.5 text-xs/4 text-fg-3', className)
  const says = nodeSays(hold, node.problem)
  if (says !== null) return <Line text="{says}" blanks={{ says }} className={look} />
  return <WaitReason hold={hold} reason={reason} verdict={verdict} className={look} />
}

function ServingCertText({ cert }: { readonly cert: ServingCert }) {
  const { lists } = useMessages()
  const texts = lists.nodes.cert
  const whose = useWhose([KUBELET_SERVING])
  const asks = useCluster()?.asksKubelets === true
  switch (cert.kind) {
    case 'issued':
      return <Expires at={cert.notAfter} />
    case 'waiting':
      return (
        <span className="inline-flex items-center gap-1.5">
          <Icon
            of={cert.held ? TriangleAlert : CircleDot}
            size="small"
            className={cert.held ? 'text-bad-fg' : 'text-accent-fg'}
          />
          {texts.waiting[whose]}
        </span>
      )
    case 'waitingForSigner':
    case 'notRequested':
      return (
        <IconText of={Hourglass} className="text-fg-2">
          {texts[cert.kind]}
        </IconText>
      )
    case 'none':
      return (
        <IconText of={X} className="text-bad-fg">
          {texts.none}
        </IconText>
      )
    case 'unknown':
      return (
        <span className="text-fg-3" title={asks ? texts.unknownHint : texts.unknownNotAsked}>
          {texts.unknown}
        </span>
      )
  }
}

function Expires({ at }: { readonly at: string }) {
  const { machine } = useMessages()
  const secondsLeft = (now: number) => (Date.parse(at) - now) / 1_000
  const soon = useAtNow((now) => secondsLeft(now) < ENDS_SOON_SECONDS)
  const text = useAtNow((now) => machine.node.certExpires(secondsLeft(now)))
  return (
    <IconText of={soon ? ClockAlert : null} className={soon ? 'text-warn-fg' : undefined}>
      {text}
    </IconText>
  )
}

function ExecAndLogsText({ state }: { readonly state: NodeListRow['execAndLogs'] }) {
  const texts = useMessages().machine.node
  const Glyph = { available: Check, unavailable: X, unknown: CircleHelp }[state]
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1.5 align-top',
        state === 'unavailable' && 'text-bad-fg',
        state === 'unknown' && 'text-fg-3',
      )}
    >
      <Icon of={Glyph} size="small" className="max-roomy:hidden" />
      {/* The column's head is hidden on phones: show the board's icon. */}
      <Icon of={SquareTerminal} size="small" className="roomy:hidden" />
      {texts[state]}
    </span>
  )
}
