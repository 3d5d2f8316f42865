import { describe, expect, it } from 'vitest'
import type { MachineRow, RequestRow } from '#lib/csr/machine/rows.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { applyPatch, toListed } from '#lib/live/apply.ts'
import {
  ago,
  bigSnapshot,
  makeMachine,
  makeRequest,
  makeSnapshot,
  NOW,
} from '#lib/live/fixtures/cluster.ts'
import {
  type Board,
  type BoardFilter,
  buildBoard,
  countOutside,
  createBoardReader,
  NO_FILTER,
} from '#lib/query/board.ts'
import { allMachines, allRequests } from '#lib/query/lists.ts'

const listed = (machines: MachineRow[], others: RequestRow[] = []) =>
  toListed(makeSnapshot({ machines, others }))
const board = (
  machines: MachineRow[],
  others: RequestRow[] = [],
  filter: Partial<BoardFilter> = {},
) => buildBoard(listed(machines, others), { ...NO_FILTER, ...filter }, NOW)

const waiting = (name: string, fields: Partial<MachineRow> = {}) => makeMachine({ name, ...fields })
const decided = (name: string, fields: Partial<MachineRow> = {}) =>
  makeMachine({ name, waiting: false, verdict: null, deadline: null, next: null, ...fields })
const other = (uid: string, fields: Partial<RequestRow> = {}) =>
  makeRequest({ uid, name: uid, nodeName: null, signerName: 'example.com/x', ...fields })

function sections({ waiting, alarms, stopped, onTheirWay, joined, others }: Board) {
  return {
    alarms: alarms.map(({ name }) => name),
    waiting: waiting.map(({ key }) => key),
    stopped: stopped.map(({ name }) => name),
    onTheirWay: onTheirWay.map(({ name }) => name),
    joined: joined.map(({ name }) => name),
    others: others.map(({ name }) => name),
  }
}

const alarm = { uid: 'u', since: null, differs: ['key'] }
const NOWHERE = { waiting: [], alarms: [], stopped: [], onTheirWay: [], joined: [], others: [] }

describe('where a row stands', () => {
  it.each<[string, MachineRow, Partial<typeof NOWHERE>]>([
    ['something waits', waiting('a'), { waiting: ['a'] as never[] }],
    [
      'Ready with a pending serving request is not done',
      waiting('a', { stage: 'servingRequested' }),
      {
        waiting: ['a'] as never[],
      },
    ],
    [
      'an alarm is never among those who joined',
      decided('a', { stage: 'ready', joinedAt: ago(60), alarm }),
      { alarms: ['a'] as never[] },
    ],
    [
      'nor hidden with those who joined long ago',
      decided('a', { stage: 'ready', joinedAt: null, alarm }),
      { alarms: ['a'] as never[] },
    ],
    [
      'nor on its way',
      decided('a', { stage: 'servingIssued', alarm }),
      { alarms: ['a'] as never[] },
    ],
    ['what waits waits, alarm or not', waiting('a', { alarm }), { waiting: ['a'] as never[] }],
    ['approved', decided('a', { stage: 'clientIssued' }), { onTheirWay: ['a'] as never[] }],
    [
      'denied: it is on no way before its kubelet files another request',
      decided('a', { stage: 'denied' }),
      { stopped: ['a'] as never[] },
    ],
    ['failed at the signer', decided('a', { stage: 'failed' }), { stopped: ['a'] as never[] }],
    [
      'denied, and the next request waits',
      waiting('a', { stage: 'clientRequested' }),
      { waiting: ['a'] as never[] },
    ],
    [
      'joined just now',
      decided('a', { stage: 'ready', joinedAt: ago(60) }),
      { joined: ['a'] as never[] },
    ],
    ['joined an hour ago', decided('a', { stage: 'ready', joinedAt: ago(3_600) }), {}],
    ['Ready for long', decided('a', { stage: 'ready' }), {}],
    ['NotReady without any request', decided('a', { stage: 'servingIssued', requests: [] }), {}],
  ])('%s', (_, machine, place) => {
    expect(sections(board([machine]))).toEqual({ ...NOWHERE, ...place })
  })

  it.each<[string, RequestRow, Partial<typeof NOWHERE>]>([
    ['another signer', other('r'), { others: ['r'] as never[] }],
    [
      'a kubelet signer that names no node waits with the machines',
      other('r', { signerName: KUBELET_SERVING }),
      {
        waiting: ['r'] as never[],
      },
    ],
    ['decided', other('r', { status: 'Denied' }), {}],
  ])('a request under no machine: %s', (_, request, place) => {
    expect(sections(board([], [request]))).toEqual({ ...NOWHERE, ...place })
  })
})

