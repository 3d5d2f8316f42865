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
])('since when a name is established: %s', (_, index, expected) => {
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

describe('Machines of Cluster API', () => {
  const NODE_1 = makeNode()
  const NODE_2 = makeNode({ name: 'worker-2', ips: ['198.51.100.12'] })
  /** Linked to worker-1 and to worker-2 by uid, to a node elsewhere, and to none. */
  const FLEET: readonly MachineObjectOptions[] = [
    { uid: 'm-1', cluster: 'fleet/one', nodeRef: { name: 'worker-1', uid: NODE_1.uid } },
    {
      uid: 'm-2',
      cluster: 'fleet/one',
      internalDns: ['worker-2'],
      ips: ['198.51.100.12'],
      nodeRef: { name: 'worker-2', uid: NODE_2.uid },
    },
    { uid: 'm-3', cluster: 'fleet/one', internalDns: [], ips: [], nodeRef: 'elsewhere' },
    { uid: 'm-4', cluster: 'fleet/one', internalDns: ['worker-4'], ips: ['198.51.100.14'] },
    { uid: 'm-5', cluster: 'fleet/two', internalDns: ['worker-5'], ips: ['198.51.100.15'] },
  ]
  const fleet = (...nodes: Node[]) => {
    const index = indexOf(nodes, FLEET)
    index.setNodesReadable(true)
    return index
  }
  const uids = (machines: readonly { readonly uid: string }[]) => machines.map(({ uid }) => uid)
  const isOwn = (index: ClusterIndex) => index.isOwn({ cluster: 'fleet/one' })

  it('are of this cluster while most of its Nodes are here, as Nodes come and go', () => {
    const index = fleet()
    expect(isOwn(index)).toBe(false)
    index.setNode(NODE_1)
    expect(isOwn(index)).toBe(false)
    index.setNode(NODE_2)
    expect(isOwn(index)).toBe(true)
    index.setNode({ ...NODE_2, uid: 'made-anew' })
    expect(isOwn(index)).toBe(false)
    index.setNode(NODE_2)
    expect(isOwn(index)).toBe(true)
    index.deleteNode('worker-2')
    expect(isOwn(index)).toBe(false)
  })

  it('are of this cluster while most of them have a Node here, as Machines come and go', () => {
    const index = fleet(NODE_1)
    const [first] = FLEET
    index.deleteMachineObject('m-3')
    expect(isOwn(index)).toBe(false)
    index.deleteMachineObject('m-2')
    expect(isOwn(index)).toBe(true)
    index.setMachineObject(makeMachineObject({ ...first, cluster: 'fleet/two' }))
    expect(isOwn(index)).toBe(false)
    expect(index.isOwn({ cluster: 'fleet/two' })).toBe(true)
    expect([...index.machinesIn('fleet/two')].sort()).toEqual(['m-1', 'm-5'])
    expect([...index.machinesIn('fleet/one')]).toEqual(['m-4'])
  })

  it('with a nodeRef without uid are here by an address of the Node, as addresses change', () => {
    const index = indexOf([NODE_1], [{ uid: 'm-1', cluster: 'fleet/one', nodeRef: 'worker-1' }])
    index.setNodesReadable(true)
    expect(isOwn(index)).toBe(true)
    index.setNode(makeNode({ ips: ['198.51.100.99'] }))
    expect(isOwn(index)).toBe(false)
  })

  it('with a nodeRef without uid are here by the Node’s instance, whatever its addresses', () => {
    const of = (providerID: string) => makeNode({ providerID, ips: ['198.51.100.99'] })
    const machine = { uid: 'm-1', cluster: 'fleet/one', nodeRef: 'worker-1', providerID: 'i-1' }
    const index = indexOf([of('i-1')], [machine])
    index.setNodesReadable(true)
    expect(isOwn(index)).toBe(true)
    index.setNode(of('i-2'))
    expect(isOwn(index)).toBe(false)
    index.setNode(makeNode({ providerID: 'i-2' }))
    expect(isOwn(index)).toBe(false)
  })

  it.each<readonly [string, readonly Node[], boolean]>([
    ['another', [NODE_1], false],
    ['this one', [NODE_1, NODE_2], true],
  ])('of %s are found, counted and named accordingly', (_, nodes, own) => {
    const index = fleet(...nodes)
    const only = <T>(told: T[]): T[] => (own ? told : [])
    expect(uids(index.machinesNamed('worker-4'))).toEqual(only(['m-4']))
    expect(uids(index.machinesOf('elsewhere'))).toEqual(only(['m-3']))
    expect(uids(index.machinesHolding('IP:198.51.100.14'))).toEqual(only(['m-4']))
    expect(index.machineFor('worker-4')?.uid).toBe(own ? 'm-4' : undefined)
    expect(index.hasRow('worker-4')).toBe(own)
    expect([...index.names()].includes('worker-4')).toBe(own)
    expect(index.namesLookingLike(skeleton('worker-4'))).toEqual(only(['worker-4']))
    expect(index.establishedAt('worker-4') !== null).toBe(own)
    expect(index.openShiftMachineCount).toBe(0)
    expect(uids(index.machinesElsewhere('worker-4'))).toEqual(own ? [] : ['m-4'])
    expect(uids(index.machinesElsewhere('elsewhere'))).toEqual(own ? [] : ['m-3'])
    expect(uids(index.machinesElsewhere('worker-5'))).toEqual(['m-5'])
  })

  it('are of no known cluster while no Node can be read', () => {
    const index = fleet(NODE_1, NODE_2)
    index.setNodesReadable(false)
    expect(isOwn(index)).toBe(false)
    expect(uids(index.machinesElsewhere('worker-4'))).toEqual(['m-4'])
  })
})

describe('a Node that says something else', () => {
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
  ])('%s', (_, after, ips, hasMore) => {
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
