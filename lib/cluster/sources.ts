import {
  type Decider,
  type Followed,
  type FollowedSources,
  type Knowledge,
  lostSource,
  type Reason,
  whyNotJudged,
  whyNotKnown,
  whyNotRead,
} from '#lib/cluster/why-not-known.ts'
import type { Csr } from '#lib/csr/model.ts'
import { type CsrSource, KUBELET_SOURCES, type KubeletSource } from '#lib/csr/names.ts'
import type { World } from '#lib/csr/world/world.ts'
import type { Readiness } from '#lib/kube/reads/readiness.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { Intake, Store } from '#lib/kube/watch/intake.ts'
import type { Reflector, ReflectorState } from '#lib/kube/watch/reflector.ts'
import { connecting, isSettled, readableFrom, standing } from '#lib/kube/watch/source-states.ts'
import { type StoreWatch, watchStore } from '#lib/kube/watch/store-watch.ts'
import {
  areOthersAwaited,
  type Follow,
  followWorld,
  isNoneLeftOut,
  type WorldSource,
} from '#lib/kube/watch/world-sources.ts'

/** Takes the requests' events on their way to the world. */
export interface RequestStore {
  /** `isLive` false: the cluster has gone on unwatched. */
  upsert(csr: Csr, isLive: boolean): void
  remove(uid: string, isLive: boolean): void
  /** Requests may no longer be read. */
  forget(): void
}

export interface SourcesOptions {
  readonly follow: Follow
  readonly intake: Intake
  readonly world: World
  readonly requests: RequestStore
  /** Whose rules `whyNotKnown` answers by. */
  readonly decider: Decider
  /** Address of the API server. */
  readonly server: string
  /** Asks whether the API server reaches etcd; see StoreWatchOptions. */
  readonly askStore: (signal: AbortSignal) => Promise<Readiness>
  readonly clock: Clock
  /** The world has another state of a source. */
  readonly onState?: () => void
  /** The API server reaches etcd no longer, or again. */
  readonly onStore?: () => void
}

/** Keeps the world equal to the API server, and answers whether it is. */
export class Sources {
  readonly #options: SourcesOptions
  readonly #startedAt: number
  readonly #told: Record<WorldSource, ReflectorState>
  /** Last settled state of each source. */
  readonly #settled: Record<WorldSource, ReflectorState>
  readonly #wereLive = new Set<WorldSource>()
  readonly #reflectors: Readonly<Record<WorldSource, Reflector>>
  readonly #store: StoreWatch

  constructor(options: SourcesOptions) {
    this.#options = options
    const { clock, follow, intake, world, askStore, onStore = () => {} } = options
    this.#startedAt = clock.passed()
    const initial = connecting(new Date(clock.now()).toISOString())
    this.#told = {
      clientCsrs: initial,
      servingCsrs: initial,
      otherCsrs: initial,
      nodes: initial,
      openshiftMachines: initial,
      clusterApiMachines: initial,
    }
    this.#settled = { ...this.#told }
    this.#reflectors = followWorld({
      follow,
      intake,
      world,
      csrs: (source) => this.#requestsOf(source),
      onState: (source, state) => this.#setState(source, state),
    })
    this.#store = watchStore({ ask: askStore, clock, onChange: onStore })
  }

  /** Each source as the world has it. */
  readonly told: FollowedSources = (source) => this.#followed(source, this.#told[source])

  readonly #latest: FollowedSources = (source) =>
    this.#followed(source, this.#standing(source, this.#reflectors[source].state))

  /** Reason that nothing may be decided by the world now; null while it is known. */
  whyNotKnown(): Reason | null {
    return whyNotKnown(this.#known(), this.#options.decider)
  }

  /** Reason that a source is not read well enough; lists and changes may still wait. */
  whyNotRead(): Reason | null {
    return whyNotRead(this.#known(), this.#options.decider)
  }

  /** Reason that requests cannot be judged, also while they themselves reconnect. */
  whyNotJudged(): Reason | null {
    return whyNotJudged(this.#known(), this.#options.decider)
  }

  /** Whether the first list of the other signers' requests may come yet. */
  areOthersAwaited(): boolean {
    return areOthersAwaited(this.#told.otherCsrs, this.#waitedMs())
  }

  /** The API server does not reach etcd. */
  get isStoreSilent(): boolean {
    return this.#store.isSilent
  }

  /** Kubelet source with too many requests; null for none. */
  tooMany(): KubeletSource | null {
    return KUBELET_SOURCES.find((kind) => this.#told[kind].state === 'tooMany') ?? null
  }

  /** Source to report: the first that is not read, or a live one of the kubelets' requests. */
  telling(): WorldSource {
    const followed = KUBELET_SOURCES.find((kind) => this.#told[kind].state === 'live')
    return lostSource(this.told, this.#options.decider) ?? followed ?? 'clientCsrs'
  }

  /** RFC 3339 time of the last news of a source; null before any. */
  lastHeardAt(source: WorldSource): string | null {
    return this.#reflectors[source].state.lastHeardAt
  }

  retryNow(): void {
    for (const reflector of Object.values(this.#reflectors)) reflector.retryNow()
  }

  async stop(): Promise<void> {
    this.#store.stop()
    await Promise.all(Object.values(this.#reflectors).map((reflector) => reflector.stop()))
  }

  #known(): Knowledge {
    const { intake, server } = this.#options
    return {
      told: this.told,
      latest: this.#latest,
      intake,
      server,
      store: this.#store,
      waitedMs: this.#waitedMs(),
    }
  }

  #waitedMs(): number {
    return this.#options.clock.passed() - this.#startedAt
  }

  #followed(source: WorldSource, state: ReflectorState): Followed {
    return { state, wasLive: this.#wereLive.has(source) }
  }

  /** The kubelets' requests report that the API server does not answer. */
  #standing(source: WorldSource, state: ReflectorState): ReflectorState {
    return isKubelets(source) ? state : standing(this.#settled[source], state)
  }

  #setState(source: WorldSource, told: ReflectorState): void {
    const { requests, world, onState } = this.#options
    const state = this.#standing(source, told)
    this.#told[source] = state
    if (state.state === 'live') this.#wereLive.add(source)
    if (isKubelets(source) && state.state === 'forbidden') requests.forget()
    // A lost source keeps its last objects: no decision is made by them, and without them a suspicious
    // request would no longer look suspicious.
    if (isSettled(state)) this.#settled[source] = state
    const { nodes, openshiftMachines, clusterApiMachines } = this.#settled
    world.setReadable(readableFrom(nodes, [openshiftMachines, clusterApiMachines]))
    onState?.()
  }

  #requestsOf(source: CsrSource): Pick<Store<Csr>, 'upsert' | 'remove'> {
    const { requests, world } = this.#options
    const isLive = () => this.#told[source].state === 'live'
    return {
      upsert: (csr) => requests.upsert(csr, isLive()),
      remove: (uid) => {
        // The cluster may still have a request that is left out: it did not end.
        if (!isNoneLeftOut(this.#told[source])) world.leaveOut(uid)
        else requests.remove(uid, isLive())
      },
    }
  }
}

function isKubelets(source: WorldSource): source is KubeletSource {
  return source === 'clientCsrs' || source === 'servingCsrs'
}
