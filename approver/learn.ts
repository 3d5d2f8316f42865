import type { Clock } from '#lib/kube/clock.ts'
import type { ServiceNetworks } from '#lib/kube/service-networks.ts'

/** What the API server is asked once, and again now and then. */
export interface Learned {
  /** Who this process is to the API server; '' where it does not say. */
  readonly username: string
  readonly serviceNetworks: ServiceNetworks
}

export interface LearnOptions {
  readonly clock: Clock
  readonly whoAmI: (signal: AbortSignal) => Promise<string>
  readonly serviceNetworks: (signal: AbortSignal) => Promise<ServiceNetworks>
  readonly onLearned: (learned: Learned) => void
  readonly onError: (error: unknown) => void
}

const AGAIN_MS = { afterError: 2_000, afterSuccess: 5 * 60 * 1000 } as const

/** Asks until it is answered; what was learned stands while a later asking fails. */
export function learn(options: LearnOptions): { learned(): Learned | null; stop(): void } {
  const { clock, onLearned, onError } = options
  const stopping = new AbortController()
  let learned: Learned | null = null
  let cancel = () => {}

  async function ask(): Promise<void> {
    try {
      const { signal } = stopping
      const [username, serviceNetworks] = await Promise.all([
        options.whoAmI(signal),
        options.serviceNetworks(signal),
      ])
      learned = { username, serviceNetworks }
      if (!signal.aborted) onLearned(learned)
      plan(AGAIN_MS.afterSuccess)
    } catch (error) {
      if (stopping.signal.aborted) return
      onError(error)
      plan(AGAIN_MS.afterError)
    }
  }

  function plan(ms: number): void {
    if (!stopping.signal.aborted) cancel = clock.after(ms, () => void ask())
  }

  void ask()
  return {
    learned: () => learned,
    stop() {
      stopping.abort()
      cancel()
    },
  }
}
