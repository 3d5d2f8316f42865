/** Team mode: people of an OpenID provider that the API server trusts, each with their own rights. */
import type { BrowserContext, Page, Response } from '@playwright/test'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { OIDC_PREFIX } from '#sandbox/openid/authentication-configuration.ts'
import { ACCOUNTS, PROVIDER_NAME } from '#sandbox/openid/openid-provider.ts'
import { callsByParty } from '../fixtures/audit-callers.ts'
import { auditEntries } from '../fixtures/audit-log.ts'
import { chooseVerb } from '../fixtures/choose-verb.ts'
import {
  callEveryWay,
  FOREIGN,
  serveForeignPages,
  submitEveryForm,
} from '../fixtures/foreign-pages.ts'
import {
  conditionTypes,
  file,
  type KubeClient,
  type KubeObject,
  readCsr,
} from '../fixtures/kube-client.ts'
import { untilLive, untilRow } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/real.ts'
import { fileOn, removeRequests } from '../fixtures/real-requests.ts'
import { rememberSecret } from '../fixtures/secrets.ts'
import { newPublicUrl, signIn, signOut, startTeamApp } from '../fixtures/team-app.ts'
import { bindTeam, TEAM_PEOPLE, unbind } from '../fixtures/team-rights.ts'
import { WAITS } from '../fixtures/waits.ts'
import { rendered } from '../install/helm.ts'
import { one } from '../install/manifests.ts'

// The tests share the provider, on their worker's cluster.
test.describe.configure({ mode: 'default' })

/** Identities of the worker's other apps, each with a kubeconfig of one person. */
const OTHERS = ['approver', 'kubernetes-admin']
/** Start of this file's tests: other files' tests share the cluster. */
let began = 0

test.beforeAll(() => {
  began = Date.now()
})
test.beforeEach(({ kube }) => removeRequests(kube))
test.afterAll(({ kube }) => removeRequests(kube))
// Every call in the API server's log is by a known party: the dashboard reads, people write.
test.afterAll(({ cluster }) => {
  const parties = { reader: 'viewer', people: [...TEAM_PEOPLE, ...OTHERS] }
  expect(callsByParty(cluster, parties, began).get('person')).toBeGreaterThan(0)
})

/** Remembers the session's cookie: no output may contain it. */
async function hearCookie(context: BrowserContext): Promise<void> {
  const cookies = await context.cookies()
  const session = cookies.find(({ name }) => name === '__Host-countersign')
  expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict' })
  rememberSecret('a session’s cookie', session?.value ?? '')
}

async function cookieAndStatus(answer: Response): Promise<string> {
  const request = answer.request()
  const { cookie = '' } = await request.allHeaders()
  const hasCookie = cookie.includes('__Host-countersign=')
  return `${request.method()} ${answer.status()}, cookie ${hasCookie}`
}

