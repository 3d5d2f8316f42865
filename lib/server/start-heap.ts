import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock } from '#lib/kube/transport/clock.ts'

/** Percent by which old objects grow until V8 collects them. Almost all that a start reads stays. */
const GROWTH = { start: 300, atWork: 30 }
/** Milliseconds in which those who wait for a live feed are answered: collecting takes as long. */
const REST_MS = 100
/** Longest start: after it V8 collects as often as at work, also without a live feed. */
const LONGEST_MS = 60_000

/**
 * Lets V8 collect seldom while the first lists are read. Returns the end of the start: soon
 * after it V8 collects what the start left, and more often from then on.
 */
export function growDuringStart(clock: Clock): () => void {
  grow(GROWTH.start)
  const cancel = clock.after(LONGEST_MS, settle)
  let hasEnded = false
  return () => {
    if (hasEnded) return
    hasEnded = true
    cancel()
    clock.after(REST_MS, settle)
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
