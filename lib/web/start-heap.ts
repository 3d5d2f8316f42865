import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock } from '#lib/kube/transport/clock.ts'

/** Percent by which old objects grow until V8 collects them. Almost all that a start reads stays. */
const GROWTH = { start: 300, atWork: 30 }
/** Milliseconds in which those who wait for a live feed are answered: collecting takes as long. */
const REST_MS = 100
/** Longest start: after it V8 collects as often as at work, also without a live feed. */
const LONGEST_MS = 60_000

export interface HeapStart {
  /** Ends the start: the feed is live. */
  end(): void
  /** Resolves soon after its end, when V8 has begun to collect; never by time alone. */
  readonly ended: Promise<void>
}

/**
 * Lets V8 collect seldom while the first lists are read: soon after the start's end V8 collects
 * what it left, and more often from then on.
 */
export function growDuringStart(clock: Clock): HeapStart {
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  grow(GROWTH.start)
  const cancel = clock.after(LONGEST_MS, settle)
  let hasEnded = false
  return {
    ended,
    end() {
      if (hasEnded) return
      hasEnded = true
      cancel()
      clock.after(REST_MS, () => {
        settle()
        resolve()
      })
    },
  }
}

function settle(): void {
  grow(GROWTH.atWork)
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')({ type: 'major', execution: 'async' })
}

function grow(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`)
}
