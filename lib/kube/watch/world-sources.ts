import type { Csr, MachineObject } from '#lib/csr/model.ts'
import type { CsrSource } from '#lib/csr/names.ts'
import { isPending } from '#lib/csr/status.ts'
import type { FollowedRequests, World } from '#lib/csr/world/world.ts'
import { CLIENT_CSRS, OTHER_CSRS, SERVING_CSRS } from '#lib/kube/objects/csr-parts.ts'
import {
  CLUSTER_API_MACHINES,
  NODES,
  OPENSHIFT_MACHINES,
  type Resource,
} from '#lib/kube/objects/resources.ts'
import type { Intake, QueueName, Store } from '#lib/kube/watch/intake.ts'
import type { Reflector, ReflectorState, Sink } from '#lib/kube/watch/reflector.ts'
import { isReadable } from '#lib/kube/watch/source-states.ts'

/** Sources of a world, by name. Without Nodes or Machines a take-over looks like a new machine. */
export type WorldSource = CsrSource | 'nodes' | 'openshiftMachines' | 'clusterApiMachines'

/** Milliseconds for which nothing is live without a first list of the other signers' requests. */
export const OTHERS_AWAITED_MS = 2_000

/** Starts one reflector as one identity. */
export type Follow = <T>(resource: Resource<T>, sink: Sink<T>) => Reflector

export interface WorldSourcesOptions {
  readonly follow: Follow
  readonly intake: Intake
  readonly world: World
  readonly csrs: (source: CsrSource) => Pick<Store<Csr>, 'upsert' | 'remove'>
  readonly onState: (source: WorldSource, state: ReflectorState) => void
}

/**
 * Follows requests, Nodes and Machines. Requests wait behind the others, and take turns; those of
 * other signers wait behind the kubelets' (docs/decisions/0031-requests-by-signer.md).
 */
export function followWorld(
  options: WorldSourcesOptions,
): Readonly<Record<WorldSource, Reflector>> {
  const { follow, intake, world, csrs, onState } = options
  const stateOf = (source: WorldSource) => ({
    state: (state: ReflectorState) => onState(source, state),
  })
  const parts = new Map<CsrSource, ReflectorState>()
  const followedAs = (source: CsrSource) => (state: ReflectorState) => {
    parts.set(source, state)
    world.setFollowed(followedBy(parts))
    onState(source, state)
  }
  const machines: Pick<Store<MachineObject>, 'upsert' | 'remove'> = {
    upsert: (machine) => world.upsertMachineObject(machine),
    remove: (uid) => world.removeMachineObject(uid),
  }
  const ahead = (source: 'openshiftMachines' | 'clusterApiMachines') =>
    intake.sinkFor<MachineObject>({ ...machines, ...stateOf(source) }, 'ahead')
  const nodes = {
    upsert: world.upsertNode.bind(world),
    remove: world.removeNode.bind(world),
    putAside: world.putNodeAside.bind(world),
    ...stateOf('nodes'),
  }
  const requests = (source: CsrSource, place: QueueName) =>
    intake.sinkFor<Csr>({ ...csrs(source), turn: turnOf, state: followedAs(source) }, place)
  return {
    // The smaller lists first: they are then there when the requests are judged.
    nodes: follow(NODES, intake.sinkFor(nodes, 'ahead')),
    openshiftMachines: follow(OPENSHIFT_MACHINES, ahead('openshiftMachines')),
    clusterApiMachines: follow(CLUSTER_API_MACHINES, ahead('clusterApiMachines')),
    clientCsrs: follow(CLIENT_CSRS, requests('clientCsrs', 'inTurn')),
    servingCsrs: follow(SERVING_CSRS, requests('servingCsrs', 'inTurn')),
    otherCsrs: follow(OTHER_CSRS, requests('otherCsrs', 'last')),
  }
}

/**
 * Requests that are followed in full. A lost kubelet source needs no word here: without it nothing
 * is decided at all.
 */
function followedBy(parts: ReadonlyMap<CsrSource, ReflectorState>): FollowedRequests {
  const isWhole = (source: CsrSource) => isNoneLeftOut(parts.get(source))
  if (!isWhole('clientCsrs') || !isWhole('servingCsrs')) return 'some'
  const others = parts.get('otherCsrs')
  return isWhole('otherCsrs') && others !== undefined && isReadable(others) ? 'all' : 'kubelets'
}

/** Whether a source has told of itself, and leaves out none of its requests. */
export function isNoneLeftOut(told: ReflectorState | undefined): boolean {
  return told !== undefined && told.state !== 'tooMany' && told.leftOut === null
}

/** Whether the first list of the other signers' requests may come yet, for so long without an error. */
export function areOthersAwaited({ state, causes }: ReflectorState, waitedMs: number): boolean {
  return state === 'connecting' && causes.length === 0 && waitedMs < OTHERS_AWAITED_MS
}

/**
 * The requestor whose turn a new request waits for; null for a decided request, which is read at
 * once because other requests are judged by it.
 */
function turnOf(csr: Csr): string | null {
  return isPending(csr) ? csr.requestor.username : null
}
