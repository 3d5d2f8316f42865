import { describe, expect, it } from 'vitest'
import { skeleton } from '#lib/csr/confusable.ts'
import {
  type MachineObjectOptions,
  makeMachineObject,
  makeNode,
} from '#lib/csr/fixtures/make-cluster.ts'
import type { Node } from '#lib/csr/model.ts'
import { ClusterIndex } from '#lib/csr/world/cluster-index.ts'

function indexOf(nodes: readonly Node[], machines: readonly MachineObjectOptions[]): ClusterIndex {
  const index = new ClusterIndex()
  for (const node of nodes) index.setNode(node)
  for (const machine of machines) index.setMachineObject(makeMachineObject(machine))
  return index
}

const at = (minute: string) => `2026-11-24T11:${minute}:00Z`
const older = { uid: 'm-1', createdAt: at('10') }
const newer = { uid: 'm-2', name: 'other', createdAt: at('50') }

it.each<readonly [string, ClusterIndex, string | null]>([
  ['nothing has it', indexOf([], []), null],
  ['a Node', indexOf([makeNode({ createdAt: at('30') })], []), at('30')],
  ['a Machine that expects it', indexOf([], [older]), at('10')],
  ['an older Machine', indexOf([makeNode({ createdAt: at('30') })], [older]), at('10')],
  ['a newer Machine', indexOf([makeNode({ createdAt: at('30') })], [newer]), at('30')],
  ['two Machines', indexOf([], [newer, older]), at('10')],
  [
    'a Machine that is linked',
    indexOf([], [{ ...older, internalDns: [], nodeRef: 'worker-1' }]),
    at('10'),
  ],
  ['a Machine whose time cannot be read', indexOf([], [{ createdAt: 'once' }, newer]), at('50')],
])('a name is established since its oldest object: %s', (_, index, expected) => {
  expect(index.establishedAt('worker-1')).toBe(expected === null ? null : Date.parse(expected))
})

describe('names that look alike', () => {
  const looks = (index: ClusterIndex) => [...index.namesLookingLike(skeleton('worker-1'))].sort()

  it.each<readonly [string, readonly Node[], readonly MachineObjectOptions[]]>([
    ['its Machine expects the name', [makeNode()], [older]],
    ['its Machine is linked', [makeNode()], [{ ...older, internalDns: [], nodeRef: 'worker-1' }]],
    ['another Machine has it', [], [older, newer]],
  ])('a name is known until the last object with it is gone: %s', (_, nodes, machines) => {
    const index = indexOf(nodes, machines)
    expect(looks(index)).toEqual(['worker-1'])
    if (nodes.length === 0) index.deleteMachineObject('m-2')
    else index.deleteNode('worker-1')
    expect(looks(index)).toEqual(['worker-1'])
    index.deleteMachineObject('m-1')
    expect(looks(index)).toEqual([])
  })

  it('a name that a Node still has outlives its Machine', () => {
    const index = indexOf([makeNode()], [older])
    index.deleteMachineObject('m-1')
    expect(looks(index)).toEqual(['worker-1'])
  })
})

it.each<readonly [string, MachineObjectOptions, string, boolean]>([
  ['a name that it expects', {}, 'worker-1', true],
  ['no name that is invalid for a Node', { internalDns: ['worker_1'] }, 'worker_1', false],
  ['its nodeRef, even with an invalid name', { nodeRef: 'worker_1' }, 'worker_1', true],
  ['no name that it expected before it was linked', { nodeRef: 'worker-2' }, 'worker-1', false],
])('a Machine gives a row to: %s (%j)', (_, options, name, expected) => {
  const index = indexOf([], [options])
  expect(index.hasRow(name)).toBe(expected)
  expect([...index.names()].includes(name)).toBe(expected)
})

it('Machines are sorted oldest first, then by uid, in any order of arrival', () => {
  const holding = (...machines: MachineObjectOptions[]) =>
    indexOf([], machines)
      .machinesHolding('IP:198.51.100.11')
      .map(({ uid }) => uid)
  const twin = { ...older, uid: 'm-0', name: 'twin' }
  expect(holding(older, newer, twin)).toEqual(['m-0', 'm-1', 'm-2'])
  expect(holding(newer, twin, older)).toEqual(['m-0', 'm-1', 'm-2'])
  expect(holding(twin, older, newer)).toEqual(['m-0', 'm-1', 'm-2'])
})

