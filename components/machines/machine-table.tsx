import { RotateCcw } from 'lucide-react'
import Link from 'next/link'
import type { ComponentProps, ReactNode } from 'react'
import { targetOfRow } from '#components/decide/target.ts'
import { type HeldRow, rowName } from '#components/machines/board-order.ts'
import { Countdown } from '#components/machines/countdown.tsx'
import { NodeName } from '#components/machines/node-name-text.tsx'
import { VerdictOrProgress } from '#components/machines/progress.tsx'
import { RowAction } from '#components/machines/row-action.tsx'
import { RowMenuButton } from '#components/machines/row-menu.tsx'
import { StageTracker } from '#components/machines/stage-tracker.tsx'
import { VerdictHead } from '#components/machines/verdict-legend.tsx'
import { Line } from '#components/reason-line.tsx'
import { secondsSince } from '#components/shell/connection-state.tsx'
import { machinePath, requestPath } from '#components/shell/routes.ts'
import { LinkButton } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { type Columns, DataTable, type RowHeight } from '#components/ui/data-table.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { titleLook } from '#components/ui/link-look.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { visible } from '#lib/csr/escape.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { isStopped } from '#lib/csr/rows/rows.ts'
import { useNow } from '#lib/query/live.ts'
import type { BoardRow, MachineListRow } from '#lib/wire/views.ts'

/** Lists up to this length are drawn whole, so that the browser's search finds each row. */
export const DRAW_ALL = 100
export const boardCell = 'roomy:pr-3'

export interface MachineTableProps
  extends Pick<
    ComponentProps<typeof DataTable<HeldRow>>,
    'label' | 'list' | 'empty' | 'stale' | 'ticks' | 'groups' | 'hold' | 'onWindow'
  > {
  /** Heads are shown above waiting machines; other lists have them for screen readers only. */
  readonly heads: MachineHeads
}

/** A table of machines in any stage. */
export function MachineTable({ heads, ...table }: MachineTableProps) {
  return (
    <DataTable
      columns={MACHINE_COLUMNS}
      names={useMachineHeads(heads)}
      height={MACHINE_HEIGHT}
      linesLook={machineLines}
      cellLook={boardCell}
      rowLook={() => 'transition-colors'}
      heads={heads === 'waiting' || heads === 'returning' ? 'shown' : 'spoken'}
      fits
      drawAll={DRAW_ALL}
      {...table}
    />
  )
}

/** The board's list, which decides the column heads. */
type MachineHeads = 'waiting' | 'returning' | 'alarms' | 'stopped' | 'onTheirWay' | 'joined'

/** Pixels with the hairline below; on phones rows are measured. */
const MACHINE_HEIGHT: RowHeight = { row: 49, lines: 118, isMeasured: 'lines' }

/** On phones: name; stage and time; verdict and action. */
const machineLines =
  "max-roomy:grid-cols-[minmax(0,1fr)_auto_auto] max-roomy:gap-x-2.5 max-roomy:gap-y-1.5 max-roomy:py-3 max-roomy:pr-3 max-roomy:pl-10 max-roomy:[grid-template-areas:'name_name_name''stage_stage_time''ver_act_act']"

/** Columns for a machine or request in any stage. */
const MACHINE_COLUMNS: Columns<HeldRow> = {
  name: {
    look: 'max-roomy:[grid-area:name]',
    cell: ({ item }) => <Title item={item} />,
  },
  role: {
    isWideOnly: true,
    width: 'w-[96px]',
    look: 'text-fg-2',
    cell: ({ item }) => <Role item={item} />,
  },
  stage: {
    width: 'w-[158px] wide:w-[236px] ja:wide:w-[252px]',
    look: 'max-roomy:[grid-area:stage]',
    cell: ({ item }) => <Stage item={item} />,
  },
  what: {
    width: 'w-[232px] wide:w-[292px]',
    look: 'max-roomy:[grid-area:ver]',
    cell: (row) => <VerdictOrProgress row={row} />,
  },
  when: {
    width: 'w-[140px] wide:w-[168px]',
    look: 'max-roomy:[grid-area:time] max-roomy:justify-self-end max-roomy:text-right',
    cell: (row) => <When row={row} />,
  },
  action: {
    isHeadSpoken: true,
    width: 'w-[172px] ja:w-[200px] wide:w-[188px] ja:wide:w-[216px]',
    look: 'max-roomy:[grid-area:act] max-roomy:self-end',
    cell: (row) => <Action row={row} />,
  },
}

/** Column heads of that list. */
function useMachineHeads(heads: MachineHeads): Readonly<Record<string, ReactNode>> {
  const { alarm, board } = useMessages()
  const { columns } = board
  const of: Record<MachineHeads, { readonly what: ReactNode; readonly when: string }> = {
    alarms: { what: alarm.column, when: columns.since },
    waiting: { what: <VerdictHead />, when: columns.timeLeft },
    returning: { what: columns.verdict, when: columns.timeLeft },
    stopped: { what: columns.progress, when: columns.since },
    onTheirWay: { what: columns.progress, when: columns.since },
    joined: { what: columns.how, when: columns.when },
  }
  return { ...columns, name: columns.machine, ...of[heads] }
}

function Action({ row: { item, gone } }: { readonly row: HeldRow }) {
  if (gone) return null
  if (item.kind === 'alarm') {
    return <Review href={requestPath(item.alarm.uid)} name={item.alarm.request} />
  }
  const target = targetOfRow(item)
  if (target === null) return null
  if (item.kind === 'machine' && item.machine.alarm !== null && item.machine.next === null) {
    const { name } = item.machine
    return <Review href={machinePath(name)} name={name} menu={<RowMenuButton target={target} />} />
  }
  return <RowAction target={target} />
}

