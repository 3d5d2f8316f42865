/** The dashboard's account where the API server takes no token of the provider. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, startCluster } from '#sandbox/control-plane/control-plane.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { OIDC_PREFIX } from '#sandbox/openid/authentication-configuration.ts'
import { providerBrowser } from '#sandbox/openid/openid-browser.ts'
import { type Account, startOpenIdProvider } from '#sandbox/openid/openid-provider.ts'
import { callsByParty } from '../fixtures/audit-callers.ts'
import { auditEntries } from '../fixtures/audit-log.ts'
import {
  type CarelessAuthorizer,
  startCarelessAuthorizer,
} from '../fixtures/careless-authorizer.ts'
import {
  accountToken,
  CSRS,
  csrPath,
  type KubeClient,
  kubeClient,
} from '../fixtures/kube-client.ts'
import { type RawAnswer, type RawOptions, rawHttp } from '../fixtures/raw-http.ts'
import { fileOn } from '../fixtures/real-requests.ts'
import { newPublicUrl, startTeamApp, type TeamApp } from '../fixtures/team-app.ts'
import { bindTeam, TEAM_PEOPLE } from '../fixtures/team-rights.ts'
import { rendered, type Values } from '../install/helm.ts'
import { one } from '../install/manifests.ts'

const WHO = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const REVIEW = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
const MAY = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const ACCOUNT = 'countersign-dashboard'
const READER = `system:serviceaccount:default:${ACCOUNT}`
const ALICE = { username: 'oidc:alice', groups: ['oidc:platform-admins'] }
const BOB = { username: 'oidc:bob', groups: ['oidc:viewers'] }
const ROOT = { username: 'oidc:alice', groups: ['system:masters'] }

type Mode = 'constrained' | 'legacy'

/** API servers with constrained impersonation, and without it as before Kubernetes 1.36. */
const SERVERS: readonly (readonly [string, readonly string[], readonly Mode[]])[] = [
  ['with constrained impersonation', [], ['constrained', 'legacy']],
  ['without it', ['--feature-gates=ConstrainedImpersonation=false'], ['legacy']],
]

let cluster: Cluster
let admin: KubeClient
let account: KubeClient
/** The account's. */
let token: string

async function start(apiServerArgs: readonly string[]): Promise<void> {
  cluster = await startCluster({ openshift: false, controllerManager: false, apiServerArgs })
  admin = kubeClient(cluster.kubeconfigs.admin)
  await cluster.kubectl(['create', 'serviceaccount', ACCOUNT])
  await cluster.kubectl([
    ...['create', 'clusterrolebinding', ACCOUNT, `--clusterrole=${ACCOUNT}`],
    `--serviceaccount=default:${ACCOUNT}`,
  ])
  await bindTeam(cluster)
  token = await accountToken(admin, ACCOUNT)
  account = kubeClient(cluster.kubeconfigs.admin, token)
}

async function stop(): Promise<void> {
  await account?.close()
  await admin?.close()
  await cluster?.stop()
}

/** Gives the account the chart's own role, and waits until it is in force. */
async function install(impersonation: Mode): Promise<void> {
  const oidc = { issuer: 'https://id.example.com', clientId: 'countersign' }
  const dashboard = {
    ...{ enabled: true, publicUrl: 'https://countersign.example.com', signIn: ['oidc'] },
    ...{ oidc, impersonation },
  }
  const people = {
    approvers: { users: [ALICE.username], groups: ALICE.groups },
    viewers: { users: [BOB.username], groups: BOB.groups },
  }
  const values: Values = { dashboard, people }
  const role = one(rendered({ values }), 'ClusterRole', ACCOUNT)
  await cluster.apply([role])
  const verb = impersonation === 'constrained' ? 'impersonate:user-info' : 'impersonate'
  const group = impersonation === 'constrained' ? 'authentication.k8s.io' : ''
  const other = impersonation === 'constrained' ? 'impersonate' : 'impersonate:user-info'
  const otherGroup = impersonation === 'constrained' ? '' : 'authentication.k8s.io'
  await until(`${impersonation} impersonation is in force`, async () => {
    const named = { resource: 'users', name: ALICE.username }
    const has = await may(account, { ...named, verb, group })
    return has && !(await may(account, { ...named, verb: other, group: otherGroup }))
  })
}

function whoIs(as: typeof ALICE) {
  return account.call<{ status: { userInfo: unknown } }>('POST', WHO, { as, body: REVIEW })
}

async function may(client: KubeClient, resourceAttributes: object, as?: typeof ALICE) {
  const { status, body } = await client.call<{ status: { allowed: boolean } }>('POST', MAY, {
    ...(as !== undefined && { as }),
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    },
  })
  expect(status).toBe(201)
  return body.status.allowed
}

