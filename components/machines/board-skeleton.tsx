'use client'

import { useWhose } from '#components/decide/whose.ts'
import { Heads } from '#components/machines/machine-list.tsx'
import { CELL, COLUMNS } from '#components/machines/row-layout.ts'
import { SectionHead } from '#components/machines/section-head.tsx'
import {
  Question,
  stripAction,
  stripCell,
  stripGrid,
  stripMean,
} from '#components/machines/summary-strip.tsx'
import { useMessages } from '#components/messages.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { Panel, panelLook } from '#components/ui/panel.tsx'
import { Skeleton } from '#components/ui/skeleton.tsx'
import { Table } from '#components/ui/table.tsx'

const ROWS = [
  { name: 'w-[214px]', stage: 'w-[150px]', verdict: 'w-[190px]' },
  { name: 'w-[232px]', stage: 'w-[176px]', verdict: 'w-[160px]' },
  { name: 'w-[206px]', stage: 'w-[144px]', verdict: 'w-[210px]' },
  { name: 'w-[250px]', stage: 'w-[168px]', verdict: 'w-[176px]' },
]

/** The frame is final, only the values are missing. */
export function BoardSkeleton() {
  const { board } = useMessages()
  const { summary, sections } = board
  const whose = useWhose()
  return (
    <div aria-busy>
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
      <Panel>
        <Table aria-label={sections.waitingTable[whose]} className="block">
          <Heads heads="waiting" tickAll={<Checkbox disabled aria-label={board.row.selectAll} />} />
        </Table>
        {ROWS.map((row) => (
          <div
            key={row.name}
            className={classNames(
              COLUMNS,
              'h-[49px] border-b border-line-soft last:border-b-0 max-roomy:flex max-roomy:items-center max-roomy:gap-3 max-roomy:px-3.5',
            )}
          >
            <span className={CELL.check}>
              <Skeleton className="size-4" />
            </span>
            <span className={CELL.name}>
              <Skeleton className={row.name} />
            </span>
            <span className={CELL.role}>
              <Skeleton className="w-11" />
            </span>
            <span className={classNames(CELL.stage, 'max-roomy:hidden')}>
              <Skeleton className={row.stage} />
            </span>
            <span className={classNames(CELL.verdict, 'max-roomy:hidden')}>
              <Skeleton className={row.verdict} />
            </span>
            <span className={classNames(CELL.time, 'max-roomy:hidden')}>
              <Skeleton className="w-[72px]" />
            </span>
            <span className={classNames(CELL.action, 'max-roomy:hidden')}>
              <Skeleton className="h-[26px] w-[122px] rounded-md" />
            </span>
          </div>
        ))}
      </Panel>
    </div>
  )
}

function Lines({ first, second }: { readonly first: string; readonly second: string }) {
  return (
    <>
      <span className="flex h-[26px] items-center">
        <Skeleton className={first} />
      </span>
      <span className="mt-1 flex h-5 items-center">
        <Skeleton className={second} />
      </span>
    </>
  )
}
