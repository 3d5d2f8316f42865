import { describe, expect, it } from 'vitest'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import type { JudgedMachine } from '#lib/csr/rows/rows.ts'
import { CONTEXT, FIRST, makeNode, viewsOf } from '#lib/web/views/fixtures/views-of.ts'
import { makeMachine, makeRequest } from '#lib/wire/fixtures/cluster.ts'
import type { NodeFilter } from '#lib/wire/views.ts'

const machine = (name: string, fields: Partial<JudgedMachine> = {}) =>
  makeMachine({ name, waiting: false, requests: [], node: makeNode(), ...fields })
const NODES = viewsOf({
  machines: [
    machine('b'),
    machine('a'),
    machine('new', { node: null }),
    machine('down', { node: makeNode({ ready: false, status: 'NotReady' }) }),
    machine('mute', { execAndLogs: 'unavailable' }),
    machine('waiting', { waiting: true }),
  ],
})

it('the list has nodes that need a person first, then nodes that do not work, then by name', () => {
  const { rows, total, counts } = NODES.nodes.page({ ...FIRST, filter: 'all' }, CONTEXT)
  expect(rows.map(({ name }) => name)).toEqual(['waiting', 'mute', 'down', 'a', 'b'])
  expect(total).toBe(5)
  expect(counts).toEqual({ all: 5, ready: 4, notReady: 1, execUnavailable: 1 })
})

describe('rows that match', () => {
  it.each<[string, NodeFilter, string]>([
    ['', 'ready', 'waiting mute a b'],
    ['', 'notReady', 'down'],
    ['', 'execUnavailable', 'mute'],
    ['NotReady', 'all', 'down'],
    ['10.0.0.1 A', 'all', 'waiting mute down a b'],
    ['mut', 'notReady', ''],
    ['V1.36', 'ready', 'waiting mute a b'],
  ])('the text "%s" with the filter %s finds: %s', (text, filter, expected) => {
    const { rows, total, counts } = NODES.nodes.page({ ...FIRST, text, filter }, CONTEXT)
    expect(rows.map(({ name }) => name).join(' ')).toBe(expected)
    expect(total).toBe(rows.length)
    // Counts cover all rows, whatever the filter.
    expect(counts.all).toBe(5)
  })
})

const serving = (fields: Parameters<typeof makeRequest>[0] = {}) =>
  makeRequest({ signerName: KUBELET_SERVING, ...fields })

it.each<[string, Partial<JudgedMachine>, object]>([
  ['was asked and has none', { execAndLogs: 'unavailable' }, { kind: 'none' }],
  [
    'has not asked yet',
    { stage: 'clientIssued', execAndLogs: 'unavailable' },
    { kind: 'notRequested' },
  ],
  [
    'has no client certificate',
    { stage: 'clientRequested', rebootstrapping: true, execAndLogs: 'unavailable' },
    { kind: 'unknown' },
  ],
  ['has told nothing', { execAndLogs: 'unknown' }, { kind: 'unknown' }],
  ['waits for a person', { requests: [serving()] }, { kind: 'waiting', held: false }],
  [
    'is held back',
    { requests: [serving({ verdict: 'suspicious' })] },
    { kind: 'waiting', held: true },
  ],
  ['was approved', { requests: [serving({ status: 'Approved' })] }, { kind: 'waitingForSigner' }],
  [
    'has one',
    { servingNotAfter: '2026-12-24T14:00:00Z' },
    { kind: 'issued', notAfter: '2026-12-24T14:00:00Z' },
  ],
])('the serving certificate of a node whose kubelet %s', (_, fields, expected) => {
  const views = viewsOf({ machines: [machine('a', { stage: 'ready', ...fields })] })
  const { rows } = views.nodes.page({ ...FIRST, filter: 'all' }, CONTEXT)
  expect(rows.map(({ servingCert }) => servingCert)).toEqual([expected])
})
