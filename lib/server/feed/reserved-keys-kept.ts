import type { World } from '#lib/csr/world/world.ts'
import type { ServerNames } from '#lib/kube/reads/server-names.ts'
import { AGAIN_MS, type ServiceNetworks } from '#lib/kube/reads/service-networks.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { type Asking, keepAsking } from '#lib/kube/transport/keep-asking.ts'

/** What belongs to the cluster itself, as far as the API server tells. */
export interface ReservedKeeper extends Asking {
  /** Whether it was asked once, and has answered or failed to. */
  readonly wasAsked: boolean
}

export interface ReservedOptions {
  readonly world: Pick<World, 'setReserved'>
  readonly apiServerHost: string
  readonly apiServerNames: Pick<ServerNames, 'current' | 'subscribe'>
  readonly serviceNetworks: AskedNetworks
  readonly clock: Clock
  /** It has answered, or failed to, or presents a certificate with other names. */
  readonly onChange: () => void
}

export interface AskedNetworks {
  /** Before the API server was asked, and while it fails to answer. */
  readonly configured: ServiceNetworks
  readonly ask: (signal: AbortSignal) => Promise<ServiceNetworks>
}

/** Tells the world, and keeps asking: what was known stands while an asking fails. */
export function keepReserved(options: ReservedOptions): ReservedKeeper {
  const { world, apiServerNames, serviceNetworks, clock, onChange } = options
  let wasAsked = false
  let known = serviceNetworks.configured
  const asking = keepAsking(clock, async (signal) => {
    const networks = await serviceNetworks.ask(signal).catch(() => null)
    known = networks ?? known
    wasAsked = true
    if (!signal.aborted) told()
    return networks === null ? AGAIN_MS.afterError : AGAIN_MS.afterAnswer
  })

  function tell(): void {
    world.setReserved({
      apiServerHosts: [options.apiServerHost, ...(apiServerNames.current() ?? [])],
      serviceNetworks: known.prefixes,
      areNetworksTold: known.areTold,
    })
  }

  function told(): void {
    tell()
    onChange()
  }

  const undo = apiServerNames.subscribe(told)
  tell()
  return {
    get wasAsked() {
      return wasAsked
    },
    now: asking.now,
    stop() {
      undo()
      asking.stop()
    },
  }
}
