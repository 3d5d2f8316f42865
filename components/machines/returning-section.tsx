import { Bot, Cpu, Hourglass, type LucideIcon, Power, SquareTerminal } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { useOffReasons } from '#components/decide/off-reason.tsx'
import { MachineTable, type MachineTableProps } from '#components/machines/machine-table.tsx'
import { SectionHead } from '#components/machines/section-head.tsx'
import { useReadSection } from '#components/machines/ticked-machines.ts'
import { useMessages, Words } from '#components/messages.tsx'
import { Button } from '#components/ui/button.tsx'
import type { RowGroup } from '#components/ui/data-table.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Note } from '#components/ui/note.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import type { ReturningRole, Summary } from '#lib/query/domain-types.ts'
import { useAtNow, useNow } from '#lib/query/live.ts'

interface ReturningSectionProps
  extends Pick<MachineTableProps, 'list' | 'stale' | 'ticks' | 'hold' | 'onWindow'> {
  readonly summary: Summary
  /** The roles of its rows; null before they are read. */
  readonly roles: readonly ReturningRole[] | null
}

/** Machines whose Node exists and is not Ready: after a long shutdown that is all of them. */
export function ReturningSection({ summary, roles, ...table }: ReturningSectionProps) {
  const { board } = useMessages()
  const words = board.returning
  const { returning } = summary.counts
  const groups = useGroups(roles, table.list.rows.count)
  if (returning === 0 || table.list.rows.count === 0) return null
  return (
    <section aria-label={words.title} className="mt-7 max-tablet:mt-5">
      <div className="mb-1 flex flex-wrap items-end gap-x-4">
        <div className="min-w-0 flex-1">
          <SectionHead
            title={words.title}
            count={table.list.rows.count}
            hint={<SilentSpan {...summary.returning} />}
            first
          />
        </div>
        <PlanButton count={returning} />
      </div>
      <Note icon={Power} tone="warn" title={words.note.title} className="mb-3">
        {words.note.text}
      </Note>
      <WhatWaits summary={summary} />
      <MachineTable label={words.table} heads="returning" groups={groups} {...table} />
    </section>
  )
}

function SilentSpan({ silent }: Summary['returning']) {
  const { board, times } = useMessages()
  const now = useNow(60_000)
  if (silent === null) return board.returning.order
  const [first, last] = [Date.parse(silent.first), Date.parse(silent.last)]
  const within = last === first ? null : times.span((last - first) / 1_000)
  return (
    <>
      {board.returning.silent(times.moment(first, now), within)} {board.returning.order}
    </>
  )
}

const NO_GROUPS: readonly RowGroup[] = []

/** A sub-head a role. None for rows of one role, or while the rows of another moment are drawn. */
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

/** Its role, how long its nodes have been silent, and why it stands there. */
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
        {silent} {words[role].why}
      </span>
    </>
  )
}

/** One plan for all of them, whatever the filter. */
function PlanButton({ count }: { readonly count: number }) {
  const { board } = useMessages()
  const readSection = useReadSection()
  const { bulk } = useDecideActions()
  const off = useOffReasons()(KUBE_APISERVER_CLIENT_KUBELET)
  const plan = async () => {
    const rows = await readSection('returning')
    if (rows.length > 0) bulk(rows.map(({ key }) => key))
  }
  return (
    <Button
      off={off}
      className="mb-2"
      onClick={() =>
        void plan().catch(() => {
          // The list itself tells why it cannot be read.
        })
      }
    >
      {board.returning.plan(count)}
    </Button>
  )
}

/** Parts of the cluster that wait until machines that have joined before are approved. */
function WhatWaits({ summary }: { readonly summary: Summary }) {
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
