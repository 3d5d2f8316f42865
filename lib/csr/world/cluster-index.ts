import { firstLabel, nodeKeys } from '#lib/csr/addresses/addresses.ts'
import { compareTexts } from '#lib/csr/compare-texts.ts'
import { skeleton } from '#lib/csr/confusable.ts'
import { Groups } from '#lib/csr/groups.ts'
import type { MachineObject, Node } from '#lib/csr/model.ts'
import { isDnsSubdomain } from '#lib/csr/name-syntax.ts'
import { isCut } from '#lib/csr/reading/request-reading.ts'
import { milliseconds } from '#lib/csr/time.ts'
import { MOST_NAMED } from '#lib/csr/world/asking-names.ts'
import {
  BelievedMachines,
  type IndexedMachine,
  indexMachine,
} from '#lib/csr/world/believed-machines.ts'
import { isSameInstance, MachineClusters } from '#lib/csr/world/machine-clusters.ts'

interface IndexedNode {
  readonly node: Node
  readonly createdAt: number | null
  readonly keys: ReadonlySet<string>
}

const NO_KEYS: ReadonlySet<string> = new Set()
const NO_MACHINES: readonly MachineObject[] = []

/**
 * Nodes and Machines by name, address and skeleton. Lookups find believed Machines only: others
 * may stand for machines of another cluster, or be anybody's who can write Machines.
 */
export class ClusterIndex {
  readonly #nodes = new Map<string, IndexedNode>()
  readonly #nodeNames = new Map<string, string>()
  readonly #machines = new Map<string, IndexedMachine>()
  readonly #machineUids = new Map<string, string>()
  readonly #nodesByAddress = new Groups()
  readonly #nodesByLabel = new Groups()
  readonly #namesBySkeleton = new Groups()
  readonly #clusters = new MachineClusters()
  readonly #believed = new BelievedMachines()
  /**
   * Uids of all other Machines, by name: only to say that they do not count. OpenShift's are apart:
   * the machine-approver counts them, and a flood of others may not hide them.
   */
  readonly #strangers = { openShift: new Groups(), clusterApi: new Groups() }
  /** Names of Nodes whose addresses were cut when they were stored. */
  readonly #nodesCut = new Set<string>()

  node(name: string): Node | null {
    return this.#nodes.get(name)?.node ?? null
  }

  /** The name of the Node with that uid. */
  nodeName(uid: string): string | null {
    return this.#nodeNames.get(uid) ?? null
  }

  nodeKeys(name: string): ReadonlySet<string> {
    return this.#nodes.get(name)?.keys ?? NO_KEYS
  }

  nodesHolding(address: string): Iterable<string> {
    return this.#nodesByAddress.get(address)
  }

  /** Names of Nodes with this first label. */
  nodesLabelled(label: string): Iterable<string> {
    return this.#nodesByLabel.get(label)
  }

  /** Machines whose node has, or would have, a name with this first label. */
  machinesLabelled(label: string): readonly MachineObject[] {
    return this.#sorted(this.#believed.labelled(label))
  }

  /** The Machine of that uid, believed or not. */
  machineObject(uid: string): MachineObject | null {
    return this.#machines.get(uid)?.machine ?? null
  }

  /** The uid of the Machine of the same kind, namespace and name. */
  machineUid(machine: MachineObject): string | null {
    return this.#machineUids.get(machinePath(machine)) ?? null
  }

  machineKeys(uid: string): ReadonlySet<string> {
    return this.#machines.get(uid)?.keys ?? NO_KEYS
  }

  machinesHolding(address: string): readonly MachineObject[] {
    return this.#sorted(this.#believed.holding(address))
  }

  /** Names of Nodes whose addresses were cut, sorted: each may have any address. */
  nodesWithMore(): string[] {
    return [...this.#nodesCut].sort()
  }

  /** Machines whose addresses were cut. */
  machinesWithMore(): readonly MachineObject[] {
    const cut = this.#believed.withMore()
    return cut.size === 0 ? NO_MACHINES : this.#sorted(cut)
  }

  /** Machines that are linked to this node. */
  machinesOf(nodeName: string): readonly MachineObject[] {
    return this.#sorted(this.#believed.referringTo(nodeName)).filter(({ uid }) =>
      this.isLinked(uid),
    )
  }

  /** Uids of Machines whose nodeRef is this node, linked or not. */
  machinesReferringTo(nodeName: string): Iterable<string> {
    return this.#believed.referringTo(nodeName)
  }

  /**
   * Whether the Machine's nodeRef is believed. OpenShift links a Node without a providerID by an
   * InternalIP that the Node gives itself: then instance or name must match the Machine's.
   */
  isLinked(machineUid: string): boolean {
    const indexed = this.#machines.get(machineUid)
    const nodeRef = indexed?.machine.nodeRef ?? null
    if (indexed === undefined || nodeRef === null) return false
    const { machine, dnsNames } = indexed
    const node = this.node(nodeRef.name)
    if (node === null || dnsNames.has(nodeRef.name)) return true
    const saysNothing = dnsNames.size === 0 && machine.providerID === null
    return saysNothing || isSameInstance(machine, node) === true
  }

