import { describe, expect, it } from 'vitest'
import { makeIssuedOtherwise } from '#lib/csr/fixtures/make-rows.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { JudgedMachine } from '#lib/csr/rows/rows.ts'
import { summaryOf, unavailableOperators } from '#lib/web/views/board/summary-view.ts'
import { CONTEXT, makeNode, viewsOf } from '#lib/web/views/fixtures/views-of.ts'
import { ago, makeMachine, makeRequest, NOW } from '#lib/wire/fixtures/cluster.ts'

const waiting = (name: string, fields: Partial<JudgedMachine> = {}) =>
  makeMachine({ name, ...fields })
const decided = (name: string, fields: Partial<JudgedMachine> = {}) =>
  makeMachine({ name, waiting: false, verdict: null, deadline: null, next: null, ...fields })
const isoAt = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString()

const MACHINES = [
  waiting('v', { duplicates: 2, deadline: ago(1) }),
  waiting('p', { verdict: 'plausible' }),
  waiting('s', { verdict: 'suspicious', node: makeNode(), execAndLogs: 'unavailable' }),
  decided('w', {
    stage: 'clientIssued',
    node: makeNode({ ready: false }),
    execAndLogs: 'unavailable',
  }),
  decided('j', { stage: 'ready', joinedAt: ago(9) }),
  decided('x', { stage: 'denied' }),
  decided('a', {
    stage: 'ready',
    alarm: makeIssuedOtherwise(),
  }),
]
const OTHERS = [
  makeRequest({ uid: 'o', nodeName: null, signerName: 'example.com/x' }),
  makeRequest({
    uid: 'r',
    name: 'r',
    nodeName: null,
    signerName: KUBELET_SERVING,
    verdict: 'refused',
  }),
]

it('the summary counts every row once, and says until when the counts hold', () => {
  const { counts, validUntil } = summaryOf(
    viewsOf({
      machines: MACHINES,
      others: OTHERS,
    }).board,
    CONTEXT,
  )
  expect(counts).toEqual({
    waiting: 4,
    returning: 0,
    overdue: 1,
    duplicates: 2,
    verified: 1,
    plausible: 1,
    heldBack: 2,
    alarms: 1,
    stopped: 1,
    onTheirWay: 1,
    joined: 1,
    others: 1,
    pendingRequests: 9,
    requests: 9,
    nodes: 2,
    notReady: 1,
    withoutExecAndLogs: 2,
    execAndLogsUnknown: 0,
  })
  expect(validUntil).toBe(isoAt(3_000))
})

it('the summary without rows is empty', () => {
  expect(summaryOf(viewsOf({}).board, CONTEXT)).toMatchObject({
    counts: { waiting: 0, nodes: 0, requests: 0 },
    offer: { client: { verified: 0, plausible: 0 }, serving: { verified: 0, plausible: 0 } },
    deadlines: { client: { next: null, past: null }, serving: { next: null, past: null } },
    lastJoined: [],
    firstEnd: null,
    validUntil: null,
  })
})

it.each<[string, number, { overdue: number; joined: number; until: string | null }]>([
  ['now', 0, { overdue: 0, joined: 1, until: isoAt(10) }],
  ['just before the deadline', 9, { overdue: 0, joined: 1, until: isoAt(10) }],
  ['at the deadline', 10, { overdue: 1, joined: 1, until: isoAt(30) }],
  ['an hour after it joined', 30, { overdue: 1, joined: 0, until: null }],
])('the summary changes by time alone: %s', (_, seconds, { overdue, joined, until }) => {
  const views = viewsOf({
    machines: [
      waiting('a', { deadline: ago(-10) }),
      decided('j', { stage: 'ready', joinedAt: ago(3_600 - 30) }),
    ],
  })
  const { counts, validUntil } = summaryOf(views.board, { ...CONTEXT, now: NOW + seconds * 1_000 })
  expect([counts.overdue, counts.joined, validUntil]).toEqual([overdue, joined, until])
})

