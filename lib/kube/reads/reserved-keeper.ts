import type { World } from '#lib/csr/world/world.ts'
import { AGAIN_MS, type ServiceNetworks } from '#lib/kube/reads/service-networks.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { keepAsking, type RepeatedQuestion } from '#lib/kube/transport/keep-asking.ts'
import type { ServerNames } from '#lib/kube/transport/server-names.ts'

/** Names and networks of the cluster itself, which no machine may ask for. */
export interface ReservedKeeper extends RepeatedQuestion {
  /** Whether the API server was asked once, and has answered or failed to. */
  readonly wasAsked: boolean
  readonly wasAnswered: boolean
}

export interface ReservedOptions {
  readonly world: Pick<World, 'setReserved'>
  /** Host of the API server: no machine may ask for that name. */
  readonly apiServerHost: string
  /** Names in the API server's certificate: no machine may ask for those either. */
  readonly apiServerNames: Pick<ServerNames, 'current' | 'subscribe'>
  readonly serviceNetworks: {
    /** Networks before the first answer. */
    readonly configured: ServiceNetworks
    readonly ask: (signal: AbortSignal) => Promise<ServiceNetworks>
  }
  readonly clock: Clock
  /** The API server has answered, or failed to, or presents a certificate with other names. */
  readonly onChange: () => void
  readonly onError?: (error: unknown) => void
}

/** Keeps the world's reserved keys up to date; the last answer stays while the API server fails. */
export function keepReserved(options: ReservedOptions): ReservedKeeper {
  const { world, apiServerNames, serviceNetworks, clock, onChange, onError } = options
  let wasAsked = false
  let wasAnswered = false
  let known = serviceNetworks.configured
  const asking = keepAsking(clock, async (signal) => {
    let again = AGAIN_MS.afterAnswer
    try {
      known = await serviceNetworks.ask(signal)
      wasAnswered = true
    } catch (error) {
      again = AGAIN_MS.afterError
      if (!signal.aborted) onError?.(error)
    }
    wasAsked = true
    if (!signal.aborted) changed()
    return again
  })

  function reserve(): void {
    world.setReserved({
      apiServerHosts: [options.apiServerHost, ...(apiServerNames.current() ?? [])],
      serviceNetworks: known.prefixes,
      areNetworksKnown: known.areKnown,
    })
  }

  function changed(): void {
    reserve()
    onChange()
  }

  const undo = apiServerNames.subscribe(changed)
  reserve()
  return {
    get wasAsked() {
      return wasAsked
    },
    get wasAnswered() {
      return wasAnswered
    },
    now: asking.now,
    stop() {
      undo()
      asking.stop()
    },
  }
}
