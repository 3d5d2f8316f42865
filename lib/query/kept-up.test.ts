import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyPatch, toListed } from '#lib/live/apply.ts'
import { logChange } from '#lib/live/changes.ts'
import { makeMachine, makeSnapshot, NOW } from '#lib/live/fixtures/cluster.ts'
import { alongAndAnew, histories } from '#lib/live/fixtures/random-rows.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import { buildBoard, createBoardReader, NO_FILTER } from '#lib/query/board.ts'
import { keptUp } from '#lib/query/kept-up.ts'
import { allMachines, allRequests, requestsByUid } from '#lib/query/lists.ts'

describe('along any history the same as derived anew', () => {
  it.each<[string, (snapshot: ListedSnapshot) => unknown]>([
    ['the board', (snapshot) => buildBoard(snapshot, NO_FILTER, NOW)],
    [
      'the board, filtered',
      (snapshot) => buildBoard(snapshot, { text: 'a', verdict: 'heldBack' }, NOW),
    ],
    ['all machines', allMachines],
    ['all requests', allRequests],
    ['requests by uid', (snapshot) => new Map([...requestsByUid(snapshot)].sort())],
  ])('%s', (_, derive) => {
    fc.assert(
      fc.property(histories, (history) => {
        const { along, anew } = alongAndAnew(history, derive)
        expect(along).toEqual(anew)
      }),
    )
  })

  it('what a page has read, as time goes by', () => {
    fc.assert(
      fc.property(histories, fc.array(fc.nat(3_000)), (history, steps) => {
        const read = createBoardReader()
        let now = NOW
        const times: number[] = []
        const { along } = alongAndAnew(history, (snapshot) => {
          times.push(now)
          const board = read(snapshot, NO_FILTER, now)
          now += (steps.shift() ?? 0) * 1_000
          return board
        })
        const anew = alongAndAnew(history, (snapshot) => snapshot).anew
        const expected = anew.map((snapshot, at) => buildBoard(snapshot, NO_FILTER, times[at] ?? 0))
        expect(along).toEqual(expected)
      }),
    )
  })
})

const snapshotOf = (...names: string[]) =>
  toListed(makeSnapshot({ machines: names.map((name) => makeMachine({ name })) }))
const put = (state: ListedSnapshot, name: string) => {
  const answer = applyPatch(state, {
    epoch: state.epoch,
    from: state.revision,
    to: state.revision + 1,
    upserts: { machines: [makeMachine({ name })], others: [] },
    removes: { machines: [], others: [] },
  })
  if (answer.result !== 'applied') throw new Error(answer.result)
  return answer.state
}

describe('a kept-up value', () => {
  /** The names that it was shown, a line each time. */
  const counting = () => {
    const seen: string[] = []
    const read = keptUp<readonly string[]>(
      () => [],
      (names, changes) => {
        seen.push(changes.map(({ key }) => key).join(' '))
        return [...names, ...changes.map(({ key }) => key)]
      },
    )
    return { seen, read }
  }

  it('is shown all rows once, then what changed, and nothing where nothing did', () => {
    const { seen, read } = counting()
    const state = snapshotOf('a', 'b')
    const first = read(state)
    expect(read({ ...state, revision: 8 })).toBe(first)
    const later = put(put(state, 'c'), 'd')
    expect(read(later)).toEqual(['a', 'b', 'c', 'd'])
    expect(seen).toEqual(['a b', 'c d'])
  })

  it('is of the rows as they are, also for who still holds an earlier state', () => {
    const { seen, read } = counting()
    const state = snapshotOf('a')
    put(state, 'b')
    expect(read(state)).toEqual(['a', 'b'])
    expect(read(put(state, 'c'))).toEqual(['a', 'b', 'c'])
    expect(seen).toEqual(['a b', 'c'])
  })

  it('is shown all rows again of another snapshot, and when it was away for too long', () => {
    const { seen, read } = counting()
    read(snapshotOf('a'))
    const other = snapshotOf('b')
    read(other)
    const [row = null] = other.machines.values()
    for (let count = 0; count < 20_000; count += 1) {
      logChange(other.changes, { kind: 'machine', key: 'b', before: row, after: row })
    }
    expect(read(other)).toEqual(['b'])
    expect(seen).toEqual(['a', 'b', 'b'])
  })
})
