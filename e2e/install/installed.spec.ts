/** The chart on a machine that runs Pods, from the image to the removal. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import { join } from 'node:path'
import type { BrowserContext, Locator } from '@playwright/test'
import type { Cluster } from '#sandbox/control-plane/control-plane.ts'
import type { Account } from '#sandbox/openid/openid-provider.ts'
import { policyText } from '../approver/policy-text.ts'
import { auditEntries } from '../fixtures/audit-log.ts'
import { idTokenFor, untilTrusted } from '../fixtures/id-token.ts'
import { conditionTypes, csrPath, type KubeObject, readCsr } from '../fixtures/kube-client.ts'
import { expect, untilLive, untilRow } from '../fixtures/page.ts'
import { fileOn, removeRequests } from '../fixtures/real-requests.ts'
import { rememberSecret } from '../fixtures/secrets.ts'
import { signIn, signOut } from '../fixtures/team-app.ts'
import { throttleApprovals } from '../fixtures/throttle.ts'
import type { Manifest } from './helm.ts'
import { namesOf } from './manifests.ts'
import { NODE_ADDRESS } from './namespaces.ts'
import { readPlace } from './place.ts'
import { NODE_NAME } from './pod-node.ts'
import {
  approversOf,
  EARLY_NAMESPACE,
  expectReadySoon,
  expectSoon,
  LONG_MS,
  logsOf,
  PAGES,
  pods,
  requestsOf,
  test as standTest,
  until,
  untilApproved,
  untilSignedOut,
} from './pod-suite.ts'
import { unpackArchive } from './registry.ts'
import {
  APPROVER,
  DASHBOARD,
  NAMESPACE,
  ON_NODE,
  OPENSHIFT_USER,
  POLICY,
  PUBLIC_NAME,
  PUBLIC_URL,
  prepareNamespace,
  RELEASE,
  type Release,
  releaseIn,
  teamValues,
  VIEWERS,
} from './release.ts'
import type { Stand } from './stand.ts'

/** One approval at a time is so slow that a bulk of these is long under way. */
const COUNT = 100
/** A real kubelet at the first of the cluster's addresses. */
const WORKER = { name: 'worker-1', address: '198.51.100.11' }
/** Further machines that the admin expects. */
const [RACK, TOWER] = ['rack-1', 'tower-1'] as const
const HALL = Array.from({ length: COUNT }, (_, at) => `hall-${at}`)
const EXPECTED = [
  'name,addresses',
  `${WORKER.name},${WORKER.address}`,
  `${RACK},`,
  `${TOWER},`,
  ...HALL.map((name) => `${name},`),
]
/**
 * Longer than the time between two reviews of a person's rights, which try a renewal, and shorter
 * than the time before a token's end in which it is renewed.
 */
const SHORT_TOKEN_SECONDS = 50
/** Objects after `helm uninstall`: the approver's Lease, the claim, and the admin's volume. */
const REMAINS = [
  `Lease/${NAMESPACE}/${APPROVER}`,
  'PersistentVolume/-/record',
  `PersistentVolumeClaim/${NAMESPACE}/${DASHBOARD}-record`,
]
const BOOTSTRAPPER = 'system:serviceaccount:openshift-machine-config-operator:node-bootstrapper'

/** Tests of the installed chart. A worker after a failed test finds the chart installed. */
const test = standTest.extend<{ installed: undefined }, { release: Release }>({
  release: [
    async ({ stand }, use) => {
      rememberSecret('the client secret', stand.provider.clientSecret)
      const release = releaseIn(stand.cluster, NAMESPACE)
      if (!(await release.isInstalled())) await install(stand, release)
      await use(release)
    },
    { scope: 'worker', timeout: 600_000 },
  ],
  installed: async ({ stand: { cluster, kube, provider }, release: _ }, use) => {
    await removeRequests(kube)
    await use(undefined)
    await cluster.stopKubelet(WORKER.name).catch(() => {
      // Most tests have started no replica.
    })
    await provider.setTokenSeconds(3600)
    await provider.listenAgain()
  },
})

