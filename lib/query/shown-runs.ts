import { useMemo } from 'react'
import { useRuns } from '#lib/query/run-queries.ts'
import { isBulk, type RunSummary } from '#lib/wire/run-answers.ts'

/** The bulk approvals under way, and those whose report no person has read. */
export function useShownRuns(): readonly RunSummary[] {
  const runs = useRuns()
  return useMemo(() => runs.filter((run) => isBulk(run) && !run.dismissed), [runs])
}
