import type { BrowserApis } from '#lib/query/edges.ts'

export type ServerClock = ReturnType<typeof createServerClock>

/** Milliseconds of difference from which a short round trip no longer counts. */
const CLOCK_JUMP_MS = 2_000

/**
 * The server's clock as the browser estimates it: the browser's clock plus an offset. Countdowns
 * use it, so that a laptop with a wrong clock shows the same minutes as all others.
 */
export function createServerClock(
  edges: Pick<BrowserApis, 'localNow' | 'setTimer' | 'visibility'>,
) {
  let offset = 0
  /** Round trip of the estimate in use; a shorter one replaces it. */
  let roundTrip = Number.POSITIVE_INFINITY
  const listeners = new Set<() => void>()
  let stopTimer: (() => void) | null = null
  let stopWatching: (() => void) | null = null
  /** The second of the listeners' last call; the present one while there are no listeners. */
  let shown = 0

  const now = () => edges.localNow() + offset

  function schedule(): void {
    stopTimer?.()
    stopTimer = null
    if (listeners.size === 0 || edges.visibility.isHidden()) return
    // On the second, so that the clocks of all tabs change together.
    const untilNextSecond = 1_000 - (((now() % 1_000) + 1_000) % 1_000)
    stopTimer = edges.setTimer(tick, untilNextSecond)
  }

  function turnOver(): void {
    shown = Math.floor(now() / 1_000) * 1_000
  }

  function tick(): void {
    turnOver()
    for (const listener of [...listeners]) listener()
    schedule()
  }

  return {
    /** Milliseconds since the epoch on the server's clock. */
    now,
    /**
     * The second that a page shows, in milliseconds since the epoch. It changes only when the
     * listeners are called, so that all parts of a slowly drawn page show one time.
     */
    shown(): number {
      if (listeners.size === 0) turnOver()
      return shown
    },
    /**
     * Takes a `serverTime` of an answer. `sentAt` and `receivedAt` are this browser's milliseconds;
     * the shorter the round trip, the better the estimate. For a pushed message they are equal.
     */
    observe(serverTime: string, sentAt: number, receivedAt: number): void {
      const server = Date.parse(serverTime)
      if (Number.isNaN(server)) return
      const pushed = sentAt === receivedAt
      const estimate = server - (sentAt + receivedAt) / 2
      const trip = pushed ? 1_000 : receivedAt - sentAt
      if (trip <= roundTrip || Math.abs(estimate - offset) > CLOCK_JUMP_MS + trip / 2) {
        offset = estimate
        roundTrip = trip
        tick()
      }
    },
    /** Calls the listener once a second while the page is visible. */
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      if (listeners.size === 1) {
        stopWatching = edges.visibility.onChange(() => {
          if (!edges.visibility.isHidden()) tick()
          else schedule()
        })
        schedule()
      }
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return
        stopWatching?.()
        stopWatching = null
        schedule()
      }
    },
  }
}
