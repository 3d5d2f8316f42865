import type { Csr, MachineObject } from '#lib/csr/model.ts'
import { isPending } from '#lib/csr/status.ts'
import type { World } from '#lib/csr/world/world.ts'
import {
  CLUSTER_API_MACHINES,
  CSRS,
  NODES,
  OPENSHIFT_MACHINES,
  type Resource,
} from '#lib/kube/objects/resources.ts'
import type { Intake, Store } from '#lib/kube/watch/intake.ts'
import type { Reflector, ReflectorState, Sink } from '#lib/kube/watch/reflector.ts'

/** Sources of a world, by name. Without Nodes or Machines a take-over looks like a new machine. */
export type WorldSource = 'csrs' | 'nodes' | 'openshiftMachines' | 'clusterApiMachines'

/** Starts one reflector as one identity. */
export type Follow = <T>(resource: Resource<T>, sink: Sink<T>) => Reflector

export interface WorldSourcesOptions {
  readonly follow: Follow
  readonly intake: Intake
  readonly world: World
  readonly csrs: Pick<Store<Csr>, 'upsert' | 'remove'>
  readonly onState: (source: WorldSource, state: ReflectorState) => void
}

/** Follows requests, Nodes and Machines; requests wait behind the others, and take turns. */
export function followWorld(
  options: WorldSourcesOptions,
): Readonly<Record<WorldSource, Reflector>> {
  const { follow, intake, world, csrs, onState } = options
  const stateOf = (source: WorldSource) => ({
    state: (state: ReflectorState) => onState(source, state),
  })
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
  return {
    // The smaller lists first: they are then there when the requests are judged.
    nodes: follow(NODES, intake.sinkFor(nodes, 'ahead')),
    openshiftMachines: follow(OPENSHIFT_MACHINES, ahead('openshiftMachines')),
    clusterApiMachines: follow(CLUSTER_API_MACHINES, ahead('clusterApiMachines')),
    csrs: follow(CSRS, intake.sinkFor({ ...csrs, turn: turnOf, ...stateOf('csrs') }, 'inTurn')),
  }
}

/**
 * The requestor whose turn a new request waits for; null for a decided request, which is read at
 * once because other requests are judged by it.
 */
function turnOf(csr: Csr): string | null {
  return isPending(csr) ? csr.requestor.username : null
}
