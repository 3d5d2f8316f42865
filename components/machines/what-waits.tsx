import { Bot, Cpu, Hourglass, type LucideIcon, SquareTerminal } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMessages, Words } from '#components/messages.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Panel } from '#components/ui/panel.tsx'
import type { Summary } from '#lib/query/domain-types.ts'

/** Parts of the cluster that wait until machines that have joined before are approved. */
export function WhatWaits({ summary }: { readonly summary: Summary }) {
  const words = useMessages().board.returning.whatWaits
  const { counts, unavailableOperators, cluster } = summary
  const { returning, withoutExecAndLogs, nodes } = counts
  const names = unavailableOperators.waiting.map(({ name }) => name).join(', ')
  const isOnOpenShift = cluster.machineApprover.presence === 'present'
  return (
    <section aria-label={words.title} className="mb-3">
      <h3 className="mb-1.5 font-semibold">{words.title}</h3>
      <Panel className="grid grid-cols-[repeat(auto-fit,minmax(220px,1fr))] gap-x-6 gap-y-3 px-4 py-3">
        <Waiting icon={Cpu} title={words.nodes.title}>
          {words.nodes.text(returning)}
        </Waiting>
        {withoutExecAndLogs > 0 && (
          <Waiting icon={SquareTerminal} title={<Words text={words.execAndLogs.title} />}>
            {words.execAndLogs.text(withoutExecAndLogs, nodes)}
          </Waiting>
        )}
        {names !== '' && (
          <Waiting icon={Hourglass} title={words.operators.title}>
            <Words text={words.operators.text} blanks={{ names }} />
          </Waiting>
        )}
        {isOnOpenShift && (
          <Waiting icon={Bot} title={words.machineApprover.title}>
            {words.machineApprover.text}
          </Waiting>
        )}
      </Panel>
    </section>
  )
}

interface WaitingProps {
  readonly icon: LucideIcon
  readonly title: ReactNode
  readonly children: ReactNode
}

function Waiting({ icon, title, children }: WaitingProps) {
  return (
    <div className="min-w-0">
      <p className="flex items-center gap-1.5 font-medium">
        <Icon of={icon} size="small" className="text-fg-2" />
        {title}
      </p>
      <p className="text-xs wrap-anywhere text-fg-2">{children}</p>
    </div>
  )
}
