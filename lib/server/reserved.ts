import type { World } from '#lib/csr/world.ts'
import type { Clock } from '#lib/kube/clock.ts'
import { type Asking, keepAsking } from '#lib/kube/keep-asking.ts'
import { AGAIN_MS, type ServiceNetworks } from '#lib/kube/service-networks.ts'

/** What belongs to the cluster itself, as far as the API server tells. */
export interface ReservedKeeper extends Asking {
  /** Whether it was asked once, and has answered or failed to. */
  readonly wasAsked: boolean
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

/** Tells the world, and keeps asking: what was known stands while an asking fails. */
export function keepReserved(options: ReservedOptions): ReservedKeeper {
  const { world, serviceNetworks, clock, onAsked } = options
  let wasAsked = false
  const asking = keepAsking(clock, async (signal) => {
    const networks = await serviceNetworks.ask(signal).catch(() => null)
    if (networks !== null) tell(networks)
    wasAsked = true
    if (!signal.aborted) onAsked()
    return networks === null ? AGAIN_MS.afterError : AGAIN_MS.afterAnswer
  })

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
    ...asking,
  }
}
