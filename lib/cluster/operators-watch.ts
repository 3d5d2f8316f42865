import type { Follow } from '#lib/cluster/sources.ts'
import type { ClusterOperator } from '#lib/csr/model.ts'
import { CLUSTER_OPERATORS } from '#lib/kube/objects/resources.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { Intake } from '#lib/kube/watch/intake.ts'
import type { Reflector, ReflectorState } from '#lib/kube/watch/reflector.ts'
import { connecting } from '#lib/kube/watch/reflector-state.ts'
import { isSettled, standing } from '#lib/kube/watch/source-states.ts'

/** The operators of an OpenShift cluster, which no verdict depends on. */
export class OperatorsWatch {
  readonly #byUid = new Map<string, ClusterOperator>()
  readonly #reflector: Reflector
  #state: ReflectorState
  #settled: ReflectorState
  #wasLive = false
  #current: readonly ClusterOperator[] = []

  constructor({
    follow,
    intake,
    clock,
    onState,
    onOperators,
  }: {
    readonly follow: Follow
    readonly intake: Intake
    readonly clock: Clock
    readonly onState: () => void
    readonly onOperators: () => void
  }) {
    this.#state = connecting(new Date(clock.now()).toISOString())
    this.#settled = this.#state
    const changed = () => {
      this.#current = [...this.#byUid.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
      onOperators()
    }
    const store = {
      state: (state: ReflectorState) => {
        this.#setState(state)
        onState()
      },
      upsert: (operator: ClusterOperator) => {
        this.#byUid.set(operator.uid, operator)
        changed()
      },
      remove: (uid: string) => {
        if (this.#byUid.delete(uid)) changed()
      },
    }
    this.#reflector = follow(CLUSTER_OPERATORS, intake.sinkFor(store, 'inTurn'))
  }

  get state(): ReflectorState {
    return this.#state
  }

  get wasLive(): boolean {
    return this.#wasLive
  }

  /** The operators, sorted by name. */
  get current(): readonly ClusterOperator[] {
    return this.#current
  }

  retryNow(): void {
    this.#reflector.retryNow()
  }

  stop(): Promise<void> {
    return this.#reflector.stop()
  }

  #setState(state: ReflectorState): void {
    this.#state = standing(this.#settled, state)
    this.#wasLive ||= state.state === 'live'
    if (isSettled(this.#state)) this.#settled = this.#state
  }
}
