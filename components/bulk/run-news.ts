import { isUnderWay, type Pause, type RunSummary } from '#lib/wire/run-answers.ts'

/** Announcements already made about a run. */
export interface RunHeard {
  readonly id: string
  readonly status: RunSummary['status']
  /** Quarters of the requests that are approved: 0 to 4. */
  readonly quarters: number
  /**
   * Whether throttling was announced. A busy cluster throttles again and again: one announcement is
   * enough.
   */
  readonly throttled: boolean
  /** Announced reason that the run is paused; null when it is not paused. */
  readonly pausedFor: Pause['why'] | null
  /** Attempts lost since the last progress; null for none. */
  readonly lost: LostTries | null
}

interface LostTries {
  readonly why: Pause['why']
  /** Deadline of the first wait after a lost attempt. */
  readonly until: number
  /** Number of settled requests at that time. */
  readonly settled: number
  /**
   * Whether the lost attempts were announced. After a single one the feed gives the reason in a
   * moment.
   */
  readonly isAnnounced: boolean
}

export type RunNews =
  | { readonly kind: 'started'; readonly machines: number; readonly total: number }
  | { readonly kind: 'progress'; readonly decided: number; readonly total: number }
  | { readonly kind: 'paused'; readonly why: Pause['why'] }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'ended'; readonly stopped: boolean }

interface HeardNews {
  readonly news: RunNews | null
  readonly heard: RunHeard | null
}

/** Number of requests from which quarters are announced, besides start and end. */
const WORTH_TELLING = 20

/** News of a run for screen readers: every change of state, not every request. */
export function newsOfRun(before: RunHeard | null, run: RunSummary | null): HeardNews {
  if (run === null) return { news: null, heard: null }
  const { decided, total } = run.progress
  const isSame = before?.id === run.id
  const lost = lostTries(isSame ? before.lost : null, run)
  if (isSame && isLostTry(run.pause) && lost?.isAnnounced === false) {
    return { news: null, heard: { ...before, lost } }
  }
  const reached = total < WORTH_TELLING ? 0 : Math.floor((4 * decided) / total)
  // A next attempt does not end the pause before it has made progress.
  const why = lost?.isAnnounced === true && isUnderWay(run) ? lost.why : pausedFor(run)
  const heard: RunHeard = {
    id: run.id,
    status: run.status,
    // Requests that are added as they arrive lower the share again: the announced quarter stays.
    quarters: Math.max(isSame ? before.quarters : 0, reached),
    throttled: (isSame && before.throttled) || why === 'throttled',
    pausedFor: why === 'throttled' ? (isSame ? before.pausedFor : null) : why,
    lost,
  }
  const tell = (news: RunNews | null): HeardNews => ({ news, heard })
  if (!isSame) {
    // A run of another tab may be well under way, or over, when this tab first sees it.
    const isNew = run.status === 'running' && decided === 0
    return tell(isNew ? { kind: 'started', machines: run.progress.machines, total } : null)
  }
  const turn = turnOf(before, run, why)
  if (turn !== null) return tell(turn)
  const isFurther = heard.quarters > before.quarters && heard.quarters < 4
  return tell(isFurther ? { kind: 'progress', decided, total } : null)
}

/** News of a pause, its end, or the end of the run; null for none. */
function turnOf(before: RunHeard, run: RunSummary, why: Pause['why'] | null): RunNews | null {
  if (why !== null) {
    const isAnnounced = why === 'throttled' ? before.throttled : why === before.pausedFor
    return isAnnounced ? null : { kind: 'paused', why }
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
  // Only another attempt shows whether the credential is accepted again: the feed does not.
  if (since === null) return { why, until, settled, isAnnounced: why === 'unauthorized' }
  return { ...since, why, isAnnounced: since.isAnnounced || since.until !== until }
}

/**
 * True for a paused run that tries again at a known time. Whether the connection or something else
 * failed is not known.
 */
function isLostTry(pause: Pause | null): pause is Pause & { readonly until: number } {
  return pause !== null && pause.until !== null && pause.why !== 'throttled'
}

function pausedFor({ status, pause }: RunSummary): Pause['why'] | null {
  return status === 'paused' ? (pause?.why ?? 'person') : null
}
