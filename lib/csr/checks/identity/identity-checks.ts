import {
  type Answer,
  fail,
  joined,
  ofMachine,
  pass,
  type Question,
  seen,
  unknown,
} from '#lib/csr/checks/check-question.ts'
import { maybeJoined, standingOf } from '#lib/csr/checks/node-checks.ts'
import { outdated } from '#lib/csr/checks/sans/sans-checks.ts'
import { isInWindow } from '#lib/csr/machine-approver/machine-approver-facts.ts'
import type { MachineObject, Observed } from '#lib/csr/model.ts'
import { isCut } from '#lib/csr/reading/request-reading.ts'
import { milliseconds } from '#lib/csr/time.ts'
import type { World } from '#lib/csr/world/world.ts'

/** Checks that ask an independent source whether the machine is the one it claims to be. */

type MachineAnswer = Answer<'identity.machine'>

export const identityMachine = ofMachine<'identity.machine'>('noName', (name, question) => {
  const { readable } = question.world
  if (readable.machines === 'absent') return unknown('noMachineApi')
  if (!readable.machines) return unknown('machinesUnreadable')
  const answer =
    question.claim.kind === 'kubeletServing'
      ? servingMachine(name, question)
      : clientMachine(name, question)
  // While some Machines are unreadable a fail holds, but not a pass: one of them may contradict.
  const isOpen = readable.machines === 'partly' && answer.outcome !== 'fail'
  return isOpen ? unknown('machinesPartly') : answer
})

/**
 * The answer when no believed Machine matches: why the oldest other one of that name does not
 * count.
 */
function noneOfOurs(name: string, { readable, cluster }: World): MachineAnswer {
  const machine = cluster.strangerNamed(name)
  if (machine === null) return unknown('noMachine')
  const isNamed = cluster.isNamespaceNamed(machine.namespace)
  // Whether a Cluster API cluster is this one is told by its Nodes.
  const isOfCluster = machine.cluster !== null && isNamed !== false
  if (isOfCluster && !readable.nodes) return unknown('nodesUnreadable')
  return unknown(isOfCluster ? 'otherCluster' : 'otherNamespace', {
    observed: seenMachine(machine, 'unknown'),
    values: { machine: pathOf(machine) },
  })
}

function pathOf({ namespace, name }: MachineObject): string {
  return `${namespace}/${name}`
}

/** The Machine as the answer shows it: with its namespace, and its cluster if it has one. */
function seenMachine(
  machine: MachineObject,
  outcome: Observed['outcome'],
  heldBy: string | null = null,
): Observed[] {
  const observed = [seen('Machine', pathOf(machine), outcome, heldBy)]
  return machine.cluster ? [...observed, seen('Cluster', machine.cluster, outcome)] : observed
}

/**
 * Passes for the one Machine whose InternalDNS is the name, if it has no nodeRef and no Node
 * exists.
 */
function clientMachine(name: string, { claim, world }: Question): MachineAnswer {
  const machines = world.cluster.machinesNamed(name)
  const [machine] = machines
  if (machine === undefined) return noneOfOurs(name, world)
  if (machines.length > 1) return several(machines)
  const values = { machine: machine.name, createdAt: machine.createdAt }
  const observed = (outcome: Observed['outcome']) => seenMachine(machine, outcome)
  const { nodeRef } = machine
  if (nodeRef !== null && nodeRef.name !== name) return otherNode(machine, nodeRef.name)

  const created = milliseconds(machine.createdAt) ?? 0
  // The window applies to joining only: a Machine with a nodeRef has joined.
  if (nodeRef === null && !isInWindow(claim.createdAt, created))
    return fail('outsideWindow', { observed: observed('fail'), values })
  const doubt = weak(machine, name, world)
  if (doubt !== null) return doubt
  const names = [name, ...world.cluster.namesOf(machine.uid)]
  const joined = nodeRef === null ? maybeJoined(names, world) : 'joinedBefore'
  if (joined !== null) return unknown(joined, { observed: observed('unknown'), values })
  return pass('confirmed', { observed: observed('pass'), values })
}

/** Passes when the one Machine whose nodeRef is the node has every SAN. */
function servingMachine(name: string, { claim, world }: Question): MachineAnswer {
  const machines = world.cluster.machinesOf(name)
  const [machine] = machines
  if (machine === undefined) {
    for (const taken of world.cluster.machinesNamed(name)) {
      if (taken.nodeRef !== null) return otherNode(taken, taken.nodeRef.name)
    }
    return noneOfOurs(name, world)
  }
  if (machines.length > 1) return several(machines)

  const values = { machine: machine.name }
  const keys = world.cluster.machineKeys(machine.uid)
  if (keys.size === 0)
    return unknown('noAddresses', { observed: seenMachine(machine, 'unknown'), values })
  const hasMore = isCut(machine, 'status.addresses')
  const missing = hasMore ? 'unknown' : 'fail'
  const observed = claim.sans.map(({ kind, value, key }) =>
    seen(kind, value, keys.has(key) ? 'pass' : missing),
  )
  const lacking = observed.filter(({ outcome }) => outcome !== 'pass').map(({ value }) => value)
  const seenWith = (outcome: Observed['outcome']) => ({
    expected: [...keys],
    observed: [...seenMachine(machine, outcome), ...observed],
  })
  if (lacking.length > 0) {
    const details = { ...seenWith(missing), values: { ...values, sans: joined(lacking) } }
    return hasMore ? unknown('moreAddresses', details) : fail('lacksSan', details)
  }
  return weak(machine, name, world) ?? pass('confirmed', { ...seenWith('pass'), values })
}

function several(machines: readonly MachineObject[]): MachineAnswer {
  return fail('severalMachines', {
    observed: machines.flatMap((machine) => seenMachine(machine, 'fail')),
    values: { machines: joined(machines.map(({ name }) => name)) },
  })
}

function otherNode(machine: MachineObject, node: string): MachineAnswer {
  return fail('otherNode', {
    observed: seenMachine(machine, 'fail', node),
    values: { machine: machine.name, node },
  })
}

/**
 * Why a matching Machine does not confirm: it is being deleted or refers to an earlier Node.
 */
function weak(machine: MachineObject, name: string, world: World): MachineAnswer | null {
  const why = outdated(machine, name, world)
  if (why === null) return null
  return unknown(why, {
    observed: seenMachine(machine, 'unknown'),
    values: { machine: machine.name },
  })
}

/** Passes because `kind` says that the API server authenticated the requestor as this very node. */
export const identityRequestor = ofMachine<'identity.requestor'>(
  'noName',
  (name, { claim, world }) => {
    const values = { node: name }
    if (!world.readable.nodes) return unknown('nodesUnreadable', { values })
    const node = world.cluster.node(name)
    if (node === null) return unknown('missing', { values })
    const standing = standingOf(node, claim)
    if (standing !== 'known') return unknown(standing, { values })
    const observed = [seen('user', claim.csr.requestor.username, 'pass')]
    return pass('authenticated', { observed, values })
  },
)
