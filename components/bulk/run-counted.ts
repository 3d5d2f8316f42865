import { useMessages } from '#components/messages.tsx'
import type { RunSummary } from '#lib/query/domain-types.ts'

/** How many requests are approved; where the run follows a click, by the click and by the run. */
export function useCounted(): (run: Pick<RunSummary, 'clicked' | 'progress'>) => string {
  const texts = useMessages().bulk.run
  return ({ clicked, progress: { decided, total } }) =>
    // One of the run's requests is the one that the click approved.
    clicked === null ? texts.approved(decided, total) : texts.followed(clicked, decided - 1)
}
