import { describe, expect, it } from 'vitest'
import {
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { deriveMachine } from '#lib/csr/machine/derive.ts'
import {
  type ExpectedMachine,
  expectedChanges,
  matchExpected,
} from '#lib/csr/policy/expected-list.ts'
import type { JudgedMachine } from '#lib/csr/rows/rows.ts'
import type { World } from '#lib/csr/world/world.ts'

const machine = (name: string, ...addresses: string[]): ExpectedMachine => ({
  name,
  addresses,
  role: null,
})
const names = (machines: readonly { readonly name: string }[]) => machines.map(({ name }) => name)

describe('changes of a list', () => {
  it.each<readonly [string, ExpectedMachine[], ExpectedMachine[], string[][]]>([
    ['nothing', [machine('a')], [machine('a')], [[], [], []]],
    ['another order', [machine('a'), machine('b')], [machine('b'), machine('a')], [[], [], []]],
    ['one more', [machine('a')], [machine('a'), machine('b')], [['b'], [], []]],
    ['one less', [machine('a'), machine('b')], [machine('a')], [[], ['b'], []]],
    ['another address', [machine('a', '::1')], [machine('a', '::2')], [[], [], ['a']]],
    ['the same addresses', [machine('a', 'b', 'c')], [machine('a', 'b', 'c')], [[], [], []]],
    ['other addresses', [machine('a', 'b', 'c')], [machine('a', 'bc')], [[], [], ['a']]],
    ['another role', [machine('a')], [{ ...machine('a'), role: 'worker' }], [[], [], ['a']]],
  ])('a list tells its changes: %s', (_, before, after, [added, removed, changed]) => {
    const changes = expectedChanges(before, after)
    expect(names(changes.added)).toEqual(added)
    expect(names(changes.removed)).toEqual(removed)
    expect(names(changes.changed)).toEqual(changed)
  })
})

describe('a list against what arrived', () => {
  const world = makeWorld({
    csrs: [makeCsr({ nodeName: 'asks' }), makeCsr({ nodeName: 'stranger' })],
    nodes: [makeNode({ name: 'joined' }), makeNode({ name: 'another' })],
    machines: [makeMachineObject({ internalDns: ['only-wished-for'] })],
  })

  it('a machine has arrived with a request or a Node, not with a Machine object alone', () => {
    const list = ['joined', 'only-wished-for', 'nowhere', 'asks'].map((name) => machine(name))
    const { arrived, missing, unexpected } = matchExpected(list, rowsOf(world))
    expect(arrived.map((each) => each.machine.name)).toEqual(['joined', 'asks'])
    expect(names(missing)).toEqual(['only-wished-for', 'nowhere'])
    expect(names(unexpected)).toEqual(['stranger', 'another'])
  })

  it.each([
    [
      ['d', 'c'],
      ['b', 'a'],
    ],
    [
      ['c', 'd'],
      ['a', 'b'],
    ],
  ])(
    'unexpected machines are sorted: waiting ones first, then by name: %j %j',
    (waiting, nodes) => {
      const mixed = makeWorld({
        csrs: waiting.map((nodeName) => makeCsr({ nodeName })),
        nodes: nodes.map((name) => makeNode({ name })),
      })
      const rows = [...rowsOf(mixed)]
      for (const listed of [rows, rows.toReversed()]) {
        const { unexpected } = matchExpected([], new Map(listed))
        expect(names(unexpected)).toEqual(['c', 'd', 'a', 'b'])
      }
    },
  )
})

describe('machines that another list touches', () => {
  const csrs = [
    makeCsr({ nodeName: 'worker-1', ipAddresses: ['198.51.100.11'], kind: 'serving' }),
    makeCsr({ nodeName: 'worker-2', ipAddresses: ['198.51.100.12'], kind: 'serving' }),
    makeCsr({ nodeName: 'worker-3', ipAddresses: ['198.51.100.13'], kind: 'serving' }),
  ]
  const one = machine('worker-1', '198.51.100.11')
  it.each<readonly [string, ExpectedMachine[] | null, ExpectedMachine[] | null, string[]]>([
    ['everything, when it is the first', null, [one], ['worker-1', 'worker-2', 'worker-3']],
    ['everything, when it was the last', [one], null, ['worker-1', 'worker-2', 'worker-3']],
    ['nothing when none follows none', null, null, []],
    ['nothing, for an equal list', [one], [{ ...one }], []],
    ['the machine that came', [one], [one, machine('worker-2')], ['worker-2']],
    ['the machine that went', [one, machine('worker-2')], [one], ['worker-2']],
    ['no machine, for one that has not arrived', [one], [one, machine('worker-9')], []],
    [
      'a machine that asks for its address',
      [],
      [machine('worker-9', '198.51.100.13')],
      ['worker-3'],
    ],
  ])('another list touches machines: %s', (_, before, after, touched) => {
    const world = makeWorld({ csrs, expected: before })
    world.takeTouched()
    world.setExpected(after)
    expect([...world.takeTouched().machines].sort()).toEqual(touched)
  })
})

function rowsOf(world: World): Map<string, JudgedMachine> {
  const rows = new Map<string, JudgedMachine>()
  for (const name of world.machineNames()) {
    const row = deriveMachine(world, name, makeContext())
    if (row !== null) rows.set(name, row)
  }
  return rows
}
