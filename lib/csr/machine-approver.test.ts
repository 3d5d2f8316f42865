import { describe, expect, it } from 'vitest'
import { approved, denied, NOW } from '#lib/csr/fixtures/make-cluster.ts'
import { BOOTSTRAPPER, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { brakeAt, brakeChangesAt, countsForBrake, isInWindow } from '#lib/csr/machine-approver.ts'
import { SortedTimes } from '#lib/csr/sorted-times.ts'

const MINUTE = 60_000

function times(...minutesAgo: number[]): SortedTimes {
  const sorted = new SortedTimes()
  for (const minutes of minutesAgo) sorted.add(NOW - minutes * MINUTE)
  return sorted
}

const many = (count: number, minutesAgo: number) => Array<number>(count).fill(minutesAgo)

describe('the brake', () => {
  it.each([
    ['nothing pending', 0, 0, 'ok', 100],
    ['less than four fifths', 79, 0, 'ok', 100],
    ['four fifths', 80, 0, 'near', 100],
    ['exactly the limit', 100, 0, 'near', 100],
    ['one more than the limit', 101, 0, 'tripped', 100],
    ['the same with a Machine or Node more', 101, 1, 'near', 101],
  ] as const)('%s', (_case, count, objects, state, limit) => {
    expect(brakeAt(times(...many(count, 10)), objects, NOW)).toEqual({
      state,
      limit,
      pending: count,
    })
  })

  it('counts the last hour only', () => {
    const sorted = times(...many(50, 60), ...many(60, 59))
    expect(brakeAt(sorted, 0, NOW).pending).toBe(60)
  })

  it.each([
    ['tripped: when as many are left as the limit', [...many(1, 50), ...many(100, 10)], 10],
    ['near: when fewer than four fifths are left', [...many(20, 30), ...many(79, 5)], 30],
    ['near: at once if all are of one moment', many(80, 20), 40],
    ['ok: never', many(79, 5), null],
    ['ok: never, whatever was made before', [...many(10, 90), ...many(79, 5)], null],
  ] as const)('%s', (_case, minutesAgo, inMinutes) => {
    const at = brakeChangesAt(times(...minutesAgo), 0, NOW)
    expect(at).toBe(inMinutes === null ? null : NOW + inMinutes * MINUTE)
    if (at === null) return
    const sorted = times(...minutesAgo)
    const before = brakeAt(sorted, 0, NOW).state
    expect(brakeAt(sorted, 0, at - 1).state).toBe(before)
    expect(brakeAt(sorted, 0, at).state).not.toBe(before)
  })

  it.each([
    ['from the node-bootstrapper', makeCsr({ kind: 'client' }), true],
    ['from a node', makeCsr({ kind: 'serving' }), true],
    [
      'with the node-bootstrapper’s name, but other groups',
      makeCsr({ kind: 'client', requestor: { ...BOOTSTRAPPER, groups: ['system:authenticated'] } }),
      false,
    ],
    [
      'with the node-bootstrapper’s name, and one group more',
      makeCsr({
        kind: 'client',
        requestor: { ...BOOTSTRAPPER, groups: [...BOOTSTRAPPER.groups, 'admins'] },
      }),
      false,
    ],
    [
      'with the node-bootstrapper’s name, and another group for one of its own',
      makeCsr({
        kind: 'client',
        requestor: { ...BOOTSTRAPPER, groups: [...BOOTSTRAPPER.groups.slice(1), 'admins'] },
      }),
      false,
    ],
    [
      'from anybody else',
      makeCsr({ kind: 'client', requestor: { ...BOOTSTRAPPER, username: 'jane' } }),
      false,
    ],
    ['approved', approved(makeCsr({ kind: 'client' })), false],
    ['denied: it only asks whether it is approved', denied(makeCsr({ kind: 'client' })), true],
  ])('a request %s', (_case, csr, counts) => {
    expect(countsForBrake(csr)).toBe(counts)
  })
})

describe('sorted times', () => {
  it('takes out one of several of the same moment', () => {
    const sorted = times(10, 10, 5)
    sorted.delete(NOW - 10 * MINUTE)
    expect(sorted.size).toBe(2)
    sorted.delete(NOW - 7 * MINUTE)
    expect(sorted.size).toBe(2)
    expect(sorted.latest(2)).toBe(NOW - 10 * MINUTE)
    expect(sorted.latest(3)).toBeNull()
  })
})

it.each([
  ['11 s before the Machine', -11, false],
  ['10 s before', -10, true],
  ['2 h after', 7_200, true],
  ['a second later', 7_201, false],
])('the window: %s', (_case, seconds, is) => {
  expect(isInWindow(NOW + seconds * 1_000, NOW)).toBe(is)
})
