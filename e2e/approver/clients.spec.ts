import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CheckCode } from '#lib/csr/model.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { untilListed } from '../fixtures/api.ts'
import { CSRS, isReady, type KubeObject } from '../fixtures/kube-client.ts'
import {
  everWould,
  type ForecastText,
  forecastsIn,
  loggedBy,
  shadowOf,
} from './approver-forecasts.ts'
import type { ApproverProcess } from './approver-process.ts'
import { joinMachine, joinNode, machineAddresses, nodeAddresses } from './machines.ts'
import type { PolicyOptions } from './policy-text.ts'
import { openScreen, type Screen } from './screen.ts'
import { sharedSite } from './shared-site.ts'
import { m } from './site.ts'

/**
 * Client requests, where the policy and the role cover them: first in shadow mode, then acting. The
 * forecast of each request is what the approver does.
 */

const SERVING = 'kubernetes.io/kubelet-serving'

const site = sharedSite()
let screen: Screen

beforeAll(async () => {
  await site.installation.allowClients()
  screen = await openScreen(site.installation)
})
afterAll(() => screen?.close())

const fileClient = (nodeName: string) =>
  site.file(nodeName, '', { kind: 'client', dnsNames: [], ipAddresses: [] })

/** A request and its expected outcome. */
type Wanted = readonly [KubeObject, ForecastText]

/**
 * Runs the approver in shadow mode, then acting. Approver and page must forecast each expected
 * outcome, and it must happen. Returns the approver.
 */
async function watchThenAct(
  policy: Omit<PolicyOptions, 'mode'>,
  wanted: readonly Wanted[],
): Promise<ApproverProcess> {
  const approver = await site.lead({ ...policy, mode: 'shadow' })
  await untilForecast(approver, wanted)
  for (const [{ metadata }] of wanted) expect(await site.conditions(metadata.name)).toEqual([])
  await site.installation.writePolicy({ ...policy, mode: 'act' })
  await untilDone(approver, wanted)
  await seeWhyLeft(wanted)
  return approver
}

async function untilForecast(approver: ApproverProcess, wanted: readonly Wanted[]): Promise<void> {
  const uids = new Map(wanted.map(([{ metadata }, forecasts]) => [metadata.uid, forecasts]))
  const forecasts = Object.fromEntries(uids)
  // The log has the newest request of each machine; the gauge counts all.
  const machines = new Set(wanted.map(([csr]) => nodeOf(csr)))
  await expect.poll(() => loggedBy(approver).size).toBe(machines.size)
  expect(forecasts).toMatchObject(Object.fromEntries(loggedBy(approver)))
  for (const uid of everWould(approver)) expect(uids.get(uid)).toBe('approve')
  await expect.poll(() => countsOf(approver)).toEqual(leftOf(wanted))

  const [inForce] = await approver.samples(m('policy_info'))
  await expect
    .poll(async () => {
      const answer = await shadowOf(screen.app)
      const isOfThisPolicy = answer.generation === inForce?.labels.generation
      const said = [...forecastsIn(answer)].filter(([uid]) => isOfThisPolicy && uids.has(uid))
      return Object.fromEntries(said)
    })
    .toEqual(forecasts)
}

async function untilDone(approver: ApproverProcess, wanted: readonly Wanted[]): Promise<void> {
  for (const [{ metadata }, forecasts] of wanted) {
    if (forecasts !== 'approve') continue
    const csr = await site.approved(metadata.name)
    expect(csr.status?.conditions?.map(({ reason }) => reason)).toEqual(['CountersignAutoApprove'])
    await site.issued(metadata.name)
  }
  await expect.poll(() => countsOf(approver)).toEqual(leftOf(wanted))
  const uids = new Set(wanted.map(([{ metadata }]) => metadata.uid))
  await expect
    .poll(async () => {
      const { rows } = await shadowOf(screen.app)
      return rows.filter(({ uid, compared }) => uids.has(uid) && compared === 'same').length
    })
    .toBe(wanted.length)
}

