import { expect, it } from 'vitest'
import { nodeRequestor } from '#lib/csr/fixtures/make-csr.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import type { KubeObject } from '../fixtures/kube-client.ts'
import { leads } from './installation.ts'
import { joinNode, nodeAddresses, wanted } from './machines.ts'
import { sharedSite } from './shared-site.ts'
import { LEASE, m } from './site.ts'

/** Documents of an admin: the policy, its kill switch, and the list of expected machines. */

const site = sharedSite()

it('shadow mode reports what it would do, and does nothing', async () => {
  const approver = await site.lead({ mode: 'shadow' })
  const request = await site.goodRequest()
  await site.event(request.metadata.uid, 'WouldApprove')
  expect(await site.conditions(request.metadata.name)).toEqual([])
  await expect
    .poll(() => approver.metric(m('decisions_total'), { outcome: 'would_approve' }))
    .toBe(1)
  await site.installation.writePolicy({ mode: 'act' })
  await site.approved(request.metadata.name)
})

it('a policy that turns bad keeps the last good one in force; a deleted one pauses', async () => {
  const approver = await site.lead({ mode: 'act' })
  await site.installation.writeDocuments({ 'policy.yaml': 'kind: [' })
  await until('the problem', async () => (await approver.metric(m('policy_problem'))) === 1)
  await site.approved((await site.goodRequest()).metadata.name)
  await site.installation.deletePolicy()
  await until('the policy to be missed', () =>
    approver.log.find((line) => String(line.problem).includes('does not exist')),
  )
  // The kill switch was deleted with the policy, so its state is unknown.
  await until('the pause', async () => (await approver.metric(m('paused'))) === 1)
  const request = await site.goodRequest()
  await until(
    'the request to be seen',
    async () => (await approver.metric(m('pending_requests'))) === 1,
  )
  expect(await site.conditions(request.metadata.name)).toEqual([])
  await site.installation.writePolicy({ mode: 'act' })
  await site.approved(request.metadata.name)
})

it('without a policy the approver does nothing', async () => {
  const approver = await site.installation.start('one', { unready: true })
  await leads(approver)
  const request = await site.goodRequest()
  await until('the policy to be missed', () =>
    approver.log.find(({ event }) => event === 'policyProblem'),
  )
  expect((await approver.get('/readyz')).status).toBe(503)
  expect(await site.conditions(request.metadata.name)).toEqual([])
})

it('the brake stops a node, is reported, outlives the process, and a person releases it', async () => {
  const approver = await site.lead({
    mode: 'act',
    limits: { perNode: 2, perRequestor: 50, total: 50 },
  })
  const { nodeName, address } = site.fresh()
  await site.join(nodeName, address)
  const names: string[] = []
  for (let n = 0; n < 3; n += 1) {
    const { metadata } = await site.file(nodeName, address, { keyName: `${nodeName}-${n}` })
    names.push(metadata.name)
    if (n < 2) await site.approved(metadata.name)
  }
  const tripped = { scope: 'node' }
  await until('the brake', async () => (await approver.metric(m('brake_tripped'), tripped)) === 1)
  expect(await site.conditions(names[2] ?? '')).toEqual([])
  // Other nodes continue.
  await site.approved((await site.goodRequest()).metadata.name)

  const lease = await site.admin.call<{
    metadata: { uid: string; annotations: Record<string, string> }
  }>('GET', LEASE)
  const { uid, annotations } = lease.body.metadata
  expect(JSON.parse(annotations['countersign.dev/brake'] ?? '')).toMatchObject([
    { scope: 'node', name: nodeName },
  ])
  expect(await site.event(uid, 'BrakeTripped')).toMatchObject({
    metadata: { namespace: 'countersign' },
    type: 'Warning',
    regarding: { kind: 'Lease', name: 'countersign-approver' },
    note:
      `Too many automatic approvals within an hour: stopped for node ${nodeName} ` +
      'until a person releases the brake.',
  })
  expect(await approver.stop('SIGTERM')).toBe(0)
  const second = await site.installation.start('two')
  await leads(second)
  await until(
    'the brake is known',
    async () => (await second.metric(m('brake_tripped'), tripped)) === 1,
  )
  expect(await site.conditions(names[2] ?? '')).toEqual([])
  await site.installation.writeDocuments({ released: new Date().toISOString() })
  await site.approved(names[2] ?? '')
  await expect.poll(() => second.metric(m('brake_tripped'), tripped)).toBe(0)
})

it('a looser policy is an Event on the Lease, also where it came while no approver ran', async () => {
  const loosened = async () => {
    const { body } = await site.admin.call<{ metadata: { uid: string } }>('GET', LEASE)
    const events = await site.events(body.metadata.uid)
    return events.filter(({ reason }) => reason === 'PolicyLoosened').map(({ note }) => note)
  }
  const policy = (allowedNames: readonly string[]) =>
    ({ mode: 'shadow', spec: { allowedNames } }) as const
  const untilLoosened = (count: number) =>
    until(`${count} Events`, async () => (await loosened()).length === count)
  const approver = await site.lead(policy(['*.example.com']))
  await site.installation.writePolicy(policy(['*.example.com', '*.example.net']))
  await untilLoosened(1)
  await site.installation.writePolicy(policy(['*.example.com']))
  await until(
    'the tighter policy',
    () => approver.log.filter(({ event }) => event === 'policy').length === 3,
  )
  expect(await approver.stop('SIGTERM')).toBe(0)
  await site.installation.writePolicy(policy([]))
  const second = await site.installation.start('two')
  await leads(second)
  await untilLoosened(2)
  for (const note of await loosened()) {
    expect(note).toMatch(
      /^The policy e2e@\w+ is looser in allowedNames than policy e2e@\w+ before it\.$/,
    )
  }
  expect(second.log.find(({ event }) => event === 'policyLoosened')).toMatchObject({
    looser: ['allowedNames'],
    unclear: [],
  })
})

