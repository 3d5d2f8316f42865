/**
 * The chart on a machine that runs Pods, from the image to the removal: each test goes on where the
 * one before it ended.
 */
import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { type Cluster, startCluster } from '#sandbox/control-plane/control-plane.ts'
import { until as untilSoon } from '#sandbox/control-plane/wait-until.ts'
import { authenticationConfiguration } from '#sandbox/openid/authentication-configuration.ts'
import { type OpenIdProvider, startOpenIdProvider } from '#sandbox/openid/openid-provider.ts'
import { policyText } from '../approver/policy-text.ts'
import { callsByParty, type Parties } from '../fixtures/audit-callers.ts'
import { auditEntries } from '../fixtures/audit-log.ts'
import { expectNoSecretsIn } from '../fixtures/cluster-secrets.ts'
import { idTokenFor, untilTrusted } from '../fixtures/id-token.ts'
import {
  CSRS,
  conditionTypes,
  type KubeClient,
  type KubeObject,
  kubeClient,
  readCsr,
} from '../fixtures/kube-client.ts'
import { expect, test as pageTest, untilLive, untilRow } from '../fixtures/page.ts'
import { fileOn } from '../fixtures/real-requests.ts'
import { expectNoSecrets, rememberSecret } from '../fixtures/secrets.ts'
import { PROVIDER_NAME, signIn } from '../fixtures/team-app.ts'
import { TEAM_PEOPLE } from '../fixtures/team-rights.ts'
import { NODE_ADDRESS } from './namespaces.ts'
import { readPlace } from './place.ts'
import { FOR_PODS, NODE_NAME, type PodNode, startPodNode } from './pod-node.ts'
import {
  APPROVER,
  DASHBOARD,
  IMAGE_NAME,
  NAMESPACE,
  ON_NODE,
  OPENSHIFT_USER,
  POLICY,
  PUBLIC_NAME,
  PUBLIC_URL,
  prepareNamespace,
  releaseIn,
  teamValues,
} from './release.ts'

interface Stand {
  readonly cluster: Cluster
  readonly kube: KubeClient
  readonly provider: OpenIdProvider
  readonly node: PodNode
}

/** A cluster of one machine that runs Pods, without a network for them yet. */
const test = pageTest.extend<object, { stand: Stand }>({
  stand: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const provider = await startOpenIdProvider({ publicUrl: PUBLIC_URL, address: NODE_ADDRESS })
      const cluster = await startCluster({
        ...FOR_PODS,
        openshift: false,
        authenticationConfig: authenticationConfiguration(provider),
      })
      const kube = kubeClient(cluster.kubeconfigs.admin)
      const place = readPlace()
      const node = await startPodNode(cluster, place)
      await node.importImage(place.archives[0], IMAGE_NAME)
      await use({ cluster, kube, provider, node })
      await expectNoSecretsIn(cluster, kube)
      await kube.close()
      await cluster.stop()
      await provider.close()
    },
    { scope: 'worker', timeout: 300_000 },
  ],
})

test.use({ ignoreHTTPSErrors: true })
test.describe.configure({ mode: 'serial', timeout: 600_000 })

/** Limit for states of a busy machine. */
const LONG_MS = 180_000
const COUNT = 500
/** A real kubelet, at the first of the cluster's addresses. */
const WORKER = { name: 'worker-1', address: '198.51.100.11' }
/** Machines that the admin expects beside it. */
const HALL = Array.from({ length: COUNT }, (_, at) => `hall-${at}`)
const EXPECTED = [
  'name,addresses',
  `${WORKER.name},${WORKER.address}`,
  ...HALL.map((name) => `${name},`),
]
const PAGES = { url: PUBLIC_URL }
/** Begin of the installation, in the API server's time. */
let installedAt = 0

const pods = (component: string) => [
  ...['-n', NAMESPACE, '-l', `app.kubernetes.io/component=${component}`],
]

/** The Pods' own output so far, in which there is no secret. */
async function logsOf({ cluster }: Stand, component: string): Promise<string> {
  const text = await cluster.kubectl(['logs', ...pods(component), '--tail=-1', '--prefix'])
  expectNoSecrets(`the logs of the ${component}`, text)
  return text
}

