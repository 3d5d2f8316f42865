import {
  firstLabel,
  internalDnsNames,
  isIpKey,
  machineKeys,
  nodeKeys,
} from '#lib/csr/addresses/addresses.ts'
import { compareTexts } from '#lib/csr/compare-texts.ts'
import { skeleton } from '#lib/csr/confusable.ts'
import type { MachineObject, Node } from '#lib/csr/model.ts'
import { isDnsSubdomain } from '#lib/csr/name-syntax.ts'
import { isCut } from '#lib/csr/reading/request-reading.ts'
import { milliseconds } from '#lib/csr/time.ts'
import { Groups } from '#lib/csr/world/groups.ts'
import { MachineClusters, type NodePlace } from '#lib/csr/world/machine-clusters.ts'

/** A Machine with its derived keys. */
interface IndexedMachine {
  readonly machine: MachineObject
  readonly createdAt: number | null
  readonly keys: ReadonlySet<string>
  readonly dnsNames: ReadonlySet<string>
}

interface IndexedNode {
  readonly node: Node
  readonly createdAt: number | null
  readonly keys: ReadonlySet<string>
}

const NO_KEYS: ReadonlySet<string> = new Set()
const NO_MACHINES: readonly MachineObject[] = []

/**
 * Nodes and Machines by name, address and skeleton. Lookups by these find Machines of this cluster
 * only: another cluster's Machines stand for other machines of the same name.
 */
