import { describe, expect, it } from 'vitest'
import { makeAgainst, makeIssuedOtherwise } from '#lib/csr/fixtures/make-rows.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import type { JudgedMachine, JudgedRequest } from '#lib/csr/rows/rows.ts'
import { machinesPage } from '#lib/web/views/board/machines-view.ts'
import { summaryOf } from '#lib/web/views/board/summary-view.ts'
import { ClusterViews } from '#lib/web/views/cluster-views.ts'
import {
  CONTEXT,
  changesBetween,
  FIRST,
  makeNode,
  NOTHING,
  viewsOf,
} from '#lib/web/views/fixtures/views-of.ts'
import type { Asked } from '#lib/web/views/rows/view-query.ts'
import { ago, makeMachine, makeRequest } from '#lib/wire/fixtures/cluster.ts'
import { BOARD_SECTIONS } from '#lib/wire/views.ts'

const ANY: Asked<'machines'> = { ...FIRST, section: 'waiting', verdict: 'all', sort: 'deadline' }
const keys = (views: ClusterViews, odd: Partial<Asked<'machines'>> = {}, now = CONTEXT.now) =>
  machinesPage(views.board, { ...ANY, ...odd }, { ...CONTEXT, now }).rows.map(({ key }) => key)

const waiting = (name: string, fields: Partial<JudgedMachine> = {}) =>
  makeMachine({ name, ...fields })
const decided = (name: string, fields: Partial<JudgedMachine> = {}) =>
  makeMachine({ name, waiting: false, verdict: null, deadline: null, next: null, ...fields })
const other = (uid: string, fields: Partial<JudgedRequest> = {}) =>
  makeRequest({ uid, name: uid, nodeName: null, signerName: 'example.com/x', ...fields })
const alarm = makeIssuedOtherwise()

/** The sections that list this key. */
function sectionsOf(views: ClusterViews, key: string): readonly string[] {
  return BOARD_SECTIONS.filter((section) => keys(views, { section }).includes(key))
}

describe('the section of a machine', () => {
  it.each<[string, JudgedMachine, string[]]>([
    ['something waits', waiting('a'), ['waiting']],
    [
      'Ready with a pending serving request is not done',
      waiting('a', { stage: 'servingRequested' }),
      ['waiting'],
    ],
    [
      'an alarm is never among those that joined',
      decided('a', { stage: 'ready', joinedAt: ago(60), alarm }),
      ['alarms'],
    ],
    [
      'nor hidden with those that joined long ago',
      decided('a', { stage: 'ready', joinedAt: null, alarm }),
      ['alarms'],
    ],
    ['nor on its way', decided('a', { stage: 'servingIssued', alarm }), ['alarms']],
    ['a machine that waits waits, alarm or not', waiting('a', { alarm }), ['waiting']],
    ['its Node is not Ready and asks again', waiting('a', { rebootstrapping: true }), ['waiting']],
    [
      'a control plane that asks again',
      waiting('a', { rebootstrapping: true, node: makeNode({ roles: ['control-plane'] }) }),
      ['returning'],
    ],
    ['approved', decided('a', { stage: 'clientIssued' }), ['onTheirWay']],
    ['denied', decided('a', { stage: 'denied' }), ['stopped']],
    ['failed at the signer', decided('a', { stage: 'failed' }), ['stopped']],
    ['joined just now', decided('a', { stage: 'ready', joinedAt: ago(60) }), ['joined']],
    ['joined an hour ago', decided('a', { stage: 'ready', joinedAt: ago(3_600) }), []],
    ['Ready for long', decided('a', { stage: 'ready' }), []],
    ['NotReady without any request', decided('a', { stage: 'servingIssued', requests: [] }), []],
  ])('a machine stands in one section: %s', (_, machine, sections) => {
    const views = viewsOf({ machines: [machine] })
    expect(sectionsOf(views, 'a')).toEqual(sections)
    expect(keys(views, { section: 'all' })).toEqual(['a'])
  })
})

it('returning machines move to a section of their own when the fourth comes, and back when it leaves', () => {
  const again = ['a', 'b', 'c', 'd'].map((name) => waiting(name, { rebootstrapping: true }))
  const fresh = waiting('new')
  const views = new ClusterViews()
  let before = NOTHING
  const take = (machines: readonly JudgedMachine[]) => {
    const rows = { ...NOTHING, machines }
    views.take(changesBetween(before, rows))
    before = rows
    return (['waiting', 'returning'] as const).map((section) => [
      keys(views, { section }),
      keys(views, { section, sort: 'name' }),
      keys(views, { section, sort: 'newest' }).length,
    ])
  }
  const few = [
    [['a', 'b', 'c', 'new'], ['a', 'b', 'c', 'new'], 4],
    [[], [], 0],
  ]
  const many = [
    [['new'], ['new'], 1],
    [['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd'], 4],
  ]
  expect(take([fresh, ...again.slice(0, 3)])).toEqual(few)
  expect(take([fresh, ...again])).toEqual(many)
  expect(take([fresh, ...again.slice(0, 3)])).toEqual(few)
})

