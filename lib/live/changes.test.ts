import { expect, it } from 'vitest'
import { listMachine, listRequest } from '#lib/live/apply.ts'
import { changesSince, emptyLog, logChange, positionIn, type RowChange } from '#lib/live/changes.ts'
import { makeMachine, makeRequest } from '#lib/live/fixtures/cluster.ts'

const [first, second, third] = [1, 2, 3].map((duplicates) =>
  listMachine(makeMachine({ name: 'a', duplicates })),
)
const machine = (before = first, after = first): RowChange => ({
  kind: 'machine',
  key: 'a',
  before: before ?? null,
  after: after ?? null,
})
const came: RowChange = { ...machine(), before: null } as RowChange
const left: RowChange = { ...machine(third), after: null } as RowChange

it.each<[string, RowChange[], RowChange[]]>([
  ['nothing', [], []],
  ['one change as it is', [machine(first, second)], [machine(first, second)]],
  [
    'two of one row as one',
    [machine(first, second), machine(second, third)],
    [machine(first, third)],
  ],
  ['a row that came and left not at all', [came, machine(first, third), left], []],
  [
    'a row that left and came back the same not at all',
    [left, { ...came, after: third } as RowChange],
    [],
  ],
])('changes since a position: %s', (_, logged, expected) => {
  const log = emptyLog()
  logChange(log, machine(third, first))
  const position = positionIn(log)
  for (const change of logged) logChange(log, change)
  expect(changesSince(log, position)).toEqual(expected)
})

it('a machine and a request of the same key are two rows', () => {
  const log = emptyLog()
  const request = listRequest(makeRequest({ uid: 'a' }))
  logChange(log, came)
  logChange(log, { kind: 'request', key: 'a', before: null, after: request })
  expect(changesSince(log, 0)?.map(({ kind }) => kind)).toEqual(['machine', 'request'])
})

it('keeps the last changes, and says so when it no longer knows', () => {
  const log = emptyLog()
  for (let count = 0; count < 50_000; count += 1) logChange(log, machine(first, second))
  expect(positionIn(log)).toBe(50_000)
  expect(log.kept.length).toBeLessThanOrEqual(10_000)
  expect(changesSince(log, 49_000)).toEqual([machine(first, second)])
  expect(changesSince(log, 0)).toBeNull()
})

it('counts the requests that a machine holds on to', () => {
  const log = emptyLog()
  const requests = Array.from({ length: 999 }, (_, index) => makeRequest({ uid: `u${index}` }))
  const large = listMachine(makeMachine({ name: 'a', requests }))
  for (let count = 0; count < 100; count += 1) logChange(log, machine(large, large))
  expect(log.kept.length).toBeLessThanOrEqual(10)
})