const uids = (machines: readonly { readonly uid: string }[]) => machines.map(({ uid }) => uid)

/** Nodes node-0 to node-<count - 1>; the first `named` of them name a Machine of that cluster. */
function nodesOf(cluster: string, named: number, count = named): Node[] {
  const [namespace = '', name = ''] = cluster.split('/')
  return Array.from({ length: count }, (_, n) =>
    makeNode({
      name: `node-${n}`,
      ips: [`198.51.100.${n}`],
      clusterApiMachine:
        n < named ? { namespace, cluster: name, name: `machine-of-node-${n}` } : null,
    }),
  )
}

/** Machines of the cluster whose nodeRef is node-0 to node-<count - 1>. */
function machinesOf(
  cluster: string,
  count: number,
  options: MachineObjectOptions = {},
): MachineObjectOptions[] {
  return Array.from({ length: count }, (_, n) => ({
    uid: `${cluster}-${n}`,
    name: `machine-of-node-${n}`,
    cluster,
    internalDns: [`node-${n}`],
    ips: [`198.51.100.${n}`],
    nodeRef: { name: `node-${n}`, uid: `node-node-${n}` },
    ...options,
  }))
}

function indexed(
  nodes: readonly Node[],
  machines: readonly MachineObjectOptions[],
  namespaces: readonly string[] = [],
): ClusterIndex {
  const index = indexOf(nodes, machines)
  index.setMachineNamespaces(namespaces)
  index.setNodesReadable(true)
  return index
}

describe('a cluster of Cluster API is this one, without namespaces in the policy,', () => {
  const own = (index: ClusterIndex) => [...index.ownClusters]
  const withoutUid = (n: number, more: MachineObjectOptions = {}) =>
    machinesOf('fleet/one', 1, { nodeRef: `node-${n}`, ...more })

  it.each<readonly [string, Node[], MachineObjectOptions[], string[]]>([
    ['all Nodes', nodesOf('fleet/one', 3), machinesOf('fleet/one', 3), ['fleet/one']],
    ['most Nodes', nodesOf('fleet/one', 2, 3), machinesOf('fleet/one', 2), ['fleet/one']],
    ['half of the Nodes', nodesOf('fleet/one', 2, 4), machinesOf('fleet/one', 2), []],
    ['the only Node', nodesOf('fleet/one', 1), machinesOf('fleet/one', 1), ['fleet/one']],
    [
      'a Node by name, and by an address of it',
      nodesOf('fleet/one', 1),
      withoutUid(0),
      ['fleet/one'],
    ],
  ])(
    'a Cluster API cluster is this one as it and %s name each other',
    (_, nodes, machines, expected) => {
      expect(own(indexed(nodes, machines))).toEqual(expected)
      expect(own(indexed(nodes.toReversed(), machines.toReversed()))).toEqual(expected)
    },
  )

  it.each<readonly [string, Node[], MachineObjectOptions[]]>([
    ['no Node names it', nodesOf('fleet/one', 0, 3), machinesOf('fleet/one', 3)],
    ['Nodes name it, but no Machine names them', nodesOf('fleet/one', 3), []],
    ['its Machines lie in another namespace', nodesOf('fleet/one', 3), machinesOf('tenant/one', 3)],
    ['its Machines are of another cluster', nodesOf('fleet/one', 3), machinesOf('fleet/two', 3)],
    [
      'its Machines have other names than the Nodes say',
      nodesOf('fleet/one', 1),
      machinesOf('fleet/one', 1, { name: 'another' }),
    ],
    [
      'its Machines name Nodes of these names elsewhere',
      nodesOf('fleet/one', 1),
      machinesOf('fleet/one', 1, { nodeRef: { name: 'node-0', uid: 'elsewhere' } }),
    ],
    [
      'one of its Machines names a Node of that name with another address',
      nodesOf('fleet/one', 1),
      withoutUid(0, { ips: ['198.51.100.99'] }),
    ],
    [
      'one of its Machines names a Node of another instance',
      [{ ...makeNode({ name: 'node-0', providerID: 'i-1' }), clusterApiMachine: null }],
      withoutUid(0, { providerID: 'i-2' }),
    ],
    [
      'its Machines say no cluster',
      nodesOf('fleet/one', 1),
      machinesOf('fleet/one', 1, { cluster: '' }),
    ],
  ])('a Cluster API cluster is not this one when %s', (_, nodes, machines) => {
    expect(own(indexed(nodes, machines))).toEqual([])
  })

  it('a cluster of Cluster API stays this one when another cluster’s Machines point at all its Nodes', () => {
    const all = [...machinesOf('fleet/one', 3), ...machinesOf('tenant/one', 3)]
    expect(own(indexed(nodesOf('fleet/one', 3), all))).toEqual(['fleet/one'])
    expect(own(indexed(nodesOf('fleet/one', 3), all.toReversed()))).toEqual(['fleet/one'])
  })

  it('a cluster of Cluster API is this one while Nodes and Machines come and go', () => {
    const [first, second, third] = nodesOf('fleet/one', 2, 3)
    const index = indexed([], machinesOf('fleet/one', 2))
    const is: boolean[] = []
    const seenAfter = (change: () => void) => {
      change()
      is.push(index.ownClusters.has('fleet/one'))
    }
    if (first === undefined || second === undefined || third === undefined) throw new Error('none')
    seenAfter(() => index.setNode(third))
    seenAfter(() => index.setNode(first))
    seenAfter(() => index.setNode(second))
    seenAfter(() => index.setNode({ ...second, uid: 'made-anew' }))
    seenAfter(() => index.deleteNode(third.name))
    seenAfter(() => index.deleteNode(second.name))
    seenAfter(() => index.deleteMachineObject('fleet/one-0'))
    seenAfter(() => index.setNodesReadable(false))
    expect(is).toEqual([false, false, true, false, false, true, false, false])
  })

  it('no cluster of Cluster API is this one while Nodes cannot be read', () => {
    const index = indexed(nodesOf('fleet/one', 3), machinesOf('fleet/one', 3))
    index.setNodesReadable(false)
    expect(own(index)).toEqual([])
    index.setNodesReadable(true)
    expect(own(index)).toEqual(['fleet/one'])
  })
})

