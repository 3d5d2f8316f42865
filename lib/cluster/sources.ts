import {
  type Followed,
  type FollowedSources,
  type Knowledge,
  unreadSource,
  type WhoseRules,
  type WorldSource,
} from '#lib/cluster/why-not-known.ts'
import type { Csr, MachineObject } from '#lib/csr/model.ts'
import { type CsrSource, KUBELET_SOURCES, type KubeletSource } from '#lib/csr/names.ts'
import { isPending } from '#lib/csr/status.ts'
import type { FollowedRequests, World } from '#lib/csr/world/world.ts'
import { CLIENT_CSRS, OTHER_CSRS, SERVING_CSRS } from '#lib/kube/objects/csr-parts.ts'
import {
  CLUSTER_API_MACHINES,
  NODES,
  OPENSHIFT_MACHINES,
  type Resource,
} from '#lib/kube/objects/resources.ts'
import type { Readiness } from '#lib/kube/reads/readiness.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { Intake, QueueName, Store } from '#lib/kube/watch/intake.ts'
import type { Reflector, ReflectorState, Sink } from '#lib/kube/watch/reflector.ts'
import { connecting } from '#lib/kube/watch/reflector-state.ts'
import { isReadable, isSettled, readableFrom, standing } from '#lib/kube/watch/source-states.ts'
import { type StoreWatch, watchStore } from '#lib/kube/watch/store-watch.ts'

/** Starts one reflector as one identity. */
export type Follow = <T>(resource: Resource<T>, sink: Sink<T>) => Reflector

/** Takes the requests' events on their way to the world. */
export interface RequestStore {
  /** Takes a request; `isLive` is false while its source is not watched, as after a lost connection. */
  upsert(csr: Csr, isLive: boolean): void
  remove(uid: string, isLive: boolean): void
  /** Tells that requests may no longer be read. */
  forget(): void
}

export interface SourcesOptions {
  readonly follow: Follow
  readonly intake: Intake
  readonly world: World
  readonly requests: RequestStore
  /** The one by whose rules the functions of `why-not-known.ts` answer. */
  readonly decider: WhoseRules
  /** Address of the API server. */
  readonly server: string
  /** Asks whether the API server reaches etcd; see StoreWatchOptions. */
  readonly askStore: (signal: AbortSignal) => Promise<Readiness>
  readonly clock: Clock
  /** Tells that the world has another state of a source. */
  readonly onState?: () => void
  /** Tells that the API server no longer reaches etcd, or does again. */
  readonly onStore?: () => void
}

/** Keeps the world equal to the API server. The functions of `why-not-known.ts` answer whether it is. */
export class Sources implements Knowledge {
  readonly decider: WhoseRules
  readonly server: string
  readonly intake: Intake
  readonly store: StoreWatch
  readonly #options: SourcesOptions
  readonly #startedAt: number
  readonly #delivered: Record<WorldSource, ReflectorState>
  /** Last settled state of each source. */
  readonly #settled: Record<WorldSource, ReflectorState>
  readonly #wereLive = new Set<WorldSource>()
  readonly #reflectors: Readonly<Record<WorldSource, Reflector>>

