import { describe, expect, it } from 'vitest'
import { resultOf } from '#lib/csr/fixtures/ask.ts'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import { makeNode, type WorldOptions } from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { itTells } from '#lib/csr/fixtures/tells.ts'

const node = (options: Parameters<typeof makeNode>[0]): WorldOptions => ({
  nodes: [makeNode(options)],
})

const NO_NAME = { commonNames: ['system:node:worker-1', 'system:node:worker-2'] } as const

describe('node.new', () => {
  const of: CsrOptions = { kind: 'client' }
  const since = '2026-11-24T11:31:00Z'
  const createdAt = '2026-04-26T12:00:00Z'
  const filedAt = '2026-11-24T12:00:00Z'
  itTells('node.new', {
    new: { of, values: { node: 'worker-1' } },
    takeover: {
      of,
      around: node({ createdAt, readySince: since }),
      observed: ['fail Node Ready ← worker-1'],
      values: { node: 'worker-1', ready: 'True', since, createdAt },
    },
    leftOver: {
      of: { ...of, createdAt: '2026-04-26T11:59:59Z' },
      around: node({ createdAt, readySince: since }),
      observed: ['fail Node Ready ← worker-1'],
      values: { node: 'worker-1', ready: 'True', since, createdAt },
    },
    rebootstrapping: {
      of,
      around: node({ createdAt, readySince: since, ready: 'False', unschedulable: true }),
      observed: ['unknown Node NotReady,SchedulingDisabled ← worker-1'],
      values: { node: 'worker-1', ready: 'False', since, createdAt },
    },
    rebootstrapForbidden: {
      of,
      around: node({ createdAt, ready: null }),
      policy: { allowRebootstrap: false },
      observed: ['fail Node Unknown ← worker-1'],
      values: { node: 'worker-1', ready: 'Unknown', since: createdAt, createdAt },
    },
    aside: { of, around: { nodesAside: ['worker-1'] }, values: { node: 'worker-1' } },
    nodesUnreadable: {
      of,
      around: { ...node({}), readable: { nodes: false } },
      values: { node: 'worker-1' },
    },
    noName: { of: { ...of, ...NO_NAME } },
  })

  const answer = (around: WorldOptions) => resultOf('node.new', makeCsr({ kind: 'client' }), around)
  itAnswers(answer, {
    'pass new': {
      'a Node whose name begins so': node({ name: 'worker-11' }),
      'another Node that could not be read': { nodesAside: ['worker-2'] },
    },
    'fail takeover': {
      'a cordoned Node that is Ready': node({ unschedulable: true }),
      'a Node of the same second': node({ createdAt: filedAt }),
    },
    'unknown rebootstrapping': {
      'a younger one that is NotReady': node({ createdAt: '2026-11-24T12:00:01Z', ready: 'False' }),
      'a Node that is lost': node({ ready: 'Unknown' }),
      'a Node without conditions': node({ ready: null }),
    },
  })
})

describe('node.known', () => {
  const createdAt = '2026-11-24T12:00:01Z'
  itTells('node.known', {
    known: {
      around: node({ uid: 'n-1' }),
      observed: ['pass Node n-1 ← worker-1'],
      values: { node: 'worker-1', createdAt: '2026-11-24T11:59:00Z' },
    },
    missing: { values: { node: 'worker-1' } },
    deleting: {
      around: node({ uid: 'n-1', deletedAt: '2026-11-24T12:01:00Z' }),
      observed: ['fail Node n-1 ← worker-1'],
      values: { node: 'worker-1', createdAt: '2026-11-24T11:59:00Z' },
    },
    younger: {
      around: node({ uid: 'n-2', createdAt }),
      observed: ['fail Node n-2 ← worker-1'],
      values: { node: 'worker-1', createdAt },
    },
    aside: { around: { nodesAside: ['worker-1'] }, values: { node: 'worker-1' } },
    nodesUnreadable: {
      around: { ...node({}), readable: { nodes: false } },
      values: { node: 'worker-1' },
    },
    noName: { of: NO_NAME, around: node({}) },
  })

  const answer = (around: WorldOptions) => resultOf('node.known', makeCsr(), around)
  itAnswers(answer, {
    'pass known': {
      'whatever its readiness': node({ ready: 'False' }),
      'made in the same second': node({ createdAt: '2026-11-24T12:00:00Z' }),
    },
    'fail missing': { 'no such Node': node({ name: 'worker-2' }) },
  })
})

describe('node.localhost', () => {
  itTells('node.localhost', {
    named: { values: { node: 'worker-1' } },
    localhost: {
      of: { nodeName: 'localhost' },
      observed: ['fail CN localhost'],
      values: { node: 'localhost' },
    },
    noName: { of: NO_NAME },
  })

  it.each([
    ['localhost.localdomain', 'fail localhost'],
    ['localhost-1', 'pass named'],
  ])('node.localhost answers for the name %s', (nodeName, expected) => {
    expect(resultOf('node.localhost', makeCsr({ kind: 'client', nodeName }))).toBe(expected)
  })
})