/** Expects left requests to be pending, with the reason in the row and on the page. */
async function seeWhyLeft(wanted: readonly Wanted[]): Promise<void> {
  for (const [{ metadata }, forecasts] of wanted) {
    if (forecasts === 'approve') continue
    expect(await site.conditions(metadata.name)).toEqual([])
    const [because, check] = forecasts.split(', ') as [string, CheckCode | 'null']
    if (check === 'null') continue
    const { reason } = await untilListed(screen.app, metadata.uid)
    // A check that only the policy requires does not change the verdict, and is shown on the page
    // alone.
    if (because !== 'requiredUnknown') expect(reason?.code).toBe(check)
    const outcome = because === 'suspicious' ? 'fail' : 'unknown'
    expect(await screen.missedOnPage(metadata.uid, check, outcome)).toBeNull()
  }
}

function leftOf(wanted: readonly Wanted[]): readonly string[] {
  const left = wanted
    .map(([, forecasts]) => forecasts)
    .filter((forecasts) => forecasts !== 'approve')
  return left.toSorted()
}

/** Reason that each left request is left, once for each request. */
async function countsOf(approver: ApproverProcess): Promise<readonly string[]> {
  const samples = await approver.samples(m('left_requests'))
  const left = samples.flatMap(({ labels, value }) =>
    Array<string>(value).fill(`${labels.because}, ${labels.check || null}`),
  )
  return left.toSorted()
}

it('a client request that nothing confirms is left, and all are left once the policy no longer covers clients', async () => {
  const plausible = await fileClient(site.fresh().nodeName)
  const wanted: Wanted = [plausible, 'notVerified, identity.machine']
  const approver = await watchThenAct({ clients: true }, [wanted])
  await site.event(plausible.metadata.uid, 'LeftToAPerson')

  await site.installation.writePolicy({ mode: 'act' })
  const leftAsClients = (count: number) =>
    until(
      `${count} left as client requests`,
      async () => (await approver.metric(m('left_requests'), { because: 'clients' })) === count,
    )
  await leftAsClients(1)
  const { nodeName, address } = site.fresh()
  await joinMachine(site.admin, nodeName, null, machineAddresses(nodeName, address))
  const confirmed = await fileClient(nodeName)
  await leftAsClients(2)
  for (const { metadata } of [plausible, confirmed]) {
    expect(await site.conditions(metadata.name)).toEqual([])
  }
})

it('client requests are left, as forecast, under a policy that never covered clients', async () => {
  const { nodeName, address } = site.fresh()
  await joinMachine(site.admin, nodeName, null, machineAddresses(nodeName, address))
  const approver = await watchThenAct({}, [
    [await fileClient(nodeName), 'clients, null'],
    [await fileClient(site.fresh().nodeName), 'clients, null'],
  ])
  await expect.poll(() => approver.metric(m('decisions_total'), { outcome: 'approved' })).toBe(0)
})

it('machines that a Machine confirms join without a person, and a stranger’s request beside them is left', async () => {
  const names = ['light-1', 'light-2', 'light-3']
  const hostile: readonly Wanted[] = [
    [await fileClient('light-9'), 'notVerified, identity.machine'],
    // Filed before the Node exists, as if by one of them.
    [await site.file('light-1', '10.77.250.1', { keyName: 'thief' }), 'suspicious, node.known'],
  ]
  const options = { prefix: 'light-', machineObjects: true, readyAfter: '0s' }
  const crowd = await site.cluster.startLightKubelets({ count: names.length, ...options })
  const theirs = hostile.map(([{ metadata }]) => metadata.uid)
  const own = await until('each to have asked', async () => {
    const asked = (await requestsIn()).filter(({ metadata }) => !theirs.includes(metadata.uid))
    return asked.length === names.length && asked
  })
  const approver = await watchThenAct({ clients: true }, [
    ...own.map((csr): Wanted => [csr, 'approve']),
    ...hostile,
  ])
  const servingIssued = async (name: string) => {
    const all = (await requestsIn()).filter(({ spec }) => spec.username === `system:node:${name}`)
    return all.some(({ spec, status }) => spec.signerName === SERVING && status?.certificate)
  }
  for (const name of names) {
    await until(`${name} to be Ready`, () => isReady(site.admin, name))
    await until(`${name} to have its serving certificate`, () => servingIssued(name))
  }
  await crowd.stop()
  const approved = () => approver.metric(m('decisions_total'), { outcome: 'approved' })
  await expect.poll(approved).toBe(names.length * 2)
  for (const [{ metadata }] of hostile) expect(await site.conditions(metadata.name)).toEqual([])
})

