import type { World } from '#lib/csr/world.ts'
import type { Clock } from '#lib/kube/clock.ts'
import type { ServiceNetworks } from '#lib/kube/service-networks.ts'

/** What belongs to the cluster itself, as far as the API server tells. */
export interface ReservedKeeper {
  /** Whether it was asked once, and has answered or failed to. */
  readonly wasAsked: boolean
  /** Asks now, if it is not being asked. */
  ask(): void
  stop(): void
}

export interface ReservedOptions {
  readonly world: Pick<World, 'setReserved'>
  readonly apiServerHost: string
  readonly serviceNetworks: AskedNetworks
  readonly clock: Clock
  /** It has answered, or failed to. */
  readonly onAsked: () => void
}

export interface AskedNetworks {
  /** Before the API server was asked, and while it fails to answer. */
  readonly configured: ServiceNetworks
  readonly ask: (signal: AbortSignal) => Promise<ServiceNetworks>
}

/** Networks of Services can be added to a running cluster, and an answer can be lost. */
export const AGAIN_MS = { afterAnswer: 5 * 60 * 1000, afterError: 2_000 } as const

/** Tells the world, and keeps asking: what was known stands while an asking fails. */
export function keepReserved(options: ReservedOptions): ReservedKeeper {
  const { world, serviceNetworks, clock, onAsked } = options
  const stopping = new AbortController()
  let asking = false
  let wasAsked = false
  let cancel = () => {}

  async function ask(): Promise<void> {
    if (asking || stopping.signal.aborted) return
    asking = true
    cancel()
    try {
      tell(await serviceNetworks.ask(stopping.signal))
      plan(AGAIN_MS.afterAnswer)
    } catch {
      plan(AGAIN_MS.afterError)
    }
    asking = false
    wasAsked = true
    if (!stopping.signal.aborted) onAsked()
  }

  function plan(ms: number): void {
    if (!stopping.signal.aborted) cancel = clock.after(ms, () => void ask())
  }

  function tell({ prefixes, areTold }: ServiceNetworks): void {
    world.setReserved({
      apiServerHosts: [options.apiServerHost],
      serviceNetworks: prefixes,
      areNetworksTold: areTold,
    })
  }

  tell(serviceNetworks.configured)
  return {
    get wasAsked() {
      return wasAsked
    },
    ask: () => void ask(),
    stop() {
      stopping.abort()
      cancel()
    },
  }
}
