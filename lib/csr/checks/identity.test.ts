import { describe, expect, it } from 'vitest'
import { ask, told } from '#lib/csr/fixtures/ask.ts'
import {
  type MachineObjectOptions,
  makeMachineObject,
  makeNode,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'

const machines = (...options: MachineObjectOptions[]): WorldOptions => ({
  machines: options.map((each, index) => makeMachineObject({ name: `edge-${index}`, ...each })),
})

describe('identity.machine of a client request', () => {
  // The request is of 12:00:00.
  it.each<readonly [what: string, around: WorldOptions, expected: string]>([
    ['a Machine expects it', machines({}), 'pass confirmed'],
    ['in capitals with a dot', machines({ internalDns: ['WORKER-1.'] }), 'pass confirmed'],
    ['among other names', machines({ internalDns: ['x.y', 'worker-1'] }), 'pass confirmed'],
    ['with a nodeRef to it', machines({ nodeRef: 'worker-1' }), 'pass confirmed'],
    ['expects a longer name', machines({ internalDns: ['worker-1.x'] }), 'unknown noMachine'],
    ['has the name as Hostname only', machines({ internalDns: [] }), 'unknown noMachine'],
    ['with a nodeRef to another', machines({ nodeRef: 'worker-2' }), 'fail otherNode'],
    ['two of them', machines({}, {}), 'fail severalMachines'],
    ['two, one taken', machines({}, { nodeRef: 'worker-2' }), 'fail severalMachines'],
    ['10 s younger', machines({ createdAt: '2026-11-24T12:00:10Z' }), 'pass confirmed'],
    ['11 s younger', machines({ createdAt: '2026-11-24T12:00:11Z' }), 'fail outsideWindow'],
    ['2 h older', machines({ createdAt: '2026-11-24T10:00:00Z' }), 'pass confirmed'],
    ['2 h 1 s older', machines({ createdAt: '2026-11-24T09:59:59Z' }), 'fail outsideWindow'],
    ['being deleted', machines({ deletedAt: '2026-11-24T12:00:00Z' }), 'unknown deleting'],
    ['none', machines({ internalDns: ['worker-2'] }), 'unknown noMachine'],
    ['no Machine API', {}, 'unknown noMachineApi'],
    ['Machines cannot be read', { readable: { machines: false } }, 'unknown machinesUnreadable'],
  ])('%s', (_, around, expected) => {
    expect(told('identity.machine', makeCsr({ kind: 'client' }), around)).toBe(expected)
  })

  it('is not confirmed by a Machine of an earlier Node of that name', () => {
    const around = {
      ...machines({ nodeRef: { name: 'worker-1', uid: 'earlier' } }),
      nodes: [makeNode({ ready: 'False' })],
    }
    expect(told('identity.machine', makeCsr({ kind: 'client' }), around)).toBe(
      'unknown staleNodeRef',
    )
  })

  it('does not apply to a renewal', () => {
    expect(told('identity.machine', makeCsr({ kind: 'renewal' }), machines({}))).toBe('-')
  })
})

describe('identity.machine of a serving request', () => {
  const linked: MachineObjectOptions = { nodeRef: 'worker-1' }
  it.each<readonly [string, CsrOptions, WorldOptions, string]>([
    ['carries every SAN', {}, machines(linked), 'pass confirmed'],
    ['carries more', { dnsNames: [] }, machines(linked), 'pass confirmed'],
    ['long ago', {}, machines({ ...linked, createdAt: '2025-01-01T00:00:00Z' }), 'pass confirmed'],
    ['lacks an IP', { ipAddresses: ['198.51.100.12'] }, machines(linked), 'fail lacksSan'],
    ['lacks a name', {}, machines({ ...linked, internalDns: ['x.y'] }), 'fail lacksSan'],
    ['lists no address', {}, machines({ ...linked, addresses: [] }), 'unknown noAddresses'],
    ['two of them', {}, machines(linked, linked), 'fail severalMachines'],
    ['expects it, but is not linked', {}, machines({}), 'unknown noMachine'],
    ['expects it, and has another', {}, machines({ nodeRef: 'worker-2' }), 'fail otherNode'],
    ['none', {}, machines({ internalDns: ['x.y'] }), 'unknown noMachine'],
    [
      'being deleted',
      {},
      machines({ ...linked, deletedAt: '2026-11-24T12:00:00Z' }),
      'unknown deleting',
    ],
    ['no Machine API', {}, {}, 'unknown noMachineApi'],
    [
      'two common names',
      { commonNames: ['system:node:a', 'system:node:b'] },
      machines(linked),
      'unknown noName',
    ],
  ])('%s', (_, options, around, expected) => {
    expect(told('identity.machine', makeCsr(options), around)).toBe(expected)
  })

  it('says which Machine, and what it lacks', () => {
    const csr = makeCsr({ ipAddresses: ['198.51.100.12'] })
    expect(ask('identity.machine', csr, machines(linked))?.values).toEqual({
      machine: 'edge-0',
      sans: '198.51.100.12',
    })
  })
})

describe('identity.requestor', () => {
  const renewal: CsrOptions = { kind: 'renewal' }
  it.each<readonly [string, CsrOptions, WorldOptions, string]>([
    ['the Node exists', renewal, { nodes: [makeNode()] }, 'pass authenticated'],
    ['no such Node', renewal, {}, 'unknown missing'],
    [
      'being deleted',
      renewal,
      { nodes: [makeNode({ deletedAt: '2026-11-24T12:01:00Z' })] },
      'unknown deleting',
    ],
    [
      'younger than the request',
      renewal,
      { nodes: [makeNode({ createdAt: '2026-11-24T12:30:00Z' })] },
      'unknown younger',
    ],
    ['Nodes cannot be read', renewal, { readable: { nodes: false } }, 'unknown nodesUnreadable'],
    ['a first request', { kind: 'client' }, { nodes: [makeNode()] }, '-'],
    ['a serving request', {}, { nodes: [makeNode()] }, '-'],
  ])('%s', (_, options, around, expected) => {
    expect(told('identity.requestor', makeCsr(options), around)).toBe(expected)
  })
})
