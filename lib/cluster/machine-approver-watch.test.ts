import { expect, it } from 'vitest'
import { liveCluster } from '#lib/cluster/fixtures/scripted-cluster.ts'
import { approvedByMachineApprover, makeMachineObject } from '#lib/csr/fixtures/make-cluster.ts'
import { BOOTSTRAPPER, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { ClientFlow } from '#lib/csr/machine-approver/machine-approver-facts.ts'
import type { ClusterOperator } from '#lib/csr/model.ts'
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

/** Requests of the node-bootstrapper that are unreadable, and so cheap to judge. */
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

it('the ClusterOperator says that the machine-approver is there, and what ails it', async () => {
  const machines = [makeMachineObject({ createdAt: '2026-11-24T11:50:00Z' })]
  const cluster = await openShift({ machines, csrs: [CLIENT] })
  expect(holdIn(cluster)).toBe('machineApprover.handles')
  const operator = { ...OPERATOR, available: false, message: 'no replica', resourceVersion: '2' }
  cluster.operators.put(operator)
  await cluster.turn()
  expect(holdIn(cluster)).toBe('admin.unavailable')
  cluster.operators.remove('approver')
  await cluster.turn()
  expect(holdIn(cluster)).toBe('admin.verified')
})

it('approvals of the machine-approver tell that it is at work, and a minute without one that it is not', async () => {
  const machines = [makeMachineObject({ createdAt: '2026-11-24T11:50:00Z' })]
  const cluster = await openShift({ machines, csrs: [CLIENT] })
  const other = makeCsr({ kind: 'client', nodeName: 'worker-2', requestor: BOOTSTRAPPER })
  cluster.clock.advance(MINUTE)
  cluster.csrs.put(approvedByMachineApprover(other, '2026-11-24T12:01:00Z'))
  await cluster.turn()
  expect(holdIn(cluster)).toBe('machineApprover.backlog')
  cluster.clock.advance(MINUTE)
  await cluster.turn()
  expect(holdIn(cluster)).toBe('admin.quiet')
})

it('the machine-approver’s ConfigMap is read when it appears, and again after five minutes', async () => {
  const options: { clientFlow: ClientFlow } = { clientFlow: 'off' }
  const cluster = await openShift(Object.assign(options, { machines: [], csrs: [CLIENT] }))
  expect(holdIn(cluster)).toBe('admin.machineApproverOff')
  options.clientFlow = 'on'
  cluster.clock.advance(4 * MINUTE)
  await cluster.turn()
  expect(approverIn(cluster).clients).toBe('off')
  cluster.clock.advance(MINUTE)
  await cluster.turn()
  expect(holdIn(cluster)).toBe('admin.noMachine')
})

it('the machine-approver’s brake trips with the request too many, and is released as time goes by', async () => {
  const cluster = await openShift({ machines: [], csrs: [CLIENT, ...crowd(99)] })
  expect(approverIn(cluster).brake).toEqual({
    state: 'near',
    pending: 100,
    limit: 100,
  })
  expect(holdIn(cluster)).toBe('admin.noMachine')
  for (const csr of crowd(100).slice(-1)) cluster.csrs.put(csr)
  await cluster.turn()
  expect(approverIn(cluster).brake).toEqual({
    state: 'tripped',
    pending: 101,
    limit: 100,
  })
  expect(holdIn(cluster)).toBe('admin.machineApproverBrake')
  // The crowd leaves the hour at 12:58.
  cluster.clock.advance(58 * MINUTE - 5_000)
  await cluster.turn()
  expect(holdIn(cluster)).toBe('admin.machineApproverBrake')
  cluster.clock.advance(5_000)
  await cluster.turn()
  expect(approverIn(cluster).brake).toEqual({
    state: 'ok',
    pending: 1,
    limit: 100,
  })
  expect(holdIn(cluster)).toBe('admin.noMachine')
})

it('listeners hear of a change of the brake, and of its counts', async () => {
  const cluster = await openShift({ machines: [], csrs: crowd(79) })
  const reported: string[] = []
  cluster.feed.subscribe((event: StreamEvent) => {
    if (event.event !== 'changed' || !event.data.topics.includes('summary')) return
    const { state, pending } = cluster.feed.moment().cluster.machineApprover.brake
    reported.push(`${state} ${pending}`)
  })
  const arrive = async (count: number) => {
    for (const csr of crowd(count).slice(-1)) cluster.csrs.put(csr)
    await cluster.turn()
  }
  await arrive(80)
  expect(new Set(reported)).toEqual(new Set(['near 80']))
  await arrive(81)
  await arrive(82)
  cluster.clock.advance(1_000)
  await cluster.turn()
  expect(reported.at(-1)).toBe('near 82')
})