async function approve(name: string, as?: typeof ALICE) {
  const { body } = await admin.call('GET', csrPath(name))
  const now = new Date().toISOString()
  const condition = { type: 'Approved', status: 'True', reason: 'Test', lastUpdateTime: now }
  const { status, body: answer } = await account.call('PUT', csrPath(name, 'approval'), {
    ...(as !== undefined && { as }),
    body: { ...body, status: { conditions: [condition] } },
  })
  return { status, message: answer.message ?? '' }
}

/** Approvals that the API server accepted, each with its credential and its user. */
function approvalsOf(name: string): readonly object[] {
  return auditEntries(cluster, `${name}/approval`)
    .filter(({ responseStatus }) => responseStatus.code === 200)
    .map(({ user, impersonatedUser }) => [user.username, impersonatedUser?.username])
}

interface SignedIn {
  readonly app: TeamApp
  /** Answer to the browser's return from the provider. */
  readonly back: RawAnswer
  /** Calls the app with the cookie and the headers of a page. */
  call(path: string, options?: RawOptions): Promise<RawAnswer>
}

/**
 * Runs the app with the account, and signs a person in at a provider that the API server does not
 * know.
 */
async function signIn<T>(
  mode: Mode,
  who: Account,
  then: (signedIn: SignedIn) => Promise<T>,
): Promise<T> {
  const provider = await startOpenIdProvider({ publicUrl: await newPublicUrl() })
  const env = {
    ...{ COUNTERSIGN_IMPERSONATE: mode, COUNTERSIGN_SIGN_IN: 'oidc' },
    COUNTERSIGN_OIDC_USERNAME_PREFIX: OIDC_PREFIX,
    COUNTERSIGN_OIDC_GROUPS_PREFIX: OIDC_PREFIX,
    // As in a Pod, TLS ends at the ingress.
    ...{ COUNTERSIGN_TLS_CERT: '', COUNTERSIGN_TLS_KEY: '' },
  }
  const app = await startTeamApp({ kubeconfig: accountKubeconfig(), provider, env })
  let cookie = ''
  let binding = ''
  const call: SignedIn['call'] = async (path, { headers, ...options } = {}) => {
    const answer = await rawHttp(app.url, path, {
      ...options,
      headers: {
        ...{ host: new URL(app.url).host, cookie, origin: app.url, ...headers },
        ...{ 'sec-fetch-site': 'same-origin', 'x-countersign-session': binding },
      },
    })
    const [set] = answer.headers['set-cookie'] ?? []
    cookie = set?.split(';')[0] ?? cookie
    return answer
  }
  try {
    const begun = await call('/sign-in/oidc')
    const callback = await providerBrowser(provider.ca).signIn(`${begun.headers.location}`, who)
    const back = await call(callback.slice(app.url.length))
    binding = JSON.parse((await call('/api/session')).body).binding ?? ''
    return await then({ app, back, call })
  } finally {
    await app.stop()
    await provider.close()
  }
}

function accountKubeconfig(): string {
  const file = join(cluster.dir, 'account.kubeconfig')
  const entry = {
    name: 'account',
    cluster: { server: cluster.server, 'certificate-authority': cluster.ca },
  }
  const kubeconfig = {
    clusters: [entry],
    users: [{ name: 'account', user: { token } }],
    contexts: [{ name: 'account', context: { cluster: 'account', user: 'account' } }],
    'current-context': 'account',
  }
  writeFileSync(file, JSON.stringify(kubeconfig), { mode: 0o600 })
  return file
}

