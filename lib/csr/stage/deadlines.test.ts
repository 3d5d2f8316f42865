import { describe, expect, it } from 'vitest'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import {
  client,
  clockOf,
  issued,
  old,
  oldDown,
  rowOf,
  serving,
  t,
  young,
} from '#lib/csr/fixtures/machine-story.ts'
import {
  approved,
  denied,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { nextChangeAt } from '#lib/csr/fixtures/next-change.ts'

describe('the hour of a waiting machine', () => {
  const machine = (time: string) => ({ machines: [makeMachineObject({ createdAt: t(time) })] })
  /** When the wait began and when it ends. */
  const waitAndDeadline = (around: WorldOptions) => {
    const { firstPendingAt, deadline, requests } = rowOf(around)
    const pending = requests.filter(({ status }) => status === 'Pending')
    expect(pending.every((request) => request.deadline === deadline)).toBe(true)
    return `${clockOf(firstPendingAt)} ${clockOf(deadline)}`
  }
  itAnswers(waitAndDeadline, {
    '12:00 13:00': {
      'from the first request': { csrs: [client('12:00')] },
      'not from a request left over behind an issued one': {
        csrs: [client('08:00'), issued(client('08:15'), '08:18'), serving('12:00')],
        nodes: [old],
      },
      'nor from one of the same kind': {
        csrs: [client('08:00'), issued(client('08:15'), '08:18'), client('12:00')],
        nodes: [oldDown],
      },
      'nor from one from before its Node': {
        csrs: [client('08:00'), serving('12:00')],
        nodes: [makeNode({ createdAt: t('08:20') })],
      },
      'not from a younger Machine': { csrs: [client('12:00')], ...machine('12:01') },
      'anew for a renewal, whatever its Machine’s age': {
        csrs: [serving('12:00')],
        nodes: [old],
        machines: [makeMachineObject({ nodeRef: 'worker-1', createdAt: '2026-04-26T11:00:00Z' })],
      },
      'anew long after the client request was approved': {
        csrs: [issued(client('09:00'), '10:00'), serving('12:00')],
        nodes: [old],
      },
      'anew after a client request that was denied': {
        csrs: [denied(client('11:30'), t('11:35')), client('12:00')],
      },
      'anew after another serving request': {
        csrs: [issued(serving('11:30'), '11:35'), serving('12:00')],
        nodes: [young],
      },
      'anew for a serving request older than the approval': {
        csrs: [issued(client('11:30'), '12:10'), serving('12:00')],
      },
      'not from its Machine once the node is older': {
        csrs: [serving('12:00')],
        nodes: [makeNode({ createdAt: t('10:59:59') })],
        ...machine('10:50'),
      },
    },
    '11:30 12:30': {
      'not from a duplicate': { csrs: [client('11:30'), client('11:45'), client('12:00')] },
    },
    '12:05:10 12:20': {
      'continues from the first left-over request of the same wait': {
        csrs: [
          client('11:20'),
          client('11:35'),
          issued(client('11:50'), '12:05'),
          serving('12:05:10'),
        ],
        nodes: [young],
      },
    },
    '12:05:10 12:44': {
      'a wait with a new request within 16 minutes': {
        csrs: [client('11:44'), issued(client('12:00'), '12:05'), serving('12:05:10')],
        nodes: [young],
      },
    },
    '12:05:10 12:30': {
      'from the first that was approved, though a later one was left over': {
        csrs: [
          issued(client('11:30'), '12:05'),
          client('11:45'),
          issued(client('11:50'), '12:05'),
          serving('12:05:10'),
        ],
        nodes: [young],
      },
      'not from a serving request that was left over': {
        csrs: [
          serving('11:20'),
          issued(serving('11:25'), '11:26'),
          issued(client('11:30'), '12:05'),
          serving('12:05:10'),
        ],
        nodes: [old],
      },
      'continues through the serving request': {
        csrs: [issued(client('11:30'), '12:05'), serving('12:05:10')],
        nodes: [young],
      },
    },
    '12:05:10 13:00': {
      'not from an earlier wait': {
        csrs: [client('11:43:59'), issued(client('12:00'), '12:05'), serving('12:05:10')],
        nodes: [young],
      },
    },
    '12:00 12:50': {
      'from its Machine, if that is older': { csrs: [client('12:00')], ...machine('11:50') },
    },
    '12:00 11:50': {
      'continues for an hour after the approval, not after the request': {
        csrs: [issued(client('10:50'), '11:00'), serving('12:00')],
      },
      'from its Machine, while the node is not older than an hour': {
        csrs: [serving('12:00')],
        nodes: [makeNode({ createdAt: t('11:00') })],
        ...machine('10:50'),
      },
    },
    '12:00 12:30': {
      'continues from the request of an approval without a readable time': {
        csrs: [approved(client('11:30'), 'once'), serving('12:00')],
      },
      'continues from an approval of the same second': {
        csrs: [issued(client('11:30'), '12:00'), serving('12:00')],
      },
    },
    'null null': { 'none when nothing waits': { csrs: [approved(client('12:00'))] } },
  })

  it('the hour is over at the exact deadline', () => {
    const around = { csrs: [client('12:00')] }
    expect(rowOf(around, '12:59:59').overdue).toBe(false)
    expect(rowOf(around, '13:00').overdue).toBe(true)
  })

  it('the hour has the time of the next duplicate and the number of duplicates', () => {
    const csrs = [client('11:30'), client('11:45'), client('12:00'), approved(client('11:00'))]
    const row = rowOf({ csrs })
    expect([row.duplicates, row.nextDuplicateAt]).toEqual([2, t('12:15')])
  })

  it('the hour begins after left-over requests', () => {
    const behind = [client('08:00'), issued(client('08:15'), '08:18')]
    const row = rowOf({ csrs: [...behind, client('11:50'), client('12:05')], nodes: [oldDown] })
    expect(row.stageSince).toEqual(t('11:50'))
  })
})

describe('when time alone changes a row', () => {
  const at = (time: string) => Date.parse(t(time))
  const next = (around: WorldOptions, now: string) =>
    nextChangeAt(makeWorld(around), 'worker-1', makeContext({ now: at(now) }))
  it.each<readonly [string, WorldOptions, string, number | null]>([
    ['at its deadline', { csrs: [client('12:00')] }, '12:12', at('13:00')],
    ['not after it', { csrs: [client('12:00')] }, '13:00', null],
    ['when it is no longer new', { nodes: [young] }, '12:12', at('13:05:08')],
    [
      'when its serving certificate ends',
      { csrs: [issued(serving('12:06'), '12:09', t('12:30'))], nodes: [young] },
      '12:12',
      at('12:30'),
    ],
    ['never', { nodes: [old] }, '12:12', null],
  ])('a row changes by time alone: %s', (_, around, now, expected) => {
    expect(next(around, now)).toBe(expected)
  })
})
