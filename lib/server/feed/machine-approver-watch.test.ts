import { expect, it } from 'vitest'
import { makeMachineObject, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { BOOTSTRAPPER, makeCsr, nodeRequestor } from '#lib/csr/fixtures/make-csr.ts'
import type { ClusterOperator } from '#lib/csr/model.ts'
import { liveCluster } from '#lib/server/fixtures/scripted-cluster.ts'
import type { StreamEvent } from '#lib/wire/wire.ts'

const MINUTE = 60_000
const OPERATOR: ClusterOperator = {
  uid: 'approver',
  name: 'machine-approver',
  resourceVersion: '1',
  available: true,
  message: '',
}
const CLIENT = makeCsr({ kind: 'client', createdAt: '2026-11-24T11:59:30Z' })

/** So many requests of the node-bootstrapper that nobody can read: cheap to judge. */
const crowd = (count: number, createdAt = '2026-11-24T11:58:00Z') => {
  const one = makeCsr({ kind: 'client', request: 'AAAA', createdAt, requestor: BOOTSTRAPPER })
  return Array.from({ length: count }, (_, i) => ({
    ...one,
    uid: `crowd-${i}`,
    name: `crowd-${i}`,
  }))
}

async function openShift(options: Parameters<typeof liveCluster>[0]) {
  const cluster = await liveCluster(options)
  cluster.operators.list(OPERATOR)
  cluster.operators.enter('live')
  await cluster.turn()
  return cluster
}

type Live = Awaited<ReturnType<typeof liveCluster>>
const holdIn = ({ feed }: Live) => {
  const hold = feed.moment().rows.machines.get('worker-1')?.hold
  return `${hold?.holder}.${hold?.values.because ?? hold?.finding}`
}
const approverIn = ({ feed }: Live) => feed.moment().cluster.machineApprover

it('without ClusterOperators there is no machine-approver to wait for', async () => {
  const cluster = await liveCluster({ csrs: [CLIENT] })
  expect(approverIn(cluster).presence).toBe('absent')
  expect(holdIn(cluster)).toBe('admin.plausible')
})

it.each([
  ['forbidden', 'unknown'],
  ['reconnecting', 'present'],
  ['stale', 'present'],
] as const)('with ClusterOperators that are %s it is %s', async (state, presence) => {
  const cluster = await openShift({ machines: [] })
  cluster.operators.enter(state)
  await cluster.turn()
  expect(approverIn(cluster).presence).toBe(presence)
})

it('its ClusterOperator says that it is there, and what ails it', async () => {
  const cluster = await openShift({ machines: [], csrs: [CLIENT] })
  expect(holdIn(cluster)).toBe('admin.noMachine')
  cluster.operators.put({
    ...OPERATOR,
    available: false,
    message: 'no replica',
    resourceVersion: '2',
  })
  await cluster.turn()
  expect(holdIn(cluster)).toBe('machineApprover.unavailable')
  cluster.operators.remove('approver')
  await cluster.turn()
  expect(holdIn(cluster)).toBe('admin.plausible')
})

it('its ConfigMap is read when it appears, and again after five minutes', async () => {
  const options = { machines: [], csrs: [CLIENT], clientDisabled: true }
  const cluster = await openShift(options)
  expect(approverIn(cluster).clientDisabled).toBe(true)
  expect(holdIn(cluster)).toBe('admin.clientDisabled')
  options.clientDisabled = false
  cluster.clock.advance(4 * MINUTE)
  await cluster.turn()
  expect(approverIn(cluster).clientDisabled).toBe(true)
  cluster.clock.advance(MINUTE)
  await cluster.turn()
  expect(holdIn(cluster)).toBe('admin.noMachine')
})

it('its brake trips with the request too many, and is released as time goes by', async () => {
  const cluster = await openShift({ machines: [], csrs: [CLIENT, ...crowd(99)] })
  expect(approverIn(cluster).brake).toEqual({
    state: 'near',
    rule: 'since416',
    pending: 100,
    limit: 100,
  })
  expect(holdIn(cluster)).toBe('admin.noMachine')
  for (const csr of crowd(100).slice(-1)) cluster.csrs.put(csr)
  await cluster.turn()
  expect(approverIn(cluster).brake).toEqual({
    state: 'tripped',
    rule: 'since416',
    pending: 101,
    limit: 100,
  })
  expect(holdIn(cluster)).toBe('machineApprover.brakeTripped')
  // The crowd leaves the hour at 12:58.
  cluster.clock.advance(58 * MINUTE - 5_000)
  await cluster.turn()
  expect(holdIn(cluster)).toBe('machineApprover.brakeTripped')
  cluster.clock.advance(5_000)
  await cluster.turn()
  expect(approverIn(cluster).brake).toEqual({
    state: 'ok',
    rule: 'since416',
    pending: 1,
    limit: 100,
  })
  expect(holdIn(cluster)).toBe('admin.noMachine')
})

it('the cluster’s version says which rule its brake goes by', async () => {
  const requestor = nodeRequestor('worker-2')
  const ofOvn = crowd(101).map((csr) => ({
    ...csr,
    signerName: 'kubernetes.io/kube-apiserver-client',
    requestor,
  }))
  const options = { machines: [], csrs: ofOvn, version: '4.17.3' }
  const cluster = await openShift(options)
  expect(approverIn(cluster)).toMatchObject({ version: '4.17.3', brake: { pending: 0 } })
  options.version = '4.15.9'
  cluster.clock.advance(5 * MINUTE)
  await cluster.turn()
  expect(approverIn(cluster).brake).toMatchObject({ rule: 'in414and415', state: 'tripped' })
})

it('a change of its ConfigMap counts only after it restarts, which nobody tells', async () => {
  const machines = [makeMachineObject({ createdAt: '2026-11-24T11:50:00Z' })]
  const options: { clientDisabled: boolean | null } = { clientDisabled: false }
  const cluster = await openShift(Object.assign(options, { machines, csrs: [CLIENT] }))
  const read = async (clientDisabled: boolean | null) => {
    options.clientDisabled = clientDisabled
    cluster.clock.advance(5 * MINUTE)
    await cluster.turn()
    return holdIn(cluster)
  }
  expect(await read(false)).toBe('machineApprover.silent')
  expect(await read(null)).toBe('machineApprover.clientUnknown')
  expect(await read(false)).toBe('machineApprover.silent')
  expect(await read(true)).toBe('machineApprover.clientUnknown')
  // Whether it was started in between nobody knows either.
  expect(await read(false)).toBe('machineApprover.clientUnknown')
})

it.each<[string, (cluster: Live) => void, (cluster: Live) => void]>([
  [
    'a Node that is deleted',
    ({ nodes }) => nodes.put(makeNode({ ready: 'False' })),
    ({ nodes }) => nodes.remove('node-worker-1'),
  ],
  [
    'a nodeRef that is cleared',
    ({ machines }) =>
      machines.put(makeMachineObject({ nodeRef: 'worker-1', resourceVersion: '2' })),
    ({ machines }) => machines.put(makeMachineObject({ resourceVersion: '3' })),
  ],
  [
    'a brake that is let go',
    ({ csrs }) => {
      for (const csr of crowd(101)) csrs.put(csr)
    },
    ({ csrs }) => {
      for (const { uid } of crowd(101)) csrs.remove(uid)
    },
  ],
])(
  'a request that it passed over because of %s is not said to be approved soon',
  async (_case, set, clear) => {
    const cluster = await openShift({ machines: [makeMachineObject()], nodes: [] })
    set(cluster)
    await cluster.turn()
    cluster.csrs.put(CLIENT)
    await cluster.turn()
    expect(holdIn(cluster)).toMatch(
      /^(?:admin|machineApprover)\.(nodeExists|hasNodeRef|brakeTripped)$/,
    )
    clear(cluster)
    await cluster.turn()
    expect(cluster.feed.moment().rows.machines.get('worker-1')?.hold?.finding).toBe(
      'machineApproverForgot',
    )
  },
)

it('a change of the brake, and of its counts, is told', async () => {
  const cluster = await openShift({ machines: [], csrs: crowd(79) })
  const told: string[] = []
  cluster.feed.subscribe((event: StreamEvent) => {
    if (event.event !== 'changed' || !event.data.topics.includes('summary')) return
    const { state, pending } = cluster.feed.moment().cluster.machineApprover.brake
    told.push(`${state} ${pending}`)
  })
  const arrive = async (count: number) => {
    for (const csr of crowd(count).slice(-1)) cluster.csrs.put(csr)
    await cluster.turn()
  }
  await arrive(80)
  expect(new Set(told)).toEqual(new Set(['near 80']))
  await arrive(81)
  await arrive(82)
  cluster.clock.advance(1_000)
  await cluster.turn()
  expect(told.at(-1)).toBe('near 82')
})
