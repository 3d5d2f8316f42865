import type { Clock } from '#lib/kube/transport/clock.ts'

export interface ReadLatestOptions<Reading> {
  /** Never rejects. A reading with `failed` says nothing of the text. */
  readonly read: (text: string, signal: AbortSignal) => Promise<Reading>
  /** What the latest text says, or that it could not be read. */
  readonly onReading: (reading: Reading) => void
  readonly clock: Clock
}

export interface LatestReading {
  /** This is the text now, null while there is none; whatever is being read of another is given up. */
  show(text: string | null): void
  /** Resolves when nothing is being read of the text that is the latest at the call. */
  settled(): Promise<void>
  stop(): void
}

/**
 * Until a text that could not be read is tried again, and how far that doubles: one that can never
 * be read in time costs ten seconds of a processor each time.
 */
const FIRST_TRY_MS = 30_000
const LAST_TRY_MS = 16 * 60_000

/**
 * What the latest of several texts says, however long reading takes. A reading stands, good or bad,
 * for as long as the text is the same; only one that failed is tried again.
 */
export function readLatest<Reading extends object>(
  options: ReadLatestOptions<Reading>,
): LatestReading {
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
    const reading = mine.reading ?? (await read(text, signal))
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