test.describe.configure({ mode: 'default', timeout: 600_000 })

/** Installs as a platform team does; throws unless both programs are ready within a minute. */
async function install(stand: Stand, release: Release): Promise<void> {
  const { cluster, provider } = stand
  await stand.connect()
  await untilTrusted(cluster, provider)
  const record = join(cluster.dir, 'record')
  mkdirSync(record, { recursive: true })
  chmodSync(record, 0o777)
  await prepareNamespace(cluster, provider, record)
  const began = Date.now()
  await release.install(teamValues(stand, EXPECTED.join('\n')))
  expectSoon('ready', began, 'helm install --wait began')
  const path = '-o=jsonpath={.spec.clusterIP}'
  const address = await cluster.kubectl(['get', 'service', DASHBOARD, '-n', NAMESPACE, path])
  appendFileSync('/etc/hosts', `${address} ${PUBLIC_NAME}\n`)
}

async function startWorker({ cluster }: Stand): Promise<void> {
  expect((await cluster.startKubelet(WORKER.name)).address).toBe(WORKER.address)
}

/** The worker's undecided client requests. */
async function clientRequests(stand: Stand): Promise<readonly KubeObject[]> {
  const filed = await requestsOf(stand, BOOTSTRAPPER)
  return filed.filter((csr) => conditionTypes(csr).length === 0)
}

/**
 * Calls with the cookie and the binding of the browser's session, for as long as the server accepts
 * it.
 */
async function withSessionOf(
  context: BrowserContext,
): Promise<(path: string) => Promise<IncomingMessage>> {
  const { binding } = await (await context.request.get(`${PUBLIC_URL}/api/session`)).json()
  const [cookie] = await context.cookies(PUBLIC_URL)
  rememberSecret('a session’s cookie', cookie?.value ?? '')
  const headers = { cookie: `${cookie?.name}=${cookie?.value}`, 'x-countersign-session': binding }
  return (path) =>
    new Promise((resolve, reject) => {
      const options = { headers, rejectUnauthorized: false }
      get(PUBLIC_URL + path, options, resolve).on('error', reject)
    })
}

/** Objects of every kind that contain the release's name, except requests and Events. */
async function namingTheRelease({ kubectl }: Cluster): Promise<readonly string[]> {
  const kinds = await kubectl(['api-resources', '--verbs=list', '--output=name'])
  const all = kinds.trim().split('\n').join()
  const list = await kubectl(['get', all, '--all-namespaces', '--output=json'])
  const { items } = JSON.parse(list) as { items: readonly Manifest[] }
  const name = new RegExp(`\\b${RELEASE}\\b`)
  const naming = items.filter(
    (item) =>
      !['CertificateSigningRequest', 'Event'].includes(item.kind) &&
      name.test(JSON.stringify(item)),
  )
  return namesOf(naming).toSorted()
}

/** Digest of the image in the archive, and the paths of its files. */
function readImage(archive: string): {
  readonly digest: string
  readonly files: readonly string[]
} {
  const layout = unpackArchive(archive)
  const json = (path: string) => JSON.parse(readFileSync(join(layout, path), 'utf8'))
  const blob = (digest: string) => join('blobs', digest.replace(':', '/'))
  const [{ digest }] = json('index.json').manifests
  const { layers } = json(blob(digest)) as { layers: readonly { digest: string }[] }
  const files = layers.flatMap(({ digest }) =>
    execFileSync('tar', ['-tzf', join(layout, blob(digest))], { encoding: 'utf8' }).split('\n'),
  )
  return { digest, files }
}

test('the image has both commands, and no shell', () => {
  const { archive } = readPlace()
  expect(statSync(archive).size).toBeLessThan(70_000_000)
  const { files } = readImage(archive)
  for (const command of ['countersign', 'countersign-approver']) {
    expect(files).toContain(`./usr/local/bin/${command}`)
  }
  expect(files.filter((file) => /bin\/(ba|da)?sh$/.test(file))).toEqual([])
})

