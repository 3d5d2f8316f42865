import type { Sources } from '#lib/cluster/sources.ts'
import { isLost, type WorldSource } from '#lib/cluster/why-not-known.ts'
import { KUBELET_SIGNERS, KUBELET_SOURCES } from '#lib/csr/names.ts'
import type { ReflectorState } from '#lib/kube/watch/reflector.ts'
import { combine, readableFrom } from '#lib/kube/watch/source-states.ts'
import { explainIfAny } from '#lib/refusals/explain.ts'
import type { FeedHealth, FeedState, LeftOut, Source } from '#lib/wire/wire.ts'

type Delivered = Pick<Sources, 'delivered' | 'telling'>

/**
 * The sources as pages show them. The feed's own state is that of one source: of the kubelets'
 * requests, or while they are live of a source that they cannot be judged by.
 */
export function describeHealth(
  sources: Delivered,
  operators: ReflectorState,
  requestCount: number,
): FeedHealth {
  const { delivered } = sources
  const state = (source: WorldSource) => delivered(source).state
  const nodes = delivered('nodes')
  const machines = [delivered('openshiftMachines'), delivered('clusterApiMachines')] as const
  const machineStates = [machines[0].state, machines[1].state] as const
  const own = state(sources.telling())
  const kubelets = [state('clientCsrs'), state('servingCsrs')] as const
  return {
    state: feedState(own),
    since: own.since,
    lastHeardAt: own.lastHeardAt,
    retryAt: own.retryAt,
    message: explainIfAny(own.causes).detail,
    causes: own.causes,
    sources: {
      csrs: toSource(combine(kubelets), { leftOut: kubeletsLeftOut(delivered) }),
      otherCsrs: toSource(state('otherCsrs'), { leftOut: othersLeftOut(delivered, requestCount) }),
      nodes: toSource(nodes.state, { lost: isLost(nodes) }),
      machines: toSource(combine(machineStates), {
        partly: readableFrom(nodes.state, machineStates).machines === 'partly',
        lost: machines.some(isLost),
      }),
      operators: toSource(operators),
    },
  }
}

/** The kubelet signers with too many requests, none of which is followed; null for none. */
function kubeletsLeftOut(delivered: Delivered['delivered']): LeftOut | null {
  const over = KUBELET_SOURCES.filter((kind) => delivered(kind).state.leftOut !== null)
  const [first] = over
  const most = first === undefined ? undefined : delivered(first).state.leftOut?.most
  if (most === undefined) return null
  return { most, signers: over.map((kind) => KUBELET_SIGNERS[kind]), count: null }
}

/** About how many requests of other signers are not followed, as the API server counts all. */
function othersLeftOut(delivered: Delivered['delivered'], requestCount: number): LeftOut | null {
  const { leftOut } = delivered('otherCsrs').state
  if (leftOut === null) return null
  const { most, signers, total } = leftOut
  const isCountable = total !== null && kubeletsLeftOut(delivered) === null
  return { most, signers, count: isCountable ? Math.max(0, total - requestCount) : null }
}

function toSource(
  { state, causes, setAside }: ReflectorState,
  more: Partial<Pick<Source, 'partly' | 'lost' | 'leftOut'>> = {},
): Source {
  const message = explainIfAny(causes).detail
  return { state, message, causes, setAside, partly: false, lost: false, leftOut: null, ...more }
}

function feedState({ state }: ReflectorState): FeedState {
  // Both kubelet signers have too many requests.
  if (state === 'tooMany') return 'withheld'

  // An API server without certificate signing requests is not one that we can speak with.
  return state === 'absent' ? 'unreachable' : state
}