async function requestsOf({ kube }: Stand, user: string): Promise<readonly KubeObject[]> {
  const { body } = await kube.call<{ items: readonly KubeObject[] }>('GET', CSRS)
  return body.items.filter(({ spec }) => spec.username === user)
}

/** Users whose approval of that request the API server took. */
function approversOf({ cluster }: Stand, name: string): readonly string[] {
  return auditEntries(cluster, `/${name}/approval`)
    .filter(({ responseStatus }) => responseStatus.code === 200)
    .map(({ user }) => user.username ?? '')
}

async function untilApproved({ kube }: Stand, name: string): Promise<void> {
  await until(`${name} to be approved`, async () =>
    conditionTypes(await readCsr(kube, name)).includes('Approved'),
  )
}

/** Polls as every test does, with the limit of this file. */
const until = <T>(what: string, ask: () => T | Promise<T>) => untilSoon(what, ask, LONG_MS)

/** Resolves with the way to sign in again. */
async function untilSignedOut(page: Page): Promise<Locator> {
  const link = page.getByRole('link', { name: `Continue with ${PROVIDER_NAME}` })
  await expect(link).toBeVisible({ timeout: LONG_MS })
  return link
}

function secondsSince(began: number): string {
  return ((Date.now() - began) / 1000).toFixed(1)
}

test('an image made twice is the same image, and has no shell', () => {
  const { archives } = readPlace()
  const [one, two] = archives
  expect(readFileSync(two).equals(readFileSync(one))).toBe(true)
  expect(statSync(one).size).toBeLessThan(70_000_000)
  const layout = mkdtempSync(join(tmpdir(), 'layout-'))
  execFileSync('tar', ['-xf', one, '-C', layout])
  const json = (path: string) => JSON.parse(readFileSync(join(layout, path), 'utf8'))
  const blob = (digest: string) => join('blobs', digest.replace(':', '/'))
  const { layers } = json(blob(json('index.json').manifests[0].digest))
  const files = layers.flatMap(({ digest }: { digest: string }) =>
    execFileSync('tar', ['-tzf', join(layout, blob(digest))], { encoding: 'utf8' }).split('\n'),
  )
  for (const command of ['countersign', 'countersign-approver']) {
    expect(files).toContain(`./usr/local/bin/${command}`)
  }
  expect(files.filter((file: string) => /bin\/(ba|da)?sh$/.test(file))).toEqual([])
})

test('an approver on the host network is ready before the machine has a network for Pods', async ({
  stand: { cluster, node },
}) => {
  await cluster.kubectl(['create', 'namespace', 'early'])
  const early = releaseIn(cluster, 'early')
  const { hostname, port } = new URL(cluster.server.replace('127.0.0.1', NODE_ADDRESS))
  const approver = {
    ...ON_NODE.approver,
    replicas: 1,
    hostNetwork: true,
    apiServer: { host: hostname, port },
  }
  await early.install({ ...ON_NODE, approver })
  const nodes = await cluster.kubectl(['get', 'node', NODE_NAME])
  expect(nodes).toContain('NotReady')
  await early.uninstall()
  await cluster.kubectl(['delete', 'namespace', 'early'])
  await node.connect()
})

test('installed with --wait, both programs are ready under Pod Security "restricted" and a uid as of OpenShift', async ({
  stand,
}) => {
  const { cluster, provider } = stand
  await untilTrusted(cluster, provider)
  rememberSecret('the client secret', provider.clientSecret)
  const record = join(cluster.dir, 'record')
  mkdirSync(record)
  chmodSync(record, 0o777)
  await prepareNamespace(cluster, provider, record)
  installedAt = Date.now()
  await releaseIn(cluster, NAMESPACE).install(teamValues(provider, EXPECTED.join('\n')))
  console.log(`ready ${secondsSince(installedAt)} s after helm install --wait began`)
  const ready = await cluster.kubectl(['get', 'deployments', '-n', NAMESPACE, '--no-headers'])
  expect(ready).toMatch(new RegExp(`${APPROVER} +2/2`))
  expect(ready).toMatch(new RegExp(`${DASHBOARD} +1/1`))
  const user = '-o=jsonpath={.items[*].spec.securityContext.runAsUser}'
  const users = await cluster.kubectl(['get', 'pods', '-n', NAMESPACE, user])
  expect(users).toBe([1, 2, 3].map(() => OPENSHIFT_USER).join(' '))
  const path = '-o=jsonpath={.spec.clusterIP}'
  const address = await cluster.kubectl(['get', 'service', DASHBOARD, '-n', NAMESPACE, path])
  appendFileSync('/etc/hosts', `${address} ${PUBLIC_NAME}\n`)
})

