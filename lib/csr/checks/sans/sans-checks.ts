import { type AddressKey, dnsKey, ipKey } from '#lib/csr/addresses/addresses.ts'
import {
  fail,
  joined,
  ofContents,
  ofMachine,
  pass,
  type Question,
  seen,
  unknown,
} from '#lib/csr/checks/check-question.ts'
import { type Reserved, reservedAs } from '#lib/csr/checks/sans/reserved-names.ts'
import { ipKeyOf, keysOf, type San, strayLabel } from '#lib/csr/claim/claim.ts'
import { isItsOwn, isSomebodyElses } from '#lib/csr/kubelets/evidence.ts'
import type { MachineObject, Observed } from '#lib/csr/model.ts'
import { CONTROL_PLANE_ROLES, INTERNAL_IP } from '#lib/csr/names.ts'
import { isCut } from '#lib/csr/reading/request-reading.ts'
import type { World } from '#lib/csr/world/world.ts'

/** Checks of the names and addresses that the serving certificate would be valid for. */

export const sansOwned = ofMachine<'sans.owned'>('noName', (name, { claim, world }) => {
  const owned = new Set(ownKeys(name, world))
  const lacks = claim.sans.some(({ key }) => !owned.has(key))
  const hasMore = lacks && hasMoreAddresses(name, world)
  // The Node's addresses are unknown here, but its Machine's are not.
  const missing = world.readable.nodes && !hasMore ? 'fail' : 'unknown'
  const observed = claim.sans.map(({ kind, value, key }) =>
    seen(kind, value, owned.has(key) ? 'pass' : missing),
  )
  const odd = observed.filter(({ outcome }) => outcome !== 'pass')
  const rest = { expected: [...owned], observed }
  if (odd.length === 0) return pass('owned', rest)
  if (!world.readable.nodes) return unknown('nodesUnreadable', rest)
  const details = { ...rest, values: { sans: joined(odd.map(({ value }) => value)) } }
  return hasMore ? unknown('moreAddresses', details) : fail('notOwned', details)
})

/** Whether the stored addresses of the Node, or of one of its Machines, are cut. */
function hasMoreAddresses(name: string, world: World): boolean {
  const own = [world.cluster.node(name), ...ownMachines(name, world)]
  return own.some((object) => object !== null && isCut(object, 'status.addresses'))
}

/** Keys of the Node's name and addresses, and of its Machines. */
function* ownKeys(name: string, world: World): Iterable<string> {
  if (world.readable.nodes) yield* world.cluster.nodeKeys(name)
  for (const machine of ownMachines(name, world)) yield* world.cluster.machineKeys(machine.uid)
}

function showsMachines({ readable }: World): boolean {
  return readable.machines === true || readable.machines === 'partly'
}

/** Machines whose nodeRef is this node, and Machines without a nodeRef that expect it. */
export function* ownMachines(name: string, world: World): Iterable<MachineObject> {
  if (!showsMachines(world)) return
  yield* world.cluster.machinesOf(name)
  yield* world.cluster.machinesNamed(name).filter(({ nodeRef }) => nodeRef === null)
}

/** Why the node's Machine confirms nothing: it is being deleted, or refers to an earlier Node. */
export function outdated(
  { deletedAt, nodeRef }: MachineObject,
  name: string,
  { readable, cluster }: World,
): 'deleting' | 'staleNodeRef' | null {
  if (deletedAt !== null) return 'deleting'
  const linked = nodeRef?.uid ?? null
  const actual = readable.nodes ? (cluster.node(name)?.uid ?? null) : null
  return linked !== null && actual !== null && linked !== actual ? 'staleNodeRef' : null
}

/** Keys that the node's Machines have, except outdated Machines. */
export function keysOfMachines(name: string, world: World): Set<AddressKey> {
  const keys = new Set<AddressKey>()
  for (const machine of ownMachines(name, world)) {
    if (outdated(machine, name, world) !== null) continue
    for (const key of world.cluster.machineKeys(machine.uid)) keys.add(key)
  }
  return keys
}

