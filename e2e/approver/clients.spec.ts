import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { until } from '../cluster/until.ts'
import { CSRS, type KubeObject } from '../fixtures/kube-client.ts'
import { joinMachine, joinNode, machineAddresses, nodeAddresses } from './machines.ts'
import { m, openSite, type Site } from './site.ts'

/** Client requests, where the policy and the role have them. */

const SERVING = 'kubernetes.io/kubelet-serving'

/** As much of it as is looked at. */
interface NodeObject {
  readonly status: { readonly conditions?: readonly { type: string; status: string }[] }
}

let site: Site

beforeAll(async () => {
  site = await openSite()
  await site.installation.allowClients()
})
afterEach(() => site.clear())
afterAll(() => site?.end())

const fileClient = (nodeName: string) =>
  site.file(nodeName, '', { kind: 'client', dnsNames: [], ipAddresses: [] })

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
  const spec = { expectedComplete: true }
  const approver = await site.lead({ mode: 'act', clients: true, spec })

  const left: readonly (readonly [{ readonly nodeName: string }, string])[] = [
    // A Ready node has the name.
    [taken, 'node.new'],
    // So has one that is down: whoever has the bootstrap credential could be it.
    [down, 'node.new'],
    [unlisted, 'identity.expected'],
  ]
  const hostile = []
  for (const [{ nodeName }, check] of left)
    hostile.push([await fileClient(nodeName), check] as const)
  for (const { nodeName } of [machine, listed]) {
    const { metadata } = await fileClient(nodeName)
    const csr = await site.approved(metadata.name)
    expect(csr.status?.conditions?.[0]?.reason).toBe('CountersignAutoApprove')
    await site.issued(metadata.name)
  }
  for (const [{ metadata }, check] of hostile) {
    expect((await site.told(metadata.uid, 'LeftToAPerson')).note).toContain(check)
    expect(await site.conditions(metadata.name)).toEqual([])
  }
  expect(await approver.metric(m('decisions_total'), { outcome: 'approved' })).toBe(2)
})

it('of a machine that nothing but its own word confirms: left, and all of them where the policy says nothing of clients', async () => {
  const approver = await site.lead({ mode: 'act', clients: true })
  const plausible = await fileClient(site.fresh().nodeName)
  await site.told(plausible.metadata.uid, 'LeftToAPerson')
  expect(await approver.metric(m('left_requests'), { because: 'notVerified' })).toBe(1)

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

it('machines that a Machine confirms join untouched, and whoever asks beside them does not', async () => {
  const approver = await site.lead({ mode: 'act', clients: true })
  const names = ['light-1', 'light-2', 'light-3']
  const hostile = [
    await fileClient('light-9'),
    // As if it were one of them, before its Node is there.
    await site.file('light-1', '10.77.250.1', { keyName: 'thief' }),
  ]
  const options = { prefix: 'light-', machineObjects: true, readyAfter: '0s' }
  const crowd = await site.cluster.startLightKubelets({ count: names.length, ...options })
  const servingIssued = async (name: string) => {
    const all = await requestsBy(`system:node:${name}`)
    return all.some(({ spec, status }) => spec.signerName === SERVING && status?.certificate)
  }
  for (const name of names) {
    await until(`${name} to be Ready`, () => isReady(name))
    await until(`${name} to have its serving certificate`, () => servingIssued(name))
  }
  await crowd.stop()
  const own = names.length * 2
  expect(await approver.metric(m('decisions_total'), { outcome: 'approved' })).toBe(own)
  for (const { metadata } of hostile) expect(await site.conditions(metadata.name)).toEqual([])
})

async function requestsBy(username: string): Promise<readonly KubeObject[]> {
  const { body } = await site.admin.call<{ items: readonly KubeObject[] }>('GET', CSRS)
  return body.items.filter(({ spec }) => spec.username === username)
}

async function isReady(name: string): Promise<boolean> {
  const { body } = await site.admin.call<Partial<NodeObject>>('GET', `/api/v1/nodes/${name}`)
  const conditions = body.status?.conditions ?? []
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
}
