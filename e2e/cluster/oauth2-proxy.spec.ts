/** Signing in by oauth2-proxy, with the flags and values of docs/install.md. */
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { providerBrowser } from '#sandbox/openid/openid-browser.ts'
import type { Account } from '#sandbox/openid/openid-provider.ts'
import { callsByParty } from '../fixtures/audit-callers.ts'
import { auditEntries } from '../fixtures/audit-log.ts'
import { expectNoSecretsIn } from '../fixtures/cluster-secrets.ts'
import { idTokenFor, untilTrusted } from '../fixtures/id-token.ts'
import { conditionTypes, readCsr } from '../fixtures/kube-client.ts'
import { type RawAnswer, type RawOptions, rawHttp } from '../fixtures/raw-http.ts'
import { fileOn } from '../fixtures/real-requests.ts'
import { guideSidecar, type SignInProxy, startSignInProxy } from '../fixtures/sign-in-proxy.ts'
import { startTeamApp, type TeamApp } from '../fixtures/team-app.ts'
import { bindTeam, TEAM_PEOPLE } from '../fixtures/team-rights.ts'
import { sharedCluster } from './shared-cluster.ts'

const site = sharedCluster()
let app: TeamApp
let proxy: SignInProxy
/** Address of the app itself, which only the proxy should call. */
let direct: string
let host: string
/** Start of this file's tests: other files' tests share the cluster. */
let began: number

beforeAll(async () => {
  began = Date.now()
  const { cluster, provider } = site
  await bindTeam(cluster)
  await untilTrusted(cluster, provider)
  const env = {
    ...guideSidecar().dashboard,
    // As in a Pod, TLS ends at the ingress.
    ...{ COUNTERSIGN_TLS_CERT: '', COUNTERSIGN_TLS_KEY: '' },
  }
  app = await startTeamApp({ kubeconfig: cluster.kubeconfigs.viewer, provider, env })
  proxy = await startSignInProxy(provider)
  const { port } = new URL(app.url)
  direct = `http://127.0.0.1:${port}`
  host = new URL(app.url).host
})
afterAll(async () => {
  await proxy?.stop()
  await app?.stop()
  await expectNoSecretsIn(site.cluster, site.admin)
})

/** A browser; this test acts as its ingress. */
interface Browser {
  call(path: string, options?: RawOptions): Promise<RawAnswer>
  /** Calls like a page of the app, with the binding of its session. */
  fromPage(path: string, options?: RawOptions): Promise<RawAnswer>
  /** Opens an answer that may not end, such as a stream. */
  open(path: string): Promise<IncomingMessage>
  signIn(account: Account): Promise<void>
  cookie(): string
}

interface Session {
  readonly person: { readonly name: string } | null
  readonly binding: string | null
  readonly access: { readonly mayView: boolean } | null
  readonly signIn: readonly { readonly way: string; readonly href?: string }[]
}

function newBrowser(through = proxy): Browser {
  const cookies = new Map<string, string>()
  let binding = ''

  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const fromPage = () => ({
    ...{ host, cookie: cookie(), origin: app.url, 'sec-fetch-site': 'same-origin' },
    ...{ accept: 'application/json', 'x-countersign-session': binding },
  })

  async function call(path: string, { headers = {}, ...options }: RawOptions = {}) {
    const sent = { host, cookie: cookie(), ...headers }
    const answer = await rawHttp(through.address, path, { ...options, headers: sent })
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    if (`${answer.headers['clear-site-data']}`.includes('"cookies"')) cookies.clear()
    return answer
  }

  return {
    ...{ call, cookie },
    fromPage: (path, { headers, ...options } = {}) =>
      call(path, { ...options, headers: { ...fromPage(), ...headers } }),
    async open(path) {
      const outgoing = request(through.address + path, { headers: fromPage() })
      outgoing.end()
      const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
      return answer
    },
    async signIn(account) {
      const begun = await call('/')
      expect(begun.status).toBe(302)
      const callback = await providerBrowser(site.provider.ca).signIn(
        `${begun.headers.location}`,
        account,
      )
      expect(new URL(callback).origin).toBe(app.url)
      const back = await call(callback.slice(app.url.length))
      expect([back.status, back.headers.location]).toEqual([302, '/'])
      const session: Session = JSON.parse((await call('/api/session')).body)
      expect(session.person?.name).toBe(`oidc:${account}`)
      binding = session.binding ?? ''
    },
  }
}

/** Resolves when the request is in the person's list: the app learns of it by a watch. */
async function untilShown(browser: Browser, uid: string): Promise<void> {
  await until(`request ${uid} is shown`, async () => {
    return (await browser.fromPage('/api/requests?status=pending')).body.includes(uid)
  })
}

/** Answer of the app's API to the decision of one request. */
function approve(browser: Browser, csr: { uid: string; resourceVersion: string }, headers = {}) {
  const { uid, resourceVersion } = csr
  const body = JSON.stringify({
    ...{ decision: 'approve', accept: 'plausible', items: [{ uid, resourceVersion }] },
  })
  const length = `${Buffer.byteLength(body)}`
  return browser.fromPage('/api/decisions', {
    ...{ method: 'POST', body },
    headers: { 'content-type': 'application/json', 'content-length': length, ...headers },
  })
}

