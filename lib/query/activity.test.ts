import { describe, expect, it } from 'vitest'
import type { RequestRow } from '#lib/csr/machine/rows.ts'
import { toListed } from '#lib/live/apply.ts'
import { ago, makeMachine, makeRequest, makeSnapshot } from '#lib/live/fixtures/cluster.ts'
import {
  type ActivityFilter,
  activityOf,
  decisionOf,
  filterActivity,
  reachesBackTo,
} from '#lib/query/activity.ts'

function decided(name: string, decidedAt: string | null, odd: Partial<RequestRow> = {}) {
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
const { rows: all, counts } = activityOf(
  toListed(makeSnapshot({ machines: [makeMachine({ requests: MACHINE })], others: OTHERS })),
)
const names = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name)

it('is all that was decided, wherever it stands, the last first', () => {
  expect(names(all)).toEqual([
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
  const ANY: ActivityFilter = { text: '', decision: 'all', origin: '' }
  it.each<[string, Partial<ActivityFilter>, string[]]>([
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
      'elsewhere: what names nobody of ours too',
      { origin: 'elsewhere' },
      ['ours by its reason alone', 'by kubectl', 'nobody knows when'],
    ],
    ['who', { text: 'KIM' }, ['by kim']],
    ['who was first of two', { text: 'ana.ruiz' }, ['by kim']],
    ['the machine and the note', { text: 'list worker-7' }, ['by kim']],
    ['what the signer said', { text: 'no ca' }, ['failed alone']],
  ])('%s', (_, odd, expected) => {
    expect(names(filterActivity(all, { ...ANY, ...odd }))).toEqual(expected)
  })
})

it('counts what each decision would show', () => {
  expect(counts).toEqual({ all: 7, approved: 5, denied: 1, failed: 2 })
})

it.each([
  ['Approved,Issued', 'approved', 'issued'],
  ['Approved', 'approved', 'notIssued'],
  ['Approved,Failed', 'approved', 'failed'],
  ['Denied', 'denied', 'notIssued'],
  ['Pending,Failed', 'failed', 'failed'],
])('%s: it was %s, and its signer: %s', (status, kind, signer) => {
  expect(decisionOf(status)).toEqual({ kind, signer })
})

it('goes back to the oldest that says when', () => {
  expect(reachesBackTo(all)).toBe(ago(300))
  expect(reachesBackTo([])).toBeNull()
})