// Tests with a list of expected machines come last: the page keeps the last good list.

it('a client request is approved and issued for a confirmed machine, and left with the reason for any other', async () => {
  const [machine, listed, taken, down, unlisted] = [
    site.fresh(),
    site.fresh(),
    site.fresh(),
    site.fresh(),
    site.fresh(),
  ]
  const own = machineAddresses(machine.nodeName, machine.address)
  await joinMachine(site.admin, machine.nodeName, null, own)
  for (const { nodeName, address } of [taken, down]) {
    await joinNode(site.admin, nodeName, nodeAddresses(nodeName, address))
  }
  await site.admin.call('PATCH', `/api/v1/nodes/${taken.nodeName}/status`, {
    contentType: 'application/strategic-merge-patch+json',
    body: { status: { conditions: [{ type: 'Ready', status: 'True' }] } },
  })
  const names = [machine, listed, taken, down].map(({ nodeName }) => nodeName)
  await site.installation.writeExpected(['name', ...names].join('\n'))

  const wanted: readonly Wanted[] = [
    [await fileClient(machine.nodeName), 'approve'],
    [await fileClient(listed.nodeName), 'approve'],
    // A Ready node has the name.
    [await fileClient(taken.nodeName), 'suspicious, node.new'],
    // A node that is down has the name: any client with the bootstrap credential could be it.
    [await fileClient(down.nodeName), 'requiredUnknown, node.new'],
    [await fileClient(unlisted.nodeName), 'suspicious, identity.expected'],
  ]
  const spec = { expectedComplete: true, allowedNames: ['*'] }
  const approver = await watchThenAct({ clients: true, spec }, wanted)
  for (const [{ metadata }, forecasts] of wanted.slice(2)) {
    const [, check] = forecasts.split(', ')
    expect((await site.event(metadata.uid, 'LeftToAPerson')).note).toContain(check)
  }
  await expect.poll(() => approver.metric(m('decisions_total'), { outcome: 'approved' })).toBe(2)
})

it('a client request of a machine that is down is left, though a Machine and the list have it and the policy requires no check', async () => {
  const { nodeName, address } = site.fresh()
  const own = machineAddresses(nodeName, address)
  await joinMachine(site.admin, nodeName, nodeAddresses(nodeName, address), own)
  await site.installation.writeExpected(`name\n${nodeName}`)
  const again: Wanted = [await fileClient(nodeName), 'notVerified, node.new']
  const spec = { allowedNames: ['*'] }
  const approver = await watchThenAct({ clients: true, required: [], spec }, [again])
  await site.event(again[0].metadata.uid, 'LeftToAPerson')
  await expect.poll(() => approver.metric(m('decisions_total'), { outcome: 'approved' })).toBe(0)
})

async function requestsIn(): Promise<readonly KubeObject[]> {
  const { body } = await site.admin.call<{ items: readonly KubeObject[] }>('GET', CSRS)
  return body.items
}

function nodeOf({ spec }: KubeObject): string | undefined {
  return readRequest(spec.request).x509cr?.subject.commonNames[0]
}
