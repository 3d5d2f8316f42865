import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { Whose } from '#components/decide/whose.ts'
import { ChecksPanel } from '#components/machine/checks-panel.tsx'
import { currentRequest, RequestNote } from '#components/machine/verdict-note.tsx'
import { plainWords } from '#components/messages.tsx'
import type { UNCONFIRMED } from '#lib/csr/checks/unconfirmed-cases.ts'
import {
  approved,
  KIM,
  type MachineObjectOptions,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { describeMachine } from '#lib/csr/machine/detail.ts'
import type { RequestDetail } from '#lib/csr/machine/rows.ts'
import { DEFAULT_POLICY, type Policy } from '#lib/csr/policy/policy.ts'
import type { ToldWords } from '#lib/messages/check-words.ts'
import { en } from '#lib/messages/en.ts'

const NAME = 'worker-1'
const { plausible } = en.machine.notes

function requestOf(
  options: CsrOptions,
  around: WorldOptions,
  policy: Partial<Policy> = {},
): RequestDetail {
  const world = makeWorld({ ...around, csrs: [...(around.csrs ?? []), makeCsr(options)] })
  const context = makeContext({ policy: { ...DEFAULT_POLICY, ...policy } })
  const request = currentRequest(describeMachine(world, NAME, context, KIM)?.requests ?? [])
  if (request === null) throw new Error('no request is shown')
  return request
}

const textOf = (node: ReactNode) => renderToStaticMarkup(node).replaceAll(/<[^>]+>/g, '')

/** Where its button leads; '' for none. */
const hrefIn = (html: string) => /href="([^"]+)"/.exec(html)?.[1] ?? ''

function noteOf(request: RequestDetail) {
  const html = renderToStaticMarkup(<RequestNote request={request} whose="mine" />)
  const text = html.replaceAll(/<a .*<\/a>|<[^>]+>/g, '').replace(plausible.title, '')
  return { text: text.trim(), href: hrefIn(html) }
}

const machine = (options: MachineObjectOptions = {}): WorldOptions => ({
  machines: [makeMachineObject({ name: 'edge-0', ...options })],
})
const nodes = [makeNode()]
const client: CsrOptions = { kind: 'client' }
const renewal: CsrOptions = { kind: 'renewal' }
const linked: MachineObjectOptions = { nodeRef: NAME }
/** Another request for the name, filed and approved before. */
const FIRST = [
  approved(makeCsr({ ...client, keyName: 'first', createdAt: '2026-11-24T11:59:00Z' })),
]
const OTHERS = [{ name: 'worker-2', addresses: [], role: null }]
const fleet: MachineObjectOptions = { cluster: 'fleet/one' }

type Cases = {
  readonly [Code in keyof typeof UNCONFIRMED]: Readonly<
    Record<(typeof UNCONFIRMED)[Code][number], readonly [CsrOptions, WorldOptions]>
  >
}

const CASES: Cases = {
  'identity.machine': {
    noMachineApi: [client, {}],
    noMachine: [client, machine({ internalDns: ['worker-2'] })],
    machinesUnreadable: [client, { readable: { machines: false } }],
    machinesPartly: [client, { ...machine(), readable: { machines: 'partly' } }],
    otherNamespace: [client, machine({ namespace: 'tenant' })],
    otherCluster: [client, machine(fleet)],
    joinedBefore: [client, machine(linked)],
    approvedBefore: [client, { ...machine(), csrs: FIRST }],
    nodesUnreadable: [client, { ...machine(fleet), readable: { nodes: false } }],
    noAddresses: [{}, { ...machine({ ...linked, addresses: [] }), nodes }],
    moreAddresses: [
      {},
      { ...machine({ ...linked, ips: ['198.51.100.12'], cut: ['status.addresses'] }), nodes },
    ],
    deleting: [client, machine({ deletedAt: '2026-11-24T12:00:00Z' })],
    staleNodeRef: [
      {},
      {
        ...machine({ nodeRef: { name: NAME, uid: 'earlier' } }),
        nodes: [makeNode({ uid: 'now' })],
      },
    ],
  },
  'identity.requestor': {
    missing: [renewal, {}],
    deleting: [renewal, { nodes: [makeNode({ deletedAt: '2026-11-24T12:01:00Z' })] }],
    younger: [renewal, { nodes: [makeNode({ createdAt: '2026-11-24T12:30:00Z' })] }],
    nodesUnreadable: [renewal, { nodes, readable: { nodes: false } }],
  },
  'identity.expected': {
    notListed: [client, { expected: OTHERS }],
    nameAlone: [
      {},
      {
        nodes,
        expected: [{ name: NAME, addresses: [], role: null }],
        reserved: { areNetworksTold: false },
      },
    ],
    approvedBefore: [
      client,
      { expected: [{ name: NAME, addresses: [], role: null }], csrs: FIRST },
    ],
  },
}

