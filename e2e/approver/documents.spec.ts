import { expect, it } from 'vitest'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { leads } from './installation.ts'
import { joinNode, nodeAddresses } from './machines.ts'
import { sharedSite } from './shared-site.ts'
import { LEASE, m } from './site.ts'

/** Documents of an admin: the policy, its kill switch, and the list of expected machines. */

const site = sharedSite()

it('shadow mode reports what it would do, and does nothing', async () => {
  const approver = await site.lead({ mode: 'shadow' })
  const request = await site.goodRequest()
  await site.told(request.metadata.uid, 'WouldApprove')
  expect(await site.conditions(request.metadata.name)).toEqual([])
  await expect
    .poll(() => approver.metric(m('decisions_total'), { outcome: 'would_approve' }))
    .toBe(1)
  await site.installation.writePolicy({ mode: 'act' })
  await site.approved(request.metadata.name)
})

it('the kill switch stops it, and it continues when the switch is taken back', async () => {
  const approver = await site.lead({ mode: 'act' })
  await site.approved((await site.goodRequest()).metadata.name)
  await site.installation.writeDocuments({ paused: 'true' })
  await until('the kill switch to be seen', async () => (await approver.metric(m('paused'))) === 1)
  const request = await site.goodRequest()
  await until(
    'the request to be seen',
    async () => (await approver.metric(m('pending_requests'))) === 1,
  )
  expect(await site.conditions(request.metadata.name)).toEqual([])
  await site.installation.writeDocuments({ paused: 'false' })
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

it('a machine on the list of expected ones needs no Machine, one outside the list does', async () => {
  const [listed, unlisted] = [site.fresh(), site.fresh()]
  await site.installation.writeExpected(`name,addresses\n${listed.nodeName},${listed.address}\n`)
  await site.lead({ mode: 'act' })
  const names: string[] = []
  for (const { nodeName, address } of [unlisted, listed]) {
    await joinNode(site.admin, nodeName, nodeAddresses(nodeName, address))
    names.push((await site.file(nodeName, address)).metadata.name)
  }
  await site.approved(names[1] ?? '')
  expect(await site.conditions(names[0] ?? '')).toEqual([])
})

it('without a policy nothing is done', async () => {
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
  expect(await site.told(uid, 'BrakeTripped')).toMatchObject({
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
