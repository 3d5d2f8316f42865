import { describe, expect, it } from 'vitest'
import { claimOf } from '#lib/csr/fixtures/ask.ts'
import { approved, approvedByMachineApprover, denied, NOW } from '#lib/csr/fixtures/make-cluster.ts'
import { BOOTSTRAPPER, makeCsr, nodeRequestor } from '#lib/csr/fixtures/make-csr.ts'
import {
  brakeAt,
  brakeChangesAt,
  countsUntil,
} from '#lib/csr/machine-approver/machine-approver-brake.ts'
import { isInWindow } from '#lib/csr/machine-approver/machine-approver-facts.ts'
import type { Csr } from '#lib/csr/model.ts'
import { SortedTimes } from '#lib/csr/sorted-times.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function times(...minutes: number[]): SortedTimes {
  const sorted = new SortedTimes()
  for (const at of minutes) sorted.add(NOW + at * MINUTE)
  return sorted
}

const many = (count: number, minutes: number) => Array<number>(count).fill(minutes)

describe('the brake of the machine-approver', () => {
  it.each([
    ['nothing pending', 0, 0, 'ok', 100],
    ['less than four fifths', 79, 0, 'ok', 100],
    ['four fifths', 80, 0, 'near', 100],
    ['exactly the limit', 100, 0, 'near', 100],
    ['one more than the limit', 101, 0, 'tripped', 100],
    ['the same number with one Machine or Node more', 101, 1, 'near', 101],
  ] as const)(
    'the brake of the machine-approver counts pending requests: %s',
    (_case, count, objects, state, limit) => {
      expect(brakeAt(times(...many(count, 10)), objects, NOW)).toEqual({
        state,
        limit,
        pending: count,
      })
    },
  )

  it('the brake counts requests that still count after this moment', () => {
    const sorted = times(...many(50, 0), ...many(60, 1))
    expect(brakeAt(sorted, 0, NOW).pending).toBe(60)
  })

  it.each([
    ['tripped: until the limit is reached again', [...many(1, 10), ...many(100, 50)], 10],
    ['near: until fewer than four fifths are left', [...many(20, 30), ...many(79, 55)], 30],
    ['near: until all of one moment expire', many(80, 40), 40],
    ['ok: never', many(79, 55), null],
    ['ok: never, whatever counted before', [...many(10, -30), ...many(79, 55)], null],
  ] as const)(
    'the brake of the machine-approver says when it changes by itself, %s',
    (_case, minutes, inMinutes) => {
      const sorted = times(...minutes)
      const at = brakeChangesAt(sorted, 0, NOW)
      expect(at).toBe(inMinutes === null ? null : NOW + inMinutes * MINUTE)
      if (at === null) return
      const before = brakeAt(sorted, 0, NOW).state
      expect(brakeAt(sorted, 0, at - 1).state).toBe(before)
      expect(brakeAt(sorted, 0, at).state).not.toBe(before)
    },
  )

  it('the brake is not said to be on, nor near, while its limit is not known', () => {
    const sorted = times(...many(500, 10))
    expect(brakeAt(sorted, null, NOW)).toEqual({ state: 'ok', limit: 100, pending: 500 })
    expect(brakeChangesAt(sorted, null, NOW)).toBeNull()
  })

  const client = makeCsr({ kind: 'client' })
  const serving = makeCsr({ kind: 'serving' })
  const perNode = (commonName: string) =>
    makeCsr({
      kind: 'renewal',
      signerName: 'kubernetes.io/kube-apiserver-client',
      commonNames: [commonName],
    })
  const withGroups = (...groups: string[]) =>
    makeCsr({ kind: 'client', requestor: { ...BOOTSTRAPPER, groups } })
  const at12 = Date.parse(client.createdAt)
  const by = (message: string, lastTransitionTime: string | null = null): Csr => {
    const csr = approved(client, '2026-11-24T12:05:00Z')
    return {
      ...csr,
      conditions: csr.conditions.map((each) => ({ ...each, message, lastTransitionTime })),
    }
  }
  const JUST = 5 * MINUTE + 30_000

  /** A request counts for so long after its creation; null: it does not count. */
  it.each<[string, Csr, number | null]>([
    ['from the node-bootstrapper', client, HOUR],
    ['from a node, to serve', serving, HOUR],
    ['from a node, its client renewal', makeCsr({ kind: 'renewal' }), null],
    ['from a node for OVN', perNode('system:ovn-node:worker-1'), null],
    ['from a node for multus', perNode('system:multus:worker-1'), null],
    ['with the node-bootstrapper’s name, but other groups', withGroups('x'), HOUR],
    [
      'to serve, from a node without its group',
      makeCsr({ requestor: { ...nodeRequestor('worker-1'), groups: ['system:authenticated'] } }),
      null,
    ],
    [
      'from anybody else',
      makeCsr({ kind: 'client', requestor: { ...BOOTSTRAPPER, username: 'jane' } }),
      null,
    ],
    ['approved by somebody', by('kubectl'), JUST],
    [
      'approved by a person, by the API server’s clock',
      by('kubectl', '2026-11-24T12:06:00Z'),
      JUST + MINUTE,
    ],
    [
      'approved by the machine-approver itself',
      approvedByMachineApprover(client, '2026-11-24T12:05:00Z'),
      null,
    ],
    ['approved, nobody knows when', approved(client, 'nobody knows'), null],
    ['approved after its hour', approved(client, '2026-11-24T13:05:00Z'), HOUR],
    ['denied: only an approval matters', denied(client), HOUR],
  ])('a request %s', (_case, csr, expected) => {
    const until = countsUntil(claimOf(csr))
    expect(until === null ? null : until - at12).toBe(expected)
  })
})

describe('sorted times', () => {
  it('sorted times delete only one of several equal times', () => {
    const sorted = times(-10, -10, -5)
    sorted.delete(NOW - 10 * MINUTE)
    expect(sorted.size).toBe(2)
    sorted.delete(NOW - 7 * MINUTE)
    expect(sorted.size).toBe(2)
    expect(sorted.latest(2)).toBe(NOW - 10 * MINUTE)
    expect(sorted.latest(3)).toBeNull()
  })
})

it.each([
  ['10 s before the Machine', -10, false],
  ['9 s before', -9, true],
  ['a second less than 2 h after', 7_199, true],
  ['2 h after', 7_200, false],
])('a request is in the machine-approver’s window: %s', (_case, seconds, is) => {
  expect(isInWindow(NOW + seconds * 1_000, NOW)).toBe(is)
})