describe('a cluster of Cluster API is this one, in the namespaces of the policy,', () => {
  const away = machinesOf('fleet/one', 5)
    .slice(2)
    .map((each) => ({ ...each, nodeRef: `away-${each.uid}` }))

  it.each<readonly [string, Node[], MachineObjectOptions[], string[], string[]]>([
    [
      'when most of its linked Machines have their Node here',
      nodesOf('fleet/one', 0, 9),
      [...machinesOf('fleet/one', 2), ...away.slice(0, 1)],
      ['fleet'],
      ['fleet/one'],
    ],
    [
      'not when as many have it elsewhere',
      nodesOf('fleet/one', 0, 9),
      [...machinesOf('fleet/one', 2), ...away.slice(0, 2)],
      ['fleet'],
      [],
    ],
    [
      'not when its namespace is not named, although most Nodes name it',
      nodesOf('fleet/one', 3),
      machinesOf('fleet/one', 3),
      ['openshift-machine-api'],
      [],
    ],
    [
      'neither of two that point at one Node',
      nodesOf('fleet/one', 1),
      [...machinesOf('fleet/one', 1), ...machinesOf('fleet/two', 1, { name: 'other' })],
      ['fleet'],
      [],
    ],
    [
      'neither of two namespaces that point at one Node',
      nodesOf('fleet/one', 1),
      [...machinesOf('fleet/one', 1), ...machinesOf('second/one', 1)],
      ['fleet', 'second'],
      [],
    ],
    [
      'whoever points at its Node from another namespace',
      nodesOf('fleet/one', 1),
      [...machinesOf('fleet/one', 1), ...machinesOf('tenant/one', 1)],
      ['fleet'],
      ['fleet/one'],
    ],
  ])(
    'Machines confirm their cluster as the policy says: %s',
    (_, nodes, machines, namespaces, expected) => {
      const index = indexed(nodes, machines, namespaces)
      expect([...index.ownClusters]).toEqual(expected)
      index.setMachineNamespaces([])
      index.setMachineNamespaces(namespaces)
      expect([...index.ownClusters]).toEqual(expected)
    },
  )
})

