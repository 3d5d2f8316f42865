import type { World } from '#lib/csr/world.ts'
import type { Clock } from '#lib/kube/clock.ts'

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
  /** CIDR prefixes of Services. */
  readonly serviceNetworks: (signal: AbortSignal) => Promise<readonly string[]>
  readonly clock: Clock
  /** It has answered, or failed to. */
  readonly onAsked: () => void
}

/** Networks of Services can be added to a running cluster, and an answer can be lost. */
export const AGAIN_MS = { afterAnswer: 5 * 60 * 1000, afterError: 2_000 } as const

/** Tells the world, and keeps asking: what was known stands while an asking fails. */
export function keepReserved(options: ReservedOptions): ReservedKeeper {
  const { world, clock, onAsked } = options
  const apiServerHosts = [options.apiServerHost]
  const stopping = new AbortController()
  let asking = false
  let wasAsked = false
  let cancel = () => {}

  async function ask(): Promise<void> {
    if (asking || stopping.signal.aborted) return
    asking = true
    cancel()
    try {
      const serviceNetworks = await options.serviceNetworks(stopping.signal)
      world.setReserved({ apiServerHosts, serviceNetworks })
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

  world.setReserved({ apiServerHosts, serviceNetworks: [] })
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
