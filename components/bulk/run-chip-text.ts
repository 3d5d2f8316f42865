import { useWhose } from '#components/decide/whose.ts'
import { useMessages } from '#components/ui/messages.tsx'
import type { RunSummary } from '#lib/query/domain-types.ts'

/** Words for the progress of a run, short enough for its chip. */
export function useRunText(): (run: RunSummary) => string {
  const { chip } = useMessages().bulk
  const whose = useWhose()
  return ({ status, needsYou, progress: { decided, total } }) =>
    status === 'finished' ? chip.finished(needsYou, whose) : chip[status](decided, total)
}
