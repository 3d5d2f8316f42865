import { askedToWait } from '#lib/kube/transport/backoff.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'

export interface RepeatedReviewOptions {
  /** Asks once. After a rejection the last answer stays in force. */
  readonly ask: (signal: AbortSignal) => Promise<void>
  /** Whether there is an answer later than this time, milliseconds since the epoch. */
  readonly hasAnswerSince: (time: number) => boolean
  readonly onFailed: (error: unknown) => void
  readonly clock: Clock
  /** Share of the interval to leave out, 0 to 1, so that all people's questions are spread. */
  readonly early?: () => number
}

/** Milliseconds between two questions while watched, or less by `early`. */
const REVIEW_MS = 45_000
/** Milliseconds until a failed question is repeated, watched or not; doubled up to REVIEW_MS. */
const RETRY_MS = 2_000

/** Repeats the question for a person's rights, one question at a time. */
export function repeatReview(options: RepeatedReviewOptions) {
  const { ask, hasAnswerSince, onFailed, clock, early = () => 0 } = options
  const stopping = new AbortController()
  const { signal } = stopping
  let isAsking = false
  /** Whether to ask once more when the question under way ends. */
  let isAskedAgain = false
  let isWatched = false
  let failures = 0
  /** End of the last failed question's Retry-After, monotonic: no retry ends it sooner. */
  let pausedUntil = 0
  let cancel = () => {}
  const pauseMs = () => pausedUntil - clock.passed()

  function begin(): void {
    if (isAsking) isAskedAgain = true
    else if (pauseMs() > 0) plan()
    else if (!signal.aborted) void askOnce()
  }

  async function askOnce(): Promise<void> {
    let failure: { readonly error: unknown } | null = null
    isAsking = true
    cancel()
    try {
      await ask(signal)
      failures = 0
    } catch (error) {
      failures += 1
      pausedUntil = clock.passed() + askedToWait(error)
      failure = { error }
    }
    isAsking = false
    plan()
    if (failure !== null && !signal.aborted) onFailed(failure.error)
  }

  function plan(): void {
    cancel()
    if (signal.aborted) return
    if (isAskedAgain) {
      isAskedAgain = false
      begin()
    } else if (failures > 0) {
      const ms = Math.min(RETRY_MS * 2 ** (failures - 1), REVIEW_MS)
      cancel = clock.after(Math.max(ms, pauseMs()), begin)
    } else if (isWatched) cancel = clock.after(REVIEW_MS * (1 - early()), begin)
  }

  return {
    /** Asks now, also after failures; during a Retry-After, at its end. */
    now(): void {
      if (pauseMs() > 0) return
      failures = 0
      begin()
    },
    /** While watched, asks regularly. */
    watch(wanted: boolean): void {
      if (wanted === isWatched) return
      isWatched = wanted
      if (wanted && !hasAnswerSince(clock.now() - REVIEW_MS)) begin()
      else if (!isAsking) plan()
    },
    stop(): void {
      stopping.abort()
      cancel()
    },
  }
}
