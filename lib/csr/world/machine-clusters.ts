import { isIpKey } from '#lib/csr/addresses/addresses.ts'
import { Groups } from '#lib/csr/groups.ts'
import type { MachineObject, Node } from '#lib/csr/model.ts'
import type { IndexedMachine } from '#lib/csr/world/believed-machines.ts'

/** The namespace in which OpenShift keeps the Machines of its own cluster. */
export const OPENSHIFT_MACHINE_NAMESPACE = 'openshift-machine-api'

const OPENSHIFT = new Set([OPENSHIFT_MACHINE_NAMESPACE])
const NONE: ReadonlySet<string> = new Set()

/** A Node with its derived keys. */
interface KeyedNode {
  readonly node: Node
  readonly keys: ReadonlySet<string>
}

/**
 * The Machines that are believed (docs/decisions/0032): of Cluster API those of the cluster that
 * most Nodes here belong to, or those of this cluster in the namespaces that the policy names.
 */
export class MachineClusters {
  /** Namespaces that the policy names; null for none. */
  #namespaces: ReadonlySet<string> | null = null
  #nodesReadable = false
  readonly #nodes = new Map<string, KeyedNode>()
  /** Cluster API Machines by namespace and name. */
  readonly #machines = new Map<string, IndexedMachine>()
  readonly #uids = new Groups()
  /** Uids of Machines with a nodeRef, by cluster. */
  readonly #linked = new Groups()
  /** Machines of the policy's namespaces by the name in their nodeRef. */
  readonly #claims = new Groups()
  /** The cluster of each Node that belongs to one, and the number of Nodes of each cluster. */
  readonly #owners = new Map<string, string>()
  readonly #owned = new Map<string, number>()
  #own = NONE