it.each<[string, JudgedRequest, string[]]>([
  ['of another signer', other('r'), ['others']],
  ['of a kubelet signer', other('r', { signerName: KUBELET_SERVING }), ['waiting']],
  ['that was decided', other('r', { status: 'Denied' }), []],
])('the section of a request without a machine %s', (_, request, sections) => {
  expect(sectionsOf(viewsOf({ others: [request] }), 'r')).toEqual(sections)
})

describe('the order', () => {
  it.each<[Asked<'machines'>['sort'], string[]]>([
    ['deadline', ['longest', 'overdue', 'soon', 'a-same', 'b-same', 'none']],
    ['name', ['a-same', 'b-same', 'longest', 'none', 'overdue', 'soon']],
    ['newest', ['soon', 'none', 'overdue', 'a-same', 'b-same', 'longest']],
  ])('waiting machines are sorted by %s', (sort, expected) => {
    const views = viewsOf({
      machines: [
        waiting('soon', { deadline: ago(-300), firstPendingAt: ago(1) }),
        waiting('none', { deadline: null, firstPendingAt: ago(2) }),
        waiting('overdue', { deadline: ago(60), firstPendingAt: ago(3) }),
        waiting('longest', { deadline: ago(600), firstPendingAt: ago(9) }),
        waiting('b-same', { deadline: ago(-900), firstPendingAt: ago(4) }),
        waiting('a-same', { deadline: ago(-900), firstPendingAt: ago(4) }),
      ],
    })
    expect(keys(views, { sort })).toEqual(expected)
    expect(keys(views, { sort, from: 1, to: 3 })).toEqual(expected.slice(1, 3))
  })

  it('returning machines are sorted by role, control plane first, then by deadline', () => {
    const returning = (name: string, role: string, seconds: number, silent: number | null) =>
      waiting(name, {
        rebootstrapping: true,
        reason:
          silent === null
            ? null
            : { code: 'node.new', finding: 'rebootstrapping', values: { since: ago(silent) } },
        node: makeNode({ ready: false, roles: [role] }),
        deadline: ago(seconds),
      })
    const machines = [
      returning('worker', 'worker', 600, null),
      returning('infra', 'infra', 60, 850),
      returning('cp-soon', 'control-plane', 0, 870),
      returning('storage', 'storage', 300, 840),
      returning('cp-late', 'master', 20, 900),
    ]
    const views = viewsOf({ machines })
    expect(keys(views, { section: 'returning' })).toEqual([
      'cp-late',
      'cp-soon',
      'storage',
      'infra',
      'worker',
    ])
    const counts = (text: string) =>
      machinesPage(views.board, { ...ANY, section: 'returning', text }, CONTEXT).counts
    const since = (seconds: number) => new Date(ago(seconds)).toISOString()
    expect(counts('')).toEqual({
      all: 5,
      roles: [
        { role: 'controlPlane', count: 2, silentSince: since(900) },
        { role: 'platform', count: 2, silentSince: since(850) },
        { role: 'worker', count: 1, silentSince: null },
      ],
    })
    expect(counts('infra')).toEqual({
      all: 5,
      roles: [{ role: 'platform', count: 1, silentSince: since(850) }],
    })
    expect(machinesPage(views.board, ANY, CONTEXT).counts).toEqual({ all: 0 })
  })

  it('stopped machines are sorted with failed ones first, then newest first', () => {
    const views = viewsOf({
      machines: [
        decided('d-old', { stage: 'denied', stageSince: ago(600) }),
        decided('f-old', { stage: 'failed', stageSince: ago(500) }),
        decided('d-new', { stage: 'denied', stageSince: ago(10) }),
        decided('f-new', { stage: 'failed', stageSince: ago(60) }),
      ],
    })
    expect(keys(views, { section: 'stopped' })).toEqual(['f-new', 'f-old', 'd-new', 'd-old'])
  })

  it('alarms include those of requests without a machine, found by the request’s name', () => {
    const alarms = [
      makeAgainst({ uid: 'u', request: 'csr-alone', machine: null, since: ago(5) }),
      { ...makeIssuedOtherwise({ uid: 'v', since: ago(9) }), differences: [] },
    ]
    const machines = [decided('a', { alarm: { ...alarm, since: ago(7) } })]
    const views = viewsOf({ alarms, machines })
    expect(keys(views, { section: 'alarms' })).toEqual(['approvedAgainst/u', 'a'])
    expect(keys(views, { section: 'alarms', text: 'csr-al' })).toEqual(['approvedAgainst/u'])
    expect(summaryOf(views.board, CONTEXT).counts).toMatchObject({ alarms: 2, requests: 1 })
    expect(views.alarms.page(FIRST).rows.map(({ uid }) => uid)).toEqual(['u', 'v'])
  })

  it('alarms are sorted latest first, and ignore the verdict filter', () => {
    const raised = (name: string, stageSeconds: number, since: string | null) =>
      decided(name, { stage: 'ready', stageSince: ago(stageSeconds), alarm: { ...alarm, since } })
    const views = viewsOf({
      machines: [raised('a', 60, ago(600)), raised('b', 600, ago(60)), raised('c', 900, null)],
    })
    expect(keys(views, { section: 'alarms', verdict: 'verified' })).toEqual(['c', 'b', 'a'])
    expect(keys(views, { section: 'alarms', text: 'a' })).toEqual(['a'])
  })

  it('other requests are sorted oldest first', () => {
    const others = [60, 600].map((seconds) => other(`o${seconds}`, { createdAt: ago(seconds) }))
    expect(keys(viewsOf({ others }), { section: 'others' })).toEqual(['o600', 'o60'])
  })

  it('joined machines are those of the last hour, newest first', () => {
    const machines = [600, 3_599, 60, 300].map((seconds) =>
      decided(`j${seconds}`, { stage: 'ready', joinedAt: ago(seconds) }),
    )
    const views = viewsOf({ machines })
    const joined = (odd: Partial<Asked<'machines'>> = {}, seconds = 0) =>
      keys(views, { section: 'joined', ...odd }, CONTEXT.now + seconds * 1_000)
    expect(joined()).toEqual(['j60', 'j300', 'j600', 'j3599'])
    expect(joined({}, 1)).toEqual(['j60', 'j300', 'j600'])
    expect(joined({ text: 'j3' })).toEqual(['j300', 'j3599'])
    expect(joined({ text: 'j3' }, 1)).toEqual(['j300'])
  })
})

