import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { CheckCode } from '#lib/csr/model.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { untilListed } from '../fixtures/api.ts'
import { CSRS, type KubeObject } from '../fixtures/kube-client.ts'
import type { ApproverProcess } from './approver-process.ts'
import { everWould, type Foretold, foretoldIn, shadowOf, toldBy } from './foretold.ts'
import { joinMachine, joinNode, machineAddresses, nodeAddresses } from './machines.ts'
import type { PolicyOptions } from './policy-text.ts'
import { openScreen, type Screen } from './screen.ts'
import { m, openSite, type Site } from './site.ts'

/**
 * Client requests, where the policy and the role have them: first watched, then acted upon. What was
 * foretold of each is what is done.
 */

const SERVING = 'kubernetes.io/kubelet-serving'

/** As much of it as is looked at. */
interface NodeObject {
  readonly status: { readonly conditions?: readonly { type: string; status: string }[] }
}

let site: Site
let screen: Screen

beforeAll(async () => {
  site = await openSite()
  await site.installation.allowClients()
})
// One each, as the approver: a list or a policy that is gone would stay in force there.
beforeEach(async () => {
  screen = await openScreen(site.installation)
})
afterEach(async () => {
  await screen.close()
  await site.clear()
})
afterAll(() => site?.end())

const fileClient = (nodeName: string) =>
  site.file(nodeName, '', { kind: 'client', dnsNames: [], ipAddresses: [] })

/** A request, and what is to become of it. */
type Wanted = readonly [KubeObject, Foretold]

/**
 * Lets it watch them, then act: what the approver and the page have foretold of each is what is
 * wanted, what is done, and what the page then says. Answers the approver.
 */
async function watchThenAct(
  policy: Omit<PolicyOptions, 'mode'>,
  wanted: readonly Wanted[],
): Promise<ApproverProcess> {
  const approver = await site.lead({ ...policy, mode: 'shadow' })
  await untilForetold(approver, wanted)
  for (const [{ metadata }] of wanted) expect(await site.conditions(metadata.name)).toEqual([])
  await site.installation.writePolicy({ ...policy, mode: 'act' })
  await untilDone(approver, wanted)
  await seeWhyLeft(wanted)
  return approver
}

async function untilForetold(approver: ApproverProcess, wanted: readonly Wanted[]): Promise<void> {
  const uids = new Map(wanted.map(([{ metadata }, foretold]) => [metadata.uid, foretold]))
  const foretold = Object.fromEntries(uids)
  // A word is said of the newest request of each machine, and the gauge counts all.
  const machines = new Set(wanted.map(([csr]) => nodeOf(csr)))
  await expect.poll(() => toldBy(approver).size).toBe(machines.size)
  expect(foretold).toMatchObject(Object.fromEntries(toldBy(approver)))
  for (const uid of everWould(approver)) expect(uids.get(uid)).toBe('approve')
  await expect.poll(() => countsOf(approver)).toEqual(leftOf(wanted))

  const [inForce] = await approver.samples(m('policy_info'))
  await expect
    .poll(async () => {
      const answer = await shadowOf(screen.app)
      const isOfThisPolicy = answer.generation === inForce?.labels.generation
      const said = [...foretoldIn(answer)].filter(([uid]) => isOfThisPolicy && uids.has(uid))
      return Object.fromEntries(said)
    })
    .toEqual(foretold)
}

