import { expect, it } from 'vitest'
import { nodeRequestor } from '#lib/csr/fixtures/make-csr.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import type { KubeObject } from '../fixtures/kube-client.ts'
import { joinNode, nodeAddresses, wanted } from './machines.ts'
import { sharedSite } from './shared-site.ts'

/** Machines with only their name on the list: a node writes its own addresses. */

const site = sharedSite()

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

it('no node gets an additional name that it claims; its own name within the policy it gets', async () => {
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
    const { note } = await site.told(metadata?.uid ?? '', 'LeftToAPerson')
    const check = name === API_SERVERS_OWN ? 'sans.reserved' : 'identity.expected'
    expect(`${name}: ${note}`).toContain(check)
    expect(await site.conditions(metadata?.name ?? '')).toEqual([])
  }
})

it('nor where the policy accepts plausible requests, with a list and without', async () => {
  const lists = [null, (nodeName: string) => `name\n${nodeName}`]
  for (const list of lists) {
    const machines = [site.fresh(), site.fresh()]
    if (list !== null) await site.installation.writeExpected(list(machines[0]?.nodeName ?? ''))
    await site.lead({ mode: 'act', accept: 'plausible', spec: { allowedAddresses, allowedNames } })
    const filed = await fileEach(['vault.corp.example', null], machines)
    await site.approved(filed.get(null)?.metadata.name ?? '')
    const { metadata } = filed.get('vault.corp.example') ?? {}
    await site.told(metadata?.uid ?? '', 'LeftToAPerson')
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
