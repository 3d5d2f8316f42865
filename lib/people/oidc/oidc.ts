import { createHash, createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  refreshTokenGrant,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
} from 'openid-client'
import { Agent, fetch } from 'undici'
import { claimsOf } from '#lib/people/oidc/id-token-person.ts'
import { type FailedSignIn, OidcFailure } from '#lib/people/oidc/oidc-failure.ts'
import type { OidcSettings } from '#lib/settings/service-settings.ts'

export interface TokenSet {
  /** The credential for the API server: the ID token; with OpenShift the access token. */
  readonly token: string
  readonly idToken: string | null
  readonly refreshToken: string | null
  /** Milliseconds since the epoch; null where the provider does not say. */
  readonly expiresAt: number | null
  /** Path of our token's object at the API server, deleted after the session; null without one. */
  readonly objectPath: string | null
}

export const NO_TOKENS: TokenSet = {
  token: '',
  idToken: null,
  refreshToken: null,
  expiresAt: null,
  objectPath: null,
}

export interface Finished {
  readonly tokens: TokenSet
  /** The page to return to: a path of ours. */
  readonly to: string
  /** The name given to `begin`; '' for none. */
  readonly replaces: string
}

export type Oidc = ReturnType<typeof createOidc>

/** Answer to a return for which that browser has no sign-in under way. */
export const NOT_UNDER_WAY: FailedSignIn = { failed: 'refused', reason: 'noSignInUnderWay' }
export const BEGUN_MS = 10 * 60_000
/** Most bytes of the page to return to, which is in the cookie: browsers allow 4,096 in all. */
const LONGEST_PATH = 2_000
/**
 * Milliseconds after which metadata, CA and client secret are read again, so that no browser is
 * sent to a provider that is down.
 */
const METADATA_MS = 10_000

/** Signs people in at one provider, which has `timeoutSeconds` for each answer. */
export function createOidc(settings: OidcSettings, { now = Date.now, timeoutSeconds = 10 } = {}) {
  const redirectUri = new URL('/sign-in/callback', settings.publicUrl).href
  const isOpenshift = settings.kind === 'openshift'
  const scope = isOpenshift ? 'user:full' : settings.scopes
  const key = randomBytes(32)
  let asked: { readonly provider: Promise<Configuration>; readonly until: number } | null = null
  let known: Configuration | null = null

  /** The provider's metadata: read when needed, and again after a failure or 10 s. */
  function provider(): Promise<Configuration> {
    if (asked !== null && now() < asked.until) return asked.provider
    const asking = { provider: discover(settings, timeoutSeconds), until: now() + METADATA_MS }
    asked = asking
    asking.provider.then(
      (configuration) => {
        known = configuration
      },
      () => {
        if (asked === asking) asked = null
      },
    )
    return asking.provider
  }

  /**
   * A sign-in's secret, derived from its cookie. Nothing is stored between `begin` and `finish`, so
   * a flood displaces no sign-in. The provider accepts a code once.
   */
  function secretOf(cookie: string, name: 'state' | 'nonce' | 'verifier'): string {
    return createHmac('sha256', key).update(`${name} ${cookie}`).digest('base64url')
  }

  function tokenSetOf(answer: TokenEndpointResponse & TokenEndpointResponseHelpers): TokenSet {
    const idToken = answer.id_token ?? null
    const token = isOpenshift ? answer.access_token : idToken
    if (token === null) throw new OidcFailure('refused', 'noIdToken')
    const seconds = answer.expires_in
    const accessEnd = seconds === undefined ? null : now() + seconds * 1000
    const idEnd = answer.claims()?.exp
    return {
      token,
      idToken,
      refreshToken: answer.refresh_token ?? null,
      expiresAt: isOpenshift || idEnd === undefined ? accessEnd : idEnd * 1000,
      objectPath: isOpenshift ? objectPathOf(token) : null,
    }
  }

  /** The callback's address for this path and query, as the provider sends browsers to it. */
  function callbackOf(url: string): URL {
    const callback = new URL(redirectUri)
    callback.search = url.includes('?') ? url.slice(url.indexOf('?')) : ''
    return callback
  }

  /** Whether the return to `url` (path and query) belongs to the sign-in of this cookie. */
  function isUnderWay(url: string, cookie = ''): boolean {
    // The state proves that we made every character of the cookie.
    const isOurs = callbackOf(url).searchParams.get('state') === secretOf(cookie, 'state')
    return isOurs && now() < Number(cookie.split('.')[1])
  }

  return {
    /**
     * Address at the provider for the browser, and the value of the cookie that binds the return. A
     * `to` that is no path of ours becomes `/`. Rejects with an `OidcFailure`. `replaces`: name of
     * the browser's present session.
     */
    async begin(to: string, replaces = '') {
      const configuration = await provider().catch((error) => {
        throw OidcFailure.of(error)
      })
      const id = randomBytes(32).toString('base64url')
      const path = Buffer.from(isOwnPath(to) ? to : '/').toString('base64url')
      const cookie = `${id}.${now() + BEGUN_MS}.${path}.${replaces}`
      const location = buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope,
        state: secretOf(cookie, 'state'),
        code_challenge: await calculatePKCECodeChallenge(secretOf(cookie, 'verifier')),
        code_challenge_method: 'S256',
        ...(!isOpenshift && { nonce: secretOf(cookie, 'nonce') }),
        // Providers give no refresh token for this scope unless the person is asked.
        ...(scope.split(' ').includes('offline_access') && { prompt: 'consent' }),
      })
      return { location: location.href, cookie }
    },

    isUnderWay,

    /** Tokens for the return to `url` with the cookie that `begin` gave. Never throws. */
    async finish(url: string, cookie = ''): Promise<Finished | FailedSignIn> {
      if (!isUnderWay(url, cookie)) return NOT_UNDER_WAY
      const [, , path = '', replaces = ''] = cookie.split('.')
      try {
        const answer = await authorizationCodeGrant(await provider(), callbackOf(url), {
          expectedState: secretOf(cookie, 'state'),
          pkceCodeVerifier: secretOf(cookie, 'verifier'),
          ...(!isOpenshift && {
            expectedNonce: secretOf(cookie, 'nonce'),
            idTokenExpected: true,
          }),
        })
        const to = Buffer.from(path, 'base64url').toString()
        return { tokens: tokenSetOf(answer), to, replaces }
      } catch (error) {
        const { failed, reason } = OidcFailure.of(error)
        return { failed, reason }
      }
    },

    /** New tokens before these end. Rejects with an `OidcFailure`. */
    async refresh(tokens: TokenSet): Promise<TokenSet> {
      if (tokens.refreshToken === null) throw new OidcFailure('refused', 'noRefreshToken')
      try {
        const answer = await refreshTokenGrant(await provider(), tokens.refreshToken)
        const fresh = tokenSetOf(answer)
        if (claimsOf(fresh.idToken).sub !== claimsOf(tokens.idToken).sub) {
          throw new OidcFailure('refused', 'anotherSubject')
        }
        return { ...fresh, refreshToken: fresh.refreshToken ?? tokens.refreshToken }
      } catch (error) {
        throw OidcFailure.of(error)
      }
    },

    /** The provider's sign-out page; null where it has none. */
    endSessionUrl(): string | null {
      if (known?.serverMetadata().end_session_endpoint === undefined) return null
      // No `id_token_hint`: it is a credential of the API server, and addresses end up in logs.
      const parameters = { post_logout_redirect_uri: new URL('/', settings.publicUrl).href }
      return buildEndSessionUrl(known, parameters).href
    },
  }
}