  /** Machines whose InternalDNS is this name, with any nodeRef. */
  machinesNamed(nodeName: string): readonly MachineObject[] {
    return this.#sorted(this.#believed.named(nodeName))
  }

  /**
   * The oldest Machine with that name (nodeRef or InternalDNS) among those that do not count; of
   * many one of the first.
   */
  strangerNamed(nodeName: string): MachineObject | null {
    const { openShift, clusterApi } = this.#strangers
    const some = [...firstOf(openShift, nodeName), ...firstOf(clusterApi, nodeName)]
    return this.#sorted(some)[0] ?? null
  }

  /**
   * OpenShift's Machines with that name (nodeRef or InternalDNS), believed or not; of many others
   * the first.
   */
  openShiftMachinesCalled(nodeName: string): readonly MachineObject[] {
    const linked = this.#believed.referringTo(nodeName)
    const named = this.#believed.named(nodeName)
    const others = firstOf(this.#strangers.openShift, nodeName)
    const machines = this.#sorted(new Set([...linked, ...named, ...others]))
    return machines.filter(({ cluster }) => cluster === null)
  }

  /** Whether the policy names the namespace for Machines; null while it names none. */
  isNamespaceNamed(namespace: string): boolean | null {
    return this.#clusters.isNamed(namespace)
  }

  /** Whether the Machine confirms and contradicts. */
  isBelieved(machineUid: string): boolean {
    return this.#believed.has(machineUid)
  }

  /** Clusters of Cluster API that are this one; another set after each change. */
  get ownClusters(): ReadonlySet<string> {
    return this.#clusters.own
  }

  /** Uids of the Machines of a Cluster API cluster. */
  machinesIn(cluster: string): Iterable<string> {
    return this.#clusters.machines(cluster)
  }

  /** The Machine that a machine's row shows: the linked one, otherwise one without a nodeRef. */
  machineFor(nodeName: string): MachineObject | null {
    const [linked] = this.machinesOf(nodeName)
    if (linked !== undefined) return linked
    return this.machinesNamed(nodeName).find((machine) => machine.nodeRef === null) ?? null
  }

  /** Names of Nodes and Machines with this skeleton. */
  namesLookingLike(looks: string): string[] {
    return [...this.#namesBySkeleton.get(looks)].filter((name) => this.#isKnown(name))
  }

  /** The time since which a Node or a Machine has had this name; null if none has it. */
  establishedAt(name: string): number | null {
    const node = this.#nodes.get(name)?.createdAt ?? null
    const machine = this.#believed.establishedAt(name)
    if (node === null || machine === null) return node ?? machine
    return Math.min(node, machine)
  }

  get nodeCount(): number {
    return this.#nodes.size
  }

  /** Number of Machines of machine.openshift.io, in any namespace. */
  get openShiftMachineCount(): number {
    return this.#machines.size - this.#clusters.count
  }

  *names(): Iterable<string> {
    yield* this.#nodes.keys()
    for (const { machine, dnsNames } of this.#believed.all()) yield* rowNames(machine, dnsNames)
  }

  *nodes(): Iterable<Node> {
    for (const { node } of this.#nodes.values()) yield node
  }

  /** All Machines, believed or not. */
  *machineObjects(): Iterable<MachineObject> {
    for (const { machine } of this.#machines.values()) yield machine
  }

  /**
   * Sets whether Nodes can be read: without them no Cluster API cluster is known to be this one.
   */
  setNodesReadable(readable: boolean): void {
    this.#clusters.setNodesReadable(readable)
    this.#refile()
  }

  /** Sets the namespaces whose Machines alone are believed; empty for the default. */
  setMachineNamespaces(namespaces: readonly string[]): void {
    const machines = [...this.machineObjects()]
    for (const { uid } of machines) this.deleteMachineObject(uid)
    this.#clusters.setNamespaces(namespaces)
    for (const machine of machines) this.setMachineObject(machine)
  }

  setNode(node: Node): void {
    const keys = nodeKeys(node)
    const createdAt = milliseconds(node.createdAt)
    const before = this.#nodes.get(node.name)
    if (before !== undefined && isIndexedAlike(before, node, keys)) {
      this.#putNode({ node, keys: before.keys, createdAt })
      return
    }
    this.#dropNode(node.name)
    this.#nodeNames.set(node.uid, node.name)
    for (const key of keys) this.#nodesByAddress.add(key, node.name)
    const label = firstLabel(node.name)
    if (label !== null) this.#nodesByLabel.add(label, node.name)
    if (isCut(node, 'status.addresses')) this.#nodesCut.add(node.name)
    this.#namesBySkeleton.add(skeleton(node.name), node.name)
    this.#putNode({ node, keys, createdAt })
  }

  deleteNode(name: string): void {
    this.#dropNode(name)
    this.#clusters.deleteNode(name)
    this.#refile()
  }

  #putNode(indexed: IndexedNode): void {
    this.#nodes.set(indexed.node.name, indexed)
    this.#clusters.setNode(indexed)
    this.#refile()
  }

  #dropNode(name: string): void {
    const indexed = this.#nodes.get(name)
    if (indexed === undefined) return
    this.#nodes.delete(name)
    this.#nodeNames.delete(indexed.node.uid)
    this.#nodesCut.delete(name)
    for (const key of indexed.keys) this.#nodesByAddress.delete(key, name)
    const label = firstLabel(name)
    if (label !== null) this.#nodesByLabel.delete(label, name)
    this.#forgetLooks(name)
  }

  setMachineObject(machine: MachineObject): void {
    this.deleteMachineObject(machine.uid)
    const indexed = indexMachine(machine)
    this.#machines.set(machine.uid, indexed)
    this.#machineUids.set(machinePath(machine), machine.uid)
    this.#file(indexed)
    this.#clusters.add(indexed)
    this.#refile()
  }

  deleteMachineObject(uid: string): void {
    const indexed = this.#machines.get(uid)
    if (indexed === undefined) return
    this.#unfile(indexed)
    this.#machines.delete(uid)
    this.#machineUids.delete(machinePath(indexed.machine))
    this.#clusters.delete(indexed)
    this.#refile()
  }

  /** All names of a Machine: its nodeRef's and the expected ones. */
  namesOf(machineUid: string): ReadonlySet<string> {
    return this.#machines.get(machineUid)?.names ?? NO_KEYS
  }

  /** Whether a Node or a Machine alone gives this name a row. */
  hasRow(name: string): boolean {
    if (this.#nodes.has(name)) return true
    const machine = this.machineFor(name)
    if (machine === null) return false
    return machine.nodeRef !== null || isDnsSubdomain(name)
  }

  #file(indexed: IndexedMachine): void {
    const { machine, names } = indexed
    if (!this.#clusters.believes(machine)) {
      for (const name of names) this.#strangersLike(machine).add(name, machine.uid)
      return
    }
    this.#believed.add(indexed)
    for (const name of names) this.#namesBySkeleton.add(skeleton(name), name)
  }

  #unfile(indexed: IndexedMachine): void {
    const { machine, names } = indexed
    for (const name of names) this.#strangersLike(machine).delete(name, machine.uid)
    if (!this.#believed.has(machine.uid)) return
    this.#believed.delete(indexed)
    for (const name of names) this.#forgetLooks(name)
  }

  #strangersLike({ cluster }: MachineObject): Groups {
    return cluster === null ? this.#strangers.openShift : this.#strangers.clusterApi
  }

  /** Files the Machines of clusters anew that became this one, or ceased to be. */
  #refile(): void {
    for (const cluster of this.#clusters.takeTurned()) {
      for (const uid of this.#clusters.machines(cluster)) {
        const indexed = this.#machines.get(uid)
        if (indexed === undefined) continue
        this.#unfile(indexed)
        this.#file(indexed)
      }
    }
  }

  #isKnown(name: string): boolean {
    if (this.#nodes.has(name)) return true
    return this.machinesOf(name).length > 0 || this.machinesNamed(name).length > 0
  }

  #forgetLooks(name: string): void {
    const known = this.#nodes.has(name) || this.#believed.hasName(name)
    if (!known) this.#namesBySkeleton.delete(skeleton(name), name)
  }

