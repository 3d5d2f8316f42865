import type { Clock } from '#lib/kube/transport/clock.ts'

export interface LatestReading {
  /** Sets the current text (null for none) and aborts the reading of an earlier one. */
  show(text: string | null): void
  /** Resolves when the text that is current at the call has been read. */
  settled(): Promise<void>
  stop(): void
}

/**
 * Milliseconds until a failed reading is tried again, doubled up to the second value: a text that
 * never can be read costs ten seconds of a processor each time.
 */
const FIRST_TRY_MS = 30_000
const LAST_TRY_MS = 16 * 60_000

/**
 * Reads the latest of several texts. A reading is kept, good or bad, while the text stays the same;
 * only a failed one is tried again.
 */
export function readLatest<Reading extends object>(options: {
  /**
   * Never rejects. A reading with `failed` says nothing about the text. A reading that is no promise
   * is passed on within `show`.
   */
  readonly read: (text: string, signal: AbortSignal) => Reading | Promise<Reading>
  /** Called with the latest text's reading, or with its failure. */
  readonly onReading: (reading: Reading) => void
  readonly clock: Clock
}): LatestReading {
  const { read, onReading, clock } = options
  let latest: { readonly text: string; reading: Reading | null; failures: number } | null = null
  let superseded = new AbortController()
  let cancelTry = () => {}
  let settled: Promise<void> = Promise.resolve()

  function giveUp(): void {
    superseded.abort()
    cancelTry()
  }

  function show(text: string | null): void {
    giveUp()
    superseded = new AbortController()
    // The last one is kept when there is none: it may only be out of sight.
    settled = text === null ? Promise.resolve() : take(text, superseded.signal)
  }

  async function take(text: string, signal: AbortSignal): Promise<void> {
    if (latest?.text !== text) latest = { text, reading: null, failures: 0 }
    const mine = latest
    const begun = mine.reading ?? read(text, signal)
    const reading = begun instanceof Promise ? await begun : begun
    if (signal.aborted) return
    if ('failed' in reading) {
      const ms = Math.min(FIRST_TRY_MS * 2 ** mine.failures, LAST_TRY_MS)
      mine.failures += 1
      cancelTry = clock.after(ms, () => show(text))
    } else mine.reading = reading
    onReading(reading)
  }

  return { show, settled: () => settled, stop: giveUp }
}
