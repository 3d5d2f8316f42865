'use client'

import { useMemo } from 'react'
import { ActivityNav } from '#components/activity/activity-nav.tsx'
import { useDecideActions } from '#components/decide/decide-context.ts'
import { hasReport, RUN_COLUMNS, RUN_HEIGHT } from '#components/runs/run-columns.tsx'
import { RunPanel } from '#components/runs/run-panel.tsx'
import { DataTable } from '#components/ui/data-table.tsx'
import { useListKeys } from '#components/ui/list-keys.ts'
import { Sentences, useMessages } from '#components/ui/messages.tsx'
import { rowsOf } from '#components/ui/row-list.ts'
import { useCluster, useFeed, useSummary } from '#lib/query/live.ts'
import { useRuns } from '#lib/query/run-queries.ts'
import { isBulk, isUnderWay, type RunSummary } from '#lib/wire/run-answers.ts'

/** All people's runs: those under way, then the latest that have ended. */
export function RunsPage() {
  const { runs: texts } = useMessages()
  const { state } = useFeed()
  const { summary } = useSummary()
  const { run: open } = useDecideActions()
  const runs = useRuns()
  const mayApprove = useCluster()?.access.approval ?? true
  const whole = useMemo(() => runs.filter(isWhole).slice(0, PANELS), [runs])
  const rows = useMemo(() => {
    return rowsOf(underWayFirst(runs.filter((run) => !whole.includes(run))), idOf)
  }, [runs, whole])
  const list = useListKeys(rows, { onOpen: (run) => hasReport(run) && open(run.id) })
  return (
    <>
      <h1 className="sr-only">{texts.title}</h1>
      <ActivityNav>
        <section aria-label={texts.lede.region} className="text-pretty">
          <p className="font-semibold">{texts.lede.title}</p>
          <p className="text-fg-2">
            <Sentences>
              {texts.lede.text[mayApprove ? 'mine' : 'others']}
              {summary?.record === null && texts.lede.forgotten}
            </Sentences>
          </p>
        </section>
      </ActivityNav>
      {whole.map((run) => (
        <RunPanel key={run.id} run={run} />
      ))}
      {(rows.count > 0 || whole.length === 0) && (
        <DataTable
          label={texts.table}
          columns={RUN_COLUMNS}
          names={texts.columns}
          list={list}
          height={RUN_HEIGHT}
          stale={state !== 'live'}
          empty={{ title: texts.none, text: texts.noneText }}
        />
      )}
    </>
  )
}

/** Most runs with a panel: each panel reads its page again and again. */
const PANELS = 3

function isWhole(run: RunSummary): boolean {
  return isUnderWay(run) && isBulk(run)
}

const idOf = ({ id }: RunSummary) => id

function underWayFirst(runs: readonly RunSummary[]): readonly RunSummary[] {
  return runs.toSorted((a, b) => Number(isUnderWay(b)) - Number(isUnderWay(a)))
}
