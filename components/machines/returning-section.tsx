import { Bot, Cpu, Hourglass, type LucideIcon, Power, SquareTerminal } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { MachineTable, type MachineTableProps } from '#components/machines/machine-table.tsx'
import { SectionHead } from '#components/machines/section-head.tsx'
import { silentWithin, useSilentSince } from '#components/machines/silence.ts'
import type { RowGroup } from '#components/ui/data-table.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { useAtNow } from '#lib/query/live.ts'
import type { ReturningRole, Summary } from '#lib/wire/views.ts'

interface ReturningSectionProps
  extends Pick<MachineTableProps, 'list' | 'stale' | 'ticks' | 'hold' | 'onWindow'> {
  readonly summary: Summary
  /** Roles of the section's rows; null before they are read. */
  readonly roles: readonly ReturningRole[] | null
}

/** Machines whose Nodes exist and are not Ready, once they look like a cluster that was switched off. */
export function ReturningSection({ summary, roles, ...table }: ReturningSectionProps) {
  const { board, joined, times } = useMessages()
  const words = board.returning
  const { counts, returning } = summary
  const groups = useGroups(roles, table.list.rows.count)
  const since = useSilentSince(returning)
  if (counts.returning === 0 || table.list.rows.count === 0) return null
  const seconds = silentWithin(returning)
  return (
    <section aria-label={words.title} className="mt-4 flex flex-col">
      <Note icon={Power} tone="warn" title={words.note.title}>
        {words.note.text(counts.returning, seconds === null ? null : times.span(seconds))}
      </Note>
      <WhatWaits summary={summary} />
      <SectionHead
        title={words.title}
        count={table.list.rows.count}
        hint={joined.sentences([...(since === null ? [] : [words.silent(since)]), words.order])}
      />
      <MachineTable label={words.table} heads="returning" groups={groups} {...table} />
    </section>
  )
}

const NO_GROUPS: readonly RowGroup[] = []

/**
 * One group a role. No groups where all rows have one role, or while `roles` and rows are of
 * different moments.
 */
function useGroups(roles: readonly ReturningRole[] | null, rows: number): readonly RowGroup[] {
  return useMemo(() => {
    const all = roles ?? []
    const count = all.reduce((sum, one) => sum + one.count, 0)
    if (all.length < 2 || count !== rows) return NO_GROUPS
    return all.map((one, at) => ({
      from: all.slice(0, at).reduce((sum, { count }) => sum + count, 0),
      key: one.role,
      head: <RoleHead {...one} />,
    }))
  }, [roles, rows])
}

/** Head of a role: its name, how long its nodes have been silent, and why it is at this place. */
function RoleHead({ role, count, silentSince }: ReturningRole) {
  const { board, times } = useMessages()
  const words = board.returning.roles
  const silent = useAtNow((now) =>
    silentSince === null ? '' : words.silent(times.span((now - Date.parse(silentSince)) / 1_000)),
  )
  return (
    <>
      <b className="font-semibold text-fg">{words[role].title}</b> {count}
      <span className="ml-3">
        <Sentences>
          {silent}
          {words[role].why}
        </Sentences>
      </span>
    </>
  )
}

/** Parts of the cluster that wait for the returning machines. */
function WhatWaits({ summary }: { readonly summary: Summary }) {
  const { board, joined } = useMessages()
  const words = board.returning.whatWaits
  const { counts, unavailableOperators, cluster } = summary
  const { returning, withoutExecAndLogs, nodes } = counts
  const names = joined.list(unavailableOperators.waiting.map(({ name }) => name))
  const isOnOpenShift = cluster.machineApprover.presence === 'present'
  return (
    <section aria-label={words.title} className="max-tablet:order-last">
      <SectionHead title={words.title} />
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
