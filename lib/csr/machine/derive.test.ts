import { describe, expect, it } from 'vitest'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import {
  client,
  failed,
  issued,
  old,
  oldDown,
  renewal,
  rowOf,
  serving,
  t,
} from '#lib/csr/fixtures/machine-story.ts'
import {
  approved,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr, tokenRequestor } from '#lib/csr/fixtures/make-csr.ts'
import { deriveMachine, deriveOther } from '#lib/csr/machine/derive.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'

describe('the next step of a machine', () => {
  /** The step, the verdict, and who waits. */
  const step = (around: WorldOptions) => {
    const { next, verdict, waiting, waitingForSigner } = rowOf(around)
    const waits = [...(waiting ? ['waiting'] : []), ...(waitingForSigner ? ['at the signer'] : [])]
    return [next ?? 'none', ...(verdict === null ? [] : [verdict]), ...waits].join(', ')
  }
  const unusable = { usages: [] }
  itAnswers(step, {
    'approveClient, plausible, waiting': { client: { csrs: [client('12:00')] } },
    'approveServing, plausible, waiting': {
      serving: { csrs: [serving('12:00')], nodes: [old] },
    },
    'review, suspicious, waiting': {
      suspicious: { csrs: [serving('12:00', { ipAddresses: ['198.51.100.99'] })], nodes: [old] },
      'a take-over': { csrs: [client('12:00')], nodes: [old] },
      'not by an older one that is trusted less': {
        csrs: [client('12:00', unusable), client('12:05')],
        nodes: [old],
      },
    },
    'review, refused, waiting': {
      refused: { csrs: [client('12:00', unusable)] },
      'by the newest, even a stranger’s': { csrs: [client('12:00'), client('12:05', unusable)] },
      'by the least trusted of the same second': {
        csrs: [client('12:00', { name: 'b', ...unusable }), client('12:00', { name: 'a' })],
      },
      'by the least trusted of the same second, in any order of arrival': {
        csrs: [client('12:00', { name: 'a', ...unusable }), client('12:00', { name: 'b' })],
      },
    },
    'none, at the signer': { approved: { csrs: [approved(client('12:00'))] } },
    none: {
      issued: { csrs: [issued(client('12:00'), '12:05')] },
      failed: { csrs: [failed(client('12:00'), '12:05')] },
    },
  })

  it('the reason of several equal requests is that of the first name', () => {
    const csrs = [
      client('12:00', { name: 'a', ...unusable }),
      client('12:00', { name: 'b', badSignature: true }),
    ]
    expect(rowOf({ csrs })).toMatchObject({ verdict: 'refused', reason: { code: 'usages' } })
  })

  it('an approved request has no reason', () => {
    expect(rowOf({ csrs: [approved(client('12:00'))] }).reason).toBeNull()
  })

  it('a request that is left over behind an issued one has no next step: no kubelet waits, and no clock runs', () => {
    const csrs = [client('11:00'), issued(client('11:15'), '11:20')]
    expect(rowOf({ csrs, nodes: [old] })).toMatchObject({
      ...{ next: null, verdict: null, waiting: false, overdue: false },
      ...{ firstPendingAt: null, deadline: null, nextDuplicateAt: null },
    })
  })
})

it.each<readonly [string, WorldOptions, boolean]>([
  [
    'a client request while its Node is not Ready',
    { csrs: [client('12:00')], nodes: [oldDown] },
    true,
  ],
  ['beside others', { csrs: [client('12:00'), renewal('12:01')], nodes: [oldDown] }, true],
  ['while its Node is Ready', { csrs: [client('12:00')], nodes: [old] }, false],
  ['without a Node', { csrs: [client('12:00')] }, false],
  ['decided', { csrs: [approved(client('12:00'))], nodes: [oldDown] }, false],
  ['a renewal', { csrs: [renewal('12:00')], nodes: [oldDown] }, false],
  ['nothing', { nodes: [oldDown] }, false],
])('a machine re-bootstraps: %s', (_, around, expected) => {
  expect(rowOf(around).rebootstrapping).toBe(expected)
})

it('the Machine of another cluster is not the machine’s own, and makes no row alone', () => {
  const machines = [makeMachineObject({ cluster: 'fleet/one', createdAt: t('10:30') })]
  const csrs = [client('12:00')]
  expect(rowOf({ csrs, machines })).toEqual({
    ...rowOf({ csrs, readable: { machines: true } }),
    reason: { code: 'identity.machine', finding: 'otherCluster', values: expect.anything() },
    requests: [expect.anything()],
  })
  expect([...makeWorld({ machines }).machineNames()]).toEqual([])
})

