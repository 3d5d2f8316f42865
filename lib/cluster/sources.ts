import type { RequestStore } from '#lib/cluster/history.ts'
import type { ClusterOperator, Csr } from '#lib/csr/model.ts'
import {
  type CsrSource,
  KUBELET_SIGNERS,
  KUBELET_SOURCES,
  type KubeletSource,
} from '#lib/csr/names.ts'
import type { World } from '#lib/csr/world/world.ts'
import {
  CLUSTER_API_MACHINES,
  CLUSTER_OPERATORS,
  CSRS,
  NODES,
  OPENSHIFT_MACHINES,
} from '#lib/kube/objects/resources.ts'
import type { Right } from '#lib/kube/reads/access-reviews.ts'
import type { Intake, Store } from '#lib/kube/watch/intake.ts'
import type { Reflector, ReflectorState } from '#lib/kube/watch/reflector.ts'
import {
  combine,
  connecting,
  isReadable,
  isSettled,
  readableFrom,
} from '#lib/kube/watch/source-states.ts'
import {
  areOthersAwaited,
  type Follow,
  followWorld,
  isNoneLeftOut,
  type WorldSource,
} from '#lib/kube/watch/world-sources.ts'
import { explainIfAny } from '#lib/refusals/explain.ts'
import type { Feed, FeedState, LeftOut, Source } from '#lib/wire/wire.ts'

export interface Sources {
  /** The same object until something in it changes. */
  feed(): Feed
  lastHeardAt(): string | null
  /** Whether requests and the sources they are judged by are live now, announced or not. */
  isLive(): boolean
  /** Whether each source that requests are judged by is known, or was never readable. */
  canJudge(): boolean
  /** Whether the first list of the other signers' requests may come yet. */
  areOthersAwaited(waitedMs: number): boolean
  /** Source that is not live, with its state; null while all are. */
  trouble(): string | null
  /** The right to list each source that was read. */
  viewRights(): readonly Right[]
  /** By name. */
  operators(): readonly ClusterOperator[]
  retryNow(): void
  stop(): Promise<void>
}

export interface SourcesOptions {
  readonly follow: Follow
  readonly intake: Intake
  readonly world: World
  /** Records each request before the world takes it. */
  readonly requests: RequestStore
  readonly now: () => number
  readonly onOperators: () => void
}

type Kind = WorldSource | 'operators'

const MACHINES = ['openshiftMachines', 'clusterApiMachines'] as const
const JUDGED_BY = ['nodes', ...MACHINES] as const

/** Sources with the right that reads them; requests of all signers take one. */
const KINDS = [
  ['clientCsrs', CSRS],
  ['nodes', NODES],
  ['openshiftMachines', OPENSHIFT_MACHINES],
  ['clusterApiMachines', CLUSTER_API_MACHINES],
  ['operators', CLUSTER_OPERATORS],
] as const satisfies readonly (readonly [Kind, object])[]