describe('a Machine that is not believed', () => {
  const waiting = { uid: 'm', name: 'm', internalDns: ['worker-4'], ips: ['198.51.100.14'] }
  const linked = { ...waiting, nodeRef: 'worker-4' }

  const inTenant = { namespace: 'tenant' }
  const ofFleet = { cluster: 'fleet/one' }

  /** `nodeCount`: Nodes, of which the first names a Machine of the Cluster API cluster. */
  it.each<readonly [string, boolean, MachineObjectOptions, nodeCount: number, string[]]>([
    ['of Cluster API while its cluster is not this one', false, ofFleet, 3, []],
    ['of Cluster API once its cluster is this one', true, ofFleet, 1, []],
    ['of OpenShift outside its namespace', false, inTenant, 0, []],
    ['of OpenShift in its namespace', true, {}, 0, []],
    ['of OpenShift in a namespace that the policy names', true, inTenant, 0, ['tenant']],
    ['of OpenShift’s namespace where the policy names others', false, {}, 0, ['tenant']],
  ])('a Machine %s gives names, addresses and a row: %s', (_, believed, odd, count, namespaces) => {
    const named = Math.min(count, 1)
    const [index, joined] = [waiting, linked].map((machine) =>
      indexed(
        nodesOf('fleet/one', named, count),
        [...machinesOf('fleet/one', named), { ...machine, ...odd }],
        namespaces,
      ),
    ) as [ClusterIndex, ClusterIndex]
    const only = <T>(found: T[]): T[] => (believed ? found : [])
    expect(uids(index.machinesNamed('worker-4'))).toEqual(only(['m']))
    expect(uids(joined.machinesOf('worker-4'))).toEqual(only(['m']))
    expect(uids(index.machinesHolding('IP:198.51.100.14'))).toEqual(only(['m']))
    expect(uids(index.machinesLabelled('worker-4'))).toEqual(only(['m']))
    expect(index.machineFor('worker-4')?.uid).toBe(believed ? 'm' : undefined)
    expect(index.hasRow('worker-4')).toBe(believed)
    expect([...index.names()].includes('worker-4')).toBe(believed)
    expect(index.namesLookingLike(skeleton('worker-4'))).toEqual(only(['worker-4']))
    expect(index.establishedAt('worker-4') !== null).toBe(believed)
    expect(index.strangerNamed('worker-4')?.uid ?? null).toBe(believed ? null : 'm')
    expect(joined.strangerNamed('worker-4')?.uid ?? null).toBe(believed ? null : 'm')
    expect(index.isBelieved('m')).toBe(believed)
  })

  it('a Machine that is not believed still counts for what the machine-approver compares, if it is OpenShift’s', () => {
    expect(indexed([], [waiting, { uid: 'n', namespace: 'tenant' }]).openShiftMachineCount).toBe(2)
    expect(indexed([], machinesOf('fleet/one', 2)).openShiftMachineCount).toBe(0)
  })

  it('the oldest of several Machines that are not believed is named, in any order of arrival', () => {
    const three = [older, newer, { ...older, uid: 'm-0', name: 'twin' }].map((each) => ({
      ...each,
      namespace: 'tenant',
    }))
    expect(indexed([], three).strangerNamed('worker-1')?.uid).toBe('m-0')
    expect(indexed([], three.toReversed()).strangerNamed('worker-1')?.uid).toBe('m-0')
  })
})

describe('a Node that contradicts its Machine', () => {
  const [first, second] = ['198.51.100.11', '198.51.100.12'] as const
  const before = makeNode({ ips: [first] })

  it.each<readonly [string, Node, readonly string[], boolean]>([
    ['its readiness', makeNode({ ips: [first], ready: 'False' }), [first], false],
    ['another address', makeNode({ ips: [second] }), [second], false],
    ['one address more', makeNode({ ips: [first, second] }), [first, second], false],
    ['another uid', makeNode({ ips: [first], uid: 'made-anew' }), [first], false],
    [
      'more than is kept',
      { ...makeNode({ ips: [first] }), cut: ['status.addresses'] },
      [first],
      true,
    ],
  ])('a Node that contradicts its Machine keeps its own: %s', (_, after, ips, hasMore) => {
    const index = indexOf([before, after], [])
    expect(index.node('worker-1')).toBe(after)
    expect(index.nodeName(after.uid)).toBe('worker-1')
    const held = [first, second].filter((ip) => [...index.nodesHolding(`IP:${ip}`)].length > 0)
    expect(held).toEqual(ips)
    expect(index.nodesWithMore()).toEqual(hasMore ? ['worker-1'] : [])
    const again = indexOf([before, after, before], [])
    expect([again.node('worker-1'), again.nodesWithMore()]).toEqual([before, []])
  })
})
