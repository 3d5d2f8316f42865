import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock } from '#lib/kube/transport/clock.ts'

/**
 * Percent by which old objects grow until V8 collects them. A start keeps almost all that it reads.
 */
const GROWTH = { start: 300, atWork: 30 }
/** Most bytes of that growth at work. */
const MOST_GROWTH = 100e6

/**
 * Makes V8 collect seldom while the first lists are read. Soon after the start's end V8 collects
 * its garbage, and collects more often from then on.
 */
export function growDuringStart(clock: Clock): {
  /** Ends the start, when the feed is live. */
  end(): void
  /** Resolves soon after the end, when V8 has begun to collect; never by time alone. */
  readonly ended: Promise<void>
} {
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  grow(GROWTH.start)
  // Longest start: after it V8 collects as often as usual, also without a live feed. On a busy
  // machine the largest cluster takes minutes, in which V8 would else collect five times more.
  const cancel = clock.after(5 * 60_000, settle)
  let hasEnded = false
  return {
    ended,
    end() {
      if (hasEnded) return
      hasEnded = true
      cancel()
      // Milliseconds in which callers that wait for a live feed are answered: collecting blocks.
      clock.after(100, () => {
        settle()
        resolve()
      })
    },
  }
}

function settle(): void {
  const most = Math.floor((100 * MOST_GROWTH) / process.memoryUsage().heapUsed)
  grow(Math.min(GROWTH.atWork, most))
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')({ type: 'major', execution: 'async' })
}

function grow(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`)
}
