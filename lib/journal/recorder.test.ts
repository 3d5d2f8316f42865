import { describe, expect, it } from 'vitest'
import { watchRowNews } from '#lib/cluster/row-news.ts'
import { VerdictsBefore } from '#lib/cluster/verdict-before.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { JudgedMachine, RequestDetail } from '#lib/csr/rows/rows.ts'
import type { RecordEntry } from '#lib/journal/record-store.ts'
import { createRecorder } from '#lib/journal/recorder.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { changesBetween, makeNode, NOTHING } from '#lib/web/views/fixtures/views-of.ts'
import { ago, makeMachine, makeRequest, NOW } from '#lib/wire/fixtures/cluster.ts'
import type { RowSet } from '#lib/wire/fixtures/random-rows.ts'
import type { RecordedVerdict } from '#lib/wire/views.ts'

const pending = makeRequest({ uid: 'a', name: 'csr-a' })
const approved = makeRequest({
  ...pending,
  status: 'Approved',
  verdict: null,
  decidedAt: ago(60),
  decider: 'kubectl',
})
const issued = makeRequest({ ...approved, status: 'Approved,Issued' })
const DETAIL = {
  requestorDetail: { username: 'u', uid: '', groups: [], extra: {} },
  usages: ['client auth'],
  reading: { fingerprint: '', faithful: true, problems: [], x509cr: null },
  checks: [
    {
      code: 'usages',
      outcome: 'pass',
      finding: 'fit',
      expected: [],
      observed: [],
      values: { a: 'b' },
    },
  ],
} as unknown as RequestDetail

const DIFFERENCES = [{ what: 'key', asked: ['a'], issued: ['b'] }]

/** A recorder on published rows, which `show` replaces. */
function rig(isLive = true, detail = DETAIL, before: RecordedVerdict | null = null) {
  const clock = manualClock()
  const entries: RecordEntry[] = []
  const against: string[] = []
  const state = { live: isLive, nodesLive: true, shown: NOTHING as RowSet }
  const recorder = createRecorder({
    add: (some) => entries.push(...some),
    request: () => detail,
    clock,
  })
  const news = watchRowNews({
    isLive: () => state.live,
    areNodesLive: () => state.nodesLive,
    rows: () => ({
      machines: new Map(state.shown.machines.map((row) => [row.name, row])),
      others: new Map(state.shown.others.map((row) => [row.uid, row])),
    }),
    verdicts: new VerdictsBefore({
      neverShown: () => before,
      onAgainst(alarm) {
        against.push(alarm.verdict)
        recorder.alarm(alarm)
      },
    }),
    clock,
    onNews: recorder.take,
  })
  news.feedIs(isLive ? 'live' : 'reconnecting')
  const show = (...machines: readonly JudgedMachine[]) => change({ machines })
  function change(rows: Partial<RowSet>): void {
    const before = state.shown
    state.shown = { ...NOTHING, ...rows }
    if (state.live) news.take(changesBetween(before, state.shown))
    clock.advance(100)
  }
  const bodies = (kind: RecordEntry['kind']) =>
    entries.filter((entry) => entry.kind === kind).map(({ body }) => JSON.parse(body))
  return { clock, entries, against, state, recorder, news, show, change, bodies }
}

const machine = (...requests: readonly ReturnType<typeof makeRequest>[]) =>
  makeMachine({ requests })