export const sansForeign = ofMachine<'sans.foreign'>('noName', (name, { claim, world, now }) => {
  const { nodes, machines } = world.readable
  const blind = !nodes || machines === false || machines === 'partly'
  const holderOf = holders(name, world)
  const observed = claim.sans.map((san) => {
    const holder = holderOf(san)
    if (holder === null) return seen(san.kind, san.value, blind ? 'unknown' : 'pass')
    return seen(san.kind, san.value, 'fail', holder)
  })
  const rest = { observed }
  for (const { value, heldBy } of observed) {
    if (heldBy !== null) return fail('held', { ...rest, values: { san: value, holder: heldBy } })
  }
  if (!world.readable.nodes) return unknown('nodesUnreadable', rest)
  if (!machines) return unknown('machinesUnreadable', rest)
  if (machines === 'partly') return unknown('machinesPartly', rest)
  const holder = holderOfMore(name, world)
  const open = claim.sans.find((san) => holder !== null && !isSettled(san, name, { world, now }))
  return holder === null || open === undefined
    ? pass('free', rest)
    : unknown('moreAddresses', { ...rest, values: { san: open.value, holder } })
})

/** Another node, or another node's Machine, whose addresses are not all known; null if none. */
function holderOfMore(name: string, world: World): string | null {
  for (const nodes of [world.cluster.nodesWithMore(), world.nodesAside()]) {
    for (const node of nodes) if (node !== name) return node
  }
  const machines = world.cluster.machinesWithMore()
  if (machines.length === 0) return null
  const own = new Set(Array.from(ownMachines(name, world), ({ uid }) => uid))
  const machine = machines.find(({ uid }) => !own.has(uid))
  return machine === undefined ? null : nodeOf(machine, world)
}

/**
 * SANs that may belong to another machine: another node's addresses are not all known, or the
 * node's address presents another machine's certificate.
 */
export function maybeAnothers(sans: readonly San[], name: string, around: Around): readonly San[] {
  const { world, now } = around
  const evidence = world.evidence(name, now)
  const isElsewhere = evidence !== null && isSomebodyElses(evidence.live, name)
  if (!isElsewhere && holderOfMore(name, world) === null) return []
  return sans.filter((san) => !isSettled(san, name, around))
}

/** Whether a source other than the Node's own status confirms the SAN. */
function isSettled(san: San, name: string, around: Around): boolean {
  return keysOf(san).every((key) => key === dnsKey(name) || isVouchedFor(key, name, around))
}

/** Finds the other node (or other node's Machine) that has a SAN, the first by name. */
function holders(name: string, world: World): (san: San) => string | null {
  const { cluster, readable } = world
  const ownKeys = new Set<string>()
  const ownUids = new Set<string>()
  for (const { uid } of ownMachines(name, world)) {
    ownUids.add(uid)
    for (const key of cluster.machineKeys(uid)) ownKeys.add(key)
  }
  const first = (nodes: Iterable<string>, machines: () => readonly MachineObject[]) => {
    let holder: string | null = null
    const take = (each: string) => {
      if (holder === null || each < holder) holder = each
    }
    if (readable.nodes) for (const node of nodes) if (node !== name) take(node)
    if (!showsMachines(world)) return holder
    for (const machine of machines()) if (!ownUids.has(machine.uid)) take(nodeOf(machine, world))
    return holder
  }
  // Holders by first label: a thousand SANs may share a label, and so may a thousand nodes.
  const byLabel = new Map<string, string | null>()
  const underLabel = (label: string) => {
    const known = byLabel.get(label)
    if (known !== undefined) return known
    const holder = first(cluster.nodesLabelled(label), () => cluster.machinesLabelled(label))
    byLabel.set(label, holder)
    return holder
  }

  return (san) => {
    for (const key of keysOf(san)) {
      const holder = first(cluster.nodesHolding(key), () => cluster.machinesHolding(key))
      if (holder !== null) return holder
    }
    const label = ownKeys.has(san.key) ? null : strayLabel(san, name)
    return label === null ? null : underLabel(label)
  }
}

