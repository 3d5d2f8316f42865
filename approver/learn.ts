import { AGAIN_MS, type ServiceNetworks } from '#lib/kube/reads/service-networks.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { keepAsking } from '#lib/kube/transport/keep-asking.ts'

/** Facts that are asked of the API server once, and again at intervals. */
export interface Learned {
  readonly serviceNetworks: ServiceNetworks
}

export interface LearnOptions {
  readonly clock: Clock
  /** Stores the answer itself. */
  readonly whoAmI: (signal: AbortSignal) => Promise<unknown>
  readonly serviceNetworks: (signal: AbortSignal) => Promise<ServiceNetworks>
  readonly onLearned: (learned: Learned) => void
  readonly onError: (error: unknown) => void
}

/** Asks until the API server answers. A failed later call keeps the known facts. */
export function learn(options: LearnOptions): { learned(): Learned | null; stop(): void } {
  const { clock, onLearned, onError } = options
  let learned: Learned | null = null
  const asking = keepAsking(clock, async (signal) => {
    try {
      const [, serviceNetworks] = await Promise.all([
        options.whoAmI(signal),
        options.serviceNetworks(signal),
      ])
      learned = { serviceNetworks }
      if (!signal.aborted) onLearned(learned)
      return AGAIN_MS.afterAnswer
    } catch (error) {
      if (!signal.aborted) onError(error)
      return AGAIN_MS.afterError
    }
  })
  asking.now()
  return { learned: () => learned, stop: asking.stop }
}
