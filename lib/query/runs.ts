import { useMemo } from 'react'
import type { ListedSnapshot } from '#lib/live/wire.ts'
import { useLiveClient } from '#lib/query/client.ts'
import { useNow, useSnapshot, useStore } from '#lib/query/live.ts'
import type { Run } from '#lib/query/run.ts'
import type { RunStore, Runs } from '#lib/query/run-store.ts'
import {
  type RunLine,
  type RunProgress,
  type RunReport,
  runLines,
  runProgress,
  runReport,
} from '#lib/query/run-view.ts'

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

export interface RunView {
  readonly progress: RunProgress
  /** One a machine, in the order of the run. */
  readonly lines: readonly RunLine[]
  readonly report: RunReport
}

/** How a run goes, by the rows and the clock; null before the first snapshot. */
export function useRunView(run: Run): RunView | null {
  const snapshot = useSnapshot(whole)
  const now = useNow()
  const lines = useMemo(() => (snapshot === null ? null : runLines(run, snapshot)), [run, snapshot])
  return useMemo(
    () =>
      snapshot === null || lines === null
        ? null
        : {
            progress: runProgress(run, snapshot, now),
            lines,
            report: runReport(run, lines, now),
          },
    [run, snapshot, lines, now],
  )
}

const whole = (snapshot: ListedSnapshot) => snapshot