/** The node that a Machine is linked to, otherwise the first it expects, otherwise its own name. */
function nodeOf(machine: MachineObject, { cluster }: World): string {
  const { uid, name, nodeRef } = machine
  if (nodeRef !== null && cluster.isLinked(uid)) return nodeRef.name
  const [first] = [...cluster.namesOf(uid)].filter((each) => each !== nodeRef?.name).sort()
  return first ?? name
}

const RESERVED_ORDER: readonly Reserved[] = [
  'apiServer',
  'cluster',
  'serviceNetwork',
  'metadata',
  'wildcard',
  'local',
  'special',
  'spelling',
]

export const sansReserved = ofContents<'sans.reserved'>('unreadable', (_, question) => {
  const { claim, world } = question
  const found = claim.sans.map((san) => ({
    san,
    reserved: reservedFor(san, claim.nodeName, world),
  }))
  const perhaps = new Set(claim.sans.filter((san) => mayBeService(san, claim.nodeName, question)))
  const observed: Observed[] = found.map(({ san, reserved }) => {
    const free = perhaps.has(san) ? 'unknown' : 'pass'
    return seen(san.kind, san.value, reserved === null ? free : 'fail')
  })
  for (const kind of RESERVED_ORDER) {
    const worst = found.find(({ reserved }) => reserved === kind)
    if (worst === undefined) continue
    return fail(kind, { observed, values: { san: worst.san.value } })
  }
  const [first] = perhaps
  if (first === undefined) return pass('free', { observed })
  return unknown('networksUntold', { observed, values: { san: first.value } })
})

/** The part of a question that an address is judged by. */
type Around = Pick<Question, 'world' | 'now'>

/**
 * Whether the address may be a Service's: the Service networks are unknown and only the node itself
 * vouches for it. A Machine, the admin's list or the cluster's CA vouches independently.
 */
export function mayBeService(san: San, nodeName: string | null, around: Around): boolean {
  if (around.world.reserved.areNetworksKnown) return false
  const key = ipKeyOf(san)
  return key !== null && (nodeName === null || !isVouchedFor(key, nodeName, around))
}

function isVouchedFor(key: AddressKey, nodeName: string, { world, now }: Around): boolean {
  if (world.expected?.keys(nodeName).has(key) === true) return true
  if (keysOfMachines(nodeName, world).has(key)) return true
  const live = world.evidence(nodeName, now)?.live
  if (live?.outcome !== 'presented' || !isItsOwn(live.certificate, nodeName)) return false
  return live.certificate.ipAddresses.some((ip) => ipKey(ip) === key)
}

function reservedFor(san: San, nodeName: string | null, world: World): Reserved | null {
  const reserved = reservedAs(san, world.reserved)
  if (reserved !== 'apiServer' || nodeName === null) return reserved
  return isControlPlaneOwn(san, nodeName, world) ? null : reserved
}

/**
 * Whether a control-plane node may ask for a name of the API server's certificate: only for its
 * node name, its InternalIPs and its Machine's keys, not for other status addresses.
 * NodeRestriction keeps kubelets from setting the role label. OpenShift lets a kubelet set it when
 * it creates its Node, so there the InternalIP is the node's own word.
 */
function isControlPlaneOwn({ key }: San, nodeName: string, world: World): boolean {
  const node = world.readable.nodes ? world.cluster.node(nodeName) : null
  if (!node?.roles.some((role) => CONTROL_PLANE_ROLES.includes(role))) return false
  if (key === dnsKey(nodeName)) return true
  if (keysOfMachines(nodeName, world).has(key)) return true
  return node.addresses.some(({ type, address }) => type === INTERNAL_IP && ipKey(address) === key)
}