async function discover(settings: OidcSettings, timeout: number): Promise<Configuration> {
  const read = (file: string | null) => (file === null ? null : readFileSync(file, 'utf8'))
  const [ca, secret] = [read(settings.caFile), read(settings.clientSecretFile)?.trim() ?? null]
  const dispatcher = new Agent({
    connect: ca === null ? {} : { ca },
    maxResponseSize: 1024 * 1024,
  })
  const isOpenshift = settings.kind === 'openshift'
  // Metadata at a separate address are not compared with it: OpenShift's issuer is a route.
  const address = isOpenshift
    ? new URL('/.well-known/oauth-authorization-server', settings.issuer)
    : new URL(settings.issuer)
  return discovery(address, settings.clientId, {}, authenticationWith(secret, isOpenshift), {
    algorithm: isOpenshift ? 'oauth2' : 'oidc',
    timeout,
    execute: settings.checksSignature ? [enableNonRepudiationChecks] : [],
    [customFetch]: async (url, options) =>
      (await fetch(url, { ...options, dispatcher } as never)) as unknown as Response,
  })
}

/** Path of an OpenShift access token's object, which is named after the token's hash. */
function objectPathOf(token: string): string {
  const secret = token.replace(/^sha256~/, '')
  const hash = createHash('sha256').update(secret).digest('base64url')
  return `/apis/oauth.openshift.io/v1/oauthaccesstokens/sha256~${hash}`
}

/** Whether a browser that gets it as a Location stays on our pages. */
function isOwnPath(to: string): boolean {
  // Browsers read a backslash as a slash. A Location may have only these characters.
  const isPath = /^\/[!-[\]-~]*$/.test(to) && !to.includes('//')
  return isPath && to.length <= LONGEST_PATH
}

/**
 * Sends the secret in the header, the standard's default; in the body where the metadata offer no
 * header.
 */
function authenticationWith(secret: string | null, isOpenshift: boolean): ClientAuth {
  if (secret === null) return None()
  const [inHeader, inBody] = [ClientSecretBasic(secret), ClientSecretPost(secret)]
  // OpenShift's metadata say nothing, and OpenShift's own proxy uses the body.
  if (isOpenshift) return inBody
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const authenticate = methods.includes('client_secret_basic') ? inHeader : inBody
    authenticate(server, ...rest)
  }
}