it('alice signs in at the proxy, sees a machine and approves it; the audit log has her name', async () => {
  const { metadata } = await fileOn(site.admin, { nodeName: 'proxied-1' })
  const alice = newBrowser()
  await alice.signIn('alice')
  const page = await alice.call('/')
  expect([page.status, page.body.includes('<html')]).toEqual([200, true])
  await untilShown(alice, metadata.uid)

  const decided = await approve(alice, metadata)
  expect([decided.status, decided.body]).toEqual([200, expect.stringContaining('"approved"')])
  expect(conditionTypes(await readCsr(site.admin, metadata.name))).toContain('Approved')
  const writes = auditEntries(site.cluster, `${metadata.name}/approval`)
  expect(writes.map(({ user, responseStatus }) => [user.username, responseStatus.code])).toEqual([
    ['oidc:alice', 200],
  ])
})

it('bob sees and may not approve, not even with a token of alice’s that his browser adds', async () => {
  const { metadata } = await fileOn(site.admin, { nodeName: 'proxied-2' })
  const bob = newBrowser()
  await bob.signIn('bob')
  await untilShown(bob, metadata.uid)
  const authorization = `Bearer ${await idTokenFor(site.provider, 'alice')}`
  const decided = await approve(bob, metadata, { authorization })
  expect([decided.status, decided.body]).toEqual([403, expect.stringContaining('mayNotApprove')])
  expect(conditionTypes(await readCsr(site.admin, metadata.name))).toEqual([])
})

it('carol, who may not see, gets the name of the missing role and no rows', async () => {
  const carol = newBrowser()
  await carol.signIn('carol')
  const session = (await carol.call('/api/session')).body
  expect(JSON.parse(session)).toMatchObject({ access: { mayView: false } })
  expect(session).toContain('countersign-viewer')
  expect((await carol.fromPage('/api/requests')).status).toBe(403)
})

it('the same header is believed from the proxy’s address and from no other', async () => {
  const authorization = `Bearer ${await idTokenFor(site.provider, 'alice')}`
  const from = async (localAddress: string, path: string) =>
    rawHttp(direct, path, { localAddress, headers: { host, authorization } })
  expect((await from('127.0.0.1', '/api/session')).body).toContain('oidc:alice')
  for (const path of ['/api/session', '/api/requests', '/api/snapshot', '/']) {
    const refused = await from('127.0.0.2', path)
    expect([path, refused.status]).toEqual([path, 401])
    expect(refused.body).not.toContain('alice')
  }
})

it('a name in a forwarded header is not believed without a token', async () => {
  const headers = {
    ...{ host, 'x-forwarded-user': 'alice', 'x-forwarded-email': 'alice' },
    ...{ 'x-forwarded-preferred-username': 'oidc:alice' },
  }
  const answer = await rawHttp(direct, '/api/session', { headers })
  expect(JSON.parse(answer.body)).toMatchObject({ person: null })
  expect((await rawHttp(direct, '/api/requests', { headers })).status).toBe(401)
})

it('after signing out alice’s stream ends, the proxy asks her to sign in, and its old cookie opens nothing', async () => {
  const alice = newBrowser()
  await alice.signIn('alice')
  const stream = await alice.open('/api/events')
  expect(stream.statusCode).toBe(200)
  const over = once(stream, 'close')
  let heard = ''
  stream.on('data', (chunk: Buffer) => {
    heard += chunk.toString()
  })
  await until('the stream has begun', () => heard.includes('event: hello'))
  const before = alice.cookie()
  const answer = await alice.fromPage('/api/session', { method: 'DELETE' })
  expect(answer.status).toBe(200)
  await over
  expect((await alice.call('/api/session')).status).toBe(302)
  const kept = await alice.call('/api/session', { headers: { cookie: before } })
  const { person, signIn }: Session = JSON.parse(kept.body)
  expect([person, signIn]).toEqual([null, [{ way: 'proxy', href: '/oauth2/sign_out' }]])
  // A browser that kept the cookie signs out by the link on its page.
  const left = await alice.call('/oauth2/sign_out', { headers: { cookie: before } })
  expect([left.status, left.headers.location]).toEqual([302, '/'])
  expect(`${left.headers['set-cookie']}`).toMatch(/^_oauth2_proxy=;/)
  await until('the log has the end', () => app.lines.join('\n').includes('"session.end"'))
})

it('when a token ends the proxy refuses its cookie, and signs alice in again', async () => {
  const { provider } = site
  provider.setTokenSeconds(6)
  const short = await startSignInProxy(provider, '1s')
  try {
    const alice = newBrowser(short)
    await alice.signIn('alice')
    const before = alice.cookie()
    await until('the proxy asks for a sign-in', async () => {
      return (await alice.call('/api/session')).status === 302
    })
    await alice.signIn('alice')
    expect(alice.cookie()).not.toBe(before)
  } finally {
    provider.setTokenSeconds(3600)
    await short.stop()
  }
})

it('every call in the API server’s log is by a known identity: the dashboard reads, people write', () => {
  const calls = callsByParty(site.cluster, { reader: 'viewer', people: TEAM_PEOPLE }, began)
  expect([...calls.keys()]).toEqual(expect.arrayContaining(['reader', 'person']))
})