it('the summary offers sound machines by the signer of their next request', () => {
  const serving = makeRequest({ signerName: KUBELET_SERVING })
  const client = makeRequest({ uid: 'c', signerName: KUBE_APISERVER_CLIENT_KUBELET })
  const { offer } = summaryOf(
    viewsOf({
      machines: [
        waiting('c', { requests: [client] }),
        waiting('s', { next: 'approveServing', requests: [client, serving] }),
        waiting('p', { next: 'approveServing', requests: [serving], verdict: 'plausible' }),
        waiting('held', { next: 'review', requests: [serving], verdict: 'suspicious' }),
        decided('d', { requests: [client], verdict: 'verified' }),
      ],
    }).board,
    CONTEXT,
  )
  expect(offer).toEqual({
    client: { verified: 1, plausible: 0 },
    serving: { verified: 1, plausible: 1 },
  })
})

describe('returning machines', () => {
  const returning = (name: string, role: string, since: string | null) =>
    waiting(name, {
      rebootstrapping: true,
      deadline: ago(-10),
      node: makeNode({ ready: false, roles: [role] }),
      reason:
        since === null ? null : { code: 'node.new', finding: 'rebootstrapping', values: { since } },
    })
  const views = viewsOf({
    machines: [
      returning('cp', 'control-plane', ago(900)),
      returning('infra', 'infra', ago(850)),
      returning('w', 'worker', ago(870)),
      returning('unknown', 'worker', null),
      waiting('new', { deadline: ago(-20) }),
    ],
  })

  it('returning machines count as waiting, also by deadline', () => {
    const { counts, validUntil, returning: said } = summaryOf(views.board, CONTEXT)
    expect([counts.waiting, counts.returning, counts.verified]).toEqual([5, 4, 5])
    expect(validUntil).toBe(isoAt(10))
    expect(said).toEqual({
      few: [],
      silent: { first: isoAt(-900), last: isoAt(-850) },
    })
  })

  it('up to three returning machines without a control plane are named, and wait with the others', () => {
    const few = [returning('w2', 'worker', ago(60)), returning('w1', 'infra', null)]
    const { counts, returning: said } = summaryOf(viewsOf({ machines: few }).board, CONTEXT)
    expect([counts.waiting, counts.returning]).toEqual([2, 0])
    expect(said).toEqual({ few: ['w1', 'w2'], silent: { first: isoAt(-60), last: isoAt(-60) } })
  })

  it('an operator that names a returning machine waits for them', () => {
    const operator = (name: string, message: string, available = false) => ({
      uid: name,
      name,
      resourceVersion: '1',
      available,
      message,
    })
    const said = unavailableOperators(views.board, [
      operator('ingress', 'waiting for cp'),
      operator('etcd', 'no space left'),
      operator('dns', 'waiting for cp', true),
    ])
    expect(said.waiting.map(({ name }) => name)).toEqual(['ingress'])
    expect(said.also.map(({ name }) => name)).toEqual(['etcd'])
  })
})

it('the summary names the three machines that joined last, also machines that wait again', () => {
  const joined = [5, 60, 7_200, 9_999].map((seconds) =>
    decided(`j${seconds}`, { stage: 'ready', joinedAt: ago(seconds) }),
  )
  const again = waiting('again', {
    joinedAt: ago(30),
    requests: [makeRequest({ createdAt: ago(90) })],
  })
  const { lastJoined } = summaryOf(viewsOf({ machines: [...joined, again] }).board, CONTEXT)
  expect(lastJoined.map(({ name }) => name)).toEqual(['j5', 'again', 'j60'])
  expect(lastJoined[1]).toEqual({ name: 'again', joinedAt: ago(30), firstRequestAt: ago(90) })
})

it('the summary has the first end of a certificate, and the number that end within a day of it', () => {
  const machines = [0, 86_399, 86_400].map((seconds) =>
    decided(`c${seconds}`, { servingNotAfter: isoAt(1_000 + seconds) }),
  )
  const { firstEnd } = summaryOf(
    viewsOf({ machines: [...machines, decided('none')] }).board,
    CONTEXT,
  )
  expect(firstEnd).toEqual({ at: isoAt(1_000), nodes: 2 })
})
