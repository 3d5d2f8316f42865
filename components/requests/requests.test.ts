import { describe, expect, it } from 'vitest'
import { makeRequest } from '#components/machines/fixtures/make-machine.ts'
import { filterRequests, type RequestFilter } from '#components/requests/request-filter.ts'
import { tableText } from '#components/requests/table-text.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { ListedRequest } from '#lib/query/wire.ts'

const NOW = Date.parse('2026-11-24T15:00:00Z')

function row(name: string, odd: Partial<ListedRequest> = {}): ListedRequest {
  const createdAt = '2026-11-24T14:57:48Z'
  return makeRequest({ uid: name, name, createdAt, verdict: 'plausible', deadline: null, ...odd })
}

const ANY: RequestFilter = {
  text: '',
  status: 'all',
  signerName: '',
  requestor: '',
  verdict: '',
  superseded: 'shown',
}

const ALL = [
  row('newest'),
  row('other', { nodeName: 'worker-2', verdict: 'verified' }),
  row('older', { superseded: true }),
  row('serving', { signerName: KUBELET_SERVING, requestor: 'system:node:worker-1' }),
  row('mesh', { signerName: 'example.com/mesh', requestor: 'jane', nodeName: null }),
  row('issued', { status: 'Approved,Issued', verdict: null }),
  row('failed', { status: 'Approved,Failed', verdict: null }),
  row('denied', { status: 'Denied', verdict: null }),
]

describe('which requests are shown', () => {
  it.each<[string, Partial<RequestFilter>, string[]]>([
    [
      'all, superseded under their newest',
      {},
      ['newest', 'older', 'other', 'serving', 'mesh', 'issued', 'failed', 'denied'],
    ],
    ['pending', { status: 'pending' }, ['newest', 'older', 'other', 'serving', 'mesh']],
    ['approved, failed ones among them', { status: 'approved' }, ['issued', 'failed']],
    ['failed', { status: 'failed' }, ['failed']],
    ['denied', { status: 'denied' }, ['denied']],
    ['one signer', { signerName: KUBELET_SERVING }, ['serving']],
    ['asked by nodes', { requestor: 'nodes' }, ['serving']],
    ['asked by others', { requestor: 'others' }, ['mesh']],
    ['a verdict', { verdict: 'verified' }, ['other']],
    [
      'what is not fully checked',
      { verdict: 'partlyJudged' },
      ['newest', 'older', 'other', 'serving', 'mesh'],
    ],
    [
      'without superseded',
      { status: 'pending', superseded: 'hidden' },
      ['newest', 'other', 'serving', 'mesh'],
    ],
    ['words, all of them', { text: 'WORKER-2 kubelet' }, ['other']],
    ['a superseded one whose newest is filtered away', { text: 'older' }, ['older']],
  ])('%s', (_, odd, names) => {
    expect(filterRequests(ALL, { ...ANY, ...odd }).shown.map(({ name }) => name)).toEqual(names)
  })

  it('counts what each status filter would show', () => {
    expect(filterRequests(ALL, { ...ANY, text: 'nothing' })).toMatchObject({
      shown: [],
      counts: { all: 8, pending: 5, approved: 2, denied: 1, failed: 1 },
      superseded: 1,
      signerNames: [KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING, 'example.com/mesh'],
    })
  })
})

it('copies the table as kubectl prints it, with escapes for what cannot be seen', () => {
  const text = tableText([row('csr-a\nb'), row('csr-2', { expirationSeconds: 86_400 })], NOW)
  expect(text.split('\n')).toEqual([
    `NAME           AGE     SIGNERNAME                                    REQUESTOR                                                                   REQUESTEDDURATION   CONDITION`,
    `csr-a\\u000ab   2m12s   kubernetes.io/kube-apiserver-client-kubelet   system:serviceaccount:openshift-machine-config-operator:node-bootstrapper   <none>              Pending`,
    `csr-2          2m12s   kubernetes.io/kube-apiserver-client-kubelet   system:serviceaccount:openshift-machine-config-operator:node-bootstrapper   24h                 Pending`,
  ])
})

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\uff1d1', "'=1", '"=1+1"', '"'])(
  'copies a name that a spreadsheet would take for a formula, or for a quoted cell, as text: %s',
  (name) => {
    const text = tableText([row(name, { requestor: name })], NOW)
    const [, ...cells] = text.split('\n')[1]?.split(/ {3,}/) ?? []
    expect([text.split('\n')[1]?.startsWith(`'${name} `), cells[2]]).toEqual([true, `'${name}`])
  },
)