describe('filters', () => {
  const machineObject = {
    apiGroup: '',
    namespace: '',
    name: 'edge-infra-7',
    phase: null,
    role: 'storage',
    createdAt: '',
  }
  const views = viewsOf({
    machines: [
      waiting('worker-1.rack2', { node: makeNode({ roles: ['gpu'] }) }),
      waiting('Worker-2.rack5', { verdict: 'plausible' }),
      waiting('infra', {
        verdict: 'refused',
        requests: [makeRequest({ name: 'csr-zzzzz' })],
        machineObject,
      }),
    ],
    others: [other('lone', { signerName: KUBELET_SERVING, verdict: 'suspicious', deadline: null })],
  })
  it.each<[Partial<Asked<'machines'>>, string[]]>([
    [{}, ['Worker-2.rack5', 'infra', 'worker-1.rack2', 'lone']],
    [{ text: 'WORKER' }, ['Worker-2.rack5', 'worker-1.rack2']],
    [{ text: '  rack2 ' }, ['worker-1.rack2']],
    [{ text: '   ' }, ['Worker-2.rack5', 'infra', 'worker-1.rack2', 'lone']],
    [{ text: 'rack2 worker' }, []],
    [{ text: '10.0.0.1' }, ['worker-1.rack2']],
    [{ text: 'gpu' }, ['worker-1.rack2']],
    [{ text: 'edge-infra' }, ['infra']],
    [{ text: 'storage' }, ['infra']],
    [{ text: 'zzzzz' }, ['infra']],
    [{ text: 'kubelet-serving' }, ['lone']],
    [{ verdict: 'verified' }, ['worker-1.rack2']],
    [{ verdict: 'plausible' }, ['Worker-2.rack5']],
    [{ verdict: 'heldBack' }, ['infra', 'lone']],
    [{ verdict: 'partlyJudged' }, ['Worker-2.rack5', 'worker-1.rack2']],
    [{ verdict: 'heldBack', text: 'worker' }, []],
    [{ section: 'all', verdict: 'verified', text: 'infra' }, ['infra']],
    [{ sort: 'name', text: 'rack' }, ['Worker-2.rack5', 'worker-1.rack2']],
  ])('the filter %j finds its machines', (filter, expected) => {
    expect(keys(views, filter)).toEqual(expected)
    const { total, counts } = machinesPage(views.board, { ...ANY, ...filter }, CONTEXT)
    expect(total).toBe(expected.length)
    expect(counts.all).toBe(filter.section === 'all' ? 3 : 4)
  })
})
