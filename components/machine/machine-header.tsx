import { Ban, ChevronRight, CircleCheck, CircleX, RotateCcw, SquareTerminal } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { NodeName } from '#components/machines/node-name-text.tsx'
import { VerdictBadge } from '#components/machines/verdict-badge.tsx'
import { Chip } from '#components/ui/chip.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Icon, IconText } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { visible } from '#lib/csr/escape.ts'
import type { MachineRow } from '#lib/csr/rows/rows.ts'

interface PageHeadProps {
  readonly name: string
  readonly parent: { readonly href: string; readonly text: string }
  readonly crumb: string
  readonly meta: ReactNode
  readonly actions: ReactNode
}

/** The page's path, the name, the facts beside it and the actions. */
export function PageHead({ name, parent, crumb, meta, actions }: PageHeadProps) {
  const { machine } = useMessages()
  return (
    <>
      <nav
        aria-label={machine.breadcrumb}
        className="mb-3 flex min-w-0 items-center gap-1.5 text-fg-3"
      >
        <Link href={parent.href} className="reach hover:text-fg">
          {parent.text}
        </Link>
        {crumb !== '' && (
          <>
            <Icon of={ChevronRight} size="small" />
            <ClusterText text={crumb} face="sans" className="text-fg-2" />
          </>
        )}
      </nav>
      <div className="mb-5 grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-8 gap-y-4 max-tablet:grid-cols-1 max-tablet:gap-y-2">
        <div className="min-w-0">
          <div className="flex min-w-0 items-center gap-2">
            <h1 className="min-w-0 text-[22px]/[30px] font-semibold tracking-[-0.035em] max-tablet:text-[19px]/[26px]">
              <NodeName name={name} truncate="none" className="font-semibold" />
            </h1>
            <CopyButton text={visible(name)} label={machine.copyName} iconOnly look="quiet" />
          </div>
          <div className="mt-1.5 flex flex-wrap items-center gap-x-3.5 gap-y-1.5 text-fg-2">
            {meta}
          </div>
        </div>
        <div className="flex flex-wrap items-center gap-2 empty:hidden max-tablet:*:flex-1">
          {actions}
        </div>
      </div>
    </>
  )
}

interface MachineHeaderProps {
  readonly machine: MachineRow
  readonly actions: ReactNode
}

export function MachineHeader({ machine, actions }: MachineHeaderProps) {
  const { machine: texts, board } = useMessages()
  const addresses = (machine.node?.addresses ?? []).filter(({ type }) => type === 'InternalIP')
  const role = machine.node?.roles.join(',') || machine.machineObject?.role || ''
  return (
    <PageHead
      name={machine.name}
      parent={{ href: '/', text: texts.crumb }}
      crumb={domainOf(machine.name)}
      actions={actions}
      meta={
        <>
          <StateBadge machine={machine} />
          {machine.rebootstrapping && (
            <Chip tone="warn">
              <Icon of={RotateCcw} size="small" />
              {board.row.rebootstrapping}
            </Chip>
          )}
          {role !== '' && <ClusterText text={role} face="sans" />}
          {addresses.length === 0 ? (
            <span>{texts.noAddress}</span>
          ) : (
            addresses.map(({ address }) => <ClusterText key={address} text={address} />)
          )}
          {machine.node !== null && (
            <IconText of={SquareTerminal}>{texts.execAndLogs[machine.execAndLogs]}</IconText>
          )}
        </>
      }
    />
  )
}

/** Words of stages that have ended: these machines have no verdict. */
const ENDS = {
  ready: { icon: CircleCheck, look: 'border-good-edge bg-good-tint text-good-fg' },
  failed: { icon: CircleX, look: 'border-bad-edge bg-bad-tint text-bad-fg' },
  denied: { icon: Ban, look: 'border-line bg-sunken text-fg-2' },
} as const

function StateBadge({ machine }: { readonly machine: MachineRow }) {
  const { stages } = useMessages().common
  const { verdict, stage } = machine
  if (verdict !== null) return <VerdictBadge verdict={verdict} pill="always" />
  if (stage !== 'ready' && stage !== 'failed' && stage !== 'denied') return null
  const { icon, look } = ENDS[stage]
  return (
    <span
      className={classNames(
        'inline-flex h-[22px] items-center gap-1.5 rounded-full border pr-2 pl-1.5 text-xs font-medium',
        look,
      )}
    >
      <Icon of={icon} size="small" />
      {stages[stage]}
    </span>
  )
}

export function domainOf(name: string): string {
  const dot = name.indexOf('.')
  return dot > 0 ? name.slice(dot + 1) : ''
}