/** Follows every source of the dashboard, and derives the feed's state. */
export function followSources({
  follow,
  intake,
  world,
  requests,
  now,
  onOperators,
}: SourcesOptions): Sources {
  const initial = connecting(new Date(now()).toISOString())
  const states: Record<Kind, ReflectorState> = {
    clientCsrs: initial,
    servingCsrs: initial,
    otherCsrs: initial,
    nodes: initial,
    openshiftMachines: initial,
    clusterApiMachines: initial,
    operators: initial,
  }
  /** Last settled state of each source. */
  const known = { ...states }
  /** A source we may list but not watch never goes live; no verdict depends on it. */
  const everLive = new Set<Kind>()
  const operatorsByUid = new Map<string, ClusterOperator>()
  let operators: readonly ClusterOperator[] = []
  const told = (kind: Kind) => states[kind]
  let feed = currentFeed()

  function currentFeed(): Feed {
    return toFeed(states[tellingOf(told)], {
      csrs: toSource(combine(kubelets()), { leftOut: kubeletsLeftOut() }),
      otherCsrs: toSource(states.otherCsrs, { leftOut: othersLeftOut() }),
      nodes: toSource(states.nodes, { lost: isLost('nodes', states.nodes) }),
      machines: toSource(combine(machines()), {
        partly: readableFrom(states.nodes, machines()).machines === 'partly',
        lost: MACHINES.some((kind) => isLost(kind, states[kind])),
      }),
      operators: toSource(states.operators),
    })
  }

  function kubelets(): [ReflectorState, ReflectorState] {
    return [states.clientCsrs, states.servingCsrs]
  }

  /** Kubelet signers none of whose requests is followed: the other one goes on without it. */
  function kubeletsLeftOut(): LeftOut | null {
    const over = KUBELET_SOURCES.filter((kind) => states[kind].leftOut !== null)
    const [first] = over
    const most = first === undefined ? undefined : states[first].leftOut?.most
    if (most === undefined) return null
    return { most, signers: over.map((kind) => KUBELET_SIGNERS[kind]), count: null }
  }

  /** About how many requests of other signers are not followed: the API server counts them all. */
  function othersLeftOut(): LeftOut | null {
    const { leftOut } = states.otherCsrs
    if (leftOut === null) return null
    const { most, signers, total } = leftOut
    const isCountable = total !== null && kubeletsLeftOut() === null
    return { most, signers, count: isCountable ? Math.max(0, total - world.requestCount) : null }
  }

  function machines(): [ReflectorState, ReflectorState] {
    return [states.openshiftMachines, states.clusterApiMachines]
  }

  /**
   * Source whose state is the feed's: the kubelets' requests, or while they are live a source that they
   * cannot be judged by. Without the Nodes a take-over looks like a new machine. Beside a signer with
   * too many requests, none of which is here, the feed is live by the other one.
   */
  function tellingOf(stateOf: (kind: Kind) => ReflectorState): Kind {
    const lost = KUBELET_SOURCES.find((kind) => !['live', 'tooMany'].includes(stateOf(kind).state))
    if (lost !== undefined) return lost
    const followed = KUBELET_SOURCES.find((kind) => stateOf(kind).state === 'live')
    if (followed === undefined) return 'clientCsrs'
    return JUDGED_BY.find((kind) => !canJudgeBy(kind, stateOf(kind))) ?? followed
  }

  /**
   * A source that was read and is forbidden now is lost: requests that it speaks against would suddenly
   * look innocent (docs/decisions/0012-known-before-live.md).
   */
  function isLost(kind: Kind, { state }: ReflectorState): boolean {
    return state === 'forbidden' && everLive.has(kind)
  }

  function canJudgeBy(kind: Kind, state: ReflectorState): boolean {
    const isFollowed = everLive.has(kind) || !isReadable(state)
    return isFollowed && isSettled(state) && !isLost(kind, state)
  }

  /**
   * A forbidden source stays forbidden while the API server does not answer; the kubelets' requests
   * report the silence.
   */
  function standing(kind: Kind, state: ReflectorState): ReflectorState {
    const isKept = !isKubelets(kind) && known[kind].state === 'forbidden'
    const isNoAnswer = state.state === 'unreachable' || state.state === 'connecting'
    return isKept && isNoAnswer ? known[kind] : state
  }

  function setState(kind: Kind, told: ReflectorState): void {
    const state = standing(kind, told)
    states[kind] = state
    if (state.state === 'live') everLive.add(kind)
    if (isKubelets(kind) && state.state === 'forbidden') {
      requests.forget()
      world.forgetAlarms()
    }
    feed = currentFeed()
    // A lost source keeps its last objects: no decision is made by them, and without them a suspicious
    // request would no longer look suspicious.
    if (isSettled(state)) known[kind] = state
    world.setReadable(
      readableFrom(known.nodes, [known.openshiftMachines, known.clusterApiMachines]),
    )
  }

  function storeOf(kind: CsrSource): Pick<Store<Csr>, 'upsert' | 'remove'> {
    return {
      upsert: (csr) => requests.upsert(csr, states[kind].state === 'live'),
      remove(uid) {
        // The cluster may still have a request that is left out: it did not end.
        if (!isNoneLeftOut(states[kind])) world.leaveOut(uid)
        else requests.remove(uid, states[kind].state === 'live')
      },
    }
  }

  function operatorsChanged(): void {
    operators = [...operatorsByUid.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    onOperators()
  }

  const reflectors: Readonly<Record<Kind, Reflector>> = {
    ...followWorld({
      follow,
      intake,
      world,
      csrs: storeOf,
      onState: setState,
    }),
    operators: follow(
      CLUSTER_OPERATORS,
      intake.sinkFor(
        {
          state: (state) => setState('operators', state),
          upsert(operator) {
            operatorsByUid.set(operator.uid, operator)
            operatorsChanged()
          },
          remove(uid) {
            if (operatorsByUid.delete(uid)) operatorsChanged()
          },
        },
        'inTurn',
      ),
    ),
  }
  const all = Object.values(reflectors)
  const latest = (kind: Kind) => standing(kind, reflectors[kind].state)

  return {
    feed: () => feed,
    lastHeardAt: () => reflectors[tellingOf(told)].state.lastHeardAt,
    isLive: () => latest(tellingOf(latest)).state === 'live',
    canJudge() {
      // Also by the reflector's own state, which the intake may not have delivered yet.
      return JUDGED_BY.every(
        (kind) => canJudgeBy(kind, states[kind]) && canJudgeBy(kind, latest(kind)),
      )
    },
    areOthersAwaited: (waitedMs) => areOthersAwaited(states.otherCsrs, waitedMs),
    trouble() {
      for (const stateOf of [told, latest]) {
        const kind = tellingOf(stateOf)
        const { state } = stateOf(kind)
        if (state !== 'live') return `${kind}: ${state}`
      }
      return null
    },
    operators: () => operators,
    viewRights: () =>
      KINDS.filter(([kind, { optional }]) => !optional || everLive.has(kind)).map(
        ([, { group, plural }]) => ({ verb: 'list', group, resource: plural }),
      ),
    retryNow() {
      for (const reflector of all) reflector.retryNow()
    },
    async stop() {
      await Promise.all(all.map((reflector) => reflector.stop()))
    },
  }
}

function toSource(
  { state, causes, setAside }: ReflectorState,
  more: Partial<Pick<Source, 'partly' | 'lost' | 'leftOut'>> = {},
): Source {
  const message = explainIfAny(causes).detail
  return { state, message, causes, setAside, partly: false, lost: false, leftOut: null, ...more }
}

/** The feed's own state is that of the source that tells it. */
function toFeed(telling: ReflectorState, sources: Feed['sources']): Feed {
  const { since, lastHeardAt, retryAt, causes } = telling
  const message = explainIfAny(causes).detail
  return { state: feedState(telling), since, lastHeardAt, retryAt, message, causes, sources }
}

function isKubelets(kind: Kind): kind is KubeletSource {
  return kind in KUBELET_SIGNERS
}

function feedState({ state }: ReflectorState): FeedState {
  // Both kubelet signers have too many requests.
  if (state === 'tooMany') return 'withheld'

  // An API server without certificate signing requests is not one that we can speak with.
  return state === 'absent' ? 'unreachable' : state
}
