import { describe, expect, it } from 'vitest'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import { CONTEXT, FIRST, viewsOf } from '#lib/web/views/fixtures/views-of.ts'
import type { Asked } from '#lib/web/views/rows/view-query.ts'
import { ago, makeMachine, makeRequest } from '#lib/wire/fixtures/cluster.ts'
import { SIGNERS_LISTED } from '#lib/wire/views.ts'

/** Each further row is older. */
let age = 0
function row(name: string, odd: Partial<JudgedRequest> = {}): JudgedRequest {
  age += 1
  return makeRequest({ uid: name, name, createdAt: ago(age), verdict: 'plausible', ...odd })
}

const ANY: Asked<'requests'> = { ...FIRST, status: 'all', superseded: 'shown' }
const CLIENT = [
  row('newest'),
  row('stranger', { verdict: 'suspicious', requestor: 'mallory' }),
  row('older', { superseded: true }),
  row('oldest', { superseded: true }),
]
const VIEWS = viewsOf({
  machines: [
    makeMachine({
      name: 'worker-2',
      requests: [row('other', { nodeName: 'worker-2', verdict: 'verified' })],
    }),
    makeMachine({
      requests: [
        ...CLIENT,
        row('serving', { signerName: KUBELET_SERVING, requestor: 'system:node:worker-1' }),
        row('issued', { status: 'Approved,Issued', verdict: null }),
        row('failed', { status: 'Approved,Failed', verdict: null }),
        row('denied', { status: 'Denied', verdict: null }),
      ],
    }),
  ],
  others: [row('mesh', { signerName: 'example.com/mesh', requestor: 'jane', nodeName: null })],
})
const shown = (odd: Partial<Asked<'requests'>>) =>
  VIEWS.requests.page({ ...ANY, ...odd }, CONTEXT).rows.map(({ name }) => name)

describe('which requests are listed', () => {
  it.each<[string, Partial<Asked<'requests'>>, string[]]>([
    [
      'all, superseded ones below the newest',
      {},
      [
        'newest',
        'older',
        'oldest',
        'stranger',
        'other',
        'serving',
        'mesh',
        'issued',
        'failed',
        'denied',
      ],
    ],
    [
      'pending',
      { status: 'pending' },
      ['newest', 'older', 'oldest', 'stranger', 'other', 'serving', 'mesh'],
    ],
    ['approved, failed ones among them', { status: 'approved' }, ['issued', 'failed']],
    ['failed', { status: 'failed' }, ['failed']],
    ['denied', { status: 'denied' }, ['denied']],
    ['one signer', { signerName: KUBELET_SERVING }, ['serving']],
    ['of nodes', { requestor: 'nodes' }, ['serving']],
    ['of others', { requestor: 'others' }, ['stranger', 'mesh']],
    ['a verdict', { verdict: 'verified' }, ['other']],
    [
      'verdicts that lack evidence',
      { verdict: 'partlyJudged' },
      ['newest', 'older', 'oldest', 'other', 'serving', 'mesh'],
    ],
    [
      'without superseded',
      { status: 'pending', superseded: 'hidden' },
      ['newest', 'stranger', 'other', 'serving', 'mesh'],
    ],
    ['words, all of them', { text: 'WORKER-2 kubelet' }, ['other']],
    ['superseded ones whose newest is filtered away', { text: 'old' }, ['older', 'oldest']],
  ])('the requests page lists requests: %s', (_, odd, names) => {
    expect(shown(odd)).toEqual(names)
  })

  it('a superseded request whose newest is filtered out comes before the decided ones', () => {
    const machine = (name: string, ...requests: JudgedRequest[]) => makeMachine({ name, requests })
    const views = viewsOf({
      machines: [
        machine('a', row('a-new'), row('a-old x', { superseded: true })),
        machine('b', row('b-new x', { nodeName: 'b' })),
        machine('c', row('c-done x', { nodeName: 'c', status: 'Denied' })),
      ],
    })
    const { rows } = views.requests.page({ ...ANY, text: 'x' }, CONTEXT)
    expect(rows.map(({ name }) => name)).toEqual(['b-new x', 'a-old x', 'c-done x'])
  })
})

it('the counts are over all requests, whatever the filter', () => {
  const { total, rows, counts } = VIEWS.requests.page({ ...ANY, text: 'nothing' }, CONTEXT)
  expect({ total, rows }).toEqual({ total: 0, rows: [] })
  expect(counts).toEqual({
    all: 10,
    pending: 7,
    approved: 2,
    denied: 1,
    failed: 1,
    superseded: 2,
    signerNames: [KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING, 'example.com/mesh'],
  })
})

it('the list names a bounded number of signers', () => {
  const others = Array.from({ length: 2 * SIGNERS_LISTED }, (_, n) =>
    row(`s${n}`, { signerName: `example.com/${n}`, nodeName: null }),
  )
  const { counts } = viewsOf({ others }).requests.page(ANY, CONTEXT)
  expect(counts.signerNames).toHaveLength(SIGNERS_LISTED)
})

it('a row has the fields that a list needs, and no more', () => {
  const [first] = VIEWS.requests.page(ANY, CONTEXT).rows
  expect(Object.keys(first ?? {})).not.toContain('fingerprint')
  expect(first).toMatchObject({ uid: 'newest', resourceVersion: '1001', verdict: 'plausible' })
})
