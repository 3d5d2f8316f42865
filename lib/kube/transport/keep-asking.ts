import type { Clock } from '#lib/kube/transport/clock.ts'

/** Something that is asked again and again. */
export interface Asking {
  /** Asks now, if it is not being asked. */
  now(): void
  stop(): void
}

/** Once at a time, and not before the first `now`. `ask` never rejects: milliseconds until the next. */
export function keepAsking(clock: Clock, ask: (signal: AbortSignal) => Promise<number>): Asking {
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
