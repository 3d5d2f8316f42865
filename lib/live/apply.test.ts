import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MachineRow, RequestRow } from '#lib/csr/machine/rows.ts'
import { applyPatch, toListed } from '#lib/live/apply.ts'
import { diffRows, diffTouched, isEmpty, type Rows, sameValue, toPatch } from '#lib/live/diff.ts'
import { makeMachine, makeRequest, makeSnapshot } from '#lib/live/fixtures/cluster.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import type { Patch } from '#lib/live/wire.ts'

const NOTHING: Pick<Patch, 'upserts' | 'removes'> = {
  upserts: { machines: [], others: [] },
  removes: { machines: [], others: [] },
}

function patch(fields: Partial<Patch> = {}): Patch {
  return { epoch: 'e1', from: 7, to: 8, ...NOTHING, ...fields }
}

function state(machines: readonly MachineRow[] = [], others: readonly RequestRow[] = []) {
  return toListed(makeSnapshot({ machines, others }))
}

/** The next state; fails the test when the patch did not apply. */
function applied(before: ListedSnapshot, next: Patch): ListedSnapshot {
  const answer = applyPatch(before, next)
  if (answer.result !== 'applied') throw new Error(`the patch was ${answer.result}`)
  return answer.state
}

describe('applyPatch at revision 7 of epoch e1', () => {
  it.each([
    ['the next revision', { from: 7, to: 8 }, 'applied'],
    ['several revisions in one', { from: 7, to: 12 }, 'applied'],
    ['one that begins before and ends after', { from: 5, to: 9 }, 'applied'],
    ['the same revision', { from: 6, to: 7 }, 'ignored'],
    ['an older one', { from: 2, to: 3 }, 'ignored'],
    ['one with revisions missing in between', { from: 8, to: 9 }, 'gap'],
    ['one of another start of the server', { epoch: 'e2', from: 7, to: 8 }, 'gap'],
    ['an older one of another start of the server', { epoch: 'e2', from: 1, to: 2 }, 'gap'],
  ] as const)('%s → %s', (_, fields, result) => {
    expect(applyPatch(state(), patch(fields)).result).toBe(result)
  })

  it('puts, replaces and removes rows, and nothing else', () => {
    const before = state(
      [makeMachine({ name: 'a' }), makeMachine({ name: 'b' })],
      [makeRequest({ uid: 'u1' }), makeRequest({ uid: 'u2' })],
    )
    const after = applied(
      before,
      patch({
        upserts: {
          machines: [makeMachine({ name: 'a', stage: 'ready' }), makeMachine({ name: 'c' })],
          others: [makeRequest({ uid: 'u3' })],
        },
        removes: { machines: ['b', 'unheard-of'], others: ['u1'] },
      }),
    )
    expect([...after.machines.keys()]).toEqual(['a', 'c'])
    expect(after.machines.get('a')?.stage).toBe('ready')
    expect([...after.others.keys()]).toEqual(['u2', 'u3'])
    expect(after.revision).toBe(8)
  })

  it('is a new state, with the identity of rows that did not change', () => {
    const before = state([makeMachine({ name: 'a' }), makeMachine({ name: 'b' })])
    const [a, b] = [before.machines.get('a'), before.machines.get('b')]
    const after = applied(
      before,
      patch({ upserts: { machines: [makeMachine({ name: 'a' })], others: [] } }),
    )
    expect(after).not.toBe(before)
    expect(after.machines.get('a')).toBe(a)
    expect(after.machines.get('b')).toBe(b)
  })

  it('keeps the identity of requests that did not change within a machine that did', () => {
    const requests = [makeRequest({ uid: 'u1' }), makeRequest({ uid: 'u2' })]
    const before = state([makeMachine({ name: 'a', requests })])
    const kept = before.machines.get('a')?.requests[1]
    const changed = [makeRequest({ uid: 'u1', status: 'Approved' }), makeRequest({ uid: 'u2' })]
    const after = applied(
      before,
      patch({ upserts: { machines: [makeMachine({ name: 'a', requests: changed })], others: [] } }),
    )
    expect(after.machines.get('a')?.requests[0]?.status).toBe('Approved')
    expect(after.machines.get('a')?.requests[1]).toBe(kept)
  })

  it('lists rows without fingerprints', () => {
    const upserts = { machines: [makeMachine({ name: 'a' })], others: [makeRequest()] }
    const after = applied(state(), patch({ upserts }))
    const rows = [...(after.machines.get('a')?.requests ?? []), ...after.others.values()]
    expect(rows).toHaveLength(2)
    expect(rows.filter((row) => 'fingerprint' in row)).toEqual([])
  })
})