describe('order', () => {
  it('of what waits: overdue longest first, then least time left, then what has no deadline', () => {
    const rows = [
      waiting('soon', { deadline: ago(-300) }),
      waiting('none', { deadline: null }),
      waiting('overdue', { deadline: ago(60) }),
      waiting('longest', { deadline: ago(600) }),
      waiting('b-same', { deadline: ago(-900) }),
      waiting('a-same', { deadline: ago(-900) }),
    ]
    expect(sections(board(rows)).waiting).toEqual([
      'longest',
      'overdue',
      'soon',
      'a-same',
      'b-same',
      'none',
    ])
  })

  it('of what did not get through: first what failed, then newest first', () => {
    const rows = [
      decided('d-old', { stage: 'denied', stageSince: ago(600) }),
      decided('f-old', { stage: 'failed', stageSince: ago(500) }),
      decided('d-new', { stage: 'denied', stageSince: ago(10) }),
      decided('f-new', { stage: 'failed', stageSince: ago(60) }),
    ]
    expect(sections(board(rows)).stopped).toEqual(['f-new', 'f-old', 'd-new', 'd-old'])
  })

  it('of what joined: newest first', () => {
    const rows = [600, 60, 300].map((seconds) =>
      decided(`j${seconds}`, { stage: 'ready', joinedAt: ago(seconds) }),
    )
    expect(sections(board(rows)).joined).toEqual(['j60', 'j300', 'j600'])
  })
})

it('counts are over everything, whatever the filter', () => {
  const node = {
    uid: 'n',
    ready: true,
    status: 'Ready',
    roles: [],
    version: '',
    addresses: [],
    createdAt: '',
    readySince: null,
    problem: null,
  }
  const machines = [
    waiting('v', { duplicates: 2, deadline: ago(1) }),
    waiting('p', { verdict: 'plausible' }),
    waiting('s', { verdict: 'suspicious', node, execAndLogs: 'unavailable' }),
    decided('w', {
      stage: 'clientIssued',
      node: { ...node, ready: false },
      execAndLogs: 'unavailable',
    }),
    decided('j', { stage: 'ready', joinedAt: ago(9) }),
  ]
  const others = [other('o'), other('r', { signerName: KUBELET_SERVING, verdict: 'refused' })]
  const { counts, nextDeadline } = board(machines, others, { text: 'nothing has this' })
  expect(counts).toEqual({
    waiting: 4,
    overdue: 1,
    duplicates: 2,
    verified: 1,
    plausible: 1,
    heldBack: 2,
    onTheirWay: 1,
    joined: 1,
    others: 1,
    pendingRequests: 7,
    requests: 7,
    nodes: 2,
    notReady: 1,
    withoutExecAndLogs: 2,
    execAndLogsUnknown: 0,
  })
  expect(nextDeadline).toEqual({ name: 'p', at: new Date(NOW + 3_000_000).toISOString() })
})

describe('what a filter does not show', () => {
  const { machines } = listed([
    waiting('a-1'),
    waiting('a-2', { verdict: 'plausible' }),
    waiting('b'),
  ])
  it.each<[string, Partial<BoardFilter>, number]>([
    ['no filter', {}, 0],
    ['a text', { text: 'a-' }, 1],
    ['a verdict', { verdict: 'plausible' }, 2],
    ['both', { text: 'b', verdict: 'plausible' }, 3],
    ['what is not fully checked', { verdict: 'partlyJudged' }, 0],
    ['blanks alone', { text: '  ' }, 0],
  ])('%s', (_, filter, expected) => {
    expect(countOutside({ ...NO_FILTER, ...filter }, [...machines.values()])).toBe(expected)
  })
})

describe('an alarm', () => {
  it('is shown whatever verdict is filtered for, the latest alarm first', () => {
    const raised = (name: string, stageSeconds: number, since: string | null) =>
      decided(name, { stage: 'ready', stageSince: ago(stageSeconds), alarm: { ...alarm, since } })
    // A machine that has long been as it is may have become alarming a minute ago.
    const machines = [raised('a', 60, ago(600)), raised('b', 600, ago(60)), raised('c', 900, null)]
    const filtered = board(machines, [], { verdict: 'verified' })
    expect(filtered.alarms.map(({ name }) => name)).toEqual(['c', 'b', 'a'])
    expect(board(machines, [], { text: 'a' }).alarms.map(({ name }) => name)).toEqual(['a'])
  })
})

