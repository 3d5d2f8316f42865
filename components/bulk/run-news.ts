import { isUnderWay, type Pause, type RunSummary } from '#lib/query/domain-types.ts'

/** News of a run that were announced so far. */
export interface RunHeard {
  readonly id: string
  readonly status: RunSummary['status']
  /** Approved quarters of its requests. */
  readonly quarters: number
  /** A busy cluster asks again and again: that is told once, and what follows is not. */
  readonly throttled: boolean
  /** Why else it stands still, which was told; null when it does not. */
  readonly pausedFor: Pause['why'] | null
  /** The tries that were lost since anything got further; null when none was. */
  readonly lost: LostTries | null
}

interface LostTries {
  readonly why: Pause['why']
  /** Until when the run waited after the first of them. */
  readonly until: number
  /** So many requests were done by then. */
  readonly settled: number
  /** They are told: by one alone the feed would say why in a moment. */
  readonly isTold: boolean
}

export type RunNews =
  | { readonly kind: 'started'; readonly machines: number; readonly total: number }
  | { readonly kind: 'progress'; readonly decided: number; readonly total: number }
  | { readonly kind: 'paused'; readonly why: Pause['why'] }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'ended'; readonly stopped: boolean }

interface RunTold {
  readonly news: RunNews | null
  readonly heard: RunHeard | null
}

/** Requests of a run from which quarters are announced, not only the start and the end. */
const WORTH_TELLING = 20

/** News of a run for screen readers: not every request, but every turn. */
export function newsOfRun(before: RunHeard | null, run: RunSummary | null): RunTold {
  if (run === null) return { news: null, heard: null }
  const { decided, total } = run.progress
  const isSame = before?.id === run.id
  const lost = lostTries(isSame ? before.lost : null, run)
  if (isSame && isLostTry(run.pause) && lost?.isTold === false) {
    return { news: null, heard: { ...before, lost } }
  }
  const reached = total < WORTH_TELLING ? 0 : Math.floor((4 * decided) / total)
  // The next try is no end of that before it has brought anything.
  const why = lost?.isTold === true && isUnderWay(run) ? lost.why : pausedFor(run)
  const heard: RunHeard = {
    id: run.id,
    status: run.status,
    // Requests that are taken up as they arrive make it less again.
    quarters: Math.max(isSame ? before.quarters : 0, reached),
    throttled: (isSame && before.throttled) || why === 'throttled',
    pausedFor: why === 'throttled' ? (isSame ? before.pausedFor : null) : why,
    lost,
  }
  const tell = (news: RunNews | null): RunTold => ({ news, heard })
  if (!isSame) {
    // Another tab's may be far on, or over, when this one hears of it.
    const isNew = run.status === 'running' && decided === 0
    return tell(isNew ? { kind: 'started', machines: run.progress.machines, total } : null)
  }
  const turn = turnOf(before, run, why)
  if (turn !== null) return tell(turn)
  const isFurther = heard.quarters > before.quarters && heard.quarters < 4
  return tell(isFurther ? { kind: 'progress', decided, total } : null)
}

/** A pause, its end, or the end of all; null when there is nothing of these to tell. */
function turnOf(before: RunHeard, run: RunSummary, why: Pause['why'] | null): RunNews | null {
  if (why !== null) {
    const isTold = why === 'throttled' ? before.throttled : why === before.pausedFor
    return isTold ? null : { kind: 'paused', why }
  }
  if (run.status === 'running') return before.pausedFor === null ? null : { kind: 'resumed' }
  return run.status === before.status ? null : { kind: 'ended', stopped: run.status === 'stopped' }
}

function lostTries(before: LostTries | null, run: RunSummary): LostTries | null {
  const { pause, status, progress } = run
  const settled = progress.total - progress.open
  const since = before?.settled === settled ? before : null
  if (!isLostTry(pause)) return status === 'running' ? since : null
  const { why, until } = pause
  // Whether a credential is taken again only another try tells, and not the feed.
  if (since === null) return { why, until, settled, isTold: why === 'unauthorized' }
  return { ...since, why, isTold: since.isTold || since.until !== until }
}

/** A batch was lost, and is tried again. Whether that is the connection, or else what, is not told by that. */
function isLostTry(pause: Pause | null): pause is Pause & { readonly until: number } {
  return pause !== null && pause.until !== null && pause.why !== 'throttled'
}

function pausedFor({ status, pause }: RunSummary): Pause['why'] | null {
  return status === 'paused' ? (pause?.why ?? 'person') : null
}
