import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import Provider from 'oidc-provider'
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js'
import { Authority } from '#sandbox/authority.ts'

/**
 * People of the provider, with their groups. They have no passwords: the provider is for tests and
 * demos.
 */
export const ACCOUNTS = {
  alice: ['platform-admins'],
  bob: ['viewers'],
  carol: [],
  dave: ['platform-admins'],
} as const satisfies Readonly<Record<string, readonly string[]>>
export type Account = keyof typeof ACCOUNTS

export const CLIENT_ID = 'countersign'
export const PUBLIC_CLIENT_ID = 'countersign-public'
/** Label of the provider's button. */
export const PROVIDER_NAME = 'the demo provider'

/** Fields of the token endpoint's answer that tests change, among others. */
export interface TokenAnswer {
  readonly id_token: string
}

export interface OpenIdProvider {
  readonly issuer: string
  /** PEM of the CA that issued its certificate. */
  readonly ca: string
  readonly clientSecret: string
  /**
   * Address to which the provider sends people back; it also accepts that of oauth2-proxy in front
   * of it.
   */
  readonly redirectUri: string
  /** Lifetime of ID tokens that it issues from now on. */
  setTokenSeconds(seconds: number): void
  /** Changes each answer of the token endpoint from now on, as an attacker on the network would. */
  setAmend(amend: (answer: TokenAnswer) => object): void
  /** Cuts every connection and accepts none, as after a crash, until `listenAgain`. */
  stopListening(): Promise<void>
  /** Listens again at the same address, with the same keys, grants and signed-in people. */
  listenAgain(): Promise<void>
  close(): Promise<void>
}

