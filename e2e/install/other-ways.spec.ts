/**
 * Other ways on the machine that runs Pods: a provider that the API server does not trust, oauth2-proxy
 * as a sidecar, an ingress, PostgreSQL.
 */
import { randomBytes } from 'node:crypto'
import { appendFileSync, chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import pg from 'pg'
import { OIDC_PREFIX } from '#sandbox/openid/authentication-configuration.ts'
import {
  CLIENT_ID,
  type OpenIdProvider,
  PROVIDER_NAME,
  startOpenIdProvider,
} from '#sandbox/openid/openid-provider.ts'
import { type OwnPostgres, postgresFolder, startPostgres } from '#sandbox/postgres/own-postgres.ts'
import { auditEntries } from '../fixtures/audit-log.ts'
import { untilTrusted } from '../fixtures/id-token.ts'
import { csrPath } from '../fixtures/kube-client.ts'
import { expect, untilLive, untilRow } from '../fixtures/page.ts'
import { fileOn, removeRequests } from '../fixtures/real-requests.ts'
import { rememberSecret } from '../fixtures/secrets.ts'
import { guideValues } from '../fixtures/sign-in-proxy.ts'
import { signIn } from '../fixtures/team-app.ts'
import type { Values } from './helm.ts'
import { startIngress } from './ingress.ts'
import type { Fields } from './manifests.ts'
import { NODE_ADDRESS } from './namespaces.ts'
import { readPlace } from './place.ts'
import {
  logsOf,
  pods,
  test as standTest,
  until,
  untilApproved,
  untilSignedOut,
} from './pod-suite.ts'
import { programImage } from './program-image.ts'
import { REGISTRY } from './registry.ts'
import {
  DASHBOARD,
  NAMESPACE,
  OTHER_NAME,
  OTHER_URL,
  prepareNamespace,
  type Release,
  releaseIn,
  teamValues,
} from './release.ts'
import type { Stand } from './stand.ts'

const PAGES = { url: OTHER_URL }
const ONE = 'other-1'
const BEFORE_RESTART = 'other-2'
const BEFORE_UPGRADE = 'other-3'
const PROXIED = 'proxied-1'
const BULK = ['row-1', 'row-2', 'row-3']
const ACCOUNT = `system:serviceaccount:${NAMESPACE}:${DASHBOARD}`

/** Servers outside the cluster that last as long as their worker. */
interface Beside {
  /** A provider that the API server does not know. */
  readonly stranger: OpenIdProvider
  readonly postgres: OwnPostgres
}

const test = standTest.extend<{ installed: undefined }, { beside: Beside; release: Release }>({
  beside: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const binaries = postgresFolder()
      if (binaries === null) throw new Error('Debian’s package postgresql is not installed.')
      const postgres = startPostgres(binaries, { address: NODE_ADDRESS, parent: '/run' })
      const stranger = await startOpenIdProvider({ publicUrl: OTHER_URL, address: NODE_ADDRESS })
      await use({ stranger, postgres })
      postgres.stop()
      await stranger.close()
    },
    { scope: 'worker' },
  ],
  // Each worker installs the chart for its own servers.
  release: [
    async ({ stand, beside }, use) => {
      const release = releaseIn(stand.cluster, NAMESPACE)
      await release.uninstall()
      await install(stand, beside, release)
      await use(release)
    },
    { scope: 'worker', timeout: 600_000 },
  ],
  installed: async ({ stand: { kube }, release: _ }, use) => {
    await removeRequests(kube)
    await use(undefined)
  },
})

test.describe.configure({ mode: 'default', timeout: 600_000 })

/** Accepted approvals of the request, each with its credential and its user. */
function writesOf({ cluster }: Stand, name: string): readonly object[] {
  return auditEntries(cluster, `/${name}/approval`)
    .filter(({ responseStatus }) => responseStatus.code === 200)
    .map(({ user, impersonatedUser }) => ({
      user: user.username,
      impersonated: impersonatedUser?.username,
    }))
}

async function notedRuns({ postgres }: Beside): Promise<number> {
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  const { rowCount } = await client.query('SELECT id FROM countersign_run WHERE ended_at IS NULL')
  await client.end()
  return rowCount ?? 0
}