test('alice signs in and approves a machine that bob may only see; the audit log has her name', async ({
  page,
  anotherContext,
  stand,
}) => {
  const { cluster } = stand
  expect((await cluster.startKubelet(WORKER.name)).address).toBe(WORKER.address)
  const client = await until('its client request', async () =>
    (
      await requestsOf(
        stand,
        'system:serviceaccount:openshift-machine-config-operator:node-bootstrapper',
      )
    ).find((csr) => !conditionTypes(csr).includes('Approved')),
  )
  const bobs = await (await anotherContext()).newPage()
  await signIn(bobs, PAGES, 'bob')
  await untilLive(bobs)
  await untilRow(bobs, WORKER.name)
  await expect(
    bobs.getByRole('button', { name: `Approve client for ${WORKER.name}` }),
  ).toHaveAttribute('aria-disabled', 'true')
  await signIn(page, PAGES, 'alice')
  await untilLive(page)
  await untilRow(page, WORKER.name)
  await page.getByRole('button', { name: `Approve client for ${WORKER.name}` }).click()
  await untilApproved(stand, client.metadata.name)
  expect(approversOf(stand, client.metadata.name)).toEqual(['oidc:alice'])
})

test('carol has no right to see: the page says what is missing', async ({ page, stand }) => {
  expect(stand.cluster.noKubelets).toBe('')
  await signIn(page, PAGES, 'carol')
  await expect(
    page.getByRole('heading', { name: 'You may not see this cluster’s requests' }),
  ).toBeVisible()
  await expect(page.getByText(WORKER.name)).toHaveCount(0)
})

test('an upgrade ends her session and keeps the kill switch; released, the approver lets the machine serve', async ({
  page,
  complaints,
  stand,
}) => {
  const { cluster, kube } = stand
  const serving = await until('its serving request', async () =>
    (await requestsOf(stand, `system:node:${WORKER.name}`)).at(0),
  )
  const { name } = serving.metadata
  const foretold = ['get', 'events', '-A', '--field-selector=reason=WouldApprove', '-o=name']
  await until('an Event that tells of it', () => cluster.kubectl(foretold))
  await signIn(page, PAGES, 'alice')
  await untilLive(page)
  const pause = (paused: string) =>
    kube.call('PATCH', `/api/v1/namespaces/${NAMESPACE}/configmaps/${POLICY}`, {
      contentType: 'application/merge-patch+json',
      body: { data: { paused } },
    })
  await pause('true')
  await releaseIn(cluster, NAMESPACE).upgrade({
    policy: { document: policyText({ mode: 'act' }) },
    dashboard: { podAnnotations: { upgraded: 'true' } },
  })
  await untilSignedOut(page)
  complaints.splice(0)
  expect(conditionTypes(await readCsr(kube, name))).toEqual([])
  await pause('false')
  await untilApproved(stand, name)
  expect(approversOf(stand, name)).toEqual([`system:serviceaccount:${NAMESPACE}:${APPROVER}`])
  const healthz = ['get', '--raw', `/api/v1/nodes/${WORKER.name}/proxy/healthz`]
  await until('logs and exec to work', () => cluster.kubectl(healthz).catch(() => null))
  await logsOf(stand, 'approver')
})

