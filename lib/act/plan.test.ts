import { describe, expect, it } from 'vitest'
import {
  makePlan,
  type Plan,
  type PlanWorld,
  planAnswer,
  planNow,
  tickedMachines,
} from '#lib/act/plan.ts'
import { KIM } from '#lib/csr/fixtures/make-cluster.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import type { JudgedMachine, JudgedRequest } from '#lib/csr/rows/rows.ts'
import { makeNode } from '#lib/web/views/fixtures/views-of.ts'
import { ago, makeMachine, makeRequest } from '#lib/wire/fixtures/cluster.ts'
import { LISTED, type RunOptions } from '#lib/wire/run-answers.ts'

const MAY = { ...KIM, mayApprove: () => true }
let uids = 0
const request = (fields: Partial<JudgedRequest> = {}) =>
  makeRequest({ uid: `u${++uids}`, ...fields })
const machine = (name: string, requests: JudgedRequest[], fields: Partial<JudgedMachine> = {}) =>
  makeMachine({
    name,
    requests,
    waiting: requests.some(({ status }) => status === 'Pending'),
    ...fields,
  })
const rowsOf = (machines: readonly JudgedMachine[], others: readonly JudgedRequest[] = []) => ({
  machines: new Map(machines.map((row) => [row.name, row])),
  others: new Map(others.map((row) => [row.uid, row])),
})
const groups = (machines: JudgedMachine[], others: JudgedRequest[] = [], chosen?: string[]) =>
  makePlan(rowsOf(machines, others), chosen ?? 'safe', KIM)

/** The group of each planned machine, then the reason that holds each other one back. */
const placesIn = ({ planned, heldBack }: Plan) => [
  ...planned.map(({ trust }) => trust),
  ...heldBack.map(({ why }) => why),
]
const namesIn = ({ planned }: Plan) => planned.map(({ machine }) => machine.name)

const CONTROL_PLANE: JudgedRequest['twoPeople'] = {
  because: 'controlPlane',
  becauseOwn: 'controlPlane',
  proposals: [],
}
const AGAIN: Partial<JudgedRequest> = {
  verdict: 'plausible',
  reason: { code: 'node.new', finding: 'rebootstrapping', values: {} },
}

describe('the selection of machines that have joined before', () => {
  const node = (roles: readonly string[], ready = false) => makeNode({ ready, roles })
  const silent = (name: string, role: string, fields: Partial<JudgedRequest> = {}) =>
    machine(name, [request({ ...AGAIN, ...fields })], {
      rebootstrapping: true,
      node: node([role]),
    })
  const plan = makePlan(
    rowsOf([
      silent('w', 'worker'),
      silent('infra', 'infra'),
      silent('cp', 'control-plane'),
      silent('own', 'worker', { verdict: 'suspicious' }),
      machine('new', [request()]),
      machine('taken', [request({ verdict: 'suspicious' })], {
        verdict: 'suspicious',
        node: node(['worker'], true),
      }),
    ]),
    'returning',
    KIM,
  )

  it('the selection has a group for each role, and holds back requests in the name of a node that is there', () => {
    const { roles, heldBack } = planAnswer('p', plan, true)
    const namesOf = (rows: readonly { readonly name: string }[] = []) =>
      rows.map(({ name }) => name)
    expect(Object.entries(roles ?? {}).map(([role, { rows }]) => [role, namesOf(rows)])).toEqual([
      ['controlPlane', ['cp']],
      ['platform', ['infra']],
      ['worker', ['w']],
    ])
    expect(namesOf(heldBack.rows)).toEqual(['own', 'taken'])
    expect(planAnswer('p', groups([machine('new', [request()])]), true).roles).toBeNull()
  })

  it.each<[RunOptions['roles'], string[]]>([
    [undefined, []],
    [[], []],
    [
      ['worker', 'controlPlane'],
      ['cp', 'w'],
    ],
    [['platform'], ['infra']],
  ])(
    'the selection has the machines of the ticked roles %j, in their order: %j',
    (roles, names) => {
      const ticks = { verified: true, plausible: true, rebootstrapping: true, roles }
      expect(tickedMachines(plan, ticks).map(({ machine }) => machine.name)).toEqual(names)
    },
  )
})