test('the bill of materials is of that image, and names its Node, each package in it and those in its pages', () => {
  const { archive } = readPlace()
  const { digest, files } = readImage(archive)
  const bill = JSON.parse(readFileSync(archive.replace(/\.tar$/, '.cdx.json'), 'utf8'))
  expect(bill.metadata.component.version).toBe(digest)
  const components: readonly { name: string; version: string }[] = bill.components
  const named = components.map(({ name }) => name)
  expect(components).toContainEqual(
    expect.objectContaining({ name: 'node', version: process.version.slice(1) }),
  )
  expect(named).toEqual(expect.arrayContaining(['@tanstack/query-core', '@base-ui/react']))
  expect(named).not.toContain('typescript')
  const packages = files.flatMap((file) => {
    const [, name = ''] = /.*\/node_modules\/((?:@[^/]+\/)?[^/@]+)\/package\.json$/.exec(file) ?? []
    return name === '' || file.includes('/dist/compiled/') ? [] : [name]
  })
  expect(packages).toContain('next')
  expect(packages.filter((name) => !named.includes(name))).toEqual([])
})

test('an approver on the host network is ready before the machine has a network for Pods', async ({
  stand: { cluster },
}) => {
  await cluster.kubectl(['create', 'namespace', EARLY_NAMESPACE])
  const early = releaseIn(cluster, EARLY_NAMESPACE)
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
  await cluster.kubectl(['delete', 'namespace', EARLY_NAMESPACE])
})

test('installed with --wait, both programs are ready under Pod Security "restricted" and a uid as of OpenShift', async ({
  stand,
  installed: _,
}) => {
  const { cluster } = stand
  for (const program of ['dashboard', 'approver']) await expectReadySoon(stand, program)
  const ready = await cluster.kubectl(['get', 'deployments', '-n', NAMESPACE, '--no-headers'])
  expect(ready).toMatch(new RegExp(`${APPROVER} +2/2`))
  expect(ready).toMatch(new RegExp(`${DASHBOARD} +1/1`))
  const user = '-o=jsonpath={.items[*].spec.securityContext.runAsUser}'
  const users = await cluster.kubectl(['get', 'pods', '-n', NAMESPACE, user])
  expect(users).toBe([1, 2, 3].map(() => OPENSHIFT_USER).join(' '))
})

test('alice signs in and approves a machine that bob may only see; the audit log has her name; signed out, her stream has ended, and her cookie is not taken', async ({
  page,
  context,
  anotherContext,
  stand,
  installed: _,
}) => {
  await startWorker(stand)
  const client = await until('its client request', async () => (await clientRequests(stand)).at(0))
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

  const ask = await withSessionOf(context)
  const stream = await ask('/api/events')
  expect(stream.statusCode).toBe(200)
  const ended = once(stream.resume(), 'close')
  await signOut(page, PAGES)
  await ended
  expect((await ask('/api/events')).statusCode).toBe(401)
})

test('carol has no right to see: the page says what is missing', async ({
  page,
  stand,
  installed: _,
}) => {
  await fileOn(stand.kube, { nodeName: RACK })
  expect(stand.cluster.noKubelets).toBe('')
  await signIn(page, PAGES, 'carol')
  await expect(
    page.getByRole('heading', { name: 'You may not see this cluster’s requests' }),
  ).toBeVisible()
  await expect(page.getByText(/--clusterrole=team-countersign-viewer/)).toBeVisible()
  await expect(page.getByText(RACK)).toHaveCount(0)
})

