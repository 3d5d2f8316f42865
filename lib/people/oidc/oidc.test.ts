import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eachFolder } from '#lib/kube/fixtures/each-test.ts'
import { createAuthority } from '#lib/kube/fixtures/tls.ts'
import { BEGUN_MS, createOidc } from '#lib/people/oidc/oidc.ts'
import type { OidcSettings } from '#lib/settings/service-settings.ts'
import { type ProviderBrowser, providerBrowser } from '#sandbox/openid/openid-browser.ts'
import {
  type Account,
  CLIENT_ID,
  type OpenIdProvider,
  PUBLIC_CLIENT_ID,
  startOpenIdProvider,
} from '#sandbox/openid/openid-provider.ts'

const PUBLIC_URL = 'https://countersign.example.com'
const CALLBACK = `${PUBLIC_URL}/sign-in/callback`

let provider: OpenIdProvider
let browser: ProviderBrowser
const folder = eachFolder()

beforeAll(async () => {
  provider = await startOpenIdProvider({ publicUrl: PUBLIC_URL })
})
afterAll(() => provider.close())

beforeEach(() => {
  provider.setTokenSeconds(3600)
  provider.setAmend((answer) => answer)
  browser = providerBrowser(provider.ca)
})

function open(more: Partial<OidcSettings> = {}, options: Parameters<typeof createOidc>[1] = {}) {
  const [caFile, clientSecretFile] = [folder.file('ca.pem'), folder.file('secret')]
  writeFileSync(caFile, provider.ca)
  writeFileSync(clientSecretFile, `${provider.clientSecret}\n`)
  const settings: OidcSettings = {
    publicUrl: PUBLIC_URL,
    kind: 'oidc',
    issuer: provider.issuer,
    clientId: CLIENT_ID,
    clientSecretFile,
    caFile,
    scopes: 'openid',
    checksSignature: false,
    ...more,
  }
  return createOidc(settings, options)
}

/** Signs in at the provider, from the page of the sign-in to the answer to its return. */
async function finish(
  oidc: ReturnType<typeof open>,
  account: Account | null = 'alice',
  to = '/',
  replaces?: string,
) {
  const { location, cookie } = await oidc.begin(to, replaces)
  return oidc.finish(pathOf(await browser.signIn(location, account)), cookie)
}

/** Signs in at the provider, which has to succeed. */
async function signIn(...sent: Parameters<typeof finish>) {
  const done = await finish(...sent)
  if ('failed' in done) throw new Error(done.reason)
  return done
}

