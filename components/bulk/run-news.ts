import type { Pause, Run } from '#lib/query/run.ts'

/** What of a run has been told so far. */
export interface RunHeard {
  readonly id: string
  readonly status: Run['status']
  /** Of four parts of its requests, how many are approved. */
  readonly quarters: number
  /** A busy cluster asks again and again: that is told once, and what follows is not. */
  readonly throttled: boolean
  /** Why else it stands still, which was told; null when it does not. */
  readonly pausedFor: Pause['why'] | null
}

export type RunNews =
  | { readonly kind: 'started'; readonly machines: number; readonly total: number }
  | { readonly kind: 'progress'; readonly approved: number; readonly total: number }
  | { readonly kind: 'paused'; readonly why: Pause['why'] }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'ended'; readonly stopped: boolean }

interface RunTold {
  readonly news: RunNews | null
  readonly heard: RunHeard | null
}

/** Of fewer requests than this only the start and the end are told. */
const WORTH_TELLING = 20

/** What to say of a run to those who do not see it: not every request, but every turn. */
export function newsOfRun(before: RunHeard | null, run: Run | null): RunTold {
  if (run === null) return { news: null, heard: null }
  const total = run.items.length
  const approved = run.items.filter(({ state }) => state === 'approved').length
  const isSame = before?.id === run.id
  if (isSame && isGuess(run)) return { news: null, heard: before }
  const reached = total < WORTH_TELLING ? 0 : Math.floor((4 * approved) / total)
  const why = pausedFor(run)
  const heard: RunHeard = {
    id: run.id,
    status: run.status,
    // Requests that are taken up as they arrive make it less again.
    quarters: Math.max(isSame ? before.quarters : 0, reached),
    throttled: (isSame && before.throttled) || why === 'throttled',
    pausedFor: why === 'throttled' ? (isSame ? before.pausedFor : null) : why,
  }
  const tell = (news: RunNews | null): RunTold => ({ news, heard })
  if (!isSame) {
    // Another tab's may be far on, or over, when this one hears of it.
    const isNew = run.status === 'running' && approved === 0
    return tell(isNew ? { kind: 'started', machines: run.machines.length, total } : null)
  }
  const turn = turnOf(before, run)
  if (turn !== null) return tell(turn)
  const isFurther = heard.quarters > before.quarters && heard.quarters < 4
  return tell(isFurther ? { kind: 'progress', approved, total } : null)
}

/** A pause, its end, or the end of all; null when there is nothing of these to tell. */
function turnOf(before: RunHeard, run: Run): RunNews | null {
  const why = pausedFor(run)
  if (why !== null) {
    const isTold = why === 'throttled' ? before.throttled : why === before.pausedFor
    return isTold ? null : { kind: 'paused', why }
  }
  if (run.status === 'running') return before.pausedFor === null ? null : { kind: 'resumed' }
  return run.status === before.status ? null : { kind: 'ended', stopped: run.status === 'stopped' }
}

/** A batch was lost. Whether that is the connection, or else what, the feed says in a moment. */
function isGuess({ pause }: Run): boolean {
  return pause?.why === 'disconnected' && pause.until !== null
}

function pausedFor({ status, pause }: Run): Pause['why'] | null {
  return status === 'paused' ? (pause?.why ?? 'person') : null
}
