/**
 * Facts needed before any decision: the policy, the list of expected machines and the acting user.
 * Without one of them a request would be judged as if there were none. `feed.test.ts` has the
 * networks of Services.
 */
import { EMPTY } from '#sandbox/scenario.ts'
import { decide, itemOf, snapshot, untilListed } from '../fixtures/api.ts'
import { expectCleanAtAllSizes } from '../fixtures/clean.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

const POLICY = `apiVersion: countersign.dev/v1alpha1
kind: ApprovalPolicy
metadata: { name: racks }
spec:
  rules:
    - name: no intruders
      message: Never.
      cel: request.nodeName != "intruder"
`

test('a policy that cannot be read at first forbids everything; each page says what is missing, and one button asks again', async ({
  page,
  cluster,
  open,
}) => {
  const configMaps = [{ namespace: 'racks', name: 'policy', data: { 'policy.yaml': POLICY } }]
  const sandbox = await cluster({ scenario: { ...EMPTY, configMaps } })
  const giveBack = sandbox.revokeRights('approver', 'configmaps')
  const csr = fileIn(sandbox, { nodeName: 'intruder' })
  const { uid = '' } = csr.metadata
  const app = await open({
    kubeconfig: sandbox.kubeconfigs.approver,
    env: { COUNTERSIGN_POLICY: 'configmap:racks/policy' },
    unready: true,
  })
  await expect.poll(async () => (await snapshot(app)).feed.state).toBe('withheld')
  const readiness = await app.fetch('/readyz')
  const text = await readiness.text()
  expect([readiness.status, text]).toEqual([503, expect.stringContaining('policy: withheld')])
  expect(text).toMatch(
    /racks\/policy cannot be read: that takes the right to get it.*configmaps \\"policy\\" is forbidden/,
  )
  const items = [itemOf(await untilListed(app, uid))]
  const answer = await decide(app, { decision: 'approve', accept: 'plausible', items })
  expect([answer.status, conditionsIn(sandbox, csr)]).toEqual([409, []])

  for (const path of ['/', '/requests', '/policy', '/machines/intruder']) {
    await page.goto(app.at(path))
    // The banner may come before the page below it.
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)
    await expect(page.getByText('Nothing can be decided just now.', { exact: true })).toBeVisible()
    await expect(page.getByText('Not live', { exact: true })).toBeVisible()
    // The reason is a paragraph of its own, after the meaning.
    await expect(
      page.getByText(/^In full: The ConfigMap racks\/policy cannot be read/),
    ).toBeVisible()
    await expect(page.getByText(/racks\/policy cannot be read: that takes the right/)).toHaveCount(
      1,
    )
    if (path === '/policy') {
      await expect(page.getByText(/None has been read yet/)).toBeVisible()
      await expect(page.locator('main')).not.toContainText(/in force since|stays in force/)
      await expectCleanAtAllSizes(page)
    }
  }
  giveBack()
  await page.getByRole('button', { name: 'Retry now' }).click()
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await expect(page.getByText('Nothing can be decided just now.')).toHaveCount(0)
  const known = await untilListed(app, uid, ({ verdict }) => verdict === 'suspicious')
  expect(known.failing).toEqual(['policy.rules'])
})

const COMPLETE = `apiVersion: countersign.dev/v1alpha1
kind: ApprovalPolicy
metadata: { name: racks }
spec: { expectedComplete: true }
`

for (const [fact, match, missing] of [
  ['the list of expected machines', /configmaps\/list/, /expected: /],
  ['who acts', /selfsubject(access)?reviews/, /identity: /],
] as const) {
  test(`nothing is decided before the server knows ${fact}`, async ({ cluster, open }) => {
    const configMaps = [
      { namespace: 'racks', name: 'policy', data: { 'policy.yaml': COMPLETE } },
      { namespace: 'racks', name: 'list', data: { 'machines.csv': 'name\nworker-1\n' } },
    ]
    const sandbox = await cluster({ scenario: { ...EMPTY, configMaps } })
    const { promise: until, resolve: answer } = Promise.withResolvers<void>()
    sandbox.failNext({ match: { path: match }, times: Infinity, until })
    const csr = fileIn(sandbox, { nodeName: 'intruder' })
    const app = await open({
      kubeconfig: sandbox.kubeconfigs.admin,
      env: {
        COUNTERSIGN_POLICY: 'configmap:racks/policy',
        COUNTERSIGN_EXPECTED: 'configmap:racks/list',
      },
      unready: true,
    })
    const readiness = () => app.fetch('/readyz')
    await expect.poll(async () => (await readiness()).text()).toMatch(missing)
    const { uid = '' } = csr.metadata
    const items = [itemOf(await untilListed(app, uid))]
    const { status } = await decide(app, { decision: 'approve', accept: 'plausible', items })
    expect([status, conditionsIn(sandbox, csr)]).toEqual([409, []])
    answer()
    await expect.poll(async () => (await readiness()).status, { timeout: 30_000 }).toBe(200)
    const known = await untilListed(app, uid, ({ verdict }) => verdict === 'suspicious')
    expect(known.failing).toEqual(['identity.expected'])
  })
}