  /** The Machines, sorted independently of the order of arrival. Usually there is one or none. */
  #sorted(uids: Iterable<string>): readonly MachineObject[] {
    const machines: MachineObject[] = []
    for (const uid of uids) {
      const machine = this.machineObject(uid)
      if (machine !== null) machines.push(machine)
    }
    return machines.length < 2 ? machines : machines.sort(byAge)
  }
}

/** The first Machines of that name, so many as are compared. */
function* firstOf(group: Groups, name: string): Iterable<string> {
  let remaining = MOST_NAMED
  for (const uid of group.get(name)) {
    if (remaining === 0) return
    remaining -= 1
    yield uid
  }
}

function byAge(a: MachineObject, b: MachineObject): number {
  return compareTexts(a.createdAt, b.createdAt) || compareTexts(a.uid, b.uid)
}

/** Whether the Node is found by the same keys as before: most changes are of its readiness. */
function isIndexedAlike(before: IndexedNode, node: Node, keys: ReadonlySet<string>): boolean {
  return (
    before.node.uid === node.uid &&
    isCut(before.node, 'status.addresses') === isCut(node, 'status.addresses') &&
    before.keys.size === keys.size &&
    [...keys].every((key) => before.keys.has(key))
  )
}

function machinePath({ apiGroup, namespace, name }: MachineObject): string {
  return `${apiGroup}/${namespace}/${name}`
}

/** Names of the rows that a Machine gives: its nodeRef's, otherwise all that it expects. */
function rowNames(machine: MachineObject, dnsNames: ReadonlySet<string>): Iterable<string> {
  if (machine.nodeRef !== null) return [machine.nodeRef.name]
  return [...dnsNames].filter(isDnsSubdomain)
}