it('the number of duplicates that one approval takes is that of the same signer and requestor', () => {
  const csrs = [client('12:00'), serving('12:00'), serving('12:05')]
  expect(rowOf({ csrs, nodes: [oldDown] }).duplicates).toBe(1)
  const strangers = client('11:30', { requestor: tokenRequestor('abcdef') })
  expect(rowOf({ csrs: [strangers, client('11:45'), client('12:00')] }).duplicates).toBe(1)
})

it('a machine has its Machine, and its joining time only once it is up', () => {
  const machines = [makeMachineObject({ nodeRef: 'worker-1' })]
  const csrs = [issued(client('12:00'), '12:05'), issued(serving('12:06'), '12:09')]
  expect(rowOf({ csrs, nodes: [old], machines }).machineObject).toEqual({
    apiGroup: 'machine.openshift.io',
    namespace: 'openshift-machine-api',
    name: 'edge-worker-1',
    phase: 'Provisioned',
    role: 'worker',
    createdAt: '2026-11-24T11:50:00Z',
  })
  expect(rowOf({ csrs, nodes: [old] }).machineObject).toBeNull()
  expect(rowOf({ csrs, nodes: [old] }).joinedAt).toBe(t('12:09'))
  expect(rowOf({ csrs, nodes: [oldDown] }).joinedAt).toBeNull()
  expect(rowOf({ csrs: [...csrs, serving('12:10')], nodes: [old] }).joinedAt).toBeNull()
})

describe('the rows of a world', () => {
  const world = makeWorld({
    csrs: [
      client('12:00', { name: 'first' }),
      client('12:00', { name: 'two-names', commonNames: ['system:node:a', 'system:node:b'] }),
      makeCsr({ name: 'unreadable', request: 'AAAA' }),
      makeCsr({
        name: 'mesh',
        signerName: 'example.com/mesh',
        commonNames: ['system:node:worker-1'],
      }),
    ],
    nodes: [makeNode({ name: 'worker-2' })],
    machines: [
      makeMachineObject({ name: 'm3', internalDns: ['worker-3', 'NOT A NAME'], ips: [] }),
      makeMachineObject({ name: 'm4', internalDns: ['other-name'], nodeRef: 'worker-4' }),
      makeMachineObject({ name: 'm5', internalDns: [] }),
    ],
  })
  const context = makeContext()

  it('every name of a request, a Node or a Machine has a machine’s row', () => {
    expect([...world.machineNames()].sort()).toEqual([
      'worker-1',
      'worker-2',
      'worker-3',
      'worker-4',
    ])
    for (const name of world.machineNames()) {
      expect(deriveMachine(world, name, context)?.name).toBe(name)
    }
    expect(deriveMachine(world, 'other-name', context)).toBeNull()
    expect(deriveMachine(world, 'worker-5', context)).toBeNull()
  })

  it('each request is listed exactly once, under its machine or among the others', () => {
    const grouped = [...world.machineNames()].flatMap(
      (name) => deriveMachine(world, name, context)?.requests.map((row) => row.name) ?? [],
    )
    const others = [...world.requests.others].map((uid) => deriveOther(world, uid, context)?.name)
    expect(grouped).toEqual(['first'])
    expect(new Set(others)).toEqual(new Set(['mesh', 'two-names', 'unreadable']))
  })

  it('a deleted request, or one with a machine, has no row under "other requests"', () => {
    const first = [...world.requests.claims.values()].find(({ csr }) => csr.name === 'first')
    expect(deriveOther(world, first?.csr.uid ?? '', context)).toBeNull()
    expect(deriveOther(world, 'nobody', context)).toBeNull()
  })

  it('a request without a machine is never superseded', () => {
    for (const uid of world.requests.others) {
      expect(deriveOther(world, uid, context)?.superseded).toBe(false)
    }
  })

  it('kubelets’ requests without a node name have an hour, requests of other signers none', () => {
    const deadlines = [...world.requests.others].map((uid) => {
      const row = deriveOther(world, uid, context)
      return [row?.name, row?.deadline]
    })
    expect(Object.fromEntries(deadlines)).toEqual({
      'two-names': t('13:00'),
      unreadable: t('13:00'),
      mesh: null,
    })
  })
})

