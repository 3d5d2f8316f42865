import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MachineRow } from '#lib/csr/machine/rows.ts'
import { toListed } from '#lib/live/apply.ts'
import { makeMachine, makeSnapshot } from '#lib/live/fixtures/cluster.ts'
import { alongAndAnew, histories } from '#lib/live/fixtures/random-rows.ts'
import { filterNodes, type NodeFilter, nodesOf } from '#lib/query/nodes.ts'
import { standingOf } from '#lib/query/standing.ts'

const node = (ready: boolean): NonNullable<MachineRow['node']> => ({
  uid: 'n',
  ready,
  status: ready ? 'Ready' : 'NotReady',
  roles: ['worker'],
  version: 'v1.36.3',
  addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
  createdAt: '2026-11-24T14:00:00Z',
  readySince: null,
  problem: null,
})
const machine = (name: string, fields: Partial<MachineRow> = {}) =>
  makeMachine({ name, waiting: false, requests: [], node: node(true), ...fields })
const nodes = nodesOf(
  toListed(
    makeSnapshot({
      machines: [
        machine('b'),
        machine('a'),
        machine('new', { node: null }),
        machine('down', { node: node(false) }),
        machine('mute', { execAndLogs: 'unavailable' }),
        machine('waiting', { waiting: true }),
      ],
    }),
  ),
)

it('shows what needs a person first, then what does not work, then by name', () => {
  expect(nodes.rows.map(({ machine }) => machine.name)).toEqual([
    'waiting',
    'mute',
    'down',
    'a',
    'b',
  ])
  expect(nodes.counts).toEqual({ all: 5, ready: 4, notReady: 1, execUnavailable: 1 })
})

it.each([
  ['was asked and has none', { stage: 'ready', execAndLogs: 'unavailable' }, 'none'],
  ['has not asked yet', { stage: 'clientIssued', execAndLogs: 'unavailable' }, 'notRequested'],
  ['has told nothing', { stage: 'ready', execAndLogs: 'unknown' }, 'unknown'],
] as const)('the serving certificate of a node whose kubelet %s: %3$s', (_, fields, kind) => {
  const { rows } = nodesOf(toListed(makeSnapshot({ machines: [machine('a', fields)] })))
  expect(rows.map(({ servingCert }) => servingCert)).toEqual([{ kind }])
})

describe('those that match', () => {
  it.each<[string, NodeFilter, string]>([
    ['', 'ready', 'waiting mute a b'],
    ['', 'notReady', 'down'],
    ['', 'execUnavailable', 'mute'],
    ['NotReady', 'all', 'down'],
    ['10.0.0.1 A', 'all', 'waiting mute down a b'],
    ['mut', 'notReady', ''],
  ])('"%s", %s: %s', (text, filter, expected) => {
    const shown = filterNodes(nodes.rows, text, filter)
    expect(shown.map(({ machine }) => machine.name).join(' ')).toBe(expected)
  })

  it('without a filter are all of them', () => {
    expect(filterNodes(nodes.rows, ' ', 'all')).toBe(nodes.rows)
  })
})

it('along any history the same as derived anew', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const { along, anew } = alongAndAnew(history, nodesOf)
      expect(along).toEqual(anew)
    }),
  )
})

it('shows without exec and logs as many as the board counts', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const { along: looks } = alongAndAnew(history, (snapshot) => ({
        nodes: nodesOf(snapshot),
        tallies: standingOf(snapshot).tallies,
      }))
      for (const { nodes, tallies } of looks) {
        const shown = filterNodes(nodes.rows, '', 'execUnavailable')
        expect(shown).toHaveLength(tallies.withoutExecAndLogs)
      }
    }),
  )
})

it('stays itself while no Node changes', () => {
  const state = toListed(makeSnapshot({ machines: [machine('a')] }))
  const before = nodesOf(state)
  expect(nodesOf({ ...state, revision: 8 })).toBe(before)
})
