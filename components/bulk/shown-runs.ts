import { useMemo } from 'react'
import type { RunSummary } from '#lib/query/domain-types.ts'
import { useRuns } from '#lib/query/run-queries.ts'

/**
 * The bulk approvals under way, and those whose report nobody has read. A denial has its own dialog;
 * a run that follows a click is told by its row.
 */
export function useShownRuns(): readonly RunSummary[] {
  const runs = useRuns()
  return useMemo(() => runs.filter(isShown), [runs])
}

function isShown({ decision, follows, dismissed }: RunSummary): boolean {
  return decision === 'approve' && follows === null && !dismissed
}
