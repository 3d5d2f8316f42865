import { expect, it } from 'vitest'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { JudgedMachine, JudgedRequest } from '#lib/csr/rows/rows.ts'
import { summaryOf } from '#lib/web/views/board/summary-view.ts'
import { CONTEXT, viewsOf } from '#lib/web/views/fixtures/views-of.ts'
import { ago, makeMachine, makeRequest } from '#lib/wire/fixtures/cluster.ts'
import type { Deadlines } from '#lib/wire/views.ts'

/** A waiting machine with so many minutes left of its hour. */
function waiting(name: string, minutes: number | null, odd: Odd = {}): JudgedMachine {
  const { signerName = KUBE_APISERVER_CLIENT_KUBELET, requestor = 'system:x', ...fields } = odd
  return makeMachine({
    name,
    deadline: minutes === null ? null : ago(-60 * minutes),
    next: signerName === KUBELET_SERVING ? 'approveServing' : 'approveClient',
    requests: [makeRequest({ signerName, requestor })],
    ...fields,
  })
}

interface Odd extends Partial<JudgedMachine> {
  readonly signerName?: string
  readonly requestor?: string
}

const own = { requestor: CONTEXT.viewer.name }
const serving = { signerName: KUBELET_SERVING }
const held = (verdict: 'suspicious' | 'refused') => ({ verdict, next: 'review' }) as const
const lone = (name: string, odd: Partial<JudgedRequest> = {}) =>
  makeRequest({ uid: `uid-${name}`, name, nodeName: null, deadline: ago(-60), ...odd })

it.each<[string, readonly JudgedMachine[], string, string]>([
  ['the least time left', [waiting('a', 9), waiting('b', 5)], 'b –', '– –'],
  ['an hour that is past', [waiting('a', -9), waiting('b', 5)], 'b a', '– –'],
  ['the longest past', [waiting('a', -9), waiting('b', -20)], '– b', '– –'],
  ['by the signer of its next request', [waiting('a', 9), waiting('b', 5, serving)], 'a –', 'b –'],
  ['a plausible machine counts', [waiting('a', 9, { verdict: 'plausible' })], 'a –', '– –'],
  ['a returning machine counts', [waiting('a', 9, { rebootstrapping: true })], 'a –', '– –'],
  ['a suspicious machine never counts', [waiting('a', 5, held('suspicious'))], '– –', '– –'],
  ['a refused machine never counts', [waiting('a', -5, held('refused'))], '– –', '– –'],
  ['what the viewer filed never counts', [waiting('a', 5, own), waiting('b', 9)], 'b –', '– –'],
  ['nothing pending', [waiting('a', 5, { waiting: false, next: null })], '– –', '– –'],
  ['no deadline', [waiting('a', null)], '– –', '– –'],
])('the deadlines of requests that may be approved: %s', (_, machines, ofClient, ofServing) => {
  const { deadlines } = summaryOf(viewsOf({ machines }).board, CONTEXT)
  expect(said(deadlines.client)).toBe(ofClient)
  expect(said(deadlines.serving)).toBe(ofServing)
})

it('a request without a machine has the deadline of its own, and its uid', () => {
  const others = [lone('csr-1', serving), lone('csr-2', { verdict: 'refused' })]
  const { deadlines } = summaryOf(viewsOf({ others }).board, CONTEXT)
  expect(deadlines).toMatchObject({
    client: { next: null, past: null },
    serving: { next: { name: 'csr-1', request: 'uid-csr-1' }, past: null },
  })
})

it('a viewer who filed many requests sees the first deadline of the others', () => {
  const mine = Array.from({ length: 100 }, (_, index) => waiting(`m${index}`, 1 + index, own))
  const views = viewsOf({ machines: [...mine, waiting('other', 200)] })
  expect(said(summaryOf(views.board, CONTEXT).deadlines.client)).toBe('other –')
})

function said({ next, past }: Deadlines): string {
  return [next, past].map((deadline) => deadline?.name ?? '–').join(' ')
}
