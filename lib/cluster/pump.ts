import type { Board } from '#lib/cluster/board.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { Intake } from '#lib/kube/watch/intake.ts'

export interface Pump {
  /** There is something to do. */
  wake(): void
  stop(): void
}

export interface PumpOptions {
  readonly clock: Clock
  readonly intake: Intake
  readonly board: Board
  /** Whether all lists have been read once. */
  readonly hasBeenLive: () => boolean
  /** Rows changed; the oldest event behind that arrived so many milliseconds ago. */
  readonly onPublished: (ageMs: number) => void
  /** After each slice of work. */
  readonly onSlice: () => void
  readonly onError: (error: unknown) => void
}

/**
 * Milliseconds that one slice may take of the event loop, intake and rows each. With the one step
 * that may overrun it, or the few turns, it stays within a frame.
 */
const SLICE_MS = 6
/** Milliseconds between two slices: a burst becomes few revisions, a lone event waits for nothing. */
const GAP_MS = 12
/** A timer cannot wait longer than 24 days; and the machine's clock may be set. */
const LONGEST_WAIT_MS = 60 * 60 * 1000
/**
 * Rows that are published while the first lists are still being read: more than a screen shows. Each of
 * them is derived again when all is known.
 */
const FIRST_ROWS = 100

/** Moves what arrives through the world into published rows, a slice at a time. */
export function createPump({ clock, intake, board, hasBeenLive, ...on }: PumpOptions): Pump {
  let stopped = false
  let cancelSlice: (() => void) | null = null
  let cancelWake = () => {}
  let lastSliceAt = Number.NEGATIVE_INFINITY
  let arrivedAt: number | null = null

  function plan(): void {
    if (stopped || cancelSlice !== null) return
    const wait = Math.max(0, lastSliceAt + GAP_MS - clock.now())
    cancelSlice = clock.after(Math.min(wait, GAP_MS), slice)
  }

  function slice(): void {
    cancelSlice = null
    if (stopped) return
    lastSliceAt = clock.now()
    arrivedAt ??= intake.oldest()
    try {
      intake.work(timer())
      if (!intake.isMidway() || isFirstScreen()) publish()
      on.onSlice()
    } catch (error) {
      on.onError(error)
    }
    const isUrgent = intake.isMidway() || intake.behind() !== null
    if (isUrgent || (intake.isEmpty() && board.isBehind())) soon()
    else if (!intake.isEmpty() || board.isBehind()) plan()
    else planNextChange()
  }

  /** Much is to do, and nothing is lost by doing it at once: only others get their turn first. */
  function soon(): void {
    if (!stopped) cancelSlice ??= clock.after(0, slice)
  }

  /**
   * Half of a list would show machines without their requests where all were shown before. An empty page
   * shows the first ones instead: its feed is not live, so nothing can be decided by them.
   */
  function isFirstScreen(): boolean {
    const { machines, others } = board.rows
    return !hasBeenLive() && machines.size + others.size < FIRST_ROWS
  }

  function publish(): void {
    if (board.catchUp(timer())) on.onPublished(clock.passed() - (arrivedAt ?? clock.passed()))
    if (!board.isBehind()) arrivedAt = null
  }

  function timer(): () => boolean {
    const until = performance.now() + SLICE_MS
    return () => performance.now() < until
  }

  /** Deadlines pass and certificates end without anybody saying so. Each slice looks for them, too. */
  function planNextChange(): void {
    cancelWake()
    const at = board.nextChangeAt()
    if (at === null || stopped) return
    const wait = Math.min(LONGEST_WAIT_MS, Math.max(0, at - clock.now()))
    cancelWake = clock.after(wait, plan)
  }

  return {
    wake: plan,
    stop() {
      stopped = true
      cancelSlice?.()
      cancelWake()
    },
  }
}