/** The app's answer to a page's decision on one request, once the request is in its list. */
async function approveByPage(
  call: SignedIn['call'],
  { uid, resourceVersion }: { readonly uid: string; readonly resourceVersion: string },
): Promise<string> {
  const isShown = async () => (await call('/api/requests?status=pending')).body.includes(uid)
  await until(`request ${uid} is shown`, isShown)
  const body = JSON.stringify({
    ...{ decision: 'approve', accept: 'plausible', items: [{ uid, resourceVersion }] },
  })
  const headers = {
    ...{ 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(body)}` },
  }
  return (await call('/api/decisions', { method: 'POST', body, headers })).body
}

const UPDATE = {
  ...{ group: 'certificates.k8s.io', resource: 'certificatesigningrequests' },
  ...{ subresource: 'approval', verb: 'update' },
}

describe.each(SERVERS)('an API server %s', (_server, apiServerArgs, modes) => {
  beforeAll(() => start(apiServerArgs))
  afterAll(stop)

  describe.each(modes)('%s impersonation', (mode) => {
    beforeAll(() => install(mode))

    it('the API server says who alice is, and what she may do', async () => {
      const { status, body } = await whoIs(ALICE)
      expect(status).toBe(201)
      expect(body.status.userInfo).toMatchObject({
        username: 'oidc:alice',
        groups: ['oidc:platform-admins', 'system:authenticated'],
      })
      expect(await may(account, UPDATE, ALICE)).toBe(true)
    })

    it('the app approves as alice, by her own rights, and the audit log names her', async () => {
      const { metadata } = await fileOn(admin, { nodeName: `${mode}-1` })
      expect(await approve(metadata.name, ALICE)).toMatchObject({ status: 200 })
      expect(approvalsOf(metadata.name)).toEqual([[READER, 'oidc:alice']])
    })

    it('bob may not approve', async () => {
      const { metadata } = await fileOn(admin, { nodeName: `${mode}-2` })
      expect(await may(account, UPDATE, BOB)).toBe(false)
      expect(await approve(metadata.name, BOB)).toMatchObject({
        status: 403,
        message: expect.stringContaining('"oidc:bob" cannot update'),
      })
    })

    it('the app never acts as an administrator', async () => {
      const { metadata } = await fileOn(admin, { nodeName: `${mode}-3` })
      expect(await approve(metadata.name, ROOT)).toMatchObject({ status: 403 })
      const master = { username: 'oidc:alice', groups: [...ALICE.groups, 'system:masters'] }
      expect(await approve(metadata.name, master)).toMatchObject({ status: 403 })
    })

    it('the account itself may not approve', async () => {
      const { metadata } = await fileOn(admin, { nodeName: `${mode}-4` })
      expect(await approve(metadata.name)).toMatchObject({ status: 403 })
      expect(await may(account, UPDATE)).toBe(false)
    })

    const limited = mode === 'constrained' ? [CSRS, '/api/v1/secrets', '/api/v1/nodes'] : []
    it.each(limited)('the account makes no other call as alice: GET %s', async (path) => {
      expect(await account.call('GET', path, { as: ALICE })).toMatchObject({ status: 403 })
    })

    it.each(['system:serviceaccount:kube-system:default', 'system:node:worker-1', 'system:admin2'])(
      'nothing is approved as %s',
      async (username) => {
        const { metadata } = await fileOn(admin, { nodeName: `${mode}-as-${username.length}` })
        expect(await approve(metadata.name, { username, groups: [] })).toMatchObject({
          status: 403,
        })
      },
    )

    const unnamed = mode === 'legacy' ? ['oidc:carol'] : []
    it.each(unnamed)(
      'the account does not act as %s, whom the role does not name',
      async (username) => {
        const { metadata } = await fileOn(admin, { nodeName: `${mode}-5` })
        expect(await approve(metadata.name, { username, groups: ALICE.groups })).toMatchObject({
          status: 403,
          message: expect.stringContaining('cannot impersonate resource "users"'),
        })
      },
    )
  })

  const refused = modes.includes('constrained') ? [] : ['constrained']
  it.each(refused)(
    'with constrained impersonation (%s) the app refuses a sign-in there and says what it takes; with legacy alice approves',
    async () => {
      const { metadata } = await fileOn(admin, { nodeName: 'page-1' })
      await install('constrained')
      const lines = await signIn('constrained', 'alice', async ({ back, app }) => {
        expect(back.headers.location).toBe('/?signIn=notReady')
        return app.lines.filter((line) => line.includes('session.refused'))
      })
      expect(lines).toEqual([
        expect.stringContaining('constrained impersonation (Kubernetes 1.36)'),
      ])
      await install('legacy')
      await signIn('legacy', 'alice', async ({ back, call }) => {
        expect(back.headers.location).toBe('/')
        expect(await approveByPage(call, metadata)).toContain('"approved"')
      })
      expect(approvalsOf(metadata.name)).toEqual([[READER, 'oidc:alice']])
    },
  )

  it('every call in the API server’s log is by a known identity, and the account writes only in people’s names', () => {
    const calls = callsByParty(cluster, { reader: READER, people: TEAM_PEOPLE })
    expect([...calls.keys()]).toEqual(expect.arrayContaining(['person', 'refused']))
  })
})

describe('an API server whose webhook authorizer allows each verb that it does not know', () => {
  let folder: string
  let authorizer: CarelessAuthorizer
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-authorizer-'))
    authorizer = await startCarelessAuthorizer(folder)
    await start(authorizer.apiServerArgs)
  })
  afterAll(async () => {
    await stop()
    await authorizer.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('the webhook lets the account act as any user in any call, although no role says so', async () => {
    await install('constrained')
    expect(await account.call('GET', CSRS, { as: ALICE })).toMatchObject({ status: 200 })
  })

  it.each<Mode>(['constrained', 'legacy'])(
    'with %s impersonation the app does not start there, and names the authorizer',
    async (mode) => {
      const never = signIn(mode, 'alice', async () => {})
      await expect(never).rejects.toThrow(
        /ended with 1: .*impersonate:countersign-asks users.*an authorizer of the API server/s,
      )
    },
  )
})