interface ReviewProps {
  readonly href: string
  readonly name: string
  readonly menu?: ReactNode
}

/** Button of an alarm without a pending decision. */
function Review({ href, name, menu }: ReviewProps) {
  const { board, common } = useMessages()
  return (
    <div className="flex items-center justify-end gap-1">
      <LinkButton
        href={href}
        size="small"
        aria-label={board.others.review(visible(name))}
        className={classNames(
          'min-w-[122px] ja:roomy:min-w-[146px] max-roomy:h-9 max-roomy:min-w-0 max-roomy:px-3',
          menu === undefined && 'roomy:mr-8',
        )}
      >
        {common.actions.review}
      </LinkButton>
      {menu}
    </div>
  )
}

function Role({ item }: Pick<HeldRow, 'item'>) {
  const { none } = useMessages().common
  const role = item.kind === 'machine' ? item.machine.role : null
  return role === null ? none : <ClusterText text={role} face="sans" />
}

function Title({ item }: Pick<HeldRow, 'item'>) {
  const { board } = useMessages()
  return (
    <div className="grid min-w-0 leading-[18px]">
      {item.kind === 'machine' ? (
        <>
          <Link href={machinePath(item.machine.name)} prefetch={false} className={titleLook}>
            <NodeName name={item.machine.name} />
          </Link>
          <Address machine={item.machine} />
        </>
      ) : (
        <>
          <Link href={requestPath(uidOf(item))} prefetch={false} className={titleLook}>
            <ClusterText text={rowName(item)} className="font-medium" />
          </Link>
          <Line text={board.row.unnamed} className="text-xs text-fg-3" />
        </>
      )}
    </div>
  )
}

function uidOf(row: Exclude<BoardRow, { readonly kind: 'machine' }>): string {
  return row.kind === 'alarm' ? row.alarm.uid : row.request.uid
}

/**
 * A kubelet's request without a readable node name has the stage that its certificate would lead
 * to.
 */
function Stage({ item }: Pick<HeldRow, 'item'>) {
  if (item.kind === 'machine') {
    const { machine } = item
    return (
      <StageTracker
        stage={machine.stage}
        waiting={machine.waiting}
        waitingForSigner={machine.waitingForSigner}
        stoppedAt={stoppedAt(machine)}
      />
    )
  }
  // An alarm does not name the signer of its request.
  if (item.kind === 'alarm') return null
  const serving = item.request.signerName === KUBELET_SERVING
  return (
    <StageTracker
      stage={serving ? 'servingRequested' : 'clientRequested'}
      waiting
      waitingForSigner={false}
    />
  )
}

function Address({ machine }: { readonly machine: MachineListRow }) {
  const { board, common } = useMessages()
  const { address, role } = machine
  return (
    <span className="flex min-w-0 gap-1 overflow-hidden text-xs whitespace-nowrap text-fg-3 tabular-nums max-roomy:hidden">
      {role !== null && (
        <span className="flex-none wide:hidden">
          <bdi>{visible(role)}</bdi> ·
        </span>
      )}
      {machine.rebootstrapping && (
        <span className="inline-flex flex-none items-center gap-1">
          <Icon of={RotateCcw} size="small" />
          {board.row.rebootstrapping} ·
        </span>
      )}
      <span className="min-w-0 truncate">
        <bdi>{address === null ? board.row.noAddress : visible(address)}</bdi>
        {machine.waiting &&
          !machine.rebootstrapping &&
          ` · ${common.requests(machine.requestCount)}`}
      </span>
    </span>
  )
}

function When({ row: { item, gone } }: { readonly row: HeldRow }) {
  const { board, common } = useMessages()
  if (item.kind === 'alarm') return <Since at={item.alarm.since} as="ago" />
  if (item.kind === 'request') {
    const { deadline } = item.request
    return deadline === null || gone ? (
      <span className="text-fg-3">{common.none}</span>
    ) : (
      <Countdown deadline={deadline} />
    )
  }
  const { machine } = item
  if (gone) return null
  if (machine.waiting) {
    return machine.deadline === null ? (
      <span className="text-fg-3">{board.row.noDeadline}</span>
    ) : (
      <Countdown deadline={machine.deadline} duplicates={machine.duplicates} />
    )
  }
  if (machine.stage === 'ready') return <Since at={machine.joinedAt} as="ago" />
  return <Since at={machine.stageSince} as={isStopped(machine.stage) ? 'ago' : 'for'} />
}

interface SinceProps {
  /** RFC 3339. */
  readonly at: string | null
  /** `for 12 s`, or `11 min ago`. */
  readonly as: 'for' | 'ago'
}

function Since({ at, as }: SinceProps) {
  const { board } = useMessages()
  const seconds = secondsSince(at, useNow())
  if (seconds === null || at === null) return null
  return (
    <time dateTime={at} className="whitespace-nowrap text-fg-2">
      {as === 'for' ? board.row.since(seconds) : board.row.ago(seconds)}
    </time>
  )
}

/** Index of the stop at which a failed or denied request left the machine. */
function stoppedAt(machine: MachineListRow): number | undefined {
  if (!isStopped(machine.stage)) return undefined
  return machine.newestSigner === KUBELET_SERVING ? 2 : 0
}