describe('the recorder of rows and lines', () => {
  it('the recorder keeps the verdict of a request that is denied before its turn among many', () => {
    const { state, news, show, change, bodies } = rig(false)
    const of = (n: number, over = {}) => {
      const request = makeRequest({ uid: `u-${n}`, nodeName: `m-${n}`, ...over })
      return makeMachine({ name: `m-${n}`, requests: [request] })
    }
    const many = Array.from({ length: 300 }, (_, n) => of(n))
    change({ machines: many })
    state.live = true
    news.feedIs('live')
    show(...many.slice(0, 299), of(299, { status: 'Denied', verdict: null, decidedAt: ago(1) }))
    expect(bodies('decision')).toMatchObject([{ uid: 'u-299', judged: { verdict: 'verified' } }])
  })

  it('the recorder records a decision whose request is deleted before a row shows it, once', () => {
    const { show, news, entries, bodies } = rig()
    show(machine(pending))
    news.takeGone(approved)
    show()
    const [decided] = bodies('decision')
    expect(decided).toMatchObject({ status: 'Approved', judged: { verdict: 'verified' } })
    show(machine(approved))
    news.takeGone(approved)
    show()
    expect(entries.map(({ key }) => key)).toEqual([
      'request/a',
      'decision/a/Approved',
      'request/a',
      'decision/a/Approved',
    ])
  })

  it('the recorder records a request once, with its checks and verdict, and each state of its decision', () => {
    const { show, entries, bodies } = rig()
    show(machine(pending))
    show(machine(makeRequest({ ...pending, deadline: null })))
    show(machine(approved))
    show(machine(makeRequest(approved)))
    show(machine(issued))
    expect(entries.map(({ key }) => key)).toEqual([
      'request/a',
      'decision/a/Approved',
      'decision/a/Approved,Issued',
    ])
    expect(bodies('request')).toMatchObject([
      {
        verdict: 'verified',
        checks: [{ code: 'usages', outcome: 'pass', finding: 'fit', values: { a: 'b' } }],
      },
    ])
    expect(bodies('decision')).toMatchObject([
      { status: 'Approved', judged: { verdict: 'verified' } },
      { status: 'Approved,Issued', judged: { verdict: 'verified' } },
    ])
    expect(entries[1]).toMatchObject({
      at: NOW - 60_000,
      machine: 'worker-1',
      status: 'approved',
      origin: 'elsewhere',
    })
  })

  it('the recorder says no verdict where the one before the decision cannot be told', () => {
    const { show, bodies } = rig()
    show(machine(issued))
    expect(bodies('decision')).toMatchObject([{ status: 'Approved,Issued', judged: null }])
  })

  it('the recorder records nothing before the feed is live, then every row', () => {
    const { show, state, news, clock, entries } = rig(false)
    show(machine(makeRequest({ ...pending, verdict: 'refused' })))
    expect(entries).toEqual([])
    state.live = true
    news.feedIs('live')
    clock.advance(100)
    expect(entries.map(({ key }) => key)).toEqual(['request/a'])
  })

  it('the recorder records a long list in parts, between which others get their turn', () => {
    const { show, state, news, clock, entries } = rig(false)
    const names = Array.from({ length: 500 }, (_, at) => `worker-${at}`)
    const decided = (name: string) => ({ ...issued, uid: name, nodeName: name })
    show(...names.map((name) => makeMachine({ name, requests: [decided(name)] })))
    state.live = true
    news.feedIs('live')
    expect(entries).toHaveLength(200)
    clock.advance(100)
    const keys = names.flatMap((name) => [`request/${name}`, `decision/${name}/Approved,Issued`])
    expect(entries.map(({ key }) => key)).toEqual(keys)
  })

  it('the recorder records a decision that was made while the feed was not live', () => {
    const { show, state, news, entries } = rig()
    show(machine(pending))
    state.live = false
    news.feedIs('reconnecting')
    show(machine(approved))
    expect(entries).toHaveLength(1)
    state.live = true
    news.feedIs('live')
    expect(entries.at(-1)?.key).toBe('decision/a/Approved')
  })

  it('the recorder waits until a burst is taken in, then records every row', () => {
    const { show, state, news, clock, entries } = rig()
    state.live = false
    state.shown = { ...NOTHING, machines: [machine(issued)] }
    news.take(changesBetween(NOTHING, state.shown))
    expect(entries).toEqual([])
    state.live = true
    clock.advance(1_000)
    expect(entries.map(({ key }) => key)).toEqual(['request/a', 'decision/a/Approved,Issued'])
    show(machine(makeRequest(issued)))
    expect(entries).toHaveLength(2)
  })

  it.each<[string, 'refused' | 'suspicious' | 'plausible', string[]]>([
    ['our checks refused', 'refused', ['refused']],
    ['our checks suspected', 'suspicious', ['suspicious']],
    ['was plausible', 'plausible', []],
  ])(
    'the recorder raises an alarm, and records an approval against the checks, where what was approved %s',
    (_, verdict, alarms) => {
      const { show, against, bodies, entries } = rig()
      show(machine(makeRequest({ ...pending, verdict })))
      show(machine(approved))
      show(machine(issued))
      expect(against).toEqual(alarms)
      const status = alarms.length > 0 ? 'approved+against' : 'approved'
      const decisions = entries.filter(({ kind }) => kind === 'decision')
      expect(decisions.map((one) => one.status)).toEqual([status, status])
      const expected = alarms.map(() => ({
        what: 'approvedAgainst',
        name: 'csr-a',
        verdict,
        decider: 'kubectl',
      }))
      expect(bodies('alarm')).toMatchObject(expected)
    },
  )

  it.each(['live', 'reconnecting'] as const)(
    'the recorder raises an alarm where no row showed the request as pending, while %s',
    (feed) => {
      const before = { verdict: 'suspicious', failing: ['requestor.node'], reason: null } as const
      const { show, state, news, against, bodies } = rig(feed === 'live', DETAIL, before)
      show(machine(approved))
      state.live = true
      news.feedIs('live')
      show(machine(issued))
      expect(against).toEqual(['suspicious'])
      expect(bodies('alarm')).toMatchObject([{ failing: ['requestor.node'], decider: 'kubectl' }])
      expect(bodies('decision').map(({ judged }) => judged)).toEqual([before, before])
    },
  )

  it('the recorder raises no alarm for another signer’s request, whose approver knows it', () => {
    const { show, against } = rig()
    const signerName = 'issuers.cert-manager.io/mesh-ca'
    show(machine(makeRequest({ ...pending, signerName, verdict: 'suspicious' })))
    show(machine(makeRequest({ ...approved, signerName })))
    expect(against).toEqual([])
  })

  it('the recorder raises no alarm where the signer issued nothing before the rows were first looked at', () => {
    const before = { verdict: 'refused', failing: ['usages'], reason: null } as const
    const { show, against } = rig(true, DETAIL, before)
    show(machine(makeRequest({ ...approved, status: 'Approved,Failed' })))
    expect(against).toEqual([])
  })

  it('the recorder raises no alarm where a refused request was denied', () => {
    const { show, against } = rig()
    show(machine(makeRequest({ ...pending, verdict: 'refused' })))
    show(machine(makeRequest({ ...approved, status: 'Denied' })))
    expect(against).toEqual([])
  })

  it('the recorder records that a machine joined, and how long it took from its first request', () => {
    const { show, entries } = rig()
    const first = makeRequest({ ...issued, createdAt: ago(600) })
    const later = makeRequest({ ...issued, uid: 'b', createdAt: ago(300) })
    const joined = { requests: [later, first], node: makeNode({ uid: 'n-1' }), joinedAt: ago(60) }
    show(makeMachine(joined))
    show(makeMachine({ ...joined, role: 'worker' } as object))
    const joins = entries.filter(({ kind }) => kind === 'join')
    expect(joins).toMatchObject([
      { key: 'join/n-1', machine: 'worker-1', at: NOW - 60_000, took: 540_000 },
    ])
  })

  it('the recorder records when a joined machine’s certificates were issued, as far as that was seen', () => {
    const { show, bodies, clock } = rig()
    const node = makeNode({ uid: 'n-1' })
    const client = makeRequest({ ...issued, uid: 'c', signerName: KUBE_APISERVER_CLIENT_KUBELET })
    const serving = makeRequest({ ...approved, uid: 's', signerName: KUBELET_SERVING })
    show(makeMachine({ requests: [serving, client], node }))
    const issuedAt = clock.now()
    const joinedAt = ago(0)
    const done = { ...serving, status: 'Approved,Issued' }
    show(makeMachine({ requests: [done, client], node }))
    show(makeMachine({ requests: [{ ...done, resourceVersion: '9' }, client], node, joinedAt }))
    expect(bodies('join')).toMatchObject([
      { clientIssuedAt: null, servingIssuedAt: new Date(issuedAt).toISOString() },
    ])
  })

  it.each([
    ['goes with its machine', []],
    ['goes, and a request stays', [makeMachine({ requests: [pending] })]],
  ])('the recorder records that a Node was deleted: one that %s', (_, after) => {
    const { show, entries } = rig()
    show(makeMachine({ requests: [pending], node: makeNode({ uid: 'n-1' }) }))
    show(...after)
    const nodes = entries.filter(({ kind }) => kind === 'node')
    expect(nodes).toMatchObject([{ key: 'node/n-1', machine: 'worker-1', uid: null }])
  })

  it('the recorder does not take a Node for deleted while Nodes cannot be read', () => {
    const { show, state, bodies } = rig()
    show(makeMachine({ node: makeNode() }))
    state.nodesLive = false
    show()
    expect(bodies('node')).toEqual([])
  })

  it.each([
    ['a machine', 'worker-1'],
    ['a request without one', null],
  ])('the recorder records the alarm of a certificate: of %s', (_, machine) => {
    const { recorder, entries, bodies } = rig()
    const named = { uid: 'a', request: 'csr-a', machine }
    recorder.alarm({ kind: 'issuedOtherwise', ...named, differences: DIFFERENCES, since: 7 })
    expect(entries).toMatchObject([{ key: 'alarm/a', uid: 'a', machine, at: 7 }])
    expect(bodies('alarm')).toEqual([
      { what: 'issuedOtherwise', request: 'csr-a', differences: DIFFERENCES },
    ])
  })

  it('the recorder raises an alarm for a request that names no machine', () => {
    const { change, entries, against } = rig()
    const alarms = () => entries.filter(({ kind }) => kind === 'alarm')
    const nameless = makeRequest({ ...pending, nodeName: null, verdict: 'refused' })
    change({ others: [nameless] })
    change({ others: [makeRequest({ ...nameless, ...approved, nodeName: null })] })
    expect(against).toEqual(['refused'])
    expect(alarms()).toMatchObject([{ key: 'approvedAgainst/a', machine: null }])
  })

  it('the recorder records lines of standard output with the person and the machine, and nothing to search for', () => {
    const { recorder, entries } = rig()
    recorder.line({ event: 'alarm.dismissed', machine: 'worker-1', uid: 'a', who: 'Kim.Osei' })
    expect(entries).toMatchObject([
      { kind: 'line', uid: 'a', machine: 'worker-1', person: 'Kim.Osei', status: null },
    ])
    expect(entries[0]?.text).toBe('')
  })

  it.each([
    ['long', 'n'.repeat(20_000)],
    ['of control characters', '\u0007'.repeat(2_000)],
    ['of three bytes a character', '界'.repeat(9_000)],
  ])('the recorder cuts the texts of a line that are %s, and keeps what it is about', (_, text) => {
    const { recorder, entries } = rig()
    const about = { event: 'decision.end', requestId: 'r', uid: 'a', outcome: 'refused' }
    recorder.line({ ...about, who: 'kim.osei', name: text, node: text, note: text, detail: text })
    const { body = '' } = entries[0] ?? {}
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4_096)
    expect(JSON.parse(body)).toMatchObject({ ...about, who: 'kim.osei' })
  })

  it('the recorder records an event alone where its line cannot be cut', () => {
    const { recorder, entries } = rig()
    const counts = Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`c${at}`, at]))
    recorder.line({ event: 'refusedMore', counts })
    expect(JSON.parse(entries[0]?.body ?? '')).toEqual({ event: 'refusedMore', isCut: true })
  })

  it('the recorder says once a minute how many lines of a person are left out', () => {
    const { recorder, entries, clock } = rig()
    for (let at = 0; at < 400; at += 1) {
      recorder.line({ event: 'decision.begin', requestId: `r${at}`, uid: 'a', who: 'eve' })
    }
    expect(entries).toHaveLength(300)
    clock.advance(60_000)
    expect(entries.slice(300).map(({ body }) => JSON.parse(body))).toMatchObject([
      { event: 'record.leftOut', who: 'eve', count: 100 },
    ])
  })

  it('the recorder records a request without its checks when it stops before they were asked', () => {
    const { recorder, news, state, entries } = rig()
    state.shown = { ...NOTHING, machines: [machine(pending)] }
    news.take(changesBetween(NOTHING, state.shown))
    expect(entries).toEqual([])
    recorder.stop()
    expect(entries.map(({ key }) => key)).toEqual(['request/a'])
  })

  it('the recorder bounds the description of one request', () => {
    const usages = Array.from({ length: 9_000 }, () => 'client auth')
    const { show, entries } = rig(true, { ...DETAIL, usages })
    show(machine(pending))
    expect(entries[0]?.body.length).toBeLessThan(64_000)
    expect(JSON.parse(entries[0]?.body ?? '')).toMatchObject({ uid: 'a', verdict: 'verified' })
  })
})
