import { describe, expect, it } from 'vitest'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import { CONTEXT, FIRST, viewsOf } from '#lib/web/views/fixtures/views-of.ts'
import type { ActivityAsked } from '#lib/web/views/rows/view-query.ts'
import { ago, makeMachine, makeRequest } from '#lib/wire/fixtures/cluster.ts'

function decided(name: string, decidedAt: string | null, odd: Partial<JudgedRequest> = {}) {
  return makeRequest({ uid: name, name, status: 'Approved,Issued', decidedAt, ...odd })
}

const MACHINE = [
  makeRequest({ uid: 'waits', name: 'waits' }),
  decided('by kim', ago(60), {
    nodeName: 'worker-7',
    decider: 'countersign',
    decidedBy: 'kim.osei',
    proposedBy: 'ana.ruiz',
    decisionNote: 'On the list',
  }),
  decided('by policy', ago(300), { decider: 'approver', decidedBy: 'policy rack2@built-in' }),
  decided('by kubectl', ago(120), { decider: 'kubectl', status: 'Denied' }),
]
const OTHERS = [
  decided('nobody knows when', null, { decider: 'other', nodeName: null }),
  decided('failed', ago(180), { decider: 'machineApprover', status: 'Approved,Failed' }),
  decided('failed alone', ago(240), { decider: null, status: 'Pending,Failed', failure: 'No CA' }),
  decided('ours by its reason alone', ago(30), { decider: 'countersign' }),
]
const VIEWS = viewsOf({ machines: [makeMachine({ requests: MACHINE })], others: OTHERS })
const ANY: ActivityAsked = { ...FIRST, decision: 'all' }
const answer = (odd: Partial<ActivityAsked> = {}) =>
  VIEWS.activity.page({ ...ANY, ...odd }, CONTEXT)
const names = (odd: Partial<ActivityAsked> = {}) => answer(odd).rows.map(({ name }) => name)

it('Activity has every decided request of any list, the latest decision first', () => {
  expect(names()).toEqual([
    'ours by its reason alone',
    'by kim',
    'by kubectl',
    'failed',
    'failed alone',
    'by policy',
    'nobody knows when',
  ])
})

describe('the filter', () => {
  it.each<[string, Partial<ActivityAsked>, string[]]>([
    [
      'approved, failed ones among them',
      { decision: 'approved', origin: 'automatic' },
      ['failed', 'by policy'],
    ],
    ['denied', { decision: 'denied' }, ['by kubectl']],
    ['failed, approved or not', { decision: 'failed' }, ['failed', 'failed alone']],
    ['by people here', { origin: 'people' }, ['by kim']],
    ['automatically', { origin: 'automatic' }, ['failed', 'failed alone', 'by policy']],
    [
      'elsewhere: a decision that names no person too',
      { origin: 'elsewhere' },
      ['ours by its reason alone', 'by kubectl', 'nobody knows when'],
    ],
    ['the person', { text: 'KIM' }, ['by kim']],
    ['the first of two people', { text: 'ana.ruiz' }, ['by kim']],
    ['the machine and the note', { text: 'list worker-7' }, ['by kim']],
    [
      'since a time, that one included',
      { since: Date.parse(ago(60)) },
      ['ours by its reason alone', 'by kim'],
    ],
    ['before a time, unknown ones left out', { before: Date.parse(ago(240)) }, ['by policy']],
    ['against the checks, of which only a record knows', { decision: 'against' }, []],
    ['the words of the signer', { text: 'no ca' }, ['failed alone']],
  ])('%s', (_, odd, expected) => {
    expect(names(odd)).toEqual(expected)
    expect(answer(odd).total).toBe(expected.length)
  })
})

it('Activity counts what each decision filter would show, and says how far back the list goes', () => {
  expect(answer({ text: 'nothing' }).counts).toEqual({
    all: 7,
    approved: 5,
    denied: 1,
    failed: 2,
    against: 0,
    reachesBackTo: ago(300),
  })
  expect(viewsOf({}).activity.page(ANY, CONTEXT).counts.reachesBackTo).toBeNull()
})
