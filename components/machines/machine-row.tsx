'use client'

import { RotateCcw } from 'lucide-react'
import Link from 'next/link'
import { memo, type ReactNode } from 'react'
import { SecondPersonLine } from '#components/decide/second-person.tsx'
import { nextRequest, type Target } from '#components/decide/target.ts'
import { AlarmDiffers, AlarmLine } from '#components/machines/alarm-line.tsx'
import { useIsCursor, useIsSelected } from '#components/machines/board-selection.tsx'
import { Countdown } from '#components/machines/countdown.tsx'
import { WaitReason } from '#components/machines/hold-line.tsx'
import { NodeName } from '#components/machines/node-name.tsx'
import { offFor, useOff } from '#components/machines/permissions.tsx'
import { Joined, Progress } from '#components/machines/progress.tsx'
import { Line } from '#components/machines/reason-line.tsx'
import { RowAction } from '#components/machines/row-action.tsx'
import { CELL, COLUMNS, ROW_LINES } from '#components/machines/row-layout.ts'
import { Since } from '#components/machines/since.tsx'
import { StageTracker } from '#components/machines/stage-tracker.tsx'
import { VerdictBadge } from '#components/machines/verdict-badge.tsx'
import { useMessages } from '#components/messages.tsx'
import { machinePath, requestPath } from '#components/shell/routes.ts'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { TableCell, TableRow } from '#components/ui/table.tsx'
import { visible } from '#lib/csr/escape.ts'
import { isStopped } from '#lib/csr/machine/rows.ts'
import { isHeldBack } from '#lib/csr/policy/trust.ts'
import type { ListedMachine, ListedRequest, Verdict } from '#lib/query/wire.ts'

export interface RowFrame {
  /** Pixels from the top of the list's body. */
  readonly top: number
  /** Where it stands among all rows of the table, from 1; the head is one. */
  readonly ariaRow: number
  readonly index: number
  readonly measure: ((element: HTMLElement | null) => void) | null
  readonly last: boolean
}

interface MachineRowProps extends RowFrame {
  readonly machine: ListedMachine
  /** No longer in the cluster. */
  readonly gone: boolean
  readonly onTick: (key: string, range: boolean) => void
}

/** One machine, whatever its stage. A changed row costs only itself. */
export const MachineRow = memo(function MachineRow(props: MachineRowProps) {
  const { machine, gone, onTick, ...frame } = props
  const target: Target = { kind: 'machine', machine }
  const { board } = useMessages()
  const waits = machine.waiting && !gone
  return (
    <RowBody
      {...frame}
      rowKey={machine.name}
      name={visible(machine.name)}
      verdict={waits ? machine.verdict : null}
      signerName={nextRequest(target)?.signerName ?? null}
      selectable={waits}
      onTick={onTick}
      title={
        <>
          <Link href={machinePath(machine.name)} prefetch={false} className={titleLink}>
            <NodeName name={machine.name} />
          </Link>
          <Address machine={machine} />
        </>
      }
      nodeRole={roleOf(machine)}
      stage={
        <StageTracker
          stage={machine.stage}
          waiting={machine.waiting}
          waitingForSigner={machine.waitingForSigner}
          stoppedAt={stoppedAt(machine)}
        />
      }
      what={
        gone ? (
          <Line text={board.row.gone} className="text-fg-2" />
        ) : waits ? (
          <VerdictAndReason {...machine} secondPerson={nextRequest(target)?.secondPerson ?? null} />
        ) : machine.alarm !== null ? (
          <AlarmLine alarm={machine.alarm} />
        ) : machine.stage === 'ready' ? (
          <Joined machine={machine} />
        ) : (
          <Progress machine={machine} />
        )
      }
      when={gone ? null : <When machine={machine} />}
      action={gone ? null : <RowAction target={target} />}
    />
  )
})

interface RequestRowProps extends RowFrame {
  readonly request: ListedRequest
  readonly gone: boolean
}

/** A kubelet signer's request that names no node that can be shown: it stands for itself. */
export const RequestRow = memo(function RequestRow(props: RequestRowProps) {
  const { request, gone, ...frame } = props
  const target: Target = { kind: 'request', request }
  const { board, common } = useMessages()
  const serving = request.signerName.endsWith('kubelet-serving')
  return (
    <RowBody
      {...frame}
      rowKey={request.uid}
      name={visible(request.name)}
      verdict={request.verdict}
      signerName={request.signerName}
      selectable={false}
      onTick={ignore}
      title={
        <>
          <Link href={requestPath(request.uid)} prefetch={false} className={titleLink}>
            <ClusterText text={request.name} className="font-medium" />
          </Link>
          <Line text={board.row.unnamed} className="text-xs text-fg-3" />
        </>
      }
      nodeRole={null}
      stage={
        <StageTracker
          stage={serving ? 'servingRequested' : 'clientRequested'}
          waiting
          waitingForSigner={false}
        />
      }
      what={
        gone ? (
          <Line text={board.row.gone} className="text-fg-2" />
        ) : (
          <VerdictAndReason {...request} hold={null} alarm={null} />
        )
      }
      when={
        request.deadline === null || gone ? (
          <span className="text-fg-3">{common.none}</span>
        ) : (
          <Countdown deadline={request.deadline} />
        )
      }
      action={gone ? null : <RowAction target={target} />}
    />
  )
})

const ignore = () => {}

const titleLink =
  'reach inline-flex max-w-full min-w-0 justify-self-start underline-offset-3 decoration-line-control decoration-1 hover:underline'