test('the dashboard’s Pod deleted in a bulk of 500: none is lost or approved twice, and the cut is shown', async ({
  page,
  complaints,
  stand,
}) => {
  const { cluster, kube } = stand
  const filed = await Promise.all(HALL.map((nodeName) => fileOn(kube, { nodeName })))
  const names = filed.map(({ metadata }) => metadata.name)
  await signIn(page, PAGES, 'alice')
  await untilLive(page)
  await page.getByRole('button', { name: `Approve ${COUNT} machines…` }).click()
  const dialog = page.getByRole('dialog')
  // It follows their serving requests, which never come: it is under way until the Pod ends.
  await expect(dialog.getByRole('checkbox', { name: /^Then approve serving/ })).toBeChecked()
  await dialog.getByRole('button', { name: `Approve ${COUNT} machines` }).click()
  const approvals = () =>
    auditEntries(cluster, '/approval').filter(
      ({ user, responseStatus }) => user.username === 'oidc:alice' && responseStatus.code === 200,
    )
  const isOfHall = new Set(names)
  const approved = () =>
    approvals().flatMap(({ objectRef: { name = '' } }) => (isOfHall.has(name) ? [name] : []))
  await until('some to be approved', () => approved().length > 20)
  await cluster.kubectl(['delete', 'pod', ...pods('dashboard')])
  await cluster.kubectl(['rollout', 'status', `deployment/${DASHBOARD}`, '-n', NAMESPACE])
  const began = Date.now()

  // The provider remembers her.
  await (await untilSignedOut(page)).click()
  await untilLive(page)
  console.log(`live ${secondsSince(began)} s after the new Pod was ready`)
  complaints.splice(0)
  const done = approved()
  console.log(`${done.length} of ${COUNT} were approved when the Pod was deleted`)
  expect(new Set(done).size).toBe(done.length)
  const now = await Promise.all(names.map((name) => readCsr(kube, name)))
  const approvedNow = now.flatMap((csr) =>
    csr !== null && conditionTypes(csr).includes('Approved') ? [csr.metadata.name] : [],
  )
  expect(now.filter((csr) => csr === null)).toEqual([])
  expect(approvedNow.toSorted()).toEqual(done.toSorted())
  await page.goto(`${PUBLIC_URL}/runs`)
  await expect(page.getByText('Cut off by a restart')).toBeVisible()
  await expect(page.getByText(`Cut off at ${done.length} of ${COUNT}`)).toBeVisible()
})

test('a pasted ID token signs her in, too, and the record has what she approved before', async ({
  page,
  stand,
}) => {
  const token = await idTokenFor(stand.provider, 'alice')
  rememberSecret('an ID token', token)
  await page.goto(`${PUBLIC_URL}/activity`)
  await page.getByRole('button', { name: 'Use a token instead' }).click()
  await page.getByLabel('Bearer token').fill(token)
  await page.getByRole('button', { name: 'Sign in with token' }).click()
  await untilLive(page)
  await page.getByRole('searchbox').fill(WORKER.name)
  await expect(
    page
      .getByRole('table', { name: 'Decisions' })
      .getByRole('row', { name: WORKER.name })
      .filter({ hasText: 'oidc:alice' }),
  ).toBeVisible()
  await logsOf(stand, 'dashboard')
})

test('a rollback brings the first values back, and uninstalled it leaves nothing but the record', async ({
  stand: { cluster },
}) => {
  const release = releaseIn(cluster, NAMESPACE)
  await release.rollback(1)
  const read = (path: string) =>
    cluster.kubectl(['get', 'configmap', POLICY, '-n', NAMESPACE, `-o=jsonpath=${path}`])
  expect(await read('{.data.policy\\.yaml}')).toContain('mode: shadow')
  await release.uninstall()
  const kinds =
    'all,ingresses,serviceaccounts,configmaps,persistentvolumeclaims,roles,rolebindings,clusterroles,clusterrolebindings,networkpolicies,poddisruptionbudgets,validatingadmissionpolicies,validatingadmissionpolicybindings'
  const ours = [
    ...['get', kinds, '--all-namespaces', '--selector', 'app.kubernetes.io/instance=team'],
    ...['--output', 'name', '--ignore-not-found'],
  ]
  await until('nothing but the record to be left', async () => {
    const left = (await cluster.kubectl(ours)).trim()
    return left === `persistentvolumeclaim/${DASHBOARD}-record`
  })
})

test('every call in the audit log is attributed to a party: the dashboard reads, and people write', ({
  stand: { cluster },
}) => {
  const account = (name: string) => `system:serviceaccount:${NAMESPACE}:${name}`
  const parties: Parties = {
    reader: account(DASHBOARD),
    approvers: [account(APPROVER)],
    people: TEAM_PEOPLE,
  }
  const calls = callsByParty(cluster, parties, installedAt)
  for (const party of ['reader', 'approver', 'person'] as const) {
    expect(calls.get(party)).toBeGreaterThan(0)
  }
})
