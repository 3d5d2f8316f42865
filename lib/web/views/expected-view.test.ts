import { describe, expect, it } from 'vitest'
import type { ExpectedMachine } from '#lib/csr/policy/expected-list.ts'
import type { JudgedMachine } from '#lib/csr/rows/rows.ts'
import { createExpectedView } from '#lib/web/views/expected-view.ts'
import { CONTEXT, FIRST, makeNode } from '#lib/web/views/fixtures/views-of.ts'
import type { Asked } from '#lib/web/views/rows/view-query.ts'
import { makeMachine, makeRequest } from '#lib/wire/fixtures/cluster.ts'

const expected = (name: string, odd: Partial<ExpectedMachine> = {}): ExpectedMachine => ({
  name,
  addresses: [],
  role: null,
  ...odd,
})
const there = (name: string, odd: Partial<JudgedMachine> = {}) =>
  makeMachine({ name, waiting: false, verdict: null, stage: 'ready', ...odd })

const LIST = [
  expected('late', { role: 'infra' }),
  expected('here'),
  expected('asks', { addresses: ['10.0.0.9'] }),
]
const ROWS = [
  there('here'),
  there('asks', { waiting: true, verdict: 'verified', stage: 'clientRequested' }),
  there('old', { node: makeNode() }),
  there('stranger', { waiting: true, verdict: 'plausible', stage: 'clientRequested' }),
  there('wish', { requests: [], node: null }),
]
const stateOf = (
  list: readonly ExpectedMachine[] | null = LIST,
  rows: readonly JudgedMachine[] = ROWS,
  revision = 1,
) => ({
  expected: list,
  revision,
  rows: {
    machines: new Map(rows.map((row) => [row.name, row])),
    others: new Map(),
    alarms: new Map(),
  },
})
const ANY: Asked<'expected'> = { ...FIRST, filter: 'all' }

it('the list has machines that need a person first, then missing ones, then the others', () => {
  const { rows, total, counts } = createExpectedView()(stateOf(), ANY, CONTEXT)
  expect(rows.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'stranger unexpected',
    'asks arrived',
    'late missing',
    'here arrived',
    'old unexpected',
  ])
  expect(total).toBe(5)
  expect(counts).toEqual({
    all: 5,
    missing: 1,
    arrived: 2,
    unexpected: 2,
    waitingArrived: 1,
    waitingUnexpected: 1,
  })
})

it('the list has the viewer’s verdict of each machine', () => {
  const rows = [there('here', { waiting: true, verdict: 'verified', requests: [makeRequest()] })]
  const verdictFor = (name: string) => {
    const context = { ...CONTEXT, viewer: { name } }
    return createExpectedView()(stateOf(LIST, rows), ANY, context).rows[0]?.machine?.verdict
  }
  expect([verdictFor('kim.osei'), verdictFor(makeRequest().requestor)]).toEqual([
    'verified',
    'suspicious',
  ])
})

it('the list has for each machine the fields of the list or of its Node', () => {
  const { rows } = createExpectedView()(stateOf(), ANY, CONTEXT)
  expect(rows.find(({ name }) => name === 'late')).toEqual({
    name: 'late',
    state: 'missing',
    addresses: [],
    role: 'infra',
    machine: null,
  })
  expect(rows.find(({ name }) => name === 'old')).toMatchObject({
    addresses: ['10.0.0.1'],
    role: 'worker',
    machine: { stage: 'ready', waiting: false },
  })
})

describe('rows that match', () => {
  it.each<[Partial<Asked<'expected'>>, string[]]>([
    [{ filter: 'missing' }, ['late']],
    [{ filter: 'unexpected' }, ['stranger', 'old']],
    [{ text: 'INFRA' }, ['late']],
    [{ text: '10.0.0' }, ['asks', 'old']],
    [{ text: '10.0.0', filter: 'arrived' }, ['asks']],
    [{ from: 1, to: 3 }, ['asks', 'late']],
    [{ text: 'nothing' }, []],
  ])('the question %j finds its expected machines', (odd, names) => {
    const { rows, counts } = createExpectedView()(stateOf(), { ...ANY, ...odd }, CONTEXT)
    expect(rows.map(({ name }) => name)).toEqual(names)
    expect(counts.all).toBe(5)
  })
})

it('the list is empty without a list of expected machines, whatever has arrived', () => {
  const { total, counts } = createExpectedView()(stateOf(null), ANY, CONTEXT)
  expect([total, counts.unexpected]).toEqual([0, 0])
})

it('the list is matched again only for another list or revision', () => {
  const view = createExpectedView()
  const names = (state: ReturnType<typeof stateOf>) => view(state, ANY, CONTEXT).rows.length
  expect(names(stateOf(LIST, ROWS, 1))).toBe(5)
  expect(names(stateOf(LIST, [], 1))).toBe(5)
  expect(names(stateOf(LIST, [], 2))).toBe(3)
  expect(names(stateOf([], [], 2))).toBe(0)
})
