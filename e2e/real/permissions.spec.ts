/** Hostile inputs 24, 32 and 37: missing and removed rights as the page reports them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import { decide, itemOf, requests, untilListed } from '../fixtures/api.ts'
import { accountToken, conditionTypes, readCsr } from '../fixtures/kube-client.ts'
import { expect, test } from '../fixtures/real.ts'
import { fileOn, removeRequests } from '../fixtures/real-requests.ts'
import { WAITS } from '../fixtures/waits.ts'

test.beforeEach(({ kube }) => removeRequests(kube))
test.afterAll(({ kube }) => removeRequests(kube))

test('with requests but not nodes readable, checks without nodes are unknown, and the page says so', async ({
  page,
  cluster,
  kube,
  open,
}, testInfo) => {
  const rules = [
    { resources: ['certificatesigningrequests'], verbs: ['get', 'list', 'watch'] },
    { resources: ['certificatesigningrequests/approval'], verbs: ['update'] },
    { resources: ['signers'], verbs: ['approve'] },
  ].map((rule) => ({ apiGroups: ['certificates.k8s.io'], ...rule }))
  const name = 'requests-only'
  const rbac = 'rbac.authorization.k8s.io'
  const objects = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'default' } },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: 'default' }],
    },
  ]
  await cluster.apply(objects)
  try {
    const token = await accountToken(kube, name)
    const config = parse(readFileSync(cluster.kubeconfigs.approver, 'utf8')) as {
      users: { user: object }[]
    }
    for (const one of config.users) one.user = { token }
    const kubeconfig = testInfo.outputPath('requests-only.kubeconfig')
    writeFileSync(kubeconfig, stringify(config))

    const app = await open({ kubeconfig })
    const filed = await fileOn(kube, { nodeName: 'unseen' })
    const row = await untilListed(app, filed.metadata.uid)
    const detail = (await (await app.fetch(`/api/requests/${row.uid}`)).json()) as {
      checks: { code: string; outcome: string }[]
    }
    const outcomes = Object.fromEntries(detail.checks.map(({ code, outcome }) => [code, outcome]))
    expect(outcomes).toMatchObject({
      'request.faithful': 'pass',
      'node.new': 'unknown',
      'identity.machine': 'unknown',
    })
    expect(detail.checks.filter(({ outcome }) => outcome === 'fail')).toEqual([])

    await page.goto(app.address)
    await expect(
      page.getByText(
        'Nodes cannot be read. Machine objects cannot be read. Cluster operators cannot be read.',
      ),
    ).toBeVisible()
    await expect(page.getByRole('button', { name: 'Copy the missing rule' })).toBeVisible()
    await expect(page.getByText('Whether exec and logs work is not known')).toBeVisible()
    await page.getByRole('button', { name: 'Approve client for unseen' }).click()
    await expect
      .poll(async () => conditionTypes(await readCsr(kube, filed.metadata.name)))
      .toContain('Approved')
    // The signer may still be reconnecting after another test's restart.
    await expect(page.getByRole('row', { name: /^unseen/ })).toContainText(
      /Approved, waiting for signer|Client issued/,
    )
    await page.goto(app.at('/machines/nobody'))
    await expect(
      page.getByText('Whether a Node or a Machine object does cannot be told'),
    ).toBeVisible()
    await page.goto(app.at('/nodes'))
    await expect(page.getByText(/Nodes cannot be read/)).toHaveCount(1)
  } finally {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
    await cluster.kubectl(['delete', '-f', '-'], { input })
  }
})

test('a viewer sees everything, decides nothing, and is offered the command that gives the right', async ({
  page,
  cluster,
  kube,
  open,
}) => {
  const app = await open({ kubeconfig: cluster.kubeconfigs.viewer })
  const filed = await fileOn(kube, { nodeName: 'only-seen' })
  await page.goto(app.address)
  const approve = page.getByRole('button', { name: 'Approve client for only-seen' })
  await expect(approve).toBeVisible()
  await expect(approve).toHaveAttribute('aria-disabled', 'true')
  await expect(approve).toHaveAccessibleDescription(
    /lacks the verb update on certificatesigningrequests\/approval/,
  )
  await expect(page.getByText('You can view requests, but not approve or deny them.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Copy the command' })).toBeVisible()
  await approve.click({ force: true })
  await page.goto(app.at('/machines/only-seen'))
  await expect(page.getByText('You can view requests, but not approve or deny them.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Copy the command' })).toBeVisible()
  await expect(page.getByRole('button', { name: /^(Approve|Deny)/ })).toHaveCount(0)
  // A script is refused as well.
  const row = await untilListed(app, filed.metadata.uid)
  const { lines } = await decide(app, {
    decision: 'approve',
    accept: 'plausible',
    items: [itemOf(row)],
  })
  expect(lines).toEqual([expect.objectContaining({ outcome: 'forbidden' })])
  expect(conditionTypes(await readCsr(kube, filed.metadata.name))).toEqual([])
})

test('within 60 s after the right was removed the buttons say so', {
  tag: WAITS,
}, async ({ page, cluster, kube, open }) => {
  // An app of its own: its known rights are outdated for a while after this.
  const app = await open({ kubeconfig: cluster.kubeconfigs.approver })
  const filed = await fileOn(kube, { nodeName: 'right-goes' })
  await page.goto(app.address)
  const approve = page.getByRole('button', { name: 'Approve client for right-goes' })
  await expect(approve).toBeEnabled()
  const name = 'countersign-approver'
  const { roleRef, subjects } = JSON.parse(
    await cluster.kubectl(['get', 'clusterrolebinding', name, '-o', 'json']),
  )
  await cluster.kubectl(['delete', 'clusterrolebinding', name])
  const since = Date.now()
  try {
    await expect(approve).toHaveAttribute('aria-disabled', 'true', { timeout: 60_000 })
    console.log(`off in the page after ${Date.now() - since} ms`)
    await expect(approve).toHaveAccessibleDescription(/lacks the verb update/)
  } finally {
    const apiVersion = 'rbac.authorization.k8s.io/v1'
    const kind = 'ClusterRoleBinding'
    await cluster.apply([{ apiVersion, kind, metadata: { name }, roleRef, subjects }])
  }
  expect(conditionTypes(await readCsr(kube, filed.metadata.name))).toEqual([])
})

test('within 60 s after the right to read was removed nothing is shown any more', {
  tag: WAITS,
}, async ({ page, cluster, kube, open }) => {
  test.setTimeout(120_000)
  const app = await open({ kubeconfig: cluster.kubeconfigs.viewer })
  const filed = await fileOn(kube, { nodeName: 'no-longer-seen' })
  await page.goto(app.address)
  const row = page.getByRole('row', { name: /^no-longer-seen/ })
  await expect(row).toBeVisible()
  const name = 'countersign-viewer'
  const binding = await cluster.kubectl(['get', 'clusterrolebinding', name, '-o', 'json'])
  const { apiVersion, kind, roleRef, subjects } = JSON.parse(binding)
  await cluster.kubectl(['delete', 'clusterrolebinding', name])
  const since = Date.now()
  try {
    await expect(row).toHaveCount(0, { timeout: 60_000 })
    await expect(page.getByText('The cluster does not let you read its requests.')).toBeVisible()
    console.log(`emptied after ${Date.now() - since} ms`)
    expect((await requests(app)).length).toBe(0)
    // The request exists, so the answer must not be "not found".
    const answer = await app.fetch(`/api/requests/${filed.metadata.uid}`)
    expect([answer.status, (await answer.json()).code]).toEqual([409, 'notLive'])
  } finally {
    await cluster.apply([{ apiVersion, kind, metadata: { name }, roleRef, subjects }])
  }
  // The row returns by itself.
  await expect(row).toBeVisible({ timeout: 40_000 })
})
