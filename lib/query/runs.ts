import { useLiveClient } from '#lib/query/client.ts'
import { useStore } from '#lib/query/live.ts'
import type { Runs } from '#lib/query/run.ts'
import type { RunStore } from '#lib/query/run-store.ts'

export interface UseRuns extends Runs {
  readonly start: RunStore['start']
  readonly pause: RunStore['pause']
  readonly resume: RunStore['resume']
  readonly stop: RunStore['stop']
  readonly dismiss: RunStore['dismiss']
  readonly takeUp: RunStore['takeUp']
  readonly discard: RunStore['discard']
}

/** The bulk run: the same in every tab of this browser, whichever tab carries it out. */
export function useRuns(): UseRuns {
  const { runs } = useLiveClient()
  const { start, pause, resume, stop, dismiss, takeUp, discard } = runs
  return { ...useStore(runs), start, pause, resume, stop, dismiss, takeUp, discard }
}
