import { expect, it } from 'vitest'
import type { KubeletFinding } from '#lib/csr/kubelets/kubelet-finding.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import type { JudgedMachine } from '#lib/csr/rows/rows.ts'
import { CONTEXT, FIRST, makeNode } from '#lib/web/views/fixtures/views-of.ts'
import { KubeletsView } from '#lib/web/views/kubelets-view.ts'
import { makeMachine, makeRequest } from '#lib/wire/fixtures/cluster.ts'
import type { KubeletFilter } from '#lib/wire/views.ts'

const node = makeNode()
const serving = (fields: Parameters<typeof makeRequest>[0] = {}) =>
  makeRequest({ signerName: KUBELET_SERVING, ...fields })
const machine = (name: string, requests: JudgedMachine['requests'] = []) =>
  makeMachine({ name, waiting: false, requests, node })

const DAY = 86_400_000
const NAMES = { commonName: '', isNodes: true, missing: [], foreign: [], lacksInternalIp: false }
function finding(fields: Partial<KubeletFinding> = {}): KubeletFinding {
  return {
    ...{
      nodeUid: node.uid,
      askedAt: new Date(CONTEXT.now).toISOString(),
      issuer: '',
      ca: 'kubeconfig',
    },
    ...{ presents: 'cluster', outcome: 'presented', names: NAMES },
    notAfter: new Date(CONTEXT.now + 300 * DAY).toISOString(),
    ...fields,
  }
}
const NO_CERTIFICATE = { names: null, notAfter: null } as const

function viewOf(rows: readonly (readonly [JudgedMachine, KubeletFinding | null])[]): KubeletsView {
  const view = new KubeletsView()
  for (const [row, found] of rows) {
    view.change(row.name, row)
    view.take(new Map([[row.name, found]]))
  }
  return view
}
const pageOf = (view: KubeletsView, filter: KubeletFilter = 'all', text = '') => {
  const { rows, counts } = view.page({ ...FIRST, text, filter }, CONTEXT)
  return { names: rows.map(({ name }) => name).join(' '), rows, counts }
}

const MIXED = viewOf([
  [machine('fine'), finding()],
  [machine('ends'), finding({ notAfter: new Date(CONTEXT.now + 4 * DAY).toISOString() })],
  [machine('renews', [serving()]), finding()],
  [machine('unasked'), null],
  [machine('signs'), finding({ presents: 'selfSigned', outcome: 'selfSigned' })],
  [machine('mute'), finding({ presents: 'noAnswer', outcome: 'unreachable', ...NO_CERTIFICATE })],
  [
    machine('asks', [serving()]),
    finding({ presents: 'none', outcome: 'noCertificate', ...NO_CERTIFICATE }),
  ],
  [
    machine('held', [serving({ verdict: 'suspicious' })]),
    finding({ presents: 'none', outcome: 'noCertificate', ...NO_CERTIFICATE }),
  ],
  [machine('other'), finding({ names: { ...NAMES, isNodes: false } })],
])

it('the list has nodes that are left first, and among them those whose request waits first', () => {
  expect(pageOf(MIXED).names).toBe('held asks mute other signs unasked renews ends fine')
})

it('the counts have every node, those without an answer as left', () => {
  expect(pageOf(MIXED).counts).toMatchObject({
    ...{ all: 9, nodes: 9, left: 6, endsSoon: 1, namesDiffer: 1, unasked: 1, withoutCa: 0 },
    ...{ approvable: 2, held: 1, filedNothing: 2, silent: ['mute', 'signs'] },
    ca: 'kubeconfig',
    toApprove: ['asks', 'renews'],
    presents: { cluster: 4, ended: 0, none: 2, selfSigned: 1, unknownCa: 0, noAnswer: 1 },
    firstToEnd: { name: 'ends' },
  })
})

it.each<[KubeletFilter, string, string]>([
  ['left', '', 'held asks mute other signs unasked'],
  ['endsSoon', '', 'ends'],
  ['namesDiffer', '', 'other'],
  ['all', 'MU', 'mute'],
  ['left', 'fine', ''],
  ['all', '10.0.0.1 fine', 'fine'],
])('the filter %s with the text "%s" shows: %s', (filter, text, names) => {
  expect(pageOf(MIXED, filter, text).names).toBe(names)
})

it.each<[what: string, requests: JudgedMachine['requests'], asked: string]>([
  ['no request', [], 'nothing'],
  ['a request that waits', [serving()], 'waiting'],
  ['one that is held back', [serving({ verdict: 'refused' })], 'held'],
  ['one that is approved', [serving({ status: 'Approved' })], 'waitingForSigner'],
  ['one that is issued', [serving({ status: 'Approved,Issued' })], 'issued'],
  ['one that is denied', [serving({ status: 'Denied' })], 'stopped'],
  ['a client request alone', [makeRequest()], 'nothing'],
])('a kubelet with %s is listed with the state of its request', (_, requests, asked) => {
  expect(pageOf(viewOf([[machine('one', requests), finding()]])).rows[0]?.asked).toBe(asked)
})

it('a client request has no button here: it is for the board', () => {
  const { rows } = pageOf(viewOf([[machine('one', [makeRequest()]), null]]))
  expect(rows[0]?.next).toBeNull()
})

it('a new Node does not have the certificate of an earlier Node of its name', () => {
  const view = viewOf([[machine('one'), finding()]])
  const anew = makeMachine({ name: 'one', requests: [], node: makeNode({ uid: 'another' }) })
  view.change('one', anew)
  expect(pageOf(view).rows[0]?.finding).toBeNull()
  expect(view.change('one', null)).toBe(true)
  expect(pageOf(view).counts.nodes).toBe(0)
  expect(view.change('one', null)).toBe(false)
})