  /** Whether the Machine confirms and contradicts. */
  believes({ namespace, cluster }: Pick<MachineObject, 'namespace' | 'cluster'>): boolean {
    if (cluster === null) return (this.#namespaces ?? OPENSHIFT).has(namespace)
    return this.#own.has(cluster)
  }

  /** Whether the policy names the namespace; null while it names none. */
  isNamed(namespace: string): boolean | null {
    return this.#namespaces === null ? null : this.#namespaces.has(namespace)
  }

  /** Clusters of Cluster API that are this one; another set after each change. */
  get own(): ReadonlySet<string> {
    return this.#own
  }

  /** Uids of the cluster's Machines. */
  machines(cluster: string): Iterable<string> {
    return this.#uids.get(cluster)
  }

  /** Number of Cluster API Machines of all clusters. */
  get count(): number {
    return this.#machines.size
  }

  /** Sets the policy's namespaces; called while no Machine is stored. */
  setNamespaces(namespaces: readonly string[]): void {
    this.#namespaces = namespaces.length === 0 ? null : new Set(namespaces)
  }

  setNodesReadable(readable: boolean): void {
    this.#nodesReadable = readable
  }

  setNode(keyed: KeyedNode): void {
    this.#nodes.set(keyed.node.name, keyed)
    this.#settle(keyed.node.name)
  }

  deleteNode(name: string): void {
    this.#nodes.delete(name)
    this.#settle(name)
  }

  add(indexed: IndexedMachine): void {
    const { uid, namespace, cluster, nodeRef } = indexed.machine
    if (cluster === null) return
    this.#machines.set(pathOf(indexed.machine), indexed)
    this.#uids.add(cluster, uid)
    if (nodeRef === null) return
    this.#linked.add(cluster, uid)
    if (this.isNamed(namespace) === true) this.#claims.add(nodeRef.name, pathOf(indexed.machine))
    this.#settle(nodeRef.name)
  }

  delete({ machine }: IndexedMachine): void {
    const { uid, cluster, nodeRef } = machine
    if (cluster === null) return
    this.#machines.delete(pathOf(machine))
    this.#uids.delete(cluster, uid)
    if (nodeRef === null) return
    this.#linked.delete(cluster, uid)
    this.#claims.delete(nodeRef.name, pathOf(machine))
    this.#settle(nodeRef.name)
  }

  /** Clusters that became this one, or ceased to be, by the changes since the last call. */
  takeTurned(): readonly string[] {
    const before = this.#own
    const own = new Set([...this.#owned.keys()].filter((cluster) => this.#isOwn(cluster)))
    const turned = [...new Set([...before, ...own])].filter(
      (each) => before.has(each) !== own.has(each),
    )
    if (turned.length > 0) this.#own = own
    return turned
  }

  #isOwn(cluster: string): boolean {
    if (cluster === '' || !this.#nodesReadable) return false
    // Beside its own Machines a named namespace may hold those of clusters elsewhere.
    const all = this.#namespaces === null ? this.#nodes.size : this.#linked.count(cluster)
    return (this.#owned.get(cluster) ?? 0) * 2 > all
  }

  /** Finds the Node's cluster anew. */
  #settle(nodeName: string): void {
    const keyed = this.#nodes.get(nodeName)
    const before = this.#owners.get(nodeName)
    const after = keyed === undefined ? undefined : this.#ownerOf(keyed)
    if (before === after) return
    this.#count(before, -1)
    this.#count(after, 1)
    if (after === undefined) this.#owners.delete(nodeName)
    else this.#owners.set(nodeName, after)
  }

  #count(cluster: string | undefined, by: 1 | -1): void {
    if (cluster === undefined) return
    const count = (this.#owned.get(cluster) ?? 0) + by
    if (count > 0) this.#owned.set(cluster, count)
    else this.#owned.delete(cluster)
  }

  /** The one cluster whose Machines stand for the Node; undefined for none, or for two. */
  #ownerOf(keyed: KeyedNode): string | undefined {
    const clusters = new Set<string>()
    for (const { machine, keys } of this.#claiming(keyed.node)) {
      if (isHere(machine, keys, keyed)) clusters.add(machine.cluster ?? '')
    }
    const [cluster] = clusters
    return clusters.size === 1 ? cluster : undefined
  }

  /**
   * Machines whose claim on the Node counts: those of the policy's namespaces, otherwise the one
   * that the Node's annotations name. A person who can write Machines alone cannot write these.
   */
  *#claiming({ name, clusterApiMachine }: Node): Iterable<IndexedMachine> {
    if (this.#namespaces !== null) {
      for (const path of this.#claims.get(name)) yield* this.#at(path)
      return
    }
    if (clusterApiMachine === null) return
    const { namespace, cluster } = clusterApiMachine
    for (const indexed of this.#at(pathOf(clusterApiMachine))) {
      if (indexed.machine.cluster === `${namespace}/${cluster}`) yield indexed
    }
  }

  *#at(path: string): Iterable<IndexedMachine> {
    const indexed = this.#machines.get(path)
    if (indexed !== undefined) yield indexed
  }
}

function pathOf({ namespace, name }: Pick<MachineObject, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`
}

/**
 * Whether the Machine's nodeRef is this Node. A nodeRef without uid (v1beta2) may mean another
 * cluster's node of that name: then providerIDs must match, or an IP address.
 */
function isHere(
  machine: MachineObject,
  machineKeys: ReadonlySet<string>,
  { node, keys }: KeyedNode,
): boolean {
  const { nodeRef } = machine
  if (nodeRef === null || nodeRef.name !== node.name) return false
  if (nodeRef.uid !== null) return nodeRef.uid === node.uid
  const sharesIp = () => [...machineKeys].some((key) => isIpKey(key) && keys.has(key))
  return isSameInstance(machine, node) ?? sharesIp()
}

/** Whether Machine and Node name the same instance; null when one of the two has no providerID. */
export function isSameInstance(machine: MachineObject, node: Node): boolean | null {
  if (machine.providerID === null || node.providerID === null) return null
  return machine.providerID === node.providerID
}