describe('the note on a plausible machine says what it means that nothing confirms it', () => {
  const all = Object.entries(CASES).flatMap(([code, cases]) =>
    Object.entries<readonly [CsrOptions, WorldOptions]>(cases).map(
      ([finding, [options, around]]) => [code, finding, options, around] as const,
    ),
  )
  const words: Readonly<Record<string, Readonly<Record<string, ToldWords>>>> = plausible.unconfirmed

  it.each(all)('%s %s', (code, finding, options, around) => {
    const request = requestOf(options, around)
    expect(request).toMatchObject({ verdict: 'plausible', reason: { code, finding } })
    const { summary = '', decision, remedy = '' } = words[code]?.[finding] ?? {}
    const todo = decision ?? remedy
    const values = { ...request.reason?.values, name: NAME }
    const blanks = [...`${summary}${todo}`.matchAll(/\{(\w+)\}/g)].map(([, blank]) => blank)
    expect(Object.keys(values)).toEqual(expect.arrayContaining(blanks))

    const { text, href } = noteOf(request)
    const listed = code === 'identity.expected'
    const isRenewal = code === 'identity.requestor'
    const offer = listed || isRenewal ? '' : ` ${plausible.list}`
    expect(text).toBe(plainWords(`${summary} ${todo}`, values) + offer)
    // A machine that the list would not change is not sent there.
    expect(href).toBe(isRenewal ? '' : `/expected?add=${NAME}`)
  })
})

it.each<readonly [string, CsrOptions, WorldOptions, string]>([
  ['not on a list that is complete', client, { expected: OTHERS }, `/expected?add=${NAME}`],
  ['with an address that no client request has', { ...client, dnsNames: [NAME] }, {}, ''],
])(
  'the note on a request %s leads to the list where that would help',
  (_, options, around, href) => {
    const request = requestOf(options, around, { expectedComplete: true })
    expect(request.reason).toMatchObject({ finding: 'unexpected' })
    expect(hrefIn(renderToStaticMarkup(<RequestNote request={request} whose="mine" />))).toBe(href)
  },
)

const odd = requestOf({ ...client, dnsNames: [NAME] }, {})

it.each<readonly [place: string, (whose: Whose) => ReactNode, said: string]>([
  [
    'the note on a plausible machine',
    (whose) => <RequestNote request={requestOf(client, {})} whose={whose} />,
    'Approve it if you added worker-1.',
  ],
  [
    'the banner',
    (whose) => <RequestNote request={odd} whose={whose} />,
    'Deny it. The signer would refuse it, and a kubelet never asks for it.',
  ],
  [
    'the checks',
    (whose) => <ChecksPanel request={odd} whose={whose} />,
    'Deny it. The signer would refuse it, and a kubelet never asks for it.',
  ],
])('%s: whoever may not take a decision is told for whom it is', (_, shown, decision) => {
  const forOthers = `${en.machine.notes.forOthers}: ${decision}`
  expect(textOf(shown('mine'))).toContain(decision)
  expect(textOf(shown('mine'))).not.toContain(forOthers)
  expect(textOf(shown('others'))).toContain(forOthers)
})

const unlisted = requestOf(client, { expected: OTHERS })
const unexpected = requestOf(client, { expected: OTHERS }, { expectedComplete: true })

it.each<readonly [place: string, ReactNode, said: string]>([
  [
    'the note on a plausible machine',
    <RequestNote key="" request={unlisted} whose="others" />,
    'Add it there if it is yours, or find out whose it is.',
  ],
  [
    'the banner',
    <RequestNote key="" request={unexpected} whose="others" />,
    'Put it on the list if you added this machine.',
  ],
  [
    'the checks',
    <ChecksPanel key="" request={unexpected} whose="others" />,
    'Put it on the list if you added this machine.',
  ],
])('%s: what is no decision is said to everybody alike', (_, shown, remedy) => {
  expect(textOf(shown)).toContain(remedy)
  expect(textOf(shown)).not.toContain(`${en.machine.notes.forOthers}: ${remedy}`)
})

it('of one that bootstraps again the note does not say that nothing confirms it', () => {
  const request = requestOf(client, { nodes: [makeNode({ ready: 'False' })] })
  expect(request.verdict).toBe('plausible')
  expect(noteOf(request).text).toBe('')
})

it('a superseded request has no note', () => {
  expect(noteOf({ ...requestOf(client, {}), superseded: true }).text).toBe('')
})

it('a case that only a newer server knows is said to be one', () => {
  const request = requestOf(client, {})
  const reason = { code: 'identity.machine', finding: 'newer', values: {} } as const
  expect(noteOf({ ...request, reason }).text).toContain(en.checks.untold)
})

describe('the request that a machine’s page is about', () => {
  const request = (uid: string, odd: Partial<RequestDetail> = {}) =>
    ({ uid, verdict: 'verified', superseded: false, ...odd }) as RequestDetail
  const decided = { verdict: null } as const
  const old = { verdict: 'suspicious', superseded: true } as const
  const at = { createdAt: '2026-11-24T12:00:00Z' }
  it.each<readonly [string, readonly RequestDetail[], string | null]>([
    ['the newest that is pending', [request('c', decided), request('b'), request('a')], 'b'],
    ['not a superseded one', [request('b', old), request('a')], 'a'],
    [
      'the newest decided one, where nothing waits',
      [request('b', decided), request('a', decided)],
      'b',
    ],
    [
      'the held-back one of several of one second',
      [request('b', at), request('a', { ...at, verdict: 'suspicious' })],
      'a',
    ],
    ['not one left over behind it', [request('b', decided), request('a', old)], 'b'],
    ['nor one filed after it', [request('b', old), request('a', decided)], 'a'],
    ['none where all that is there is left over', [request('a', old)], null],
    ['none where there is none', [], null],
  ])('%s', (_, requests, uid) => {
    expect(currentRequest(requests)?.uid ?? null).toBe(uid)
  })
})
