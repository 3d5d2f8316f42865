import type { Clock } from '#lib/kube/clock.ts'
import { keepAsking } from '#lib/kube/keep-asking.ts'
import { AGAIN_MS, type ServiceNetworks } from '#lib/kube/service-networks.ts'

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

/** Asks until it is answered; what was learned stands while a later asking fails. */
export function learn(options: LearnOptions): { learned(): Learned | null; stop(): void } {
  const { clock, onLearned, onError } = options
  let learned: Learned | null = null
  const asking = keepAsking(clock, async (signal) => {
    try {
      const [username, serviceNetworks] = await Promise.all([
        options.whoAmI(signal),
        options.serviceNetworks(signal),
      ])
      learned = { username, serviceNetworks }
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
