import { useEffect, useState } from 'react'
import { BEGIN_WITHIN_MS, isUnderWay } from '#lib/query/run.ts'
import type { RunStore } from '#lib/query/run-store.ts'
import { useRuns } from '#lib/query/runs.ts'

/** Of a run that was started here: `unanswered` is one that the leading tab has not begun, nor will. */
export type StartAnswer = 'none' | 'asked' | 'unanswered' | 'begun'

/** An answer that was given in time has come by then, milliseconds. */
const ANSWERED_BY_MS = BEGIN_WITHIN_MS + 1_000

/** Starts a bulk run, and says what has become of that: in another tab it begins later, or not at all. */
export function useStart(): readonly [StartAnswer, RunStore['start']] {
  const { start, current } = useRuns()
  const [asked, setAsked] = useState<string | null>(null)
  const [late, setLate] = useState<string | null>(null)
  const isBegun = asked !== null && current?.id === asked
  // Another tab's came first.
  if (asked !== null && !isBegun && isUnderWay(current)) setAsked(null)
  const awaited = isBegun ? null : asked
  useEffect(() => {
    if (awaited === null) return
    const timer = setTimeout(() => setLate(awaited), ANSWERED_BY_MS)
    return () => clearTimeout(timer)
  }, [awaited])
  return [
    isBegun ? 'begun' : awaited === null ? 'none' : awaited === late ? 'unanswered' : 'asked',
    (groups, options) => {
      const id = start(groups, options)
      setAsked(id)
      return id
    },
  ]
}
