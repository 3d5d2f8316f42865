import { describe, expect, it } from 'vitest'
import { ClusterIndex } from '#lib/csr/cluster-index.ts'
import { skeleton } from '#lib/csr/confusable.ts'
import {
  type MachineObjectOptions,
  makeMachineObject,
  makeNode,
} from '#lib/csr/fixtures/make-cluster.ts'
import type { Node } from '#lib/csr/model.ts'

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
  ])('a name is known until the last that has it goes: %s', (_, nodes, machines) => {
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
  ['what no Node could be called', { internalDns: ['worker_1'] }, 'worker_1', false],
  ['its node, whatever it is called', { nodeRef: 'worker_1' }, 'worker_1', true],
  ['a name that it expected before it was linked', { nodeRef: 'worker-2' }, 'worker-1', false],
])('a Machine gives a row to %s: %j', (_, options, name, expected) => {
  const index = indexOf([], [options])
  expect(index.hasRow(name)).toBe(expected)
  expect([...index.names()].includes(name)).toBe(expected)
})

it('Machines are told oldest first, of one second by uid, whichever came first', () => {
  const holding = (...machines: MachineObjectOptions[]) =>
    indexOf([], machines)
      .machinesHolding('IP:198.51.100.11')
      .map(({ uid }) => uid)
  const twin = { ...older, uid: 'm-0', name: 'twin' }
  expect(holding(older, newer, twin)).toEqual(['m-0', 'm-1', 'm-2'])
  expect(holding(newer, twin, older)).toEqual(['m-0', 'm-1', 'm-2'])
  expect(holding(twin, older, newer)).toEqual(['m-0', 'm-1', 'm-2'])
})