function claimsOf(token: string) {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

/** The answer's ID token with other claims, so that its signature is wrong. */
function withClaims(claims: object) {
  return <Answer extends { readonly id_token: string }>(answer: Answer) => {
    const [head, , signature] = answer.id_token.split('.')
    const body = JSON.stringify({ ...claimsOf(answer.id_token), ...claims })
    return {
      ...answer,
      id_token: [head, Buffer.from(body).toString('base64url'), signature].join('.'),
    }
  }
}

/** Path and query of a provider's redirect to our callback. */
function pathOf(callback: string): string {
  const url = new URL(callback)
  expect(url.origin + url.pathname).toBe(CALLBACK)
  return url.pathname + url.search
}

function withParameter(path: string, name: string, value: string): string {
  const url = new URL(path, PUBLIC_URL)
  url.searchParams.set(name, value)
  return url.pathname + url.search
}

describe('a sign-in', () => {
  it.each([
    ['with a client secret', {}],
    ['of a public client', { clientId: PUBLIC_CLIENT_ID, clientSecretFile: null }],
  ])(
    'a sign-in %s gives an ID token with the groups, and the way back',
    async (_case, settings) => {
      const done = await signIn(open(settings), 'alice', '/nodes?text=a')
      expect(done.to).toBe('/nodes?text=a')
      const claims = claimsOf(done.tokens.token)
      expect(claims).toMatchObject({ sub: 'alice', groups: ['platform-admins'] })
      expect(done.tokens.idToken).toBe(done.tokens.token)
      expect(done.tokens.expiresAt).toBe(claims.exp * 1000)
      expect(done.tokens.objectPath).toBeNull()
      expect(done.tokens.refreshToken).toBeNull()
    },
  )

  it('a sign-in asks for a code with PKCE, state and nonce, at the exact redirect URI', async () => {
    const oidc = open()
    const { location, cookie } = await oidc.begin('/')
    const asked = Object.fromEntries(new URL(location).searchParams)
    expect(asked).toEqual({
      client_id: CLIENT_ID,
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    expect(cookie).toMatch(/^[\w-]{43}\.\d{13}\.Lw\.$/)
    expect(new Set([...Object.values(asked), cookie]).size).toBe(Object.keys(asked).length + 1)
  })

  it('a sign-in returns the name of the session that it replaces', async () => {
    const done = await signIn(open(), 'alice', '/', 'the-session')
    expect(done).toMatchObject({ replaces: 'the-session' })
  })

  it.each(['/', '/nodes?text=a%2F%2Fb', '/machines/worker-1'])(
    'a sign-in returns to %s',
    async (to) => {
      expect(await signIn(open(), 'carol', to)).toMatchObject({ to })
    },
  )

  it.each([
    '//evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/.//evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    'nodes',
    '/nodes?text=名',
    `/${'n'.repeat(2_000)}`,
    '',
  ])('a sign-in returns to our own pages, not to %j', async (to) => {
    expect(await signIn(open(), 'carol', to)).toMatchObject({ to: '/' })
  })

  it('a sign-in that the person cancels is reported as cancelled', async () => {
    const cancelled = { failed: 'cancelled', reason: 'access_denied' }
    expect(await finish(open(), null)).toEqual(cancelled)
  })
})

describe('a return is refused', () => {
  /** Two sign-ins under way, and the address to which the provider sent the first one's browser. */
  async function setUp(options: Parameters<typeof createOidc>[1] = {}) {
    const oidc = open({}, options)
    const [first, second] = [await oidc.begin('/'), await oidc.begin('/')]
    const callback = pathOf(await browser.signIn(first.location, 'alice'))
    return { oidc, first, second, callback }
  }

  it('a return without a cookie, or with an invented one, is refused', async () => {
    const { oidc, first, callback } = await setUp()
    expect(await oidc.finish(callback, undefined)).toMatchObject({ failed: 'refused' })
    expect(await oidc.finish(callback, `${first.cookie}x`)).toMatchObject({ failed: 'refused' })
    expect(await oidc.finish(callback, first.cookie)).toHaveProperty('tokens')
  })

  it('a return with another browser’s cookie is refused', async () => {
    const { oidc, second, callback } = await setUp()
    expect(await oidc.finish(callback, second.cookie)).toMatchObject({ failed: 'refused' })
  })

  it('a return that was used before is refused', async () => {
    const { oidc, first, callback } = await setUp()
    expect(await oidc.finish(callback, first.cookie)).toHaveProperty('tokens')
    expect(await oidc.finish(callback, first.cookie)).toEqual({
      failed: 'refused',
      reason: 'invalid_grant',
    })
  })

  it('a code of another sign-in with this one’s state is refused', async () => {
    const { oidc, second, callback } = await setUp()
    const state = new URL(second.location).searchParams.get('state') ?? ''
    const injected = withParameter(callback, 'state', state)
    expect(await oidc.finish(injected, second.cookie)).toEqual({
      failed: 'refused',
      reason: 'invalid_grant',
    })
  })

  it('a wrong code with a wrong state is refused for the state', async () => {
    const { oidc, second } = await setUp()
    const forged = `/sign-in/callback?error=access_denied&state=wrong&iss=${provider.issuer}`
    expect(await oidc.finish(forged, second.cookie)).toMatchObject({ failed: 'refused' })
  })

  it.each([
    ['no state', 'state', ''],
    ['another state', 'state', 'wrong'],
    ['another issuer', 'iss', 'https://evil.example'],
    ['no issuer', 'iss', ''],
    ['another code', 'code', 'wrong'],
  ])('a return with %s is refused', async (_case, name, value) => {
    const { oidc, first, callback } = await setUp()
    const answer = await oidc.finish(withParameter(callback, name, value), first.cookie)
    expect(answer).toMatchObject({ failed: 'refused' })
  })

  it.each(['', '?', '?code=a&code=b', '?%', 'https://evil.example/?code=a', '\u0000'])(
    'the callback %j is refused',
    async (callback) => {
      const { oidc, first } = await setUp()
      expect(await oidc.finish(callback, first.cookie)).toMatchObject({ failed: 'refused' })
    },
  )

  it('an ID token for another nonce is refused', async () => {
    const oidc = open()
    const { location, cookie } = await oidc.begin('/')
    const other = new URL(location)
    other.searchParams.set('nonce', 'n'.repeat(43))
    const callback = await browser.signIn(other.href, 'alice')
    expect(await oidc.finish(pathOf(callback), cookie)).toEqual({
      failed: 'refused',
      reason: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
    })
  })

  it.each<[string, object, string]>([
    ['for another client', { aud: 'another' }, 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'],
    ['of another issuer', { iss: 'https://evil.example' }, 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'],
    ['that has ended', { exp: 1_000_000_000 }, 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED'],
    ['without an end', { exp: undefined }, 'OAUTH_INVALID_RESPONSE'],
    ['without a subject', { sub: undefined }, 'OAUTH_INVALID_RESPONSE'],
  ])('an ID token %s is refused', async (_case, claims, reason) => {
    const { oidc, first, callback } = await setUp()
    provider.setAmend(withClaims(claims))
    expect(await oidc.finish(callback, first.cookie)).toEqual({ failed: 'refused', reason })
  })

  it('an answer without an ID token is refused', async () => {
    const { oidc, first, callback } = await setUp()
    provider.setAmend((answer) => ({ ...answer, id_token: undefined }))
    expect(await oidc.finish(callback, first.cookie)).toMatchObject({ failed: 'refused' })
  })

  it('a return after ten minutes is refused', async () => {
    let now = Date.now()
    const { oidc, first, second, callback } = await setUp({ now: () => now })
    now += BEGUN_MS
    expect(await oidc.finish(callback, first.cookie)).toMatchObject({ reason: 'noSignInUnderWay' })
    now -= 1
    const late = pathOf(await browser.signIn(second.location, 'alice'))
    expect(await oidc.finish(late, second.cookie)).toHaveProperty('tokens')
  })

  it.each([
    ['later end', 1, '9'.repeat(13)],
    ['other way back', 2, Buffer.from('/runs').toString('base64url')],
    ['other session to replace', 3, 'another'],
  ])('a cookie with another value in it, a %s, is refused', async (_case, part, value) => {
    const { oidc, first, callback } = await setUp()
    const forged = first.cookie.split('.').with(part, value).join('.')
    expect([first.cookie, forged].map((cookie) => oidc.isUnderWay(callback, cookie))).toEqual([
      ...[true, false],
    ])
    expect(await oidc.finish(callback, forged)).toMatchObject({ reason: 'noSignInUnderWay' })
  })

  it('a sign-in that began before a restart is refused', async () => {
    const { first, callback } = await setUp()
    expect(await open().finish(callback, first.cookie)).toMatchObject({
      reason: 'noSignInUnderWay',
    })
  })
})

describe('the provider', () => {
  it('a provider that never answers is given up', async () => {
    const silent = await startSilent()
    try {
      const oidc = open({ issuer: silent.issuer }, { timeoutSeconds: 0.2 })
      await expect(oidc.begin('/')).rejects.toMatchObject({ failed: 'unreachable' })
    } finally {
      await silent.close()
    }
  })

  it('a provider that was unreachable is asked again, with the CA that its file has then', async () => {
    const caFile = folder.file('later.pem')
    writeFileSync(caFile, createAuthority().ca)
    const oidc = open({ caFile })
    await expect(oidc.begin('/')).rejects.toMatchObject({ failed: 'unreachable' })
    writeFileSync(caFile, provider.ca)
    expect(await oidc.begin('/')).toHaveProperty('location')
  })

  it('a provider is asked again after ten seconds, with the CA that its file has then', async () => {
    let now = Date.now()
    const caFile = folder.file('changing.pem')
    writeFileSync(caFile, provider.ca)
    const oidc = open({ caFile }, { now: () => now })
    await oidc.begin('/')
    writeFileSync(caFile, createAuthority().ca)
    now += 10_000 - 1
    expect(await oidc.begin('/')).toHaveProperty('location')
    now += 1
    await expect(oidc.begin('/')).rejects.toMatchObject({ failed: 'unreachable' })
  })

  it('a provider’s answer of more than a megabyte is refused', async () => {
    const authority = createAuthority()
    const server = createHttpsServer(authority.issue(), (_request, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ issuer: url, more: 'x'.repeat(1024 * 1024) }))
    })
    const { url, close } = await listen(server)
    const caFile = folder.file('large.pem')
    writeFileSync(caFile, authority.ca)
    try {
      await expect(open({ issuer: url, caFile }).begin('/')).rejects.toThrow('OpenID provider')
    } finally {
      await close()
    }
  })

  it('no browser is sent to a provider that went down, until it is back', async () => {
    const own = await startOpenIdProvider({ publicUrl: PUBLIC_URL })
    const caFile = folder.file('own.pem')
    writeFileSync(caFile, own.ca)
    let now = Date.now()
    const settings = { issuer: own.issuer, clientId: PUBLIC_CLIENT_ID, clientSecretFile: null }
    const oidc = open({ ...settings, caFile }, { now: () => now })
    const { location, cookie } = await oidc.begin('/')
    const callback = pathOf(await providerBrowser(own.ca).signIn(location, 'alice'))
    await own.stopListening()
    expect(await oidc.finish(callback, cookie)).toMatchObject({ failed: 'unreachable' })
    now += 10_000
    await expect(oidc.begin('/')).rejects.toMatchObject({ failed: 'unreachable' })
    await own.listenAgain()
    expect(await oidc.begin('/')).toHaveProperty('location')
    await own.close()
  })

  it.each<[string, () => Partial<OidcSettings>]>([
    ['is of a CA that was not given', () => ({ caFile: null })],
    ['is not on TLS', () => ({ issuer: provider.issuer.replace('https:', 'http:') })],
    ['says another issuer', () => ({ issuer: `${provider.issuer}/other` })],
  ])('no person is sent to a provider that %s', async (_case, settings) => {
    await expect(open(settings()).begin('/')).rejects.toThrow('OpenID provider')
  })

  it('the answer has no word of the secret when the provider refuses the client', async () => {
    const clientSecretFile = folder.file('wrong')
    writeFileSync(clientSecretFile, 'not-the-secret')
    const answer = await finish(open({ clientSecretFile }))
    expect(answer).toEqual({ failed: 'refused', reason: 'invalid_client' })
  })

  it('the address of the provider’s sign-out page has no token', async () => {
    const oidc = open()
    await signIn(oidc)
    const page = new URL(oidc.endSessionUrl() ?? '')
    expect(page.origin).toBe(provider.issuer)
    expect(Object.fromEntries(page.searchParams)).toEqual({
      client_id: CLIENT_ID,
      post_logout_redirect_uri: `${PUBLIC_URL}/`,
    })
  })
})

describe('new tokens', () => {
  async function signedIn() {
    const oidc = open({ scopes: 'openid offline_access' })
    return { oidc, tokens: (await signIn(oidc)).tokens }
  }

  it('new tokens end later', async () => {
    provider.setTokenSeconds(60)
    const { oidc, tokens } = await signedIn()
    provider.setTokenSeconds(3600)
    const fresh = await oidc.refresh(tokens)
    expect(claimsOf(fresh.token)).toMatchObject({ sub: 'alice', groups: ['platform-admins'] })
    expect(fresh.expiresAt).toBeGreaterThan(tokens.expiresAt ?? Infinity)
    expect(fresh.refreshToken).not.toBeNull()
  })

  it.each<[string, (answer: { readonly id_token: string }) => object, string]>([
    ['of another person', withClaims({ sub: 'bob' }), 'anotherSubject'],
    ['without an ID token', (answer) => ({ ...answer, id_token: undefined }), 'noIdToken'],
  ])('new tokens %s are refused', async (_case, amend, reason) => {
    const { oidc, tokens } = await signedIn()
    provider.setAmend(amend)
    await expect(oidc.refresh(tokens)).rejects.toMatchObject({ failed: 'refused', reason })
  })

  it('new tokens are refused without a refresh token, and with another one', async () => {
    const { oidc, tokens } = await signedIn()
    const none = oidc.refresh({ ...tokens, refreshToken: null })
    await expect(none).rejects.toMatchObject({ reason: 'noRefreshToken' })
    const wrong: unknown = await oidc
      .refresh({ ...tokens, refreshToken: 'secret-refresh' })
      .catch((error: unknown) => error)
    expect(wrong).toMatchObject({ failed: 'refused', reason: 'invalid_grant' })
    // The library's error would contain the answer and the request.
    expect(wrong).not.toHaveProperty('cause')
    expect(inspect(wrong, { depth: null })).not.toContain('secret-refresh')
  })
})

describe('ID tokens that no API server sees', () => {
  const strict = () => open({ checksSignature: true, scopes: 'openid offline_access' })

  it('an ID token with the provider’s signature is accepted, also after a renewal', async () => {
    const oidc = strict()
    const { tokens } = await signIn(oidc)
    expect(claimsOf((await oidc.refresh(tokens)).token)).toMatchObject({ sub: 'alice' })
  })

  it('an ID token with a changed claim is refused', async () => {
    provider.setAmend(withClaims({ groups: ['platform-admins'] }))
    expect(await finish(strict(), 'bob')).toMatchObject({ failed: 'refused' })
  })

  it('a renewed ID token with a changed claim is refused', async () => {
    const oidc = strict()
    const { tokens } = await signIn(oidc, 'bob')
    provider.setAmend(withClaims({ groups: ['platform-admins'] }))
    await expect(oidc.refresh(tokens)).rejects.toMatchObject({ failed: 'refused' })
  })
})

describe("OpenShift's OAuth server", () => {
  it('OpenShift’s OAuth server gives an access token that the API server accepts', async () => {
    const openshift = await startOpenshift()
    try {
      const caFile = folder.file('openshift.pem')
      writeFileSync(caFile, openshift.ca)
      const now = Date.now()
      const oidc = open(
        { kind: 'openshift', issuer: openshift.url, caFile, scopes: 'openid' },
        { now: () => now },
      )
      const { location, cookie } = await oidc.begin('/')
      const asked = new URL(location)
      expect(Object.fromEntries(asked.searchParams)).toMatchObject({
        scope: 'user:full',
        code_challenge_method: 'S256',
      })
      expect(asked.searchParams.has('nonce')).toBe(false)
      const state = asked.searchParams.get('state')
      const done = await oidc.finish(`/sign-in/callback?code=the-code&state=${state}`, cookie)
      expect(done).toEqual({
        ...{ to: '/', replaces: '' },
        tokens: {
          token: 'sha256~access',
          idToken: null,
          refreshToken: null,
          expiresAt: now + 86_400_000,
          // The hash is of "access".
          objectPath:
            '/apis/oauth.openshift.io/v1/oauthaccesstokens/sha256~oFYf1knNtrqnhAVfBRuteW6gr-8X_KOCGVSd7rpOjBo',
        },
      })
      expect(openshift.forms).toEqual([
        {
          grant_type: 'authorization_code',
          code: 'the-code',
          redirect_uri: CALLBACK,
          client_id: CLIENT_ID,
          client_secret: provider.clientSecret,
          code_verifier: expect.any(String),
        },
      ])
      const verifier = openshift.forms[0]?.code_verifier ?? ''
      const challenge = createHash('sha256').update(verifier).digest('base64url')
      expect(challenge).toBe(asked.searchParams.get('code_challenge'))
      expect(oidc.endSessionUrl()).toBeNull()
    } finally {
      await openshift.close()
    }
  })
})

/** A stand-in: metadata at the API server with another issuer, and a token endpoint. */
async function startOpenshift() {
  const authority = createAuthority()
  const forms: Readonly<Record<string, string>>[] = []
  const server = createHttpsServer(authority.issue(), (request, response) => {
    const answer = (body: object) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(body))
    }
    if (request.url === '/.well-known/oauth-authorization-server') {
      const issuer = 'https://oauth-openshift.apps.example.com'
      const endpoints = {
        authorization_endpoint: `${issuer}/oauth/authorize`,
        token_endpoint: `${url}/oauth/token`,
      }
      answer({ issuer, ...endpoints, code_challenge_methods_supported: ['plain', 'S256'] })
      return
    }
    void text(request).then((form) => {
      forms.push(Object.fromEntries(new URLSearchParams(form)))
      answer({ access_token: 'sha256~access', token_type: 'Bearer', expires_in: 86_400 })
    })
  })
  const { url, close } = await listen(server)
  return { url, ca: authority.ca, forms, close }
}

/** A server that accepts connections and never answers. */
async function startSilent() {
  const { url, close } = await listen(createServer())
  return { issuer: url, close }
}

async function listen(server: Server) {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
