import { createPump, type PumpOptions } from '#lib/cluster/pump.ts'
import { Sources, type SourcesOptions } from '#lib/cluster/sources.ts'
import { whyListsAwaited } from '#lib/cluster/why-not-known.ts'
import {
  keepReserved,
  type ReservedKeeper,
  type ReservedOptions,
} from '#lib/kube/reads/reserved-keeper.ts'
import { createIntake, type Intake } from '#lib/kube/watch/intake.ts'

export interface FollowedWorldOptions
  extends Omit<SourcesOptions, 'intake' | 'onStore'>,
    Pick<ReservedOptions, 'apiServerHost' | 'apiServerNames' | 'serviceNetworks'>,
    Omit<PumpOptions, 'intake' | 'isReading'> {
  /** Hears that the networks of Services could not be asked for. */
  readonly onUnreserved?: ReservedOptions['onError']
}

/**
 * The world of one cluster, for either program: what arrives goes into it, and the program derives
 * its answers from it a slice at a time.
 */
export class FollowedWorld {
  readonly intake: Intake
  readonly sources: Sources
  readonly reserved: ReservedKeeper
  readonly #pump: ReturnType<typeof createPump>

  constructor(options: FollowedWorldOptions) {
    const { world, clock, onError, onUnreserved = () => {} } = options
    const { apiServerHost, apiServerNames, serviceNetworks } = options
    this.intake = createIntake({ passed: clock.passed, onArrival: this.wake, onError })
    this.sources = new Sources({ ...options, intake: this.intake, onStore: this.wake })
    const { intake, sources } = this
    this.#pump = createPump({
      ...options,
      intake,
      isReading: () => whyListsAwaited(sources) !== null,
    })
    this.reserved = keepReserved({
      ...{ world, apiServerHost, apiServerNames, serviceNetworks, clock },
      onChange: this.wake,
      onError: onUnreserved,
    })
  }

  /** Tells that there may be something to derive. */
  readonly wake = (): void => this.#pump.wake()

  /** Milliseconds since the oldest event arrived that is being derived from; 0 without one. */
  ageMs(): number {
    return this.#pump.ageMs()
  }

  async stop(): Promise<void> {
    this.#pump.stop()
    this.reserved.stop()
    await this.sources.stop()
  }
}