async function untilDone(approver: ApproverProcess, wanted: readonly Wanted[]): Promise<void> {
  for (const [{ metadata }, foretold] of wanted) {
    if (foretold !== 'approve') continue
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

/** What was left still waits, and a person sees why: in its row and on its page. */
async function seeWhyLeft(wanted: readonly Wanted[]): Promise<void> {
  for (const [{ metadata }, foretold] of wanted) {
    if (foretold === 'approve') continue
    expect(await site.conditions(metadata.name)).toEqual([])
    const [because, check] = foretold.split(', ') as [string, CheckCode | 'null']
    if (check === 'null') continue
    const { reason } = await untilListed(screen.app, metadata.uid)
    // What the policy requires besides takes nothing from a verdict, and is told on the page alone.
    if (because !== 'requiredUnknown') expect(reason?.code).toBe(check)
    const outcome = because === 'suspicious' ? 'fail' : 'unknown'
    expect(await screen.missedOnPage(metadata.uid, check, outcome)).toBeNull()
  }
}

function leftOf(wanted: readonly Wanted[]): readonly string[] {
  const left = wanted.map(([, foretold]) => foretold).filter((foretold) => foretold !== 'approve')
  return left.toSorted()
}

/** Why it leaves what it leaves, once for each request. */
async function countsOf(approver: ApproverProcess): Promise<readonly string[]> {
  const samples = await approver.samples(m('left_requests'))
  const left = samples.flatMap(({ labels, value }) =>
    Array<string>(value).fill(`${labels.because}, ${labels.check || null}`),
  )
  return left.toSorted()
}

it('of a machine that something else confirms: approved, issued; of any other: left, with the reason', async () => {
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
    // So has one that is down: whoever has the bootstrap credential could be it.
    [await fileClient(down.nodeName), 'requiredUnknown, node.new'],
    [await fileClient(unlisted.nodeName), 'suspicious, identity.expected'],
  ]
  const spec = { expectedComplete: true, allowedNames: ['*'] }
  const approver = await watchThenAct({ clients: true, spec }, wanted)
  for (const [{ metadata }, foretold] of wanted.slice(2)) {
    const [, check] = foretold.split(', ')
    expect((await site.told(metadata.uid, 'LeftToAPerson')).note).toContain(check)
  }
  await expect.poll(() => approver.metric(m('decisions_total'), { outcome: 'approved' })).toBe(2)
})

it('of a machine that is down: left, though a Machine and the list have it and the policy requires no check', async () => {
  const { nodeName, address } = site.fresh()
  const own = machineAddresses(nodeName, address)
  await joinMachine(site.admin, nodeName, nodeAddresses(nodeName, address), own)
  await site.installation.writeExpected(`name\n${nodeName}`)
  const again: Wanted = [await fileClient(nodeName), 'notVerified, node.new']
  const spec = { allowedNames: ['*'] }
  const approver = await watchThenAct({ clients: true, required: [], spec }, [again])
  await site.told(again[0].metadata.uid, 'LeftToAPerson')
  await expect.poll(() => approver.metric(m('decisions_total'), { outcome: 'approved' })).toBe(0)
})

it('of a machine that nothing but its own word confirms: left, and all of them where the policy says nothing of clients', async () => {
  const plausible = await fileClient(site.fresh().nodeName)
  const wanted: Wanted = [plausible, 'notVerified, identity.machine']
  const approver = await watchThenAct({ clients: true }, [wanted])
  await site.told(plausible.metadata.uid, 'LeftToAPerson')

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

it('where the policy says nothing of clients from the beginning: all of them left, as foretold', async () => {
  const { nodeName, address } = site.fresh()
  await joinMachine(site.admin, nodeName, null, machineAddresses(nodeName, address))
  const approver = await watchThenAct({}, [
    [await fileClient(nodeName), 'clients, null'],
    [await fileClient(site.fresh().nodeName), 'clients, null'],
  ])
  await expect.poll(() => approver.metric(m('decisions_total'), { outcome: 'approved' })).toBe(0)
})

it('machines that a Machine confirms join untouched, and whoever asks beside them does not', async () => {
  const names = ['light-1', 'light-2', 'light-3']
  const hostile: readonly Wanted[] = [
    [await fileClient('light-9'), 'notVerified, identity.machine'],
    // As if it were one of them, before its Node is there.
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
    await until(`${name} to be Ready`, () => isReady(name))
    await until(`${name} to have its serving certificate`, () => servingIssued(name))
  }
  await crowd.stop()
  const approved = () => approver.metric(m('decisions_total'), { outcome: 'approved' })
  await expect.poll(approved).toBe(names.length * 2)
  for (const [{ metadata }] of hostile) expect(await site.conditions(metadata.name)).toEqual([])
})

async function requestsIn(): Promise<readonly KubeObject[]> {
  const { body } = await site.admin.call<{ items: readonly KubeObject[] }>('GET', CSRS)
  return body.items
}

function nodeOf({ spec }: KubeObject): string | undefined {
  return readRequest(spec.request).x509cr?.subject.commonNames[0]
}

async function isReady(name: string): Promise<boolean> {
  const { body } = await site.admin.call<Partial<NodeObject>>('GET', `/api/v1/nodes/${name}`)
  const conditions = body.status?.conditions ?? []
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
}