interface RowBodyProps extends RowFrame {
  readonly rowKey: string
  readonly name: string
  readonly verdict: Verdict | null
  readonly signerName: string | null
  readonly selectable: boolean
  readonly onTick: (key: string, range: boolean) => void
  readonly title: ReactNode
  readonly nodeRole: string | null
  readonly stage: ReactNode
  readonly what: ReactNode
  readonly when: ReactNode
  readonly action: ReactNode
}

function RowBody(props: RowBodyProps) {
  const { rowKey, selectable, measure, index, ariaRow, last, top, title, nodeRole } = props
  const { verdict, stage, what, when, action } = props
  const { common } = useMessages()
  const selected = useIsSelected(rowKey)
  const cursor = useIsCursor(rowKey)
  const ticked = selectable && selected
  return (
    <TableRow
      ref={measure}
      data-index={index}
      data-key={rowKey}
      aria-rowindex={ariaRow}
      aria-selected={selectable ? ticked : undefined}
      className={classNames(
        COLUMNS,
        ROW_LINES,
        'absolute inset-x-0 min-h-[49px] transition-colors',
        last ? 'rounded-b-[7px]' : 'border-b border-line-soft',
        ticked
          ? 'bg-selected [--row-colour:var(--color-selected)]'
          : 'hover:bg-hover hover:[--row-colour:var(--color-hover)]',
        cursor && 'keyboard-row',
      )}
      style={{ top }}
    >
      <TableCell className={CELL.check}>
        {(selectable || verdict === 'refused' || verdict === 'suspicious') && (
          <RowCheckbox
            rowKey={rowKey}
            name={props.name}
            verdict={verdict}
            signerName={props.signerName}
            selectable={selectable}
            onTick={props.onTick}
            ticked={ticked}
          />
        )}
      </TableCell>
      <TableCell className={CELL.name}>
        <div className="grid min-w-0 leading-[18px]">{title}</div>
      </TableCell>
      <TableCell className={CELL.role}>
        {nodeRole === null ? common.none : <ClusterText text={nodeRole} face="sans" />}
      </TableCell>
      <TableCell className={CELL.stage}>{stage}</TableCell>
      <TableCell className={CELL.verdict}>{what}</TableCell>
      <TableCell className={CELL.time}>{when}</TableCell>
      <TableCell className={CELL.action}>{action}</TableCell>
    </TableRow>
  )
}

interface RowCheckboxProps
  extends Pick<
    RowBodyProps,
    'rowKey' | 'name' | 'verdict' | 'signerName' | 'selectable' | 'onTick'
  > {
  readonly ticked: boolean
}

function RowCheckbox(props: RowCheckboxProps) {
  const { board } = useMessages()
  const off = useOff()
  const { verdict, name } = props
  const words = board.row
  const held = isHeldBack(verdict)
  const isOff = props.signerName === null || offFor(off, props.signerName) !== null
  return (
    <Checkbox
      checked={props.ticked}
      disabled={!props.selectable || held || isOff}
      aria-label={
        held
          ? words.cannotSelect[verdict](name)
          : isOff
            ? words.cannotSelect.off(name)
            : words.select(name)
      }
      // The click knows whether shift was held; the change does not.
      onChange={ignore}
      onClick={(event) => props.onTick(props.rowKey, event.shiftKey)}
    />
  )
}

interface VerdictAndReasonProps
  extends Pick<ListedMachine, 'verdict' | 'reason' | 'hold' | 'alarm'>,
    Pick<ListedRequest, 'secondPerson'> {}

/** A proposal that stands there has the word before the reason why it takes one. */
function VerdictAndReason(props: VerdictAndReasonProps) {
  const { verdict, reason, hold, alarm, secondPerson } = props
  const proposed = secondPerson !== null && secondPerson.proposal !== null
  return (
    <div className="grid min-w-0 justify-items-start leading-[18px]">
      {verdict !== null && <VerdictBadge verdict={verdict} hanging />}
      {alarm !== null ? (
        <AlarmDiffers alarm={alarm} alone />
      ) : proposed ? (
        <SecondPersonLine secondPerson={secondPerson} />
      ) : (
        <WaitReason hold={hold} reason={reason} verdict={verdict} className="text-xs text-fg-3" />
      )}
    </div>
  )
}

function Address({ machine }: { readonly machine: ListedMachine }) {
  const { board, common } = useMessages()
  const addresses = machine.node?.addresses ?? []
  const address = addresses.find(({ type }) => type === 'InternalIP') ?? addresses[0]
  const role = roleOf(machine)
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
        <bdi>{address === undefined ? board.row.noAddress : visible(address.address)}</bdi>
        {machine.waiting &&
          !machine.rebootstrapping &&
          ` · ${common.requests(machine.requests.length)}`}
      </span>
    </span>
  )
}

function When({ machine }: { readonly machine: ListedMachine }) {
  const { board } = useMessages()
  if (machine.waiting) {
    return machine.deadline === null ? (
      <span className="text-fg-3">{board.row.noDeadline}</span>
    ) : (
      <Countdown deadline={machine.deadline} duplicates={machine.duplicates} />
    )
  }
  if (machine.stage === 'denied') return <span className="text-fg-2">{board.row.finalForThis}</span>
  return machine.stage === 'ready' ? (
    <Since at={machine.joinedAt} as="ago" />
  ) : (
    <Since at={machine.stageSince} as="for" />
  )
}

function roleOf(machine: ListedMachine): string | null {
  const roles = machine.node?.roles ?? []
  if (roles.length > 0) return roles.join(',')
  return machine.machineObject?.role ?? null
}

/** A failed or denied request stops the machine where that request would have led. */
function stoppedAt(machine: ListedMachine): number | undefined {
  if (!isStopped(machine.stage)) return undefined
  return machine.requests[0]?.signerName.endsWith('kubelet-serving') === true ? 2 : 0
}