test('the app ends before it is ready where its account may approve, and says why', async ({
  cluster,
  provider,
}) => {
  const url = await newPublicUrl()
  const env = {
    COUNTERSIGN_PUBLIC_URL: url,
    COUNTERSIGN_LISTEN: `127.0.0.1:${new URL(url).port}`,
  }
  const { approver: kubeconfig } = cluster.kubeconfigs
  await expect(startTeamApp({ kubeconfig, provider, env })).rejects.toThrow(
    /ended with 1: .*may do more than read \(update certificatesigningrequests\/approval, /s,
  )
})

test('alice signs in and approves a machine that bob may only see; the audit log has her name', async ({
  page,
  context,
  anotherContext,
  cluster,
  kube,
  team,
}) => {
  const filed = await fileOn(kube, { nodeName: 'team-1' })
  const bobs = await (await anotherContext()).newPage()
  await signIn(bobs, team, 'bob')
  await untilLive(bobs)
  await untilRow(bobs, 'team-1')
  const refused = bobs.getByRole('button', { name: 'Approve client for team-1' })
  await expect(refused).toHaveAttribute('aria-disabled', 'true')

  await signIn(page, team, 'alice')
  await hearCookie(context)
  await untilLive(page)
  await untilRow(page, 'team-1')
  await page.getByRole('button', { name: 'Approve client for team-1' }).click()
  await expect
    .poll(async () => conditionTypes(await readCsr(kube, filed.metadata.name)))
    .toContain('Approved')

  const writes = auditEntries(cluster, `${filed.metadata.name}/approval`)
  expect(writes.map(({ user, responseStatus }) => [user.username, responseStatus.code])).toEqual([
    ['oidc:alice', 200],
  ])
})

test('only a JSON POST of the app’s own page decides beside alice’s session, whatever pages of other origins send', async ({
  page,
  context,
  complaints,
  cluster,
  kube,
  team,
}) => {
  const { metadata } = await fileOn(kube, { nodeName: 'team-5' })
  await signIn(page, team, 'alice')
  await hearCookie(context)
  await untilLive(page)
  await untilRow(page, 'team-5')
  const { uid, resourceVersion } = metadata
  const body = { decision: 'approve', accept: 'plausible', items: [{ uid, resourceVersion }] }
  const attempt = {
    url: `${team.url}/api/decisions`,
    body: JSON.stringify(body),
    binding: await page.evaluate(async () => (await (await fetch('/api/session')).json()).binding),
  }
  const foreign = await serveForeignPages(team.url)
  for (const [origin, withCookie] of FOREIGN) {
    await test.step(origin, async () => {
      const frame = await foreign.open(context, origin)
      expect(await frame.evaluate(callEveryWay, attempt)).toEqual([])
      const answers: Promise<string>[] = []
      frame.page().on('response', (answer) => answers.push(cookieAndStatus(answer)))
      await frame.evaluate(submitEveryForm, attempt)
      const refused = [`GET 405, cookie ${withCookie}`, `POST 403, cookie ${withCookie}`]
      const each = [...refused, ...refused, ...refused]
      await expect.poll(() => Promise.all(answers)).toEqual(each)
    })
  }
  const writes = () => auditEntries(cluster, `${metadata.name}/approval`).length
  expect(writes()).toBe(0)

  const read = await page.evaluate(callEveryWay, attempt)
  expect(read.filter((line) => !/: 4\d\d$/.test(line))).toEqual(['POST application/json: 200'])
  expect(writes()).toBe(1)
  // Chromium logs each call that it or the server refuses.
  const refusal = /status of 4|ERR_FAILED|ERR_BLOCKED_BY_RESPONSE|CORS policy|Framing/
  for (const complaint of complaints.splice(0)) expect(complaint).toMatch(refusal)
  foreign.stop()
})

test('carol has no right to see: the page says what is missing, and shows nothing', async ({
  page,
  kube,
  team,
}) => {
  await fileOn(kube, { nodeName: 'team-2' })
  await signIn(page, team, 'carol')
  await expect(
    page.getByRole('heading', { name: 'You may not see this cluster’s requests' }),
  ).toBeVisible()
  await expect(page.getByText('oidc:carol').first()).toBeVisible()
  await expect(
    page.getByText(/kubectl create clusterrolebinding .*countersign-viewer/),
  ).toBeVisible()
  await expect(page.getByRole('table', { name: 'What is missing' })).toContainText(
    'certificatesigningrequests',
  )
  await expect(page.getByText('team-2')).toHaveCount(0)
})

test.describe('two people', () => {
  const NODE = 'team-two'
  /** The chart's ClusterRole for approvers, bound to the group of alice and dave. */
  const CHART_ROLE = 'countersign-approver-of-chart'
  /** Lets bob and mallory file requests, and approve none. */
  const FILER = 'files-requests'

  test.beforeAll(async ({ cluster }) => {
    const dashboard = {
      enabled: true,
      publicUrl: 'https://countersign.example.com',
      signIn: ['token'],
    }
    const people = { propose: true, approvers: { groups: [`${OIDC_PREFIX}platform-admins`] } }
    const objects = rendered({ values: { dashboard, people } })
    const metadata = { name: CHART_ROLE }
    const role = one(objects, 'ClusterRole', 'countersign-approver')
    const binding = one(objects, 'ClusterRoleBinding', 'countersign-approvers')
    const roleRef = { ...Object(binding.roleRef), name: CHART_ROLE }
    await cluster.apply([
      { ...role, metadata },
      { ...binding, metadata, roleRef },
    ])
    await cluster.kubectl(['create', 'clusterrole', FILER, '--verb=create', '--resource=csr'])
    await cluster.kubectl([
      ...['create', 'clusterrolebinding', FILER, `--clusterrole=${FILER}`, '--user=oidc:bob'],
      '--user=oidc:mallory',
    ])
  })
  test.afterAll(async ({ cluster }) => {
    for (const kind of ['clusterrolebinding', 'clusterrole']) {
      await cluster.kubectl(['delete', kind, CHART_ROLE, FILER])
    }
  })

  /** A client request that no bootstrapper filed: suspicious. */
  function fileSuspicious(kube: KubeClient): Promise<KubeObject> {
    const { request, signerName, usages } = makeCsr({ kind: 'client', nodeName: NODE })
    const as = { username: 'oidc:bob', groups: ['system:authenticated'] }
    return file(kube, { request, signerName, usages, as })
  }

  /** Approves the suspicious request on its machine's page. */
  async function approveOdd(page: Page, button: RegExp, note: string): Promise<void> {
    await chooseVerb(page, /^Approve although a check fails…/)
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(/^Type/).fill(NODE)
    await dialog.getByLabel(/^(Why do you approve|What should)/).fill(note)
    await dialog.getByRole('button', { name: button }).click()
    await expect(dialog).toBeHidden()
  }

  test('alice proposes, dave approves, and each call is by one of the two', async ({
    page,
    anotherContext,
    cluster,
    kube,
    team,
  }) => {
    const filed = await fileSuspicious(kube)
    const { name } = filed.metadata
    // She comes back to the page that she asked for.
    await signIn(page, team, 'alice', `/machines/${NODE}`)
    await approveOdd(page, /^Propose/, 'it came with the new rack')
    await expect(page.getByText(/^You proposed this/)).toBeVisible()
    expect(conditionTypes(await readCsr(kube, name))).toEqual([])

    const daves = await (await anotherContext()).newPage()
    await signIn(daves, team, 'dave')
    const row = daves.getByRole('row', { name: new RegExp(`^${NODE}`) })
    await expect(row).toContainText('proposed by oidc:alice')
    await expect(row).toContainText('Needs another person')
    await daves.goto(`${team.url}/machines/${NODE}`)
    await expect(daves.getByText('oidc:alice proposed this')).toBeVisible()
    await expect(daves.getByText(/it came with the new rack/)).toBeVisible()
    await expect(daves.getByText(/asks the API server/)).toBeVisible()
    await approveOdd(daves, /^Approve/, 'I unpacked it')
    await expect.poll(async () => conditionTypes(await readCsr(kube, name))).toContain('Approved')
    const condition = (await readCsr(kube, name))?.status?.conditions?.[0]
    expect(condition?.message).toContain('Approved by oidc:dave with Countersign')
    expect(condition?.message).toContain('proposed by oidc:alice')

    const callers = (text: string) =>
      auditEntries(cluster, text)
        .filter(({ userAgent }) => userAgent === 'countersign')
        .filter(({ requestReceivedTimestamp: at }) => Date.parse(at) >= began)
        .map(({ user, responseStatus }) => `${user.username} ${responseStatus.code}`)
    expect(new Set(callers('v1/subjectaccessreviews'))).toEqual(new Set(['oidc:dave 201']))
    expect(callers(`${name}/approval`)).toEqual(['oidc:dave 200'])
  })

  test('a proposal by mallory, who may not approve, leaves dave to be the first', async ({
    page,
    kube,
    team,
  }) => {
    const filed = await fileSuspicious(kube)
    await file(kube, {
      request: filed.spec.request,
      signerName: `countersign.dev/approval-proposal.${filed.metadata.uid}`,
      usages: ['digital signature'],
      as: { username: 'oidc:mallory', groups: ['system:authenticated'] },
    })
    await signIn(page, team, 'dave', `/machines/${NODE}`)
    await expect(page.getByText('oidc:mallory proposed this')).toBeVisible()
    await approveOdd(page, /^Approve/, 'I unpacked it')
    await expect(page.getByText(/^You proposed this/)).toBeVisible()
    expect(conditionTypes(await readCsr(kube, filed.metadata.name))).toEqual([])
  })
})

test('alice is signed out at the provider, too', async ({ page, team }) => {
  await signIn(page, team, 'alice')
  await untilLive(page)
  await signOut(page, team)
  const again = page.getByRole('link', { name: `Continue with ${PROVIDER_NAME}` })
  await again.click()
  for (const name of Object.keys(ACCOUNTS)) {
    await expect(page.getByRole('button', { name: `Sign in as ${name}` })).toBeVisible()
  }
})

test('a person who cancels at the provider is told so, and can try again', async ({
  page,
  team,
}) => {
  await page.goto(team.url)
  await page.getByRole('link', { name: `Continue with ${PROVIDER_NAME}` }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('You did not sign in.')).toBeVisible()
  await expect(page).toHaveURL(`${team.url}/`)
  await page.getByRole('link', { name: `Continue with ${PROVIDER_NAME}` }).click()
  await page.getByRole('button', { name: 'Sign in as alice' }).click()
  await untilLive(page)
})

test('the page is emptied when the token has ended', { tag: WAITS }, async ({
  page,
  complaints,
  kube,
  provider,
  team,
}) => {
  test.setTimeout(240_000)
  await fileOn(kube, { nodeName: 'team-3' })
  // Much longer than a sign-in takes on a busy machine.
  provider.setTokenSeconds(40)
  try {
    await signIn(page, team, 'alice')
  } finally {
    provider.setTokenSeconds(3600)
  }
  await expect(page.getByText('Your session ended.')).toBeVisible({ timeout: 120_000 })
  await expect(page.getByText('team-3')).toHaveCount(0)
  for (const complaint of complaints.splice(0)) expect(complaint).toMatch(/status of 40[13]/)
})

test('the page is emptied when alice’s right to see is removed', { tag: WAITS }, async ({
  page,
  complaints,
  cluster,
  kube,
  team,
}) => {
  test.setTimeout(240_000)
  await fileOn(kube, { nodeName: 'team-4' })
  await signIn(page, team, 'alice')
  await untilLive(page)
  await untilRow(page, 'team-4')
  await unbind(cluster, 'platform-admins', 'countersign-viewer')
  try {
    await expect(
      page.getByRole('heading', { name: 'You may not see this cluster’s requests' }),
    ).toBeVisible({ timeout: 120_000 })
    await expect(page.getByText('team-4')).toHaveCount(0)
  } finally {
    await bindTeam(cluster)
  }
  for (const complaint of complaints.splice(0)) expect(complaint).toMatch(/status of 40[13]/)
})
