import { useMessages } from '#components/ui/messages.tsx'
import type { RunSummary } from '#lib/query/domain-types.ts'

/**
 * Words for the number of approved requests. For a run that follows a click, the request of the
 * click and those of the run are counted apart.
 */
export function useCounted(): (run: Pick<RunSummary, 'clicked' | 'progress'>) => string {
  const texts = useMessages().bulk.run
  return ({ clicked, progress: { decided, total } }) =>
    // One of the run's requests is the one that the click approved.
    clicked === null ? texts.approved(decided, total) : texts.followed(clicked, decided - 1)
}
