import { type Clock, LONGEST_TIMER_MS } from '#lib/kube/transport/clock.ts'
import type { Intake } from '#lib/kube/watch/intake.ts'

export interface PumpOptions {
  readonly clock: Clock
  readonly intake: Intake
  /** Derives rows or answers from the world; see `Judgements` for `waitMs`. */
  readonly derived: { work(hasTime: () => boolean): void; waitMs(): number | null }
  /** Milliseconds from one slice to the next. A page's burst becomes few revisions of its rows. */
  readonly gapMs: number
  /** Whether a first list is still being read: what is derived would be derived again soon. */
  readonly isReading: () => boolean
  /**
   * Derives from half of a list, which shows machines without some of their requests. Returns whether
   * there is more of it to do.
   */
  readonly workMidway?: (hasTime: () => boolean) => boolean
  /** Tells of the end of each slice of work. */
  readonly onSlice: () => void
  readonly onError: (error: unknown) => void
}

/**
 * Milliseconds that one slice may take of the event loop, intake and deriving each. With the one step
 * that may overrun it, or the few turns, it stays within a frame.
 */
const SLICE_MS = 6

/** Moves what arrives into the world, and derives what it touches, a slice at a time. */
export function createPump({ clock, intake, derived, gapMs, ...options }: PumpOptions) {
  const { isReading, workMidway, onSlice, onError } = options
  let stopped = false
  let cancelSlice: (() => void) | null = null
  let cancelWake = () => {}
  let lastSliceAt = Number.NEGATIVE_INFINITY
  let arrivedAt: number | null = null

  function plan(): void {
    if (stopped || cancelSlice !== null) return
    const wait = Math.max(0, lastSliceAt + gapMs - clock.now())
    cancelSlice = clock.after(Math.min(wait, gapMs), slice)
  }

  function slice(): void {
    cancelSlice = null
    if (stopped) return
    lastSliceAt = clock.now()
    arrivedAt ??= intake.oldest()
    let hasMore = false
    try {
      intake.work(timer())
      if (intake.isMidway() || isReading()) hasMore = workMidway?.(timer()) ?? false
      else derived.work(timer())
      onSlice()
    } catch (error) {
      onError(error)
    }
    const waitMs = isReading() ? (hasMore ? 0 : null) : derived.waitMs()
    if (waitMs !== 0) arrivedAt = null
    const isUrgent = intake.isMidway() || intake.behind() !== null
    if (isUrgent || (intake.isEmpty() && waitMs === 0)) soon()
    else if (!intake.isEmpty() || waitMs === 0) plan()
    else wakeAfter(waitMs)
  }

  /** Plans the next slice without a gap: other work has one turn of the event loop before it. */
  function soon(): void {
    if (!stopped) cancelSlice ??= clock.after(0, slice)
  }

  function timer(): () => boolean {
    const until = performance.now() + SLICE_MS
    return () => performance.now() < until
  }

  /**
   * Wakes at that time: deadlines pass and certificates end without an event. Each slice looks for
   * them, too.
   */
  function wakeAfter(waitMs: number | null): void {
    cancelWake()
    if (waitMs === null || stopped) return
    cancelWake = clock.after(Math.min(LONGEST_TIMER_MS, waitMs), plan)
  }

  return {
    /** Tells that there may be something to do. */
    wake: plan,
    /** Milliseconds since the oldest event arrived that is being derived from; 0 without one. */
    ageMs: () => (arrivedAt === null ? 0 : clock.passed() - arrivedAt),
    stop(): void {
      stopped = true
      cancelSlice?.()
      cancelWake()
    },
  }
}
