import type { Clock } from '#lib/kube/transport/clock.ts'

/** A question that is repeated. */
export interface RepeatedQuestion {
  /** Asks now, unless a question is under way. */
  now(): void
  stop(): void
}

/**
 * Asks one at a time, first at `now`. `ask` never rejects; it returns the milliseconds until the
 * next.
 */
export function keepAsking(
  clock: Clock,
  ask: (signal: AbortSignal) => Promise<number>,
): RepeatedQuestion {
  const stopping = new AbortController()
  const { signal } = stopping
  let isAsking = false
  let cancel = () => {}

  async function now(): Promise<void> {
    if (isAsking || signal.aborted) return
    isAsking = true
    cancel()
    const ms = await ask(signal)
    isAsking = false
    if (!signal.aborted) cancel = clock.after(ms, () => void now())
  }

  return {
    now: () => void now(),
    stop() {
      stopping.abort()
      cancel()
    },
  }
}