/** Secrets that the values below name, and the CA of the provider that the API server does not trust. */
async function applySecrets(
  { cluster, provider }: Stand,
  { stranger, postgres }: Beside,
): Promise<void> {
  const cookieSecret = randomBytes(32).toString('base64url')
  const secrets = {
    stranger: { 'client-secret': stranger.clientSecret },
    'record-database': { DATABASE_URL: postgres.url },
    'countersign-oidc': { 'client-secret': provider.clientSecret, 'cookie-secret': cookieSecret },
  }
  rememberSecret('the client secret', provider.clientSecret)
  rememberSecret('the stranger’s client secret', stranger.clientSecret)
  rememberSecret('the database’s password', postgres.password)
  rememberSecret('the proxy’s cookie secret', cookieSecret)
  const items = [
    ...Object.entries(secrets).map(([name, stringData]) => ({
      ...{ apiVersion: 'v1', kind: 'Secret', stringData },
      metadata: { name, namespace: NAMESPACE },
    })),
    {
      ...{ apiVersion: 'v1', kind: 'ConfigMap', data: { 'ca.crt': stranger.ca } },
      metadata: { name: 'stranger-ca', namespace: NAMESPACE },
    },
  ]
  await cluster.apply(items)
}

/** Values for people of a provider that the API server does not trust, with the record in PostgreSQL. */
function impersonating(stand: Stand, { stranger }: Beside): Values {
  const expected = ['name', ONE, BEFORE_RESTART, BEFORE_UPGRADE, PROXIED, ...BULK].join('\n')
  const team = teamValues(stand, expected)
  const dashboard = {
    ...(team.dashboard as Fields),
    publicUrl: OTHER_URL,
    signIn: ['oidc'],
    oidc: {
      issuer: stranger.issuer,
      clientId: CLIENT_ID,
      existingSecret: 'stranger',
      existingCaConfigMap: 'stranger-ca',
      name: PROVIDER_NAME,
      usernamePrefix: OIDC_PREFIX,
      groupsPrefix: OIDC_PREFIX,
    },
    impersonation: 'constrained',
    // TLS ends at the ingress.
    tls: { existingSecret: '' },
    record: { store: 'postgres', database: { existingSecret: 'record-database' } },
  }
  const approver = { ...(team.approver as Fields), replicas: 0 }
  return { ...team, approver, dashboard }
}

/** The guide's values for oauth2-proxy, with this cluster's names and its provider's CA. */
async function proxied({ provider, registry }: Stand): Promise<Values> {
  const name = 'oauth2-proxy'
  const digest = await registry.push(programImage(readPlace().signInProxy, name), name)
  const image = `${REGISTRY}/${name}@${digest}`
  const values = guideValues({ issuer: provider.issuer, publicUrl: OTHER_URL, image })
  const guide = values.dashboard as Fields
  const sidecars = (guide.sidecars as readonly Fields[]).map((sidecar) => ({
    ...sidecar,
    args: [...(sidecar.args as readonly string[]), '--provider-ca-file=/etc/provider/ca.crt'],
    volumeMounts: [{ name: 'oidc-ca', mountPath: '/etc/provider', readOnly: true }],
  }))
  const oidc = { existingSecret: 'provider', existingCaConfigMap: 'provider-ca' }
  return { ...values, dashboard: { ...guide, sidecars, oidc, impersonation: 'off' } }
}

/** Expects Activity to have alice's approval of the machine. */
async function expectRecorded(page: Page, machine: string): Promise<void> {
  await page.goto(`${OTHER_URL}/activity`)
  await untilLive(page)
  await page.getByRole('searchbox').fill(machine)
  await expect(
    page
      .getByRole('table', { name: 'Decisions' })
      .getByRole('row', { name: machine })
      .filter({ hasText: 'oidc:alice' })
      .first(),
  ).toBeVisible()
}

/** Installs for a provider that the API server does not trust, with the record in PostgreSQL. */
async function install(stand: Stand, beside: Beside, release: Release): Promise<void> {
  const { cluster, provider } = stand
  await stand.connect()
  await untilTrusted(cluster, provider)
  const record = join(cluster.dir, 'record')
  mkdirSync(record, { recursive: true })
  chmodSync(record, 0o777)
  await prepareNamespace(cluster, provider, record)
  await applySecrets(stand, beside)
  await release.install(impersonating(stand, beside))
  const path = '-o=jsonpath={.spec.clusterIP}'
  const service = await cluster.kubectl(['get', 'service', DASHBOARD, '-n', NAMESPACE, path])
  appendFileSync('/etc/hosts', `${await startIngress(OTHER_NAME, service)} ${OTHER_NAME}\n`)
}