describe('the row of a request', () => {
  it('a request’s row has the decider, taken from our own message', () => {
    const csr = approved(client('12:00'), t('12:05'))
    const by = 'Approved by ana.ruiz with Countersign (request r-1), proposed by kim.osei (p-1)'
    const message = `${by}: on the list`
    const ours = {
      ...csr,
      conditions: csr.conditions.map((each) => ({
        ...each,
        reason: 'CountersignApprove',
        message,
      })),
    }
    const [row] = rowOf({ csrs: [ours] }).requests
    expect(row).toMatchObject({
      status: 'Approved',
      decidedAt: t('12:05'),
      decider: 'countersign',
      decidedBy: 'ana.ruiz',
      proposedBy: 'kim.osei',
      decisionNote: 'on the list',
      verdict: null,
      failing: [],
      reason: null,
    })
    expect(rowOf({ csrs: [csr] }).requests[0]).toMatchObject({
      decider: 'kubectl',
      decidedBy: null,
    })
  })

  it('a request’s row has the time of its approval, although its signer failed it later', () => {
    const csr = approved(client('12:00'), t('12:05'))
    const failure = failed(csr, '12:09').conditions.filter(({ type }) => type === 'Failed')
    const both = { ...csr, conditions: [...csr.conditions, ...failure] }
    expect(rowOf({ csrs: [both] }).requests[0]).toMatchObject({
      status: 'Approved,Failed',
      decidedAt: t('12:05'),
    })
  })

  it('a request’s row has the time of a failure without a decision', () => {
    const { conditions, ...csr } = failed(client('12:00'), '12:05')
    const undecided = { ...csr, conditions: conditions.filter(({ type }) => type === 'Failed') }
    expect(rowOf({ csrs: [undecided] }).requests[0]).toMatchObject({
      status: 'Pending,Failed',
      decidedAt: t('12:05'),
      decider: null,
    })
  })

  it('a request’s row marks a message as too long for a list', () => {
    const csr = approved(client('12:00'))
    const saying = (length: number) => {
      const message = 'x'.repeat(length)
      const conditions = csr.conditions.map((each) => ({ ...each, message }))
      return rowOf({ csrs: [{ ...csr, conditions }] }).requests[0]
    }
    expect(saying(2_001)).toMatchObject({ decisionNote: null, decisionTooLong: true })
    expect(saying(2_000)).toMatchObject({ decisionTooLong: false })
  })

  it('a request’s row is the same object while nothing changes', () => {
    const world = makeWorld({ csrs: [serving('12:00')], nodes: [old] })
    const row = () => deriveMachine(world, 'worker-1', makeContext())?.requests[0]
    expect(row()).toBe(row())
  })

  // A node may file thousands of requests with many names each, and every one derives its row anew.
  it('no check runs again while nothing changes', () => {
    const dnsNames = ['worker-1', 'worker-1.example.com']
    const addresses = dnsNames.map((address) => ({ type: 'ExternalDNS', address }))
    const csrs = [serving('12:00', { dnsNames, ipAddresses: [] })]
    const world = makeWorld({ csrs, nodes: [{ ...old, addresses }] })
    let reads = 0
    const policy = {
      ...DEFAULT_POLICY,
      get allowedNames() {
        reads += 1
        return ['worker-*', 'worker-*.example.com']
      },
    }
    const row = () => deriveMachine(world, 'worker-1', makeContext({ policy }))?.requests[0]
    expect(row()).toMatchObject({ unattended: 'plausible' })
    const before = reads
    expect([row()?.unattended, reads - before]).toEqual(['plausible', 0])
  })

  it('a request’s row is derived anew when its kubelet’s answer is overdue', () => {
    const world = makeWorld({ csrs: [serving('12:00')], nodes: [old], asksKubelets: true })
    const row = () => deriveMachine(world, 'worker-1', makeContext())?.requests[0]
    expect(row()).toMatchObject({ unattended: 'asking' })
    world.setOverdue('worker-1', true)
    expect(row()).toMatchObject({ unattended: 'plausible' })
  })

  it('a request’s row is derived anew when a newer request supersedes it or an older one starts the hour', () => {
    const world = makeWorld({ csrs: [client('12:00', { name: 'first' })] })
    const first = () =>
      deriveMachine(world, 'worker-1', makeContext())?.requests.find(({ name }) => name === 'first')
    expect(first()).toMatchObject({ superseded: false, deadline: t('13:00') })
    world.upsertCsr(client('12:05'))
    expect(first()).toMatchObject({ superseded: true, deadline: t('13:00') })
    world.upsertCsr(client('11:30'))
    expect(first()).toMatchObject({ superseded: true, deadline: t('12:30') })
  })

  it('a request’s row has the expiry of its certificate', () => {
    const csr = issued(client('12:00'), '12:05', '2027-01-01T00:00:00Z')
    expect(rowOf({ csrs: [csr] }).requests[0]).toMatchObject({
      status: 'Approved,Issued',
      notAfter: '2027-01-01T00:00:00Z',
    })
  })
})
