import { describe, expect, it } from 'vitest'
import { ask, told } from '#lib/csr/fixtures/ask.ts'
import { makeNode, type WorldOptions } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy.ts'

type Case = readonly [what: string, around: WorldOptions, expected: string]

const node = (options: Parameters<typeof makeNode>[0]): WorldOptions => ({
  nodes: [makeNode(options)],
})

describe('node.new', () => {
  it.each<Case>([
    ['no Node of that name', {}, 'pass new'],
    ['a Node whose name begins so', node({ name: 'worker-11' }), 'pass new'],
    ['a Node that is Ready', node({}), 'fail takeover'],
    ['a cordoned Node that is Ready', node({ unschedulable: true }), 'fail takeover'],
    ['a Node that is NotReady', node({ ready: 'False' }), 'unknown rebootstrapping'],
    ['a Node that is lost', node({ ready: 'Unknown' }), 'unknown rebootstrapping'],
    ['a Node without conditions', node({ ready: null }), 'unknown rebootstrapping'],
    ['Nodes cannot be read', { readable: { nodes: false } }, 'unknown nodesUnreadable'],
  ])('%s', (_, around, expected) => {
    expect(told('node.new', makeCsr({ kind: 'client' }), around)).toBe(expected)
  })

  it('fails for a NotReady Node when the policy forbids re-bootstrapping', () => {
    const policy = { ...DEFAULT_POLICY, allowRebootstrap: false }
    const around = node({ ready: 'False' })
    expect(told('node.new', makeCsr({ kind: 'client' }), around, { policy })).toBe(
      'fail rebootstrapForbidden',
    )
  })

  it('says since when the Node is there', () => {
    const around = node({ createdAt: '2026-04-26T12:00:00Z', readySince: '2026-11-24T11:31:00Z' })
    expect(ask('node.new', makeCsr({ kind: 'client' }), around)?.values).toEqual({
      node: 'worker-1',
      since: '2026-11-24T11:31:00Z',
      createdAt: '2026-04-26T12:00:00Z',
    })
  })

  it.each(['renewal', 'serving'] as const)('does not apply to a %s', (kind) => {
    expect(told('node.new', makeCsr({ kind }), node({}))).toBe('-')
  })
})

describe('node.known', () => {
  it.each<Case>([
    ['the Node exists', node({}), 'pass known'],
    ['whatever its readiness', node({ ready: 'False' }), 'pass known'],
    ['made in the same second', node({ createdAt: '2026-11-24T12:00:00Z' }), 'pass known'],
    ['younger than the request', node({ createdAt: '2026-11-24T12:00:01Z' }), 'fail younger'],
    ['being deleted', node({ deletedAt: '2026-11-24T12:01:00Z' }), 'fail deleting'],
    ['no such Node', node({ name: 'worker-2' }), 'fail missing'],
    ['Nodes cannot be read', { readable: { nodes: false } }, 'unknown nodesUnreadable'],
  ])('%s', (_, around, expected) => {
    expect(told('node.known', makeCsr(), around)).toBe(expected)
  })

  it('has nothing to ask about without a single name', () => {
    const csr = makeCsr({ commonNames: ['system:node:worker-1', 'system:node:worker-2'] })
    expect(told('node.known', csr, node({}))).toBe('unknown noName')
  })
})

describe('node.localhost', () => {
  it.each([
    ['worker-1', 'pass named'],
    ['localhost', 'fail localhost'],
    ['localhost.localdomain', 'fail localhost'],
    ['localhost-1', 'pass named'],
  ])('%s', (nodeName, expected) => {
    expect(told('node.localhost', makeCsr({ kind: 'client', nodeName }))).toBe(expected)
  })
})