// Machines with only their name on the list: a node writes its own addresses.

const allowedAddresses = ['10.77.0.0/16']
/** Patterns that allow every name below; a pattern does not say which node owns a name. */
const allowedNames = ['*', '*.corp.example', '*.prod.example.com', '*.countersign.test']
/** A name in the API server's certificate, and in no kubeconfig. */
const API_SERVERS_OWN = 'api.countersign.test'

/** Makes Nodes and their requests, by the additional name that each claims. */
async function fileEach(
  names: readonly (string | null)[],
  machines = names.map(() => site.fresh()),
): Promise<ReadonlyMap<string | null, KubeObject>> {
  const filed = new Map<string | null, KubeObject>()
  for (const [index, name] of names.entries()) {
    const { nodeName = '', address = '' } = machines[index] ?? {}
    const own = nodeAddresses(nodeName, address)
    await joinNode(site.admin, nodeName, own)
    const dnsNames = name === null ? [nodeName] : [nodeName, name]
    if (name !== null) {
      const type = index % 2 === 0 ? 'ExternalDNS' : 'InternalDNS'
      const status = { addresses: [...own, { type, address: name }] }
      await wanted(
        await site.admin.call('PATCH', `/api/v1/nodes/${nodeName}/status`, {
          contentType: 'application/merge-patch+json',
          body: { status },
          as: nodeRequestor(nodeName),
        }),
      )
    }
    filed.set(name, await site.file(nodeName, address, { dnsNames }))
  }
  return filed
}

it('no node gets an additional name that it claims, and each gets its own name within the policy', async () => {
  const names = ['vault.corp.example', 'api.prod.example.com', 'kube-apiserver', API_SERVERS_OWN]
  const wants = [...names, null]
  const machines = wants.map(() => site.fresh())
  const list = ['name', ...machines.map(({ nodeName }) => nodeName)].join('\n')
  await site.installation.writeExpected(list)
  await site.lead({ mode: 'act', spec: { allowedAddresses, allowedNames } })
  const filed = await fileEach(wants, machines)

  await site.approved(filed.get(null)?.metadata.name ?? '')
  for (const name of names) {
    const { metadata } = filed.get(name) ?? {}
    const { note } = await site.event(metadata?.uid ?? '', 'LeftToAPerson')
    const check = name === API_SERVERS_OWN ? 'sans.reserved' : 'identity.expected'
    expect(`${name}: ${note}`).toContain(check)
    expect(await site.conditions(metadata?.name ?? '')).toEqual([])
  }
})

it('no node gets an additional name where the policy accepts plausible requests, with a list and without', async () => {
  const lists = [null, (nodeName: string) => `name\n${nodeName}`]
  for (const list of lists) {
    const machines = [site.fresh(), site.fresh()]
    if (list !== null) await site.installation.writeExpected(list(machines[0]?.nodeName ?? ''))
    await site.lead({ mode: 'act', accept: 'plausible', spec: { allowedAddresses, allowedNames } })
    const filed = await fileEach(['vault.corp.example', null], machines)
    await site.approved(filed.get(null)?.metadata.name ?? '')
    const { metadata } = filed.get('vault.corp.example') ?? {}
    await site.event(metadata?.uid ?? '', 'LeftToAPerson')
    expect(await site.conditions(metadata?.name ?? '')).toEqual([])
    await site.clear()
  }
})

it('a policy that acts on names alone approves nothing, and gives the reason until it is fixed', async () => {
  const machine = site.fresh()
  await site.installation.writeExpected(`name\n${machine.nodeName}`)
  await site.installation.writePolicy({ mode: 'act', spec: { allowedAddresses } })
  const approver = await site.installation.start('one', { unready: true })
  await until('the refusal', async () => {
    const { status, text } = await approver.get('/readyz')
    return status === 503 && text.includes('allowedNames')
  })
  const filed = await fileEach([null], [machine])
  const { name = '' } = filed.get(null)?.metadata ?? {}
  // A confirmed machine is left, too: the policy is refused as a whole.
  const confirmed = await site.goodRequest()
  await until('both to be seen', async () => {
    return (await approver.metric('countersign_approver_pending_requests')) === 2
  })
  expect(await approver.metric('countersign_approver_policy_problem')).toBe(1)
  expect(approver.log.filter(({ event }) => event === 'policyProblem')).toMatchObject([
    { problem: expect.stringContaining('gives names alone') },
  ])
  expect(await site.conditions(name)).toEqual([])
  expect(await site.conditions(confirmed.metadata.name)).toEqual([])

  await site.installation.writePolicy({ mode: 'act', spec: { allowedAddresses, allowedNames } })
  await site.approved(name)
  await site.approved(confirmed.metadata.name)
  await until('it to be ready', async () => (await approver.get('/readyz')).status === 200)
})