describe('diff', () => {
  const machines = (...rows: MachineRow[]) => new Map(rows.map((row) => [row.name, row]))

  it('of touched rows: what says the same is no change, what never was is no removal', () => {
    const previous: Rows = {
      machines: machines(makeMachine({ name: 'a' }), makeMachine({ name: 'b' })),
      others: new Map(),
    }
    const touched = {
      machines: new Map<string, MachineRow | null>([
        ['a', makeMachine({ name: 'a' })],
        ['b', null],
        ['c', null],
        ['d', makeMachine({ name: 'd' })],
      ]),
      others: new Map<string, RequestRow | null>(),
    }
    const changes = diffTouched(previous, touched)
    expect(changes.upserts.machines.map(({ name }) => name)).toEqual(['d'])
    expect(changes.removes.machines).toEqual(['b'])
  })

  it('of equal rows is empty', () => {
    const rows = () => ({ machines: machines(makeMachine()), others: new Map() })
    expect(isEmpty(diffRows(rows(), rows()))).toBe(true)
  })

  it('applied to the one set of rows gives the other, once or twice', () => {
    const names = fc.constantFrom('a', 'b', 'c', 'd')
    const machineRows = fc.uniqueArray(
      fc.record({ name: names, duplicates: fc.nat(2) }).map(makeMachine),
      { selector: ({ name }) => name },
    )
    const otherRows = fc.uniqueArray(
      fc.record({ uid: names, superseded: fc.boolean() }).map(makeRequest),
      { selector: ({ uid }) => uid },
    )
    const rowSets = fc.record({ machines: machineRows, others: otherRows })
    const keyed = (rows: { machines: MachineRow[]; others: RequestRow[] }): Rows => ({
      machines: machines(...rows.machines),
      others: new Map(rows.others.map((row) => [row.uid, row])),
    })
    fc.assert(
      fc.property(rowSets, rowSets, (from, to) => {
        const change = toPatch(diffRows(keyed(from), keyed(to)), 'e1', 7)
        const once = applied(state(from.machines, from.others), change)
        const wanted = state(to.machines, to.others)
        expect(new Map(once.machines)).toEqual(wanted.machines)
        expect(new Map(once.others)).toEqual(wanted.others)
        expect(applyPatch(once, change).result).toBe('ignored')
      }),
    )
  })
})

it.each([
  ['equal primitives', 1, 1, true],
  ['NaN', Number.NaN, Number.NaN, true],
  ['null and an object', null, {}, false],
  ['null and undefined', null, undefined, false],
  ['keys in another order', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
  ['a key more', { a: 1 }, { a: 1, b: 2 }, false],
  ['a key less', { a: 1, b: 2 }, { a: 1 }, false],
  ['an undefined key and none', { a: 1, b: undefined }, { a: 1 }, true],
  ['lists in another order', [1, 2], [2, 1], false],
  ['a list and an object', [], {}, false],
  ['deep', { a: [{ b: [1] }] }, { a: [{ b: [2] }] }, false],
])('sameValue: %s', (_, a, b, same) => {
  expect(sameValue(a, b)).toBe(same)
})