export class ClusterIndex {
  readonly #nodes = new Map<string, IndexedNode>()
  readonly #nodeNames = new Map<string, string>()
  readonly #machines = new Map<string, IndexedMachine>()
  readonly #machineUids = new Map<string, string>()
  readonly #nodesByAddress = new Groups()
  readonly #machinesByAddress = new Groups()
  readonly #machinesByNodeRef = new Groups()
  readonly #machinesByDns = new Groups()
  readonly #nodesByLabel = new Groups()
  readonly #machinesByLabel = new Groups()
  readonly #namesBySkeleton = new Groups()
  readonly #clusters = new MachineClusters()
  /** Nodes (by name) and Machines (by uid) whose addresses were cut when they were stored. */
  readonly #nodesCut = new Set<string>()
  readonly #machinesCut = new Set<string>()
  #nodesReadable = false

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
    return this.#own(this.#machinesByLabel.get(label))
  }

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
    return this.#own(this.#machinesByAddress.get(address))
  }

  /** Names of Nodes whose addresses were cut, sorted: each may have any address. */
  nodesWithMore(): string[] {
    return [...this.#nodesCut].sort()
  }

  /** Machines of this cluster whose addresses were cut. */
  machinesWithMore(): readonly MachineObject[] {
    return this.#machinesCut.size === 0 ? NO_MACHINES : this.#own(this.#machinesCut)
  }

  /** Machines of this cluster that are linked to this node. */
  machinesOf(nodeName: string): readonly MachineObject[] {
    const uids = this.#machinesByNodeRef.get(nodeName)
    return this.#sorted(uids, (machine) => this.isOwn(machine) && this.isLinked(machine.uid))
  }

  /** Uids of the Machines of any cluster whose nodeRef is this node. */
  machinesReferringTo(nodeName: string): Iterable<string> {
    return this.#machinesByNodeRef.get(nodeName)
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

  /** Machines of this cluster whose InternalDNS is this name, with any nodeRef. */
  machinesNamed(nodeName: string): readonly MachineObject[] {
    return this.#own(this.#machinesByDns.get(nodeName))
  }

  /** Machines with that name (nodeRef or InternalDNS) that are not known to be this cluster's. */
  machinesElsewhere(nodeName: string): readonly MachineObject[] {
    const linked = this.#machinesByNodeRef.get(nodeName)
    const uids = new Set([...linked, ...this.#machinesByDns.get(nodeName)])
    return this.#sorted(uids, (machine) => !this.isOwn(machine))
  }

  /** Whether the Machine is this cluster's. Without readable Nodes no Cluster API cluster is. */
  isOwn({ cluster }: Pick<MachineObject, 'cluster'>): boolean {
    return cluster === null || (this.#nodesReadable && this.#clusters.isOwn(cluster))
  }

  /** Clusters of the Machines whose nodeRef has that name. */
  clustersLinkedTo(nodeName: string): Set<string> {
    const clusters = new Set<string>()
    for (const uid of this.#machinesByNodeRef.get(nodeName)) {
      const cluster = this.machineObject(uid)?.cluster ?? null
      if (cluster !== null) clusters.add(cluster)
    }
    return clusters
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

  /** Since when a Node or a Machine has had this name; null if none has it. */
  establishedAt(name: string): number | null {
    let earliest = this.#nodes.get(name)?.createdAt ?? null
    for (const groups of [this.#machinesByNodeRef, this.#machinesByDns]) {
      for (const uid of groups.get(name)) {
        const indexed = this.#machines.get(uid)
        if (indexed === undefined || !this.isOwn(indexed.machine)) continue
        const { createdAt } = indexed
        if (createdAt !== null && (earliest === null || createdAt < earliest)) earliest = createdAt
      }
    }
    return earliest
  }

  get nodeCount(): number {
    return this.#nodes.size
  }

  /** Number of Machines of machine.openshift.io. */
  get openShiftMachineCount(): number {
    return this.#machines.size - this.#clusters.count
  }

  *names(): Iterable<string> {
    yield* this.#nodes.keys()
    for (const { machine, dnsNames } of this.#machines.values()) {
      if (this.isOwn(machine)) yield* rowNames(machine, dnsNames)
    }
  }

  *nodes(): Iterable<Node> {
    for (const { node } of this.#nodes.values()) yield node
  }

  /** Machines of every cluster. */
  *machineObjects(): Iterable<MachineObject> {
    for (const { machine } of this.#machines.values()) yield machine
  }

  setNodesReadable(readable: boolean): void {
    this.#nodesReadable = readable
  }

  setNode(node: Node): void {
    const keys = nodeKeys(node)
    const createdAt = milliseconds(node.createdAt)
    const before = this.#nodes.get(node.name)
    if (before !== undefined && isIndexedAlike(before, node, keys)) {
      this.#nodes.set(node.name, { node, keys: before.keys, createdAt })
      this.#placeMachinesOf(node.name)
      return
    }
    this.#dropNode(node.name)
    this.#nodes.set(node.name, { node, keys, createdAt })
    this.#nodeNames.set(node.uid, node.name)
    for (const key of keys) this.#nodesByAddress.add(key, node.name)
    addUnder(this.#nodesByLabel, node.name, node.name)
    if (isCut(node, 'status.addresses')) this.#nodesCut.add(node.name)
    this.#namesBySkeleton.add(skeleton(node.name), node.name)
    this.#placeMachinesOf(node.name)
  }

  deleteNode(name: string): void {
    this.#dropNode(name)
    this.#placeMachinesOf(name)
  }

  #dropNode(name: string): void {
    const indexed = this.#nodes.get(name)
    if (indexed === undefined) return
    this.#nodes.delete(name)
    this.#nodeNames.delete(indexed.node.uid)
    this.#nodesCut.delete(name)
    for (const key of indexed.keys) this.#nodesByAddress.delete(key, name)
    deleteUnder(this.#nodesByLabel, name, name)
    this.#forgetLooks(name)
  }

  setMachineObject(machine: MachineObject): void {
    this.deleteMachineObject(machine.uid)
    const keys = machineKeys(machine)
    const dnsNames = internalDnsNames(machine)
    const createdAt = milliseconds(machine.createdAt)
    this.#machines.set(machine.uid, { machine, keys, dnsNames, createdAt })
    this.#machineUids.set(machinePath(machine), machine.uid)
    for (const key of keys) this.#machinesByAddress.add(key, machine.uid)
    if (isCut(machine, 'status.addresses')) this.#machinesCut.add(machine.uid)
    for (const name of dnsNames) this.#machinesByDns.add(name, machine.uid)
    if (machine.nodeRef !== null) this.#machinesByNodeRef.add(machine.nodeRef.name, machine.uid)
    for (const name of this.namesOf(machine.uid)) {
      this.#namesBySkeleton.add(skeleton(name), name)
      addUnder(this.#machinesByLabel, name, machine.uid)
    }
    this.#place(machine.uid)
  }

  deleteMachineObject(uid: string): void {
    const indexed = this.#machines.get(uid)
    if (indexed === undefined) return
    const names = this.namesOf(uid)
    this.#machines.delete(uid)
    this.#machineUids.delete(machinePath(indexed.machine))
    this.#machinesCut.delete(uid)
    for (const key of indexed.keys) this.#machinesByAddress.delete(key, uid)
    for (const name of indexed.dnsNames) this.#machinesByDns.delete(name, uid)
    const { nodeRef, cluster } = indexed.machine
    if (nodeRef !== null) this.#machinesByNodeRef.delete(nodeRef.name, uid)
    if (cluster !== null) this.#clusters.delete(uid, cluster)
    for (const name of names) {
      this.#forgetLooks(name)
      deleteUnder(this.#machinesByLabel, name, uid)
    }
  }

  /** All names of a Machine: its nodeRef's and the expected ones. */
  namesOf(machineUid: string): Set<string> {
    const indexed = this.#machines.get(machineUid)
    if (indexed === undefined) return new Set()
    const names = new Set(indexed.dnsNames)
    if (indexed.machine.nodeRef !== null) names.add(indexed.machine.nodeRef.name)
    return names
  }

  /** Whether a Node or a Machine alone gives this name a row. */
  hasRow(name: string): boolean {
    if (this.#nodes.has(name)) return true
    const machine = this.machineFor(name)
    if (machine === null) return false
    return machine.nodeRef !== null || isDnsSubdomain(name)
  }

  #placeMachinesOf(nodeName: string): void {
    for (const uid of this.#machinesByNodeRef.get(nodeName)) this.#place(uid)
  }

  #place(uid: string): void {
    const indexed = this.#machines.get(uid)
    const cluster = indexed?.machine.cluster ?? null
    if (indexed === undefined || cluster === null) return
    this.#clusters.set(uid, cluster, this.#placeOf(indexed))
  }

  /**
   * Location of the Machine's Node. A nodeRef without uid (v1beta2) may mean another cluster's node
   * of that name: then providerIDs must match, or an IP address, which a node can change.
   */
  #placeOf({ machine, keys }: IndexedMachine): NodePlace {
    const { nodeRef } = machine
    if (nodeRef === null) return 'none'
    const indexed = this.#nodes.get(nodeRef.name)
    if (indexed === undefined) return 'elsewhere'
    const isHere =
      nodeRef.uid === null
        ? (isSameInstance(machine, indexed.node) ??
          [...keys].some((key) => isIpKey(key) && indexed.keys.has(key)))
        : nodeRef.uid === indexed.node.uid
    return isHere ? 'here' : 'elsewhere'
  }

  #isKnown(name: string): boolean {
    if (this.#nodes.has(name)) return true
    return this.machinesOf(name).length > 0 || this.machinesNamed(name).length > 0
  }

  #forgetLooks(name: string): void {
    const known =
      this.#nodes.has(name) || this.#machinesByNodeRef.has(name) || this.#machinesByDns.has(name)
    if (!known) this.#namesBySkeleton.delete(skeleton(name), name)
  }

  #own(uids: Iterable<string>): readonly MachineObject[] {
    return this.#sorted(uids, (machine) => this.isOwn(machine))
  }

  /** Sorted independently of the order of arrival. Usually there is one Machine or none. */
  #sorted(
    uids: Iterable<string>,
    belongs: (machine: MachineObject) => boolean,
  ): readonly MachineObject[] {
    const machines: MachineObject[] = []
    for (const uid of uids) {
      const machine = this.machineObject(uid)
      if (machine !== null && belongs(machine)) machines.push(machine)
    }
    if (machines.length < 2) return machines
    return machines.sort(
      (a, b) => compareTexts(a.createdAt, b.createdAt) || compareTexts(a.uid, b.uid),
    )
  }
}

/** Whether nothing has changed that a Node is found by: mostly it tells another readiness. */
function isIndexedAlike(before: IndexedNode, node: Node, keys: ReadonlySet<string>): boolean {
  return (
    before.node.uid === node.uid &&
    isCut(before.node, 'status.addresses') === isCut(node, 'status.addresses') &&
    before.keys.size === keys.size &&
    [...keys].every((key) => before.keys.has(key))
  )
}

function addUnder(groups: Groups, name: string, member: string): void {
  const label = firstLabel(name)
  if (label !== null) groups.add(label, member)
}

function deleteUnder(groups: Groups, name: string, member: string): void {
  const label = firstLabel(name)
  if (label !== null) groups.delete(label, member)
}

function machinePath({ apiGroup, namespace, name }: MachineObject): string {
  return `${apiGroup}/${namespace}/${name}`
}

/** Null when one of the two has no providerID. */
function isSameInstance(machine: MachineObject, node: Node): boolean | null {
  if (machine.providerID === null || node.providerID === null) return null
  return machine.providerID === node.providerID
}

/** Names of the rows that a Machine gives: its nodeRef's, otherwise all that it expects. */
function rowNames(machine: MachineObject, dnsNames: ReadonlySet<string>): Iterable<string> {
  if (machine.nodeRef !== null) return [machine.nodeRef.name]
  return [...dnsNames].filter(isDnsSubdomain)
}
