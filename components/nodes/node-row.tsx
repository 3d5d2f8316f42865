'use client'

import {
  Check,
  CircleCheck,
  CircleDot,
  CircleHelp,
  CircleX,
  ClockAlert,
  Hourglass,
  RotateCcw,
  TriangleAlert,
  X,
} from 'lucide-react'
import Link from 'next/link'
import { memo } from 'react'
import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { useOffReason } from '#components/decide/off-reason.tsx'
import { nextRequest } from '#components/decide/target.ts'
import { WaitReason } from '#components/machines/hold-line.tsx'
import { NodeName } from '#components/machines/node-name.tsx'
import { useMessages } from '#components/messages.tsx'
import type { NodeRow as Row, ServingCert } from '#components/nodes/node-list.ts'
import { machinePath } from '#components/shell/routes.ts'
import { Button } from '#components/ui/button.tsx'
import { Chip } from '#components/ui/chip.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { age } from '#lib/csr/age.ts'
import { visible } from '#lib/csr/escape.ts'
import { nodeRoles } from '#lib/csr/node-status.ts'
import { useAnyDeciding } from '#lib/query/decisions.ts'

export const NODE_ROW_HEIGHT = 44

/** A certificate that ends within this is looked at soon. */
const SOON_SECONDS = 30 * 86_400

interface NodeRowProps {
  readonly row: Row
  readonly index: number
  readonly now: number
  readonly isCurrent: boolean
}

const cell = 'h-11 max-w-0 border-b border-line-soft pr-4 whitespace-nowrap first:pl-4'

/** One Node, in kubectl's words, with what its certificate makes possible. */
export const NodeRow = memo(function NodeRow({ row, index, now, isCurrent }: NodeRowProps) {
  const { machine, node, servingCert } = row
  const { lists } = useMessages()
  const [status = '', ...flags] = node.status.split(',')
  return (
    <tr
      aria-rowindex={index + 2}
      data-node={machine.name}
      className={classNames(
        'hover:bg-hover',
        isCurrent && 'shadow-[inset_2px_0_0_var(--color-accent)]',
      )}
    >
      <td className={cell}>
        <Link
          href={machinePath(machine.name)}
          prefetch={false}
          className="inline-flex max-w-full min-w-0 underline-offset-3 hover:underline"
        >
          <NodeName name={machine.name} />
        </Link>
        <HoldText machine={machine} />
      </td>
      <td className={cell}>
        <span className="inline-flex items-center gap-2">
          <span
            className={classNames(
              'inline-flex items-center gap-1.5',
              node.ready ? 'text-good-fg' : status === 'Unknown' ? 'text-fg-2' : 'text-bad-fg',
            )}
            title={node.problem === null ? undefined : visible(node.problem)}
          >
            <Icon
              of={node.ready ? CircleCheck : status === 'Unknown' ? CircleHelp : CircleX}
              size="small"
            />
            {status}
          </span>
          {flags.map((flag) => (
            <Chip key={flag}>{flag}</Chip>
          ))}
        </span>
      </td>
      <td className={classNames(cell, 'text-fg-2')}>
        <ClusterText text={nodeRoles(node.roles)} face="sans" />
      </td>
      <td className={classNames(cell, 'mono text-fg-2 tabular-nums')}>
        {age(node.createdAt, now)}
      </td>
      <td className={cell}>
        <ClusterText text={node.version} className="text-fg-2" />
      </td>
      <td className={cell}>
        <span className="inline-flex items-center gap-2">
          <ServingCertText cert={servingCert} now={now} />
          {machine.rebootstrapping && (
            <Chip tone="warn">
              <Icon of={RotateCcw} size="small" />
              {lists.nodes.rebootstrapping}
            </Chip>
          )}
        </span>
      </td>
      <td className={cell}>
        <ExecAndLogsText state={machine.execAndLogs} />
      </td>
      <td className={classNames(cell, 'text-right')}>
        <NextStepButton row={row} />
      </td>
    </tr>
  )
})

/** Why it is not done yet: the same line as on the board. */
function HoldText({ machine }: { readonly machine: Row['machine'] }) {
  const { hold, reason, verdict } = machine
  if (hold === null) return null
  const className = '-mt-0.5 text-xs/4 text-fg-3'
  return <WaitReason hold={hold} reason={reason} verdict={verdict} className={className} />
}

function ServingCertText({ cert, now }: { readonly cert: ServingCert; readonly now: number }) {
  const { lists, machine } = useMessages()
  const texts = lists.nodes.cert
  switch (cert.kind) {
    case 'issued': {
      const seconds = (Date.parse(cert.notAfter) - now) / 1_000
      const soon = seconds < SOON_SECONDS
      return (
        <span className={classNames('inline-flex items-center gap-1.5', soon && 'text-warn-fg')}>
          {soon && <Icon of={ClockAlert} size="small" />}
          {machine.node.certExpires(seconds)}
        </span>
      )
    }
    case 'waitingForYou':
      return (
        <span className="inline-flex items-center gap-1.5">
          <Icon
            of={cert.held ? TriangleAlert : CircleDot}
            size="small"
            className={cert.held ? 'text-bad-fg' : 'text-accent-fg'}
          />
          {texts.waitingForYou}
        </span>
      )
    case 'waitingForSigner':
    case 'notRequested':
      return (
        <span className="inline-flex items-center gap-1.5 text-fg-2">
          <Icon of={Hourglass} size="small" />
          {texts[cert.kind]}
        </span>
      )
    case 'unknown':
      return (
        <span className="text-fg-3" title={texts.unknownHint}>
          {texts.unknown}
        </span>
      )
  }
}

function ExecAndLogsText({ state }: { readonly state: Row['machine']['execAndLogs'] }) {
  const texts = useMessages().machine.node
  const Glyph = { available: Check, unavailable: X, unknown: CircleHelp }[state]
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1.5',
        state === 'unavailable' && 'text-bad-fg',
        state === 'unknown' && 'text-fg-3',
      )}
    >
      <Icon of={Glyph} size="small" />
      {texts[state]}
    </span>
  )
}

function NextStepButton({ row }: { readonly row: Row }) {
  const { machine } = row
  const { common } = useMessages()
  const actions = useDecideActions()
  const deciding = useAnyDeciding(machine.requests)
  const target = { kind: 'machine', machine } as const
  const request = nextRequest(target)
  const off = useOffReason(request?.signerName ?? '')
  if (machine.next === null || request === null) return null
  const name = visible(machine.name)
  if (machine.next === 'review') {
    const label = common.actions.review
    return (
      <Button
        size="small"
        aria-label={common.actions.named(label, name)}
        onClick={() => actions.review(target)}
      >
        {label}
      </Button>
    )
  }
  const label = common.actions[machine.next]
  const busy =
    deciding === null
      ? null
      : common.actions[deciding.decision === 'approve' ? 'approving' : 'denying']
  return (
    <Button
      size="small"
      off={off ?? (busy === null ? null : { text: busy })}
      aria-label={common.actions.named(label, name)}
      onClick={() => actions.approve(target)}
    >
      {busy ?? label}
    </Button>
  )
}
