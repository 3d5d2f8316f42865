import { describe, expect, it } from 'vitest'
import { KIM } from '#lib/csr/fixtures/make-cluster.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { JudgedMachine } from '#lib/csr/rows/rows.ts'
import { makeNode } from '#lib/web/views/fixtures/views-of.ts'
import { machineListRow } from '#lib/web/views/rows/list-rows.ts'
import { ago, makeMachine, makeRequest } from '#lib/wire/fixtures/cluster.ts'
import { PENDING_LISTED } from '#lib/wire/views.ts'

const row = (fields: Partial<JudgedMachine>) => machineListRow(makeMachine(fields), KIM)

describe('the pending requests of a row', () => {
  const client = (n: number, superseded: boolean) =>
    makeRequest({ uid: `c${n}`, signerName: KUBE_APISERVER_CLIENT_KUBELET, superseded })
  const clients = Array.from({ length: 40 }, (_, n) => client(n, n !== 20))
  const serving = makeRequest({ uid: 's', signerName: KUBELET_SERVING })

  it('a row has all pending requests where they are few, and no decided ones', () => {
    const { pending, pendingCount } = row({
      requests: [serving, makeRequest({ uid: 'd', status: 'Denied' })],
    })
    expect([pending.map(({ uid }) => uid), pendingCount]).toEqual([['s'], 1])
  })

  it('a row of a flood has few pending requests, with the newest of each signer', () => {
    const { pending, pendingCount } = row({ requests: [...clients, serving] })
    expect(pendingCount).toBe(41)
    expect(pending).toHaveLength(PENDING_LISTED)
    expect(pending.map(({ uid }) => uid)).toEqual([
      'c0',
      'c1',
      'c2',
      'c3',
      'c4',
      'c5',
      'c6',
      'c7',
      'c20',
      's',
    ])
  })

  it('a row of a flood in one second has the request to review', () => {
    const held = makeRequest({ uid: 'held', verdict: 'suspicious' })
    const flood = clients.map((one) => ({ ...one, superseded: false }))
    const { pending } = row({ requests: [...flood, held] })
    expect(pending.at(-1)?.uid).toBe('held')
  })

  it('a row’s pending requests have the fields that bind and judge a decision', () => {
    const [request] = row({ requests: [makeRequest({ failing: ['node.new'] })] }).pending
    expect(request).toMatchObject({
      resourceVersion: '1001',
      verdict: 'verified',
      failing: ['node.new'],
      superseded: false,
      secondPerson: null,
    })
  })
})

it.each<[string, Partial<JudgedMachine>, string | null, string | null]>([
  ['a Node', { node: makeNode({ roles: ['infra', 'worker'] }) }, 'infra,worker', '10.0.0.1'],
  [
    'a Node without an InternalIP',
    { node: makeNode({ addresses: [{ type: 'Hostname', address: 'h' }] }) },
    'worker',
    'h',
  ],
  ['neither Node nor Machine', {}, null, null],
])('the role and address of a machine with %s', (_, fields, role, address) => {
  expect(row(fields)).toMatchObject({ role, address })
})

it('a row has the first request’s time, the newest request’s signer, and the last decision', () => {
  const decided = (uid: string, seconds: number) =>
    makeRequest({
      uid,
      status: 'Approved',
      createdAt: ago(seconds + 60),
      decidedAt: ago(seconds),
      decider: 'countersign',
      decidedBy: uid,
    })
  const requests = [
    makeRequest({ signerName: KUBELET_SERVING, createdAt: ago(1) }),
    decided('kim', 30),
    decided('ana', 600),
  ]
  expect(row({ requests })).toMatchObject({
    requestCount: 3,
    firstRequestAt: ago(660),
    newestSigner: KUBELET_SERVING,
    lastDecided: { decidedBy: 'kim', decidedAt: ago(30), decider: 'countersign' },
  })
  expect(row({ requests: [] })).toMatchObject({
    firstRequestAt: null,
    newestSigner: null,
    lastDecided: null,
  })
})
