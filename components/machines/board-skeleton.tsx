import { useWhose } from '#components/decide/whose.ts'
import type { HeldRow } from '#components/machines/board-order.ts'
import { MachineTable } from '#components/machines/machine-table.tsx'
import { SectionHead } from '#components/machines/section-head.tsx'
import {
  Question,
  stripAction,
  stripCell,
  stripGrid,
  stripMean,
} from '#components/machines/summary-strip.tsx'
import { useBoardTicks } from '#components/machines/tickable.ts'
import { classNames } from '#components/ui/class-names.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import type { Rows } from '#components/ui/row-list.ts'
import { Skeleton } from '#components/ui/skeleton.tsx'

const UNREAD: Rows<HeldRow> = { count: 4, rowAt: () => undefined, keyOf: ({ item }) => item.key }
const LIST = { rows: UNREAD, marked: -1, filter: { current: null }, handle: { current: null } }

/** The board's final frame without values. */
export function BoardSkeleton() {
  const { board } = useMessages()
  const { summary, sections } = board
  const whose = useWhose()
  const { waiting: ticks } = useBoardTicks({ returning: UNREAD, waiting: UNREAD })
  return (
    <div>
      <section aria-label={summary.label} className={classNames(panelLook, stripGrid)}>
        <div className={stripCell}>
          <Question>{summary.needs[whose]}</Question>
          <Lines first="h-3.5 w-32" second="w-[170px]" />
        </div>
        <div className={stripCell}>
          <Question>{summary.nextDeadline}</Question>
          <Lines first="h-3.5 w-[72px]" second="w-[120px]" />
        </div>
        <div className={stripMean}>
          <Question>{summary.until[whose]}</Question>
          <Lines first="h-3.5 w-[230px]" second="w-[260px]" />
        </div>
        <div className={stripAction}>
          <Skeleton className="h-9 w-[186px] rounded-md" />
        </div>
      </section>
      <div className="mt-5">
        <SectionHead title={sections.waiting[whose]} hint={sections.reading} first />
      </div>
      <MachineTable
        label={sections.waitingTable[whose]}
        list={LIST}
        heads="waiting"
        stale={false}
        ticks={ticks}
      />
    </div>
  )
}

function Lines({ first, second }: { readonly first: string; readonly second: string }) {
  return (
    <>
      <span className="flex h-[26px] min-w-24 flex-1 items-center contain-inline-size">
        <Skeleton className={first} />
      </span>
      <span className="mt-1 flex h-5 min-w-24 flex-1 items-center contain-inline-size">
        <Skeleton className={second} />
      </span>
    </>
  )
}
