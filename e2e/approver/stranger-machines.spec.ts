import { afterEach, beforeAll, expect, it } from 'vitest'
import { joinNode, machineAddresses, nodeAddresses } from '#e2e/approver/machines.ts'
import { sharedSite } from '#e2e/approver/shared-site.ts'
import { letIn, type Tenant } from '#e2e/fixtures/tenant-machines.ts'

/** Machines of a person who may write them in one namespace of their own. */

const site = sharedSite()
let tenant: Tenant

beforeAll(async () => {
  tenant = await letIn(site.admin, { namespace: 'tenant' })
})
afterEach(() => tenant.clear())

it('a stranger’s twin of a Machine holds up no request of its node', async () => {
  const { nodeName, address } = site.fresh()
  await site.join(nodeName, address)
  const nodeRef = { kind: 'Node', name: nodeName }
  await tenant.machine('twin', { nodeRef, addresses: machineAddresses(nodeName, '10.78.0.1') })
  await tenant.machine('thief', { addresses: machineAddresses('thief', address) })
  await site.lead({ mode: 'act' })
  const request = await site.file(nodeName, address)
  const { status } = await site.approved(request.metadata.name)
  expect(status?.conditions?.map(({ reason }) => reason)).toEqual(['CountersignAutoApprove'])
})

it('a stranger’s Machine lets nothing be approved, until the policy names its namespace', async () => {
  const { nodeName, address } = site.fresh()
  const node = await joinNode(site.admin, nodeName, nodeAddresses(nodeName, address))
  expect(await tenant.call('GET', '/api/v1/nodes')).toBe(403)
  const nodeRef = { kind: 'Node', name: nodeName, uid: node.metadata.uid }
  await tenant.machine('mine', { nodeRef, addresses: machineAddresses(nodeName, address) })
  const approver = await site.lead({ mode: 'act' })
  const request = await site.file(nodeName, address)
  const { name, uid } = request.metadata
  await site.event(uid, 'LeftToAPerson')
  const left = approver.log.find((entry) => entry.event === 'left' && entry.uid === uid)
  expect(left).toMatchObject({ because: 'notVerified' })
  expect(await site.conditions(name)).toEqual([])

  const spec = { machines: { namespaces: ['openshift-machine-api', 'tenant'] } }
  await site.installation.writePolicy({ mode: 'act', spec })
  await site.approved(name)
})