/** A certified OpenID provider on a free port, over TLS. */
export async function startOpenIdProvider({
  publicUrl,
  alsoAt = [],
  address = '127.0.0.1',
  onTokens = () => {},
}: {
  /** Address of the pages that people return to. */
  readonly publicUrl: string
  /** Addresses of the pages of other installs. */
  readonly alsoAt?: readonly string[]
  /** Address of this machine to listen at. Default: loopback. */
  readonly address?: string
  /** Called with each answer of the token endpoint. */
  readonly onTokens?: (answer: TokenAnswer) => void
}): Promise<OpenIdProvider> {
  const authority = new Authority('openid-provider-ca', Date.now())
  const { certificate, privateKey } = authority.issueWithKey({
    commonName: 'openid-provider',
    servesAt: { name: 'localhost', ip: address },
    now: Date.now(),
  })
  const clientSecret = randomBytes(32).toString('base64url')
  const redirectUri = new URL('/sign-in/callback', publicUrl).href
  const pages = (path: string) => [publicUrl, ...alsoAt].map((url) => new URL(path, url).href)
  let tokenSeconds = 3600
  const lifetime = () => tokenSeconds
  let amend = (answer: TokenAnswer): object => answer

  const server = createServer({ cert: certificate, key: privateKey })
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, address, resolve))
  const stopListening = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  await listen(0)
  const { port } = server.address() as AddressInfo
  const issuer = `https://${address}:${port}`

  const client = {
    redirect_uris: [...pages('/sign-in/callback'), ...pages('/oauth2/callback')],
    post_logout_redirect_uris: pages('/'),
    grant_types: ['authorization_code', 'refresh_token'],
    id_token_signed_response_alg: 'ES256',
  }
  const provider = new Provider(issuer, {
    adapter: QuietMemory,
    clients: [
      { ...client, client_id: CLIENT_ID, client_secret: clientSecret },
      { ...client, client_id: PUBLIC_CLIENT_ID, token_endpoint_auth_method: 'none' },
    ],
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    scopes: ['openid', 'offline_access'],
    claims: { openid: ['sub', 'groups'] },
    // Kubernetes reads groups only in the ID token.
    conformIdTokenClaims: false,
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    findAccount: (_context: unknown, id: string) =>
      isAccount(id)
        ? { accountId: id, claims: () => ({ sub: id, groups: ACCOUNTS[id] }) }
        : undefined,
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: signOutPage,
        postLogoutSuccessSource: signedOutPage,
      },
    },
    renderError: (context: { body: unknown }, { error }: { error: string }) => {
      context.body = page('Refused', `<p>${error}</p>`)
    },
    ttl: {
      AccessToken: lifetime,
      AuthorizationCode: 60,
      Grant: 86_400,
      IdToken: lifetime,
      Interaction: 3600,
      RefreshToken: 86_400,
      Session: 86_400,
    },
  })
  provider.use(async (context, next) => {
    await next()
    if (context.oidc?.route !== 'token') return
    onTokens(context.body as TokenAnswer)
    context.body = amend(context.body as TokenAnswer)
  })

  /** Signs in by the account's name. Consent is given without a question. */
  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt, params, session, grantId } = await provider.interactionDetails(
      request,
      response,
    )
    if (prompt.name === 'consent') {
      const accountId = session?.accountId ?? ''
      const grant = new provider.Grant({ accountId, clientId: params.client_id })
      grant.addOIDCScope(params.scope ?? 'openid')
      const consent = { grantId: grantId ?? (await grant.save()) }
      await provider.interactionFinished(request, response, { consent })
      return
    }
    if (request.method !== 'POST') {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(signInPage())
      return
    }
    const account = new URLSearchParams(await text(request)).get('account') ?? ''
    const result = isAccount(account)
      ? { login: { accountId: account } }
      : { error: 'access_denied', error_description: 'The person cancelled.' }
    await provider.interactionFinished(request, response, result)
  }

  const answer = provider.callback()
  server.on('request', (request, response) => {
    // A full Chromium asks for the icon, and reports a 404 on the page's console.
    if (request.url === '/favicon.ico') {
      response.writeHead(204).end()
      return
    }
    const answered = request.url?.startsWith('/interaction/')
      ? interact(request, response)
      : answer(request, response)
    answered.catch(() => response.writeHead(400).end())
  })

  return {
    issuer,
    ca: authority.pem,
    clientSecret,
    redirectUri,
    setTokenSeconds: (seconds) => {
      tokenSeconds = seconds
    },
    setAmend: (wanted) => {
      amend = wanted
    },
    stopListening,
    listenAgain: () => listen(port),
    close: stopListening,
  }
}

/**
 * The package's own store, under a name that does not warn on standard error that it forgets
 * everything.
 */
class QuietMemory extends MemoryAdapter {}

function isAccount(name: string): name is Account {
  return Object.hasOwn(ACCOUNTS, name)
}

function signingKey(): object {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }
}

const STYLE = `
  :root { color-scheme: light dark }
  h1 { font-size: 1.5rem }
  body { font: 1rem/1.5 system-ui, sans-serif; margin: 4rem auto; max-width: 32rem; padding: 0 1rem }
  button { display: block; font: inherit; margin: 0.5rem 0; padding: 0.5rem 1rem }`

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><title>${title}</title><style>${STYLE}</style>
<h1>${title}</h1><p>This is a demo: its people have no passwords.</p>${body}</html>`
}

function signInPage(): string {
  const buttons = Object.keys(ACCOUNTS).map(
    (name) => `<button name="account" value="${name}">Sign in as ${name}</button>`,
  )
  return page(
    `Sign in to ${PROVIDER_NAME}`,
    `<form method="post">${buttons.join('')}<button name="account" value="">Cancel</button></form>`,
  )
}

function signOutPage(context: { body: unknown }, form: string): void {
  const yes = '<button form="op.logoutForm" name="logout" value="yes">Sign out</button>'
  context.body = page(`Sign out of ${PROVIDER_NAME}`, form + yes)
}

function signedOutPage(context: { body: unknown }): void {
  context.body = page(`Signed out of ${PROVIDER_NAME}`, '')
}