describe('the group of a machine', () => {
  it.each<[string, Partial<JudgedRequest>[], string]>([
    ['verified', [{ verdict: 'verified' }], 'verified'],
    ['plausible', [{ verdict: 'plausible' }], 'plausible'],
    [
      'both signers, one only plausible',
      [{ verdict: 'verified' }, { verdict: 'plausible', signerName: KUBELET_SERVING }],
      'plausible',
    ],
    ['suspicious', [{ verdict: 'suspicious' }], 'suspicious'],
    ['verified, but it takes two people', [{ twoPeople: CONTROL_PLANE }], 'secondPerson'],
    [
      'suspicious, and it takes two people',
      [{ verdict: 'suspicious', twoPeople: { ...CONTROL_PLANE, because: 'suspicious' } }],
      'suspicious',
    ],
    ['re-bootstrapping', [AGAIN], 'rebootstrapping'],
    [
      're-bootstrapping, and its serving request is verified',
      [AGAIN, { verdict: 'verified', signerName: KUBELET_SERVING }],
      'rebootstrapping',
    ],
    ['re-bootstrapping, and suspicious', [{ ...AGAIN, verdict: 'suspicious' }], 'suspicious'],
    [
      'a superseded request re-bootstraps: its node joined meanwhile',
      [
        { verdict: 'plausible', signerName: KUBELET_SERVING },
        { ...AGAIN, superseded: true },
      ],
      'plausible',
    ],
    ['refused', [{ verdict: 'refused' }], 'refused'],
    [
      'a stranger\u2019s newest request: an older verified one does not help',
      [{ verdict: 'suspicious' }, { verdict: 'verified' }],
      'suspicious',
    ],
    ['not judged', [{ verdict: null }], 'noVerdict'],
    [
      'a superseded suspicious request does not hold it back',
      [{ verdict: 'verified' }, { verdict: 'suspicious', superseded: true }],
      'verified',
    ],
  ])('a plan puts a machine in one group: %s → %s', (_, requests, where) => {
    expect(placesIn(groups([machine('a', requests.map(request))]))).toEqual([where])
  })
})

it('a plan has the newest request of each signer first, client before serving, then superseded ones that pass', () => {
  const [serving, client, older, worse] = [
    request({ signerName: KUBELET_SERVING }),
    request(),
    request({ superseded: true }),
    request({ superseded: true, verdict: 'plausible' }),
  ]
  const [planned] = groups([machine('a', [serving, client, older, worse])]).planned
  const uidsOf = (rows: readonly { uid: string }[] | undefined) => rows?.map(({ uid }) => uid)
  expect(uidsOf(planned?.requests)).toEqual([client.uid, serving.uid])
  expect(uidsOf(planned?.superseded)).toEqual([older.uid])
  expect(uidsOf(planned?.leftAlone)).toEqual([worse.uid])
})

it.each<[string, Partial<JudgedRequest>[]]>([
  ['pending', [{}]],
  [
    'issued, and its serving request waits',
    [{ signerName: KUBELET_SERVING }, { status: 'Approved,Issued', verdict: null }],
  ],
])('a plan leaves an older request of another requestor alone: the newest is %s', (_, newest) => {
  const [own, strangers] = [
    request({ superseded: true }),
    request({ superseded: true, requestor: 'system:bootstrap:token2' }),
  ]
  const requests = [...newest.map(request), own, strangers]
  const plan = groups([machine('a', requests)])
  expect(plan.planned).toMatchObject([
    { superseded: [{ uid: own.uid }], leftAlone: [{ uid: strangers.uid }] },
  ])
  expect(planAnswer('p', plan, true).groups.verified.staying.rows).toMatchObject([
    { uid: strangers.uid },
  ])
})

it('a plan is sorted by the least time left', () => {
  const plan = groups([
    machine('late', [request()], { deadline: ago(-600) }),
    machine('none', [request()], { deadline: null }),
    machine('overdue', [request()], { deadline: ago(600) }),
  ])
  expect(namesIn(plan)).toEqual(['overdue', 'late', 'none'])
})