test('an upgrade ends alice’s session and keeps the kill switch; released, the approver lets the machine serve', async ({
  page,
  complaints,
  stand,
  release,
  installed: _,
}) => {
  const { cluster, kube } = stand
  await startWorker(stand)
  const serving = await until('its serving request', async () => {
    // The machine may have joined in an earlier test.
    for (const { metadata } of await clientRequests(stand)) {
      await cluster.kubectl(['certificate', 'approve', metadata.name])
    }
    return (await requestsOf(stand, `system:node:${WORKER.name}`)).at(0)
  })
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
  await release.upgrade({
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

test('the API server killed, then the dashboard’s Pod deleted in a bulk of 100: the cut is shown, the rest begun again, and each approved once', async ({
  page,
  complaints,
  stand,
  installed: _,
}) => {
  const { cluster, kube } = stand
  await signIn(page, PAGES, 'alice')
  await untilLive(page)
  const recorded = await fileOn(kube, { nodeName: RACK })
  await untilRow(page, RACK)
  await page.getByRole('button', { name: `Approve client for ${RACK}` }).click()
  await untilApproved(stand, recorded.metadata.name)
  const filed = await Promise.all(HALL.map((nodeName) => fileOn(kube, { nodeName })))
  const names = filed.map(({ metadata }) => metadata.name)
  // One approval at a time, so that the Pod is deleted long before the last one.
  const throttle = await throttleApprovals(kube, 'oidc:alice')
  await page.getByRole('button', { name: `Approve ${COUNT} machines…` }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: `Approve ${COUNT} machines` }).click()
  const approvals = () =>
    auditEntries(cluster, '/approval').filter(
      ({ user, responseStatus }) => user.username === 'oidc:alice' && responseStatus.code === 200,
    )
  const isOfHall = new Set(names)
  const approved = () =>
    approvals().flatMap(({ objectRef: { name = '' } }) => (isOfHall.has(name) ? [name] : []))
  const approvedNow = async () => {
    const now = await Promise.all(names.map((name) => readCsr(kube, name)))
    return now.flatMap((csr) =>
      csr !== null && conditionTypes(csr).includes('Approved') ? [csr.metadata.name] : [],
    )
  }
  await until('some to be approved', () => approved().length > 5)
  await cluster.killApiServer()
  await expect(dialog.getByText('The connection to the cluster is lost.')).toBeVisible()
  const killed = approved().length
  await cluster.restartApiServer()
  const restarted = Date.now()
  await untilLive(page)
  expectSoon('live', restarted, 'the API server was ready again')
  await until('more to be approved', () => approved().length > killed)
  await kube.call('DELETE', csrPath(recorded.metadata.name))
  const deleted = Date.now()
  await cluster.kubectl(['delete', 'pod', ...pods('dashboard')])
  await cluster.kubectl(['rollout', 'status', `deployment/${DASHBOARD}`, '-n', NAMESPACE])
  const began = Date.now()
  await throttle.lift()

  // The provider remembers alice.
  await (await untilSignedOut(page)).click()
  await untilLive(page)
  expectSoon('live', deleted, 'the Pod was deleted', 120)
  expectSoon('live', began, 'the new Pod was ready')
  complaints.splice(0)
  const done = (await approvedNow()).length
  console.log(
    `${killed} of ${COUNT} were approved when the API server was killed, ${done} when the Pod was deleted`,
  )
  expect(done).toBeGreaterThan(killed)
  expect(done).toBeLessThan(COUNT)
  await page.goto(`${PUBLIC_URL}/runs`)
  await expect(page.getByText('Cut off by a restart')).toBeVisible()
  await expect(page.getByText(`Cut off at ${done} of ${COUNT}`)).toBeVisible()

  await page.goto(PUBLIC_URL)
  await page.getByRole('button', { name: `Approve ${COUNT - done} machines…` }).click()
  await dialog.getByRole('checkbox', { name: /^Follow for/ }).uncheck()
  await dialog.getByRole('button', { name: `Approve ${COUNT - done} machines` }).click()
  await expect(dialog.getByRole('button', { name: 'Done' })).toBeVisible({ timeout: LONG_MS })
  await expect(dialog).toContainText(`${COUNT - done} requests approved`)
  expect(await approvedNow()).toEqual(names)
  const logged = approved()
  expect(new Set(logged).size).toBe(logged.length)
  // The killed API server may have stored an approval, one at a time, that it did not log.
  expect(COUNT - logged.length).toBeLessThanOrEqual(1)

  // The request was deleted before this Pod began: only the volume knows who decided it.
  expect(await readCsr(kube, recorded.metadata.name)).toBeNull()
  await page.goto(`${PUBLIC_URL}/activity`)
  await page.getByRole('searchbox').fill(RACK)
  await expect(
    page
      .getByRole('table', { name: 'Decisions' })
      .getByRole('row', { name: RACK })
      .filter({ hasText: 'oidc:alice' }),
  ).toBeVisible()
})

test('while the provider is down people go on until their token or their right ends; a token is the way in', async ({
  page,
  complaints,
  anotherContext,
  stand,
  installed: _,
}) => {
  const { cluster, kube, provider } = stand
  const token = await idTokenFor(provider, 'alice')
  rememberSecret('an ID token', token)
  const signedIn = async (account: Account) => {
    const theirs = await (await anotherContext()).newPage()
    await signIn(theirs, PAGES, account)
    await untilLive(theirs)
    return theirs
  }
  const bobs = await signedIn('bob')
  await provider.setTokenSeconds(SHORT_TOKEN_SECONDS)
  const lates = await signedIn('alice')
  const [, claims = ''] = (await stand.issuedTokens()).at(-1)?.id_token.split('.') ?? []
  const tokenEnd = JSON.parse(Buffer.from(claims, 'base64url').toString()).exp * 1000
  await provider.stopListening()
  await provider.setTokenSeconds(3600)

  const start = `${PUBLIC_URL}/sign-in/oidc`
  await until('no browser to be sent to the provider', async () => {
    const { location = '' } = (await page.request.get(start, { maxRedirects: 0 })).headers()
    return location.endsWith('/?signIn=unreachable')
  })
  await page.goto(PUBLIC_URL)
  await (await untilSignedOut(page)).click()
  await expect(page.getByText('The provider does not answer.')).toBeVisible()
  await page.getByLabel('Bearer token').fill(token)
  await page.getByRole('button', { name: 'Sign in with token' }).click()
  await untilLive(page)
  const filed = await fileOn(kube, { nodeName: TOWER })
  for (const theirs of [bobs, page]) {
    await theirs.getByRole('searchbox', { name: 'Filter machines' }).fill(TOWER)
    await untilRow(theirs, TOWER)
  }
  await page.getByRole('button', { name: `Approve client for ${TOWER}` }).click()
  await untilApproved(stand, filed.metadata.name)
  expect(approversOf(stand, filed.metadata.name)).toEqual(['oidc:alice'])
  await cluster.kubectl(['delete', 'clusterrolebinding', VIEWERS])
  const unbound = Date.now()
  const ended = async (shown: Locator, since: number, what: string) => {
    await expect(shown).toBeVisible({ timeout: LONG_MS })
    expectSoon('page emptied', since, what)
  }
  const mayNot = bobs.getByRole('heading', { name: 'You may not see this cluster’s requests' })
  await Promise.all([
    ended(lates.getByText('Your session ended.'), tokenEnd, 'the token expired'),
    ended(mayNot, unbound, 'the ClusterRoleBinding was deleted'),
  ])
  for (const complaint of complaints.splice(0)) expect(complaint).toMatch(/status of 40[13]/)

  await provider.listenAgain()
  await (await untilSignedOut(lates)).click()
  await untilLive(lates)
  await logsOf(stand, 'dashboard')
})

test('a rollback brings the first values back, and uninstalled it leaves the record and the Lease alone', async ({
  stand: { cluster },
  release,
  installed: _,
}) => {
  await release.upgrade({ policy: { document: policyText({ mode: 'act' }) } })
  await release.rollback(1)
  const read = (path: string) =>
    cluster.kubectl(['get', 'configmap', POLICY, '-n', NAMESPACE, `-o=jsonpath=${path}`])
  expect(await read('{.data.policy\\.yaml}')).toContain('mode: shadow')
  expect(await namingTheRelease(cluster)).toEqual(
    expect.arrayContaining([
      `Secret/${NAMESPACE}/sh.helm.release.v1.${RELEASE}.v1`,
      `ClusterRole/-/${DASHBOARD}`,
      ...REMAINS,
    ]),
  )
  await release.uninstall()
  await expect.poll(() => namingTheRelease(cluster), { timeout: LONG_MS }).toEqual(REMAINS)
})