/** Files the machine's request and has alice approve it; resolves with its name. */
async function approve(page: Page, stand: Stand, machine: string): Promise<string> {
  const { metadata } = await fileOn(stand.kube, { nodeName: machine })
  await untilRow(page, machine)
  await page.getByRole('button', { name: `Approve client for ${machine}` }).click()
  await untilApproved(stand, metadata.name)
  return metadata.name
}

test('alice approves in her own name by impersonation, bob may not, carol is told the rule', async ({
  page,
  anotherContext,
  stand,
  installed: _,
}) => {
  const { metadata } = await fileOn(stand.kube, { nodeName: ONE })
  const button = { name: `Approve client for ${ONE}` }
  const bobs = await (await anotherContext()).newPage()
  await signIn(bobs, PAGES, 'bob')
  await untilLive(bobs)
  await untilRow(bobs, ONE)
  await expect(bobs.getByRole('button', button)).toHaveAttribute('aria-disabled', 'true')
  const carols = await (await anotherContext()).newPage()
  await signIn(carols, PAGES, 'carol')
  const heading = { name: 'You may not see this cluster’s requests' }
  await expect(carols.getByRole('heading', heading)).toBeVisible()
  await expect(carols.getByText(ONE)).toHaveCount(0)

  await signIn(page, PAGES, 'alice')
  await untilLive(page)
  await untilRow(page, ONE)
  await page.getByRole('button', button).click()
  await untilApproved(stand, metadata.name)
  const inHerName = { user: ACCOUNT, impersonated: 'oidc:alice' }
  expect(writesOf(stand, metadata.name)).toEqual([inHerName])
})

test('the Pod deleted in a bulk: the next one reads in PostgreSQL what was cut off and who approved before', async ({
  page,
  complaints,
  stand,
  beside,
  installed: _,
}) => {
  const { cluster, kube } = stand
  await signIn(page, PAGES, 'alice')
  await untilLive(page)
  const recorded = await approve(page, stand, BEFORE_RESTART)
  const filed = await Promise.all(BULK.map((nodeName) => fileOn(kube, { nodeName })))
  await page.getByRole('button', { name: `Approve ${BULK.length} machines…` }).click()
  const dialog = page.getByRole('dialog')
  // The run follows the serving requests, which never arrive: it is under way until the Pod ends.
  await expect(dialog.getByRole('checkbox', { name: /^Follow for/ })).toBeChecked()
  await dialog.getByRole('button', { name: `Approve ${BULK.length} machines` }).click()
  for (const { metadata } of filed) await untilApproved(stand, metadata.name)
  await until('the run to be noted', async () => (await notedRuns(beside)) === 1)
  await kube.call('DELETE', csrPath(recorded))
  await cluster.kubectl(['delete', 'pod', ...pods('dashboard')])
  await cluster.kubectl(['rollout', 'status', `deployment/${DASHBOARD}`, '-n', NAMESPACE])

  // The provider remembers alice.
  await (await untilSignedOut(page)).click()
  await untilLive(page)
  complaints.splice(0)
  await page.goto(`${OTHER_URL}/runs`)
  await expect(
    page.getByRole('row', { name: 'Cut off by a restart' }).filter({ hasText: 'oidc:alice' }),
  ).toBeVisible()
  await expectRecorded(page, BEFORE_RESTART)
  await logsOf(stand, 'dashboard')
})

test('upgraded to oauth2-proxy beside it, alice signs in there and approves with her own token', async ({
  page,
  anotherContext,
  stand,
  release,
  installed: _,
}) => {
  const before = await (await anotherContext()).newPage()
  await signIn(before, PAGES, 'alice')
  await untilLive(before)
  await approve(before, stand, BEFORE_UPGRADE)
  await before.close()
  await release.upgrade(await proxied(stand))
  await until('the proxy to answer', async () => {
    const answer = await page.request.get(`${OTHER_URL}/ping`).catch(() => null)
    return answer?.ok()
  })
  await page.goto(OTHER_URL)
  await page.getByRole('button', { name: 'Sign in as alice' }).click()
  await untilLive(page)
  const name = await approve(page, stand, PROXIED)
  expect(writesOf(stand, name)).toEqual([{ user: 'oidc:alice' }])
  await expectRecorded(page, BEFORE_UPGRADE)
})