it('a plan sorts machines that say they are an existing node: control plane, infra and storage, the others', () => {
  const again = (name: string, role: string, seconds: number) =>
    machine(name, [request(AGAIN)], {
      ...{ node: makeNode({ ready: false, roles: [role] }), deadline: ago(seconds) },
    })
  const plan = groups([
    again('worker', 'worker', 600),
    again('infra', 'infra', -900),
    again('master', 'control-plane', -600),
    again('old-master', 'master', -300),
  ])
  expect(namesIn(plan)).toEqual(['old-master', 'master', 'infra', 'worker'])
})

it('a superseded request that says it is an existing node goes only with such a machine', () => {
  const older = request({ ...AGAIN, superseded: true })
  const [again] = groups([machine('a', [request(AGAIN), older])]).planned
  expect(again?.superseded).toMatchObject([{ uid: older.uid }])
  const [plausible] = groups([machine('a', [request({ verdict: 'plausible' }), older])]).planned
  expect(plausible?.superseded).toEqual([])
  expect(plausible?.leftAlone).toMatchObject([{ uid: older.uid }])
})

it('a selection is planned exactly: other machines are left out, gone and decided requests are named', () => {
  const decided = machine('decided', [request({ status: 'Approved', verdict: null })])
  const plan = groups(
    [machine('a', [request()]), machine('b', [request()]), decided],
    [],
    ['a', 'decided', 'vanished'],
  )
  expect(namesIn(plan)).toEqual(['a'])
  expect(plan.heldBack.map(({ name, why }) => `${name} ${why}`)).toEqual([
    'decided nothingPending',
    'vanished gone',
  ])
})

describe('requests under no machine', () => {
  const alone = (fields: Partial<JudgedRequest>) => request({ nodeName: null, ...fields })
  it.each<[string, Partial<JudgedRequest>, string[]]>([
    ['a kubelet signer, refused', { verdict: 'refused' }, ['refused']],
    ['a kubelet signer, whatever its verdict', { verdict: 'verified' }, ['suspicious']],
    [
      'another signer is neither planned nor held back',
      { signerName: 'example.com/x', verdict: 'suspicious' },
      [],
    ],
    ['decided', { status: 'Denied', verdict: null }, []],
  ])('a plan holds back requests under no machine: %s', (_, fields, why) => {
    expect(groups([], [alone(fields)]).heldBack.map((held) => held.why)).toEqual(why)
  })

  it.each([['verified'], ['suspicious'], ['refused'], [null]] as const)(
    'requests under no machine are never approved in bulk, even if selected (%s)',
    (verdict) => {
      const other = alone({ verdict })
      const { planned, heldBack } = groups([], [other], [other.uid])
      expect([planned, heldBack.length]).toEqual([[], 1])
    },
  )
})

it('a plan holds back the viewer’s own request, and another person’s plan does not', () => {
  const rows = rowsOf([machine('a', [request({ requestor: 'lee.park' })])])
  const own = { name: 'lee.park', mayApprove: () => true }
  expect(makePlan(rows, 'safe', KIM).planned).toHaveLength(1)
  expect(makePlan(rows, 'safe', own)).toMatchObject({
    planned: [],
    heldBack: [{ why: 'suspicious', reason: { code: 'requestor.self' } }],
  })
  const world = { rows, partlyJudged: false, isInRun: () => false }
  const made = makePlan(rows, 'safe', KIM)
  expect(planNow(made, { ...world, viewer: MAY }).planned).toHaveLength(1)
  expect(planNow(made, { ...world, viewer: own }).heldBack).toMatchObject([{ why: 'suspicious' }])
})

