import type { Readiness } from '#lib/kube/reads/readiness.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { keepAsking } from '#lib/kube/transport/keep-asking.ts'

export interface StoreWatch {
  /** Whether the API server reports a failure, or does not answer. */
  readonly isSilent: boolean
  stop(): void
}

const EVERY_MS = 10_000
/** Interval while it fails: watches resume as soon as etcd is back. */
const AGAIN_MS = 2_000
/** A single failure may be a hiccup. */
const NOS = 2

/**
 * Whether the API server reaches etcd. Without etcd its watches go on from memory, and silently
 * bring no more changes.
 */
export function watchStore({
  ask,
  clock,
  onChange,
}: {
  /** Never rejects; `unknown` raises no doubt. */
  readonly ask: (signal: AbortSignal) => Promise<Readiness>
  readonly clock: Clock
  readonly onChange: () => void
}): StoreWatch {
  let nos = 0
  const asking = keepAsking(clock, async (signal) => {
    const wasSilent = nos >= NOS
    const answer = await ask(signal)
    nos = answer === 'starting' ? nos + 1 : 0
    if (nos >= NOS !== wasSilent) onChange()
    return nos > 0 ? AGAIN_MS : EVERY_MS
  })
  const cancel = clock.after(EVERY_MS, asking.now)
  return {
    get isSilent() {
      return nos >= NOS
    },
    stop() {
      cancel()
      asking.stop()
    },
  }
}
