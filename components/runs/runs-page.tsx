'use client'

import { useMemo } from 'react'
import { ActivityNav } from '#components/activity/activity-nav.tsx'
import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { useMessages } from '#components/messages.tsx'
import { hasReport, RUN_COLUMNS, RUN_HEIGHT } from '#components/runs/run-columns.tsx'
import { DataTable } from '#components/ui/data-table.tsx'
import { useListKeys } from '#components/ui/list-keys.ts'
import { rowsOf } from '#components/ui/row-list.ts'
import { isUnderWay, type RunSummary } from '#lib/query/domain-types.ts'
import { useFeed, useSummary } from '#lib/query/live.ts'
import { useRuns } from '#lib/query/run-queries.ts'

/** The runs under way, whoever started them, then the latest that have ended. */
export function RunsPage() {
  const { runs: texts } = useMessages()
  const { state } = useFeed()
  const { summary } = useSummary()
  const { run: open } = useDecideActions()
  const runs = useRuns()
  const rows = useMemo(() => rowsOf(underWayFirst(runs), idOf), [runs])
  const list = useListKeys(rows, { onOpen: (run) => hasReport(run) && open(run.id) })
  return (
    <>
      <h1 className="sr-only">{texts.title}</h1>
      <ActivityNav />
      <section aria-label={texts.lede.region} className="mb-4 text-pretty">
        <p className="font-semibold">{texts.lede.title}</p>
        <p className="text-fg-2">
          {texts.lede.text} {summary?.record === null && texts.lede.forgotten}
        </p>
      </section>
      <DataTable
        label={texts.table}
        columns={RUN_COLUMNS}
        names={texts.columns}
        list={list}
        height={RUN_HEIGHT}
        stale={state !== 'live'}
        empty={{ title: texts.none, text: texts.noneText }}
      />
    </>
  )
}

const idOf = ({ id }: RunSummary) => id

function underWayFirst(runs: readonly RunSummary[]): readonly RunSummary[] {
  return runs.toSorted((a, b) => Number(isUnderWay(b)) - Number(isUnderWay(a)))
}
