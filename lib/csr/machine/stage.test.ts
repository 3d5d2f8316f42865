import { describe, expect, it } from 'vitest'
import {
  client,
  failed,
  issued,
  old,
  oldDown,
  renewal,
  rowOf,
  serving,
  t,
  young,
} from '#lib/csr/fixtures/machine-story.ts'
import {
  approved,
  denied,
  makeMachineObject,
  makeNode,
  presents,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import type { MachineRow } from '#lib/csr/machine/rows.ts'

describe('stage', () => {
  it.each<readonly [string, WorldOptions, MachineRow['stage'], string | null]>([
    ['a first client request', { csrs: [client('12:00')] }, 'clientRequested', t('12:00')],
    [
      'with duplicates: since the first',
      { csrs: [client('11:40'), client('12:00')] },
      'clientRequested',
      t('11:40'),
    ],
    [
      'with several requests: since the first',
      { csrs: [client('11:40'), client('11:50'), client('12:00')] },
      'clientRequested',
      t('11:40'),
    ],
    [
      'beside a request for another signer: since the first of its own',
      { csrs: [renewal('11:50'), serving('12:00')], nodes: [old] },
      'servingRequested',
      t('12:00'),
    ],
    [
      'approved, not issued',
      { csrs: [approved(client('12:00'), t('12:05'))] },
      'clientRequested',
      t('12:05'),
    ],
    ['client issued', { csrs: [issued(client('12:00'), '12:05')] }, 'clientIssued', t('12:05')],
    [
      'client issued, the Node is coming up',
      {
        csrs: [issued(client('12:00'), '12:05')],
        nodes: [makeNode({ createdAt: t('12:05:08'), ready: 'False' })],
      },
      'clientIssued',
      t('12:05'),
    ],
    [
      'Ready before its serving request is there',
      { csrs: [issued(client('12:00'), '12:05')], nodes: [young] },
      'clientIssued',
      t('12:05'),
    ],
    [
      'a Ready node with a pending serving request is not done',
      { csrs: [issued(client('12:00'), '12:05'), serving('12:05:10')], nodes: [young] },
      'servingRequested',
      t('12:05:10'),
    ],
    [
      'serving approved, not issued',
      { csrs: [approved(serving('12:06'), t('12:09'))], nodes: [young] },
      'servingRequested',
      t('12:09'),
    ],
    [
      'serving issued, not Ready',
      { csrs: [issued(serving('12:06'), '12:09')], nodes: [makeNode({ ready: 'False' })] },
      'servingIssued',
      t('12:09'),
    ],
    [
      'all done: since the later of the two',
      {
        csrs: [issued(client('12:00'), '12:05'), issued(serving('12:06'), '12:09')],
        nodes: [young],
      },
      'ready',
      t('12:09'),
    ],
    ['a Ready node, nothing listed', { nodes: [old] }, 'ready', t('09:00')],
    ['a node that went down, nothing listed', { nodes: [oldDown] }, 'servingIssued', t('11:31')],
    [
      're-bootstrapping',
      { csrs: [client('12:00')], nodes: [oldDown] },
      'clientRequested',
      t('12:00'),
    ],
    ['a Machine only', { machines: [makeMachineObject()] }, 'clientRequested', null],
    ['denied', { csrs: [denied(client('12:00'), t('12:05'))] }, 'denied', t('12:05')],
    ['failed by the signer', { csrs: [failed(client('12:00'), '12:05')] }, 'failed', t('12:05')],
    [
      'filed again after a denial',
      { csrs: [denied(client('11:50')), client('12:00')] },
      'clientRequested',
      t('12:00'),
    ],
    [
      'a stranger’s request for a Ready node, denied',
      { csrs: [denied(client('12:00'))], nodes: [old] },
      'ready',
      t('09:00'),
    ],
    [
      'a serving request of a Ready node, denied',
      { csrs: [denied(serving('12:00'), t('12:05'))], nodes: [old] },
      'denied',
      t('12:05'),
    ],
    [
      'the client certificate renewed, and the Node is gone',
      { csrs: [issued(renewal('12:00'), '12:01')] },
      'clientIssued',
      t('12:01'),
    ],
    [
      'the client certificate renewed',
      { csrs: [issued(renewal('12:00'), '12:01')], nodes: [old] },
      'ready',
      t('09:00'),
    ],
    [
      'the client certificate renewed before the node went down',
      { csrs: [issued(renewal('11:00'), '11:05')], nodes: [oldDown] },
      'servingIssued',
      t('11:31'),
    ],
    [
      'a new client request, the serving certificate still valid',
      {
        csrs: [issued(serving('12:00'), '12:01'), issued(client('12:05'), '12:06')],
        nodes: [oldDown],
      },
      'servingIssued',
      t('12:01'),
    ],
    [
      'a new client request for an old Ready node',
      { csrs: [issued(client('12:00'), '12:05')], nodes: [old] },
      'ready',
      t('09:00'),
    ],
    [
      'a duplicate left behind after the newest was issued',
      { csrs: [serving('12:00'), issued(serving('12:05'), '12:06')], nodes: [old] },
      'ready',
      t('12:06'),
    ],
  ])('%s', (_, around, stage, since) => {
    const row = rowOf(around)
    expect([row.stage, row.stageSince]).toEqual([stage, since])
  })
})

describe('exec and logs', () => {
  it.each<readonly [string, WorldOptions, string, MachineRow['execAndLogs']]>([
    ['no Node', { csrs: [client('12:00')] }, '12:12', 'unknown'],
    ['serving pending', { csrs: [serving('12:06')], nodes: [young] }, '12:12', 'unavailable'],
    ['no serving request yet', { nodes: [young] }, '12:12', 'unavailable'],
    ['none for an hour', { nodes: [young] }, '13:05:08', 'unknown'],
    [
      'serving issued',
      { csrs: [issued(serving('12:06'), '12:09')], nodes: [young] },
      '12:12',
      'available',
    ],
    [
      'renewal pending, the old certificate listed and valid',
      { csrs: [issued(serving('12:00'), '12:01'), serving('12:06')], nodes: [old] },
      '12:12',
      'available',
    ],
    [
      'renewal pending, the old certificate expired',
      { csrs: [issued(serving('12:00'), '12:01', t('12:10')), serving('12:06')], nodes: [old] },
      '12:12',
      'unavailable',
    ],
    [
      'an older request approved after the newest was filed: its key is gone',
      { csrs: [issued(serving('12:00'), '12:09'), serving('12:06')], nodes: [young] },
      '12:12',
      'unknown',
    ],
    [
      'a given-up request beside one that was issued in time',
      {
        csrs: [
          issued(serving('11:40'), '11:41'),
          issued(serving('12:00'), '12:09'),
          serving('12:06'),
        ],
        nodes: [old],
      },
      '12:12',
      'available',
    ],
    [
      'the serving certificate expires at this moment',
      { csrs: [issued(serving('12:06'), '12:09', t('12:30'))], nodes: [young] },
      '12:30',
      'unknown',
    ],
    [
      'serving approved only',
      { csrs: [approved(serving('12:06'))], nodes: [old] },
      '12:12',
      'unknown',
    ],
    ['an old node, nothing listed', { nodes: [old] }, '12:12', 'unknown'],
    [
      'serving issued, and the Node is NotReady',
      { csrs: [issued(serving('12:06'), '12:09')], nodes: [oldDown] },
      '12:12',
      'unknown',
    ],
    [
      'serving issued, NotReady, and its kubelet presents a certificate',
      {
        csrs: [issued(serving('12:06'), '12:09')],
        nodes: [oldDown],
        live: { 'worker-1': presents() },
      },
      '12:12',
      'available',
    ],
  ])('%s at %s', (_, around, now, expected) => {
    expect(rowOf(around, now).execAndLogs).toBe(expected)
  })

  it('has the expiry of the serving certificate', () => {
    const csrs = [issued(serving('12:00'), '12:01', '2027-01-01T00:00:00Z')]
    expect(rowOf({ csrs, nodes: [old] }).servingNotAfter).toBe('2027-01-01T00:00:00Z')
  })
})

it('has no expiry for a certificate whose key the kubelet had dropped', () => {
  const csrs = [issued(serving('12:00'), '12:09'), serving('12:06')]
  expect(rowOf({ csrs, nodes: [young] }).servingNotAfter).toBeNull()
})

describe('joined', () => {
  it.each<readonly [string, WorldOptions, string | null]>([
    [
      'Ready, then served',
      {
        csrs: [issued(client('12:00'), '12:05'), issued(serving('12:06'), '12:09')],
        nodes: [young],
      },
      t('12:09'),
    ],
    [
      'served, then Ready',
      {
        csrs: [issued(serving('12:06'), '12:09')],
        nodes: [makeNode({ createdAt: t('12:05'), readySince: t('12:10') })],
      },
      t('12:10'),
    ],
    ['a renewal is no joining', { csrs: [issued(serving('12:06'), '12:09')], nodes: [old] }, null],
    [
      'an old Node that bootstrapped again',
      { csrs: [issued(client('12:00'), '12:05'), issued(serving('12:06'), '12:09')], nodes: [old] },
      t('12:09'),
    ],
    ['nothing listed', { nodes: [young] }, null],
    [
      'served an hour after its Node was made',
      { csrs: [issued(serving('12:00'), '12:09')], nodes: [makeNode({ createdAt: t('11:00') })] },
      t('12:09'),
    ],
    [
      'served later than that',
      {
        csrs: [issued(serving('12:00:01'), '12:09')],
        nodes: [makeNode({ createdAt: t('11:00') })],
      },
      null,
    ],
    ['not Ready', { csrs: [issued(serving('12:06'), '12:09')], nodes: [oldDown] }, null],
  ])('%s', (_, around, expected) => {
    expect(rowOf(around).joinedAt).toBe(expected)
  })
})
