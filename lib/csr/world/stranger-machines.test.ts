/** Machines of a person who may write them in one namespace of their own. */
import { describe, expect, it } from 'vitest'
import {
  approved,
  KIM,
  type MachineObjectOptions,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { deriveMachine } from '#lib/csr/machine/derive.ts'
import { describeMachine } from '#lib/csr/machine/detail.ts'
import type { MachineObject } from '#lib/csr/model.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'

const context = makeContext({
  policy: { ...DEFAULT_POLICY, secondPerson: { for: ['controlPlane'], withinSeconds: 3_600 } },
})
const NAMES = ['worker-1', 'worker-2', 'worker-3']
const NODE = makeNode({ providerID: 'i-1' })
const NODES = [NODE, makeNode({ name: 'worker-2', ips: ['198.51.100.12'] })]

const CLUSTER_API: MachineObjectOptions = { cluster: 'tenant/one' }
const here = { name: NODE.name, uid: NODE.uid }

/** Machines of that person; worker-1 has a Node, worker-3 waits for one. */
const STRANGERS: Readonly<Record<string, readonly MachineObjectOptions[]>> = {
  'a twin of a node’s Machine': [{ nodeRef: here, providerID: 'i-1' }],
  'a twin that lacks what the node has': [{ nodeRef: here, ips: [] }],
  'a twin that has another Node': [{ nodeRef: 'worker-2' }],
  'a twin of a machine that waits': [{ internalDns: ['worker-3'], ips: ['198.51.100.13'] }],
  'a twin that is being deleted': [{ nodeRef: here, deletedAt: '2026-11-24T12:00:00Z' }],
  'a Machine made long before the real one': [
    { internalDns: ['worker-3'], createdAt: '2026-11-24T06:00:00Z' },
  ],
  'a Machine with the addresses of all nodes': [
    { internalDns: ['thief'], ips: ['198.51.100.11', '198.51.100.12', '198.51.100.13'] },
  ],
  'a Machine with more addresses than are read': [
    { internalDns: ['thief'], cut: ['status.addresses'] },
  ],
  'a Machine with the names of nodes under a domain': [
    { internalDns: ['worker-1.example.com', 'worker-3.example.com'] },
  ],
  'Machines whose names look alike': [{ internalDns: ['worker-l', 'w0rker-3'] }],
  'a Machine of the control plane': [{ nodeRef: here, role: 'master' }],
  'Machines that point at every Node': NODES.map(({ name, uid }) => ({
    name: `of-${name}`,
    internalDns: [name],
    nodeRef: { name, uid },
  })),
}

const OWN: readonly MachineObject[] = [
  makeMachineObject({ name: 'own-1', nodeRef: here }),
  makeMachineObject({ name: 'own-3', internalDns: ['worker-3'], ips: ['198.51.100.13'] }),
]

const CSRS = [
  makeCsr({ kind: 'serving' }),
  makeCsr({ kind: 'renewal', keyName: 'renewal' }),
  makeCsr({ kind: 'client', nodeName: 'worker-3', keyName: 'third' }),
  approved(makeCsr({ kind: 'serving', nodeName: 'worker-2', ipAddresses: ['198.51.100.12'] })),
]

function strangers(options: readonly MachineObjectOptions[], more: MachineObjectOptions) {
  return options.map((each, n) =>
    makeMachineObject({ namespace: 'tenant', name: `stranger-${n}`, ...each, ...more }),
  )
}

function seenOf(around: WorldOptions) {
  const world = makeWorld({ csrs: CSRS, nodes: NODES, readable: { machines: true }, ...around })
  return {
    names: [...world.machineNames()].sort(),
    rows: NAMES.map((name) => deriveMachine(world, name, context)),
    details: NAMES.map((name) => describeMachine(world, name, context, KIM)),
  }
}

describe.each<readonly [string, MachineObjectOptions]>([
  ['machine.openshift.io', {}],
  ['cluster.x-k8s.io', CLUSTER_API],
])('in a namespace of their own, %s:', (_, more) => {
  it.each(Object.entries(STRANGERS))('%s changes nothing of any machine', (_, options) => {
    const machines = [...OWN, ...strangers(options, more)]
    expect(seenOf({ machines })).toEqual(seenOf({ machines: OWN }))
    expect(seenOf({ machines: machines.toReversed() })).toEqual(seenOf({ machines: OWN }))
  })

  it.each(Object.entries(STRANGERS))('%s makes no machine verified', (_, options) => {
    const { rows } = seenOf({ machines: strangers(options, more) })
    const { rows: without } = seenOf({ machines: [] })
    expect(rows.map((row) => row?.verdict)).toEqual(without.map((row) => row?.verdict))
    expect(rows.map((row) => row?.deadline)).toEqual(without.map((row) => row?.deadline))
    expect(rows.map((row) => row?.verdict)).not.toContain('verified')
  })

  it('20,000 Machines of one name and one Node are passed over', () => {
    const flood = Array.from({ length: 20_000 }, (_, n) =>
      makeMachineObject({ namespace: 'tenant', name: `m-${n}`, nodeRef: here, ...more }),
    )
    const world = makeWorld({ machines: [...OWN, ...flood], nodes: NODES })
    const { cluster } = world
    expect(cluster.machinesOf('worker-1').map(({ name }) => name)).toEqual(['own-1'])
    expect([...cluster.machinesReferringTo('worker-1')]).toHaveLength(1)
    expect(cluster.machinesHolding('IP:198.51.100.11').map(({ name }) => name)).toEqual(['own-1'])
    expect([...cluster.ownClusters]).toEqual([])
    world.takeTouched()
    world.upsertMachineObject(makeMachineObject({ ...flood[0], phase: 'Running' }))
    expect([...world.takeTouched().machines]).toEqual(['worker-1'])
  })
})
