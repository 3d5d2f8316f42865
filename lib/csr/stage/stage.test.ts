import { describe, expect, it } from 'vitest'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import {
  client,
  clockOf,
  failed,
  issued,
  old,
  oldDown,
  renewal,
  rowOf,
  serving,
  silent,
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

describe('the stage of a machine', () => {
  const stageAndSince = (around: WorldOptions) => {
    const { stage, stageSince } = rowOf(around)
    return `${stage} ${clockOf(stageSince)}`
  }
  itAnswers(stageAndSince, {
    'clientRequested 12:00': {
      'a first client request': { csrs: [client('12:00')] },
      're-bootstrapping': { csrs: [client('12:00')], nodes: [oldDown] },
      'filed again after a denial': { csrs: [denied(client('11:50')), client('12:00')] },
    },
    'clientRequested 11:40': {
      'with duplicates: since the first': { csrs: [client('11:40'), client('12:00')] },
      'with several requests: since the first': {
        csrs: [client('11:40'), client('11:50'), client('12:00')],
      },
    },
    'servingRequested 12:00': {
      'beside a request for another signer: since the first of its own': {
        csrs: [renewal('11:50'), serving('12:00')],
        nodes: [old],
      },
    },
    'clientRequested 12:05': {
      'approved, not issued': { csrs: [approved(client('12:00'), t('12:05'))] },
    },
    'clientIssued 12:05': {
      'client issued': { csrs: [issued(client('12:00'), '12:05')] },
      'client issued, the Node is coming up': {
        csrs: [issued(client('12:00'), '12:05')],
        nodes: [makeNode({ createdAt: t('12:05:08'), ready: 'False' })],
      },
      'Ready before its serving request is there': {
        csrs: [issued(client('12:00'), '12:05')],
        nodes: [young],
      },
    },
    'servingRequested 12:05:10': {
      'a Ready node with a pending serving request is not done': {
        csrs: [issued(client('12:00'), '12:05'), serving('12:05:10')],
        nodes: [young],
      },
    },
    'servingRequested 12:09': {
      'serving approved, not issued': {
        csrs: [approved(serving('12:06'), t('12:09'))],
        nodes: [young],
      },
    },
    'servingIssued 12:09': {
      'serving issued, not Ready': {
        csrs: [issued(serving('12:06'), '12:09')],
        nodes: [makeNode({ ready: 'False' })],
      },
    },
    'ready 12:09': {
      'all done: since the later of the two': {
        csrs: [issued(client('12:00'), '12:05'), issued(serving('12:06'), '12:09')],
        nodes: [young],
      },
    },
    'ready 09:00': {
      'a Ready node, nothing listed': { nodes: [old] },
      'a stranger’s request for a Ready node, denied': {
        csrs: [denied(client('12:00'))],
        nodes: [old],
      },
      'the client certificate renewed': { csrs: [issued(renewal('12:00'), '12:01')], nodes: [old] },
      'a new client request for an old Ready node': {
        csrs: [issued(client('12:00'), '12:05')],
        nodes: [old],
      },
    },
    'servingIssued 11:31': {
      'a node that went down, nothing listed': { nodes: [oldDown] },
      'the client certificate renewed before the node went down': {
        csrs: [issued(renewal('11:00'), '11:05')],
        nodes: [oldDown],
      },
    },
    'clientRequested null': { 'a Machine only': { machines: [makeMachineObject()] } },
    'denied 12:05': {
      denied: { csrs: [denied(client('12:00'), t('12:05'))] },
      'a serving request of a Ready node, denied': {
        csrs: [denied(serving('12:00'), t('12:05'))],
        nodes: [old],
      },
    },
    'failed 12:05': { 'failed by the signer': { csrs: [failed(client('12:00'), '12:05')] } },
    'clientIssued 12:01': {
      'the client certificate renewed, and the Node is gone': {
        csrs: [issued(renewal('12:00'), '12:01')],
      },
    },
    'servingIssued 12:01': {
      'a new client request, the serving certificate still valid': {
        csrs: [issued(serving('12:00'), '12:01'), issued(client('12:05'), '12:06')],
        nodes: [oldDown],
      },
    },
    'ready 12:06': {
      'a duplicate left behind after the newest was issued': {
        csrs: [serving('12:00'), issued(serving('12:05'), '12:06')],
        nodes: [old],
      },
    },
  })
})

describe('exec and logs of a machine', () => {
  const execAndLogs = ([around, now]: [WorldOptions, string?]) => rowOf(around, now).execAndLogs
  itAnswers(execAndLogs, {
    unknown: {
      'no Node': [{ csrs: [client('12:00')] }],
      'none for an hour': [{ nodes: [young] }, '13:05:08'],
      'an older request approved after the newest was filed: its key is gone': [
        { csrs: [issued(serving('12:00'), '12:09'), serving('12:06')], nodes: [young] },
      ],
      'the serving certificate expires at this moment': [
        { csrs: [issued(serving('12:06'), '12:09', t('12:30'))], nodes: [young] },
        '12:30',
      ],
      'serving approved only': [{ csrs: [approved(serving('12:06'))], nodes: [old] }],
      'an old node, nothing listed': [{ nodes: [old] }],
      'serving issued, and the Node is NotReady': [
        { csrs: [issued(serving('12:06'), '12:09')], nodes: [oldDown] },
      ],
      'a node that went silent, nothing listed': [{ nodes: [silent] }],
      're-bootstrapping, and its kubelet still reports': [
        { csrs: [client('12:00')], nodes: [oldDown] },
      ],
    },
    unavailable: {
      're-bootstrapping, and silent': [{ csrs: [client('12:00')], nodes: [silent] }],
      're-bootstrapping and silent, its serving certificate still valid': [
        { csrs: [issued(serving('11:00'), '11:01'), client('12:00')], nodes: [silent] },
      ],
      'serving pending': [{ csrs: [serving('12:06')], nodes: [young] }],
      'no serving request yet': [{ nodes: [young] }],
      'renewal pending, the old certificate expired': [
        { csrs: [issued(serving('12:00'), '12:01', t('12:10')), serving('12:06')], nodes: [old] },
      ],
    },
    available: {
      'serving issued': [{ csrs: [issued(serving('12:06'), '12:09')], nodes: [young] }],
      'renewal pending, the old certificate listed and valid': [
        { csrs: [issued(serving('12:00'), '12:01'), serving('12:06')], nodes: [old] },
      ],
      'a given-up request beside one that was issued in time': [
        {
          csrs: [
            issued(serving('11:40'), '11:41'),
            issued(serving('12:00'), '12:09'),
            serving('12:06'),
          ],
          nodes: [old],
        },
      ],
      're-bootstrapping and silent, and its kubelet presents a certificate': [
        { csrs: [client('12:00')], nodes: [silent], live: { 'worker-1': presents() } },
      ],
      'serving issued, NotReady, and its kubelet presents a certificate': [
        {
          csrs: [issued(serving('12:06'), '12:09')],
          nodes: [oldDown],
          live: { 'worker-1': presents() },
        },
      ],
    },
  })

  it('a machine has the expiry of its serving certificate', () => {
    const csrs = [issued(serving('12:00'), '12:01', '2027-01-01T00:00:00Z')]
    expect(rowOf({ csrs, nodes: [old] }).servingNotAfter).toBe('2027-01-01T00:00:00Z')
  })
})

it('a certificate whose key the kubelet had dropped has no expiry', () => {
  const csrs = [issued(serving('12:00'), '12:09'), serving('12:06')]
  expect(rowOf({ csrs, nodes: [young] }).servingNotAfter).toBeNull()
})

describe('machines that have joined', () => {
  const joinedAt = (around: WorldOptions) => clockOf(rowOf(around).joinedAt)
  itAnswers(joinedAt, {
    '12:09': {
      'Ready, then served': {
        csrs: [issued(client('12:00'), '12:05'), issued(serving('12:06'), '12:09')],
        nodes: [young],
      },
      'an old Node that bootstrapped again': {
        csrs: [issued(client('12:00'), '12:05'), issued(serving('12:06'), '12:09')],
        nodes: [old],
      },
      'served an hour after its Node was made': {
        csrs: [issued(serving('12:00'), '12:09')],
        nodes: [makeNode({ createdAt: t('11:00') })],
      },
    },
    '12:10': {
      'served, then Ready': {
        csrs: [issued(serving('12:06'), '12:09')],
        nodes: [makeNode({ createdAt: t('12:05'), readySince: t('12:10') })],
      },
    },
    null: {
      'a renewal is no joining': { csrs: [issued(serving('12:06'), '12:09')], nodes: [old] },
      'nothing listed': { nodes: [young] },
      'served later than that': {
        csrs: [issued(serving('12:00:01'), '12:09')],
        nodes: [makeNode({ createdAt: t('11:00') })],
      },
      'not Ready': { csrs: [issued(serving('12:06'), '12:09')], nodes: [oldDown] },
    },
  })
})