describe('filters', () => {
  const rows = [
    waiting('worker-1.rack2'),
    waiting('Worker-2.rack5', { verdict: 'plausible' }),
    waiting('infra', {
      verdict: 'refused',
      requests: [makeRequest({ name: 'csr-zzzzz' })],
      machineObject: {
        apiGroup: '',
        namespace: '',
        name: 'edge-infra-7',
        phase: null,
        role: 'storage',
        createdAt: '',
      },
    }),
  ]
  it.each<[Partial<BoardFilter>, string[]]>([
    [{ text: 'WORKER' }, ['Worker-2.rack5', 'worker-1.rack2']],
    [{ text: '  rack2 ' }, ['worker-1.rack2']],
    [{ text: 'edge-infra' }, ['infra']],
    [{ text: 'storage' }, ['infra']],
    [{ text: 'zzzzz' }, ['infra']],
    [{ verdict: 'verified' }, ['worker-1.rack2']],
    [{ verdict: 'plausible' }, ['Worker-2.rack5']],
    [{ verdict: 'heldBack' }, ['infra']],
    [{ verdict: 'heldBack', text: 'worker' }, []],
  ])('%j', (filter, keys) => {
    expect(sections(board(rows, [], filter)).waiting).toEqual(keys)
  })
})

describe('the reader answers the same board', () => {
  const rows = [
    waiting('a', { deadline: ago(-10) }),
    decided('j', { stage: 'ready', joinedAt: ago(3_600 - 30) }),
  ]

  it('until a deadline passes or an hour is over', () => {
    const [read, snapshot] = [createBoardReader(), listed(rows)]
    const first = read(snapshot, NO_FILTER, NOW)
    expect(read(snapshot, { ...NO_FILTER }, NOW + 9_999)).toBe(first)
    const overdue = read(snapshot, NO_FILTER, NOW + 10_000)
    expect(overdue.counts.overdue).toBe(1)
    expect(overdue.waiting).toBe(first.waiting)
    expect(read(snapshot, NO_FILTER, NOW + 29_999)).toBe(overdue)
    expect(read(snapshot, NO_FILTER, NOW + 30_000).joined).toEqual([])
  })

  it('and after a patch the same sections, where nothing of them changed', () => {
    const [read, snapshot] = [createBoardReader(), listed(rows)]
    const first = read(snapshot, NO_FILTER, NOW)
    const answer = applyPatch(snapshot, {
      epoch: 'e1',
      from: 7,
      to: 8,
      upserts: { machines: [waiting('b', { deadline: ago(-5) })], others: [] },
      removes: { machines: [], others: [] },
    })
    if (answer.result !== 'applied') throw new Error(answer.result)
    const second = read(answer.state, NO_FILTER, NOW)
    expect(sections(second).waiting).toEqual(['b', 'a'])
    expect(second.waiting[1]).toBe(first.waiting[0])
    expect(second.joined).toBe(first.joined)
  })
})

describe('lists', () => {
  const a = makeMachine({ name: 'a', requests: [makeRequest({ uid: 'old', createdAt: ago(900) })] })
  const b = makeMachine({
    name: 'b',
    requests: [makeRequest({ uid: 'done', status: 'Denied', createdAt: ago(5) })],
  })
  const others = [
    other('new', { createdAt: ago(10) }),
    other('x', { status: 'Approved', createdAt: ago(1) }),
  ]

  it('machines by name, requests pending first and then newest', () => {
    const snapshot = listed([b, a], others)
    expect(allMachines(snapshot).map(({ name }) => name)).toEqual(['a', 'b'])
    expect(allRequests(snapshot).map(({ uid }) => uid)).toEqual(['new', 'old', 'x', 'done'])
  })

  it('stay themselves while their rows do', () => {
    const snapshot = listed([a, b], others)
    const before = [allMachines(snapshot), allRequests(snapshot)]
    const moved = { ...snapshot, revision: 8 }
    expect(allMachines(moved)).toBe(before[0])
    expect(allRequests(moved)).toBe(before[1])
  })
})

it('at 5,000 machines a board after one change stays far below a frame', () => {
  const read = createBoardReader()
  const rows = bigSnapshot(5_000)
  let state = toListed(rows)
  const durations: number[] = []
  for (let revision = 7; revision < 27; revision += 1) {
    const [row] = rows.machines.slice(revision, revision + 1)
    if (row === undefined) throw new Error('no row')
    const upserts = { machines: [{ ...row, duplicates: revision }], others: [] }
    const removes = { machines: [], others: [] }
    const from = performance.now()
    const answer = applyPatch(state, {
      epoch: 'e1',
      from: revision,
      to: revision + 1,
      upserts,
      removes,
    })
    if (answer.result !== 'applied') throw new Error(answer.result)
    state = answer.state
    read(state, NO_FILTER, NOW)
    durations.push(performance.now() - from)
  }
  // The quickest: other work on the machine only ever adds.
  expect(Math.min(...durations)).toBeLessThan(10)
})
