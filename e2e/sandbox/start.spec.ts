/**
 * Facts needed before any decision: the policy, the list of expected machines and the acting user.
 * Without one of them a request would be judged as if there were none.
 */
import type { FaultMatch } from '#sandbox/api-faults.ts'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { EMPTY } from '#sandbox/scenario.ts'
import { decide, itemOf, snapshot, untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
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
const COMPLETE = `apiVersion: countersign.dev/v1alpha1
kind: ApprovalPolicy
metadata: { name: racks }
spec: { expectedComplete: true }
`
const POLICY_PLACE = { COUNTERSIGN_POLICY: 'configmap:racks/policy' }
const LIST_PLACE = { COUNTERSIGN_EXPECTED: 'configmap:racks/list' }
const READING_LIST: FaultMatch = { method: 'GET', path: /configmaps\/list/ }

const scenario = (policy: string) => ({
  ...EMPTY,
  configMaps: [
    { namespace: 'racks', name: 'policy', data: { 'policy.yaml': policy } },
    { namespace: 'racks', name: 'list', data: { 'machines.csv': 'name\nworker-1\n' } },
  ],
})

/** Tries to approve an intruder while nothing is live; returns its row. */
async function nothingIsDecided(app: App, sandbox: Sandbox) {
  const csr = fileIn(sandbox, { nodeName: 'intruder' })
  const row = await untilListed(app, csr.metadata.uid ?? '')
  const items = [itemOf(row)]
  const answer = await decide(app, { decision: 'approve', accept: 'plausible', items })
  expect([answer.status, conditionsIn(sandbox, csr)]).toEqual([409, []])
  return row
}

async function readiness(app: App) {
  const answer = await app.fetch('/readyz')
  return { status: answer.status, text: await answer.text() }
}

const untilLive = (app: App) =>
  expect.poll(async () => (await readiness(app)).status, { timeout: 15_000 }).toBe(200)

test('a policy that cannot be read at first forbids everything until it is read', async ({
  cluster,
  open,
}) => {
  const sandbox = await cluster({ scenario: scenario(POLICY) })
  const giveBack = sandbox.revokeRights('approver', 'configmaps')
  const { approver } = sandbox.kubeconfigs
  const app = await open({ kubeconfig: approver, env: POLICY_PLACE, unready: true })
  await expect.poll(async () => (await snapshot(app)).feed.state).toBe('withheld')
  const { status, text } = await readiness(app)
  expect([status, text]).toEqual([503, expect.stringContaining('policy: withheld')])
  expect(text).toMatch(
    /racks\/policy cannot be read: that takes the right to get it.*configmaps \\"policy\\" is forbidden/,
  )
  const row = await nothingIsDecided(app, sandbox)
  giveBack()
  await untilLive(app)
  const known = await untilListed(app, row.uid, ({ verdict }) => verdict === 'suspicious')
  expect(known.failing).toEqual(['policy.rules'])
})

test('a list of expected machines is awaited, and a machine outside it never looks expected', async ({
  cluster,
  open,
}) => {
  const sandbox = await cluster({ scenario: scenario(COMPLETE) })
  const answered = Promise.withResolvers<void>()
  sandbox.failNext({ match: READING_LIST, times: 2, until: answered.promise })
  const env = { ...POLICY_PLACE, ...LIST_PLACE }
  const app = await open({ kubeconfig: sandbox.kubeconfigs.admin, env, unready: true })
  await expect.poll(async () => (await readiness(app)).text).toContain('expected: connecting')
  const row = await nothingIsDecided(app, sandbox)
  answered.resolve()
  await untilLive(app)
  const known = await untilListed(app, row.uid, ({ verdict }) => verdict === 'suspicious')
  expect(known.failing).toEqual(['identity.expected'])
})

test('a node that claims a service’s address is recognized where the networks are published, and never trusted where not', async ({
  cluster,
  open,
}) => {
  const sandbox = await cluster({ scenario: scenario(POLICY) })
  const address = '172.30.0.10'
  const addresses = [{ type: 'InternalIP', address }]
  sandbox.world.create('nodes', { metadata: { name: 'worker-1' }, status: { addresses } })
  const csr = fileIn(sandbox, {
    kind: 'serving',
    nodeName: 'worker-1',
    dnsNames: ['worker-1'],
    ipAddresses: [address],
  })
  const { approver, viewer } = sandbox.kubeconfigs
  const judged = async (kubeconfig: string) => {
    const app = await open({ kubeconfig, env: LIST_PLACE })
    const { verdict, reason } = await untilListed(app, csr.metadata.uid ?? '')
    return `${verdict} ${reason?.code} ${reason?.finding}`
  }
  expect(await judged(approver)).toBe('suspicious sans.reserved serviceNetwork')
  for (const resource of ['servicecidrs', 'networks', 'services']) {
    sandbox.revokeRights('viewer', resource)
  }
  expect(await judged(viewer)).toBe('plausible identity.expected nameAlone')
})

test('the server asks for the acting user until the API server answers, without a viewer', async ({
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  const match = { path: /selfsubject(access)?reviews/ }
  const mend = sandbox.failNext({ match, times: Infinity, status: 503 })
  const { approver } = sandbox.kubeconfigs
  const app = await open({ kubeconfig: approver, unready: true })
  await expect.poll(async () => (await readiness(app)).text).toContain('identity: withheld')
  await nothingIsDecided(app, sandbox)
  mend()
  await untilLive(app)
})

test('each page says what is missing and what to do, and one button asks again', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster({ scenario: scenario(POLICY) })
  const giveBack = sandbox.revokeRights('viewer', 'configmaps')
  fileIn(sandbox, { nodeName: 'worker-1' })
  const { viewer } = sandbox.kubeconfigs
  const app = await open({ kubeconfig: viewer, env: POLICY_PLACE, unready: true })
  for (const path of ['/', '/requests', '/policy', '/machines/worker-1']) {
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
})