  constructor(options: SourcesOptions) {
    this.#options = options
    const { clock, askStore, onStore = () => {} } = options
    this.decider = options.decider
    this.server = options.server
    this.intake = options.intake
    this.#startedAt = clock.passed()
    const initial = connecting(new Date(clock.now()).toISOString())
    this.#delivered = {
      clientCsrs: initial,
      servingCsrs: initial,
      otherCsrs: initial,
      nodes: initial,
      openshiftMachines: initial,
      clusterApiMachines: initial,
    }
    this.#settled = { ...this.#delivered }
    this.#reflectors = this.#follow()
    this.store = watchStore({ ask: askStore, clock, onChange: onStore })
  }

  /** Each source as the world has it. */
  readonly delivered: FollowedSources = (source) => this.#followed(source, this.#delivered[source])

  readonly latest: FollowedSources = (source) => {
    const state = this.#standing(source, this.#reflectors[source].state)
    // The world hears that a source is absent after its objects have gone, one by one.
    const isStillThere = state.state === 'absent' && this.#delivered[source].state !== 'absent'
    return this.#followed(source, isStillThere ? { ...state, state: 'connecting' } : state)
  }

  get waitedMs(): number {
    return this.#options.clock.passed() - this.#startedAt
  }

  /** The kubelet source with too many requests; null for none. */
  tooMany(): KubeletSource | null {
    return KUBELET_SOURCES.find((kind) => this.#delivered[kind].state === 'tooMany') ?? null
  }

  /** The source to report: the first that is not read, or a live one of the kubelets' requests. */
  telling(): WorldSource {
    const followed = KUBELET_SOURCES.find((kind) => this.#delivered[kind].state === 'live')
    return unreadSource(this.delivered, this.decider) ?? followed ?? 'clientCsrs'
  }

  /** RFC 3339 time of the last news of a source; null before any. */
  lastHeardAt(source: WorldSource): string | null {
    return this.#reflectors[source].state.lastHeardAt
  }

  retryNow(): void {
    for (const reflector of Object.values(this.#reflectors)) reflector.retryNow()
  }

  async stop(): Promise<void> {
    this.store.stop()
    await Promise.all(Object.values(this.#reflectors).map((reflector) => reflector.stop()))
  }

  #followed(source: WorldSource, state: ReflectorState): Followed {
    return { state, wasLive: this.#wereLive.has(source) }
  }

  /**
   * The state of a source as pages show it. While the API server does not answer, only the kubelets'
   * requests say so: every other source keeps its last settled state.
   */
  #standing(source: WorldSource, state: ReflectorState): ReflectorState {
    return isKubelets(source) ? state : standing(this.#settled[source], state)
  }

  #setState(source: WorldSource, reported: ReflectorState): void {
    const { requests, world, onState } = this.#options
    const state = this.#standing(source, reported)
    this.#delivered[source] = state
    if (state.state === 'live') this.#wereLive.add(source)
    if (isKubelets(source) && state.state === 'forbidden') requests.forget()
    // A lost source keeps its last objects: no decision is made by them, and without them a suspicious
    // request would no longer look suspicious.
    if (isSettled(state)) this.#settled[source] = state
    const { nodes, openshiftMachines, clusterApiMachines } = this.#settled
    world.setFollowed(this.#followedRequests())
    world.setReadable(readableFrom(nodes, [openshiftMachines, clusterApiMachines]))
    onState?.()
  }

  /**
   * Requests wait behind Nodes and Machines, and take turns. Those of other signers wait behind the
   * kubelets' (docs/decisions/0031-requests-by-signer.md).
   */
  #follow(): Readonly<Record<WorldSource, Reflector>> {
    const { follow, intake, world } = this.#options
    const stateOf = (source: WorldSource) => ({
      state: (state: ReflectorState) => this.#setState(source, state),
    })
    const machines = (source: WorldSource) =>
      intake.sinkFor<MachineObject>(
        {
          upsert: (machine) => world.upsertMachineObject(machine),
          remove: (uid) => world.removeMachineObject(uid),
          ...stateOf(source),
        },
        'ahead',
      )
    const nodes = {
      upsert: world.upsertNode.bind(world),
      remove: world.removeNode.bind(world),
      putAside: world.putNodeAside.bind(world),
      ...stateOf('nodes'),
    }
    const requests = (source: CsrSource, place: QueueName) =>
      intake.sinkFor<Csr>(
        {
          ...this.#requestsOf(source),
          requestorOf: requestorOfNew,
          inOrder: oldestFirst,
          // The feed may be live before the list of other signers: no part of it is shown early.
          early: isKubelets(source) ? EARLY : 0,
          ...stateOf(source),
        },
        place,
      )
    return {
      // The smaller lists first: they are then there when the requests are judged.
      nodes: follow(NODES, intake.sinkFor(nodes, 'ahead')),
      openshiftMachines: follow(OPENSHIFT_MACHINES, machines('openshiftMachines')),
      clusterApiMachines: follow(CLUSTER_API_MACHINES, machines('clusterApiMachines')),
      clientCsrs: follow(CLIENT_CSRS, requests('clientCsrs', 'inTurn')),
      servingCsrs: follow(SERVING_CSRS, requests('servingCsrs', 'inTurn')),
      otherCsrs: follow(OTHER_CSRS, requests('otherCsrs', 'last')),
    }
  }

  #requestsOf(source: CsrSource): Pick<Store<Csr>, 'upsert' | 'remove'> {
    const { requests, world } = this.#options
    const isLive = () => this.#delivered[source].state === 'live'
    return {
      upsert: (csr) => requests.upsert(csr, isLive()),
      remove: (uid) => {
        // A request that is no longer followed may still exist in the cluster.
        if (leavesOut(this.#delivered[source])) world.leaveOut(uid)
        else requests.remove(uid, isLive())
      },
    }
  }

  /**
   * The requests that are followed in full. A lost source of kubelets' requests does not change the
   * answer: nothing is decided while it is lost.
   */
  #followedRequests(): FollowedRequests {
    const { otherCsrs } = this.#delivered
    const isPart = KUBELET_SOURCES.map((kind) => this.#delivered[kind]).some(
      (state) => state.state === 'connecting' || leavesOut(state),
    )
    if (isPart) return 'some'
    return isReadable(otherCsrs) && !leavesOut(otherCsrs) ? 'all' : 'kubelets'
  }
}

function isKubelets(source: WorldSource): source is KubeletSource {
  return source === 'clientCsrs' || source === 'servingCsrs'
}

/** Whether the source leaves out some or all of its requests, as they are too many. */
function leavesOut({ state, leftOut }: ReflectorState): boolean {
  return state === 'tooMany' || leftOut !== null
}

/** Requests of a kubelet's signer that are shown before its first list is whole. */
const EARLY = 25

/**
 * The requestor whose turn a new request waits for; null for a decided request, which is read at
 * once because other requests are judged by it.
 */
function requestorOfNew(csr: Csr): string | null {
  return isPending(csr) ? csr.requestor.username : null
}

/** The oldest request runs out first. Groups cost less than a comparison of each two requests. */
function oldestFirst(csrs: readonly Csr[]): readonly Csr[] {
  const ofTime = Map.groupBy(csrs, ({ createdAt }) => createdAt)
  return [...ofTime.keys()].sort().flatMap((time) => ofTime.get(time) ?? [])
}