describe('a plan that is read again', () => {
  const usual = { partlyJudged: false, viewer: MAY, isInRun: () => false }
  const seen = (odd: Partial<JudgedRequest>) => machine('a', [makeRequest(odd)])

  function where(
    made: JudgedMachine,
    now: JudgedMachine[],
    odd: Partial<PlanWorld> = {},
  ): string[] {
    return placesIn(planNow(groups([made]), { ...usual, rows: rowsOf(now), ...odd }))
  }

  it.each<[string, Partial<JudgedRequest>, Partial<JudgedRequest>, string]>([
    ['stays what it was', AGAIN, AGAIN, 'rebootstrapping'],
    ['was plausible, and its Node is there by now', { verdict: 'plausible' }, AGAIN, 'changed'],
    ['was verified, and its Node is there by now', { verdict: 'verified' }, AGAIN, 'changed'],
    ['its Node is gone by now', AGAIN, { verdict: 'plausible' }, 'rebootstrapping'],
    ['its Node is Ready by now', AGAIN, { verdict: 'suspicious' }, 'suspicious'],
    ['somebody decided', {}, { status: 'Approved', verdict: null }, 'nothingPending'],
    ['has another request', {}, { uid: 'other' }, 'changed'],
    ['has left its request for a newer one', {}, { superseded: true }, 'filedAnew'],
    ['takes two people by now', {}, { twoPeople: CONTROL_PLANE }, 'secondPerson'],
  ])('a machine that %s', (_, before, now, expected) => {
    expect(where(seen(before), [seen(now)])).toEqual([expected])
  })

  it.each<[string, Partial<PlanWorld>, string]>([
    ['a source of its checks was lost', { partlyJudged: true }, 'partlyJudged'],
    [
      'its signer may not be approved',
      { viewer: { ...KIM, mayApprove: () => false } },
      'notPermitted',
    ],
    ['another run has it', { isInRun: () => true }, 'inRun'],
  ])('a plan that is read again holds a machine back where %s', (_, odd, expected) => {
    expect(where(seen({}), [seen({})], odd)).toEqual([expected])
  })

  it.each<[string, Partial<JudgedRequest>]>([
    ['suspicious', { verdict: 'suspicious' }],
    ['secondPerson', { twoPeople: CONTROL_PLANE }],
  ])('another client’s newer request holds a machine back as in a new plan: %s', (why, newer) => {
    const [mine, other] = [request(), request(newer)]
    expect(where(machine('a', [mine]), [machine('a', [other, mine])])).toEqual([why])
    expect(groups([machine('a', [other, mine])]).heldBack).toMatchObject([{ why }])
  })

  it('a plan that is read again names a machine that is gone', () => {
    expect(where(seen({}), [])).toEqual(['gone'])
  })

  it('a plan that is read again never includes a machine that arrived later', () => {
    expect(where(seen({}), [seen({}), machine('b', [request()])])).toEqual(['verified'])
  })
})

it('the answer about a plan counts every machine, and lists a page', () => {
  const older = () => request({ superseded: true })
  const many = Array.from({ length: LISTED + 1 }, (_, n) => machine(`m${n}`, [request(), older()]))
  const worse = request({ superseded: true, verdict: 'plausible' })
  const asks = machine('s', [request({ signerName: KUBELET_SERVING }), worse])
  const { groups: answered, heldBack } = planAnswer(
    'p1',
    groups([...many, asks, machine('x', [request({ verdict: 'refused' })])]),
    true,
  )
  const { verified } = answered
  expect(verified).toMatchObject({
    ...{ count: LISTED + 2, requests: LISTED + 2, superseded: LISTED + 1 },
    ...{ awaitsServing: LISTED + 1, staying: { count: 1, rows: [{ uid: worse.uid }] } },
  })
  expect([verified.rows.length, verified.names?.length]).toEqual([LISTED, LISTED + 2])
  expect(heldBack).toMatchObject({ count: 1, rows: [{ name: 'x', why: 'refused' }] })
})

it('the answer says of a machine in the plan why it waits, and that its serving request will be held back', () => {
  const hold = { holder: 'admin', finding: 'approvedSuperseded', values: {} } as const
  const warning = { code: 'policy.serving', finding: 'nameWillFail', values: {} } as const
  const plan = groups([
    machine('a', [request({ warning })], { hold, warning }),
    machine('b', [request()]),
  ])
  const { rows } = planAnswer('1', plan, true).groups.verified
  expect(rows).toMatchObject([
    { name: 'a', hold, warning },
    { name: 'b', hold: null, warning: null },
  ])
})
