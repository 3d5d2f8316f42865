import { readFile } from 'node:fs/promises'
import { cause } from '#lib/csr/cause.ts'
import { type ExecCredential, runExecPlugin } from '#lib/kube/credentials/exec-plugin.ts'
import type { KubeconfigUser, Pem, Proof } from '#lib/kube/credentials/kubeconfig-user.ts'
import type { Credential, CredentialSource, Headers } from '#lib/kube/transport/acting-identity.ts'
import type { Endpoint } from '#lib/kube/transport/connections.ts'
import { noCredential } from '#lib/kube/transport/errors.ts'

export interface CredentialFacts {
  readonly user: KubeconfigUser
  readonly endpoint: Endpoint
  readonly env: Readonly<Record<string, string | undefined>>
  /** The user from the current kubeconfig (`oc login` writes there); null if it is gone. */
  readonly reload: () => KubeconfigUser | null
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Token files and certificates are rotated in place, at most every few minutes. */
const FILE_AGE_MS = 10_000
/** A credential that expires during the call is useless. */
const EXPIRY_MARGIN_MS = 10_000
/** Many calls may fail with 401 at once; the plugin runs once. */
const RENEW_AGE_MS = 5_000
/** A failing plugin may open a sign-in page at every run. */
const FAILED_AGE_MS = { first: 10_000, most: 60_000 } as const

interface Kept {
  readonly credential: Credential
  readonly readAt: number
  readonly goodUntil: number
}

/** The kubeconfig user's credential, reread as it ages, one read at a time. */
export function kubeconfigCredential(facts: CredentialFacts): CredentialSource {
  let { user } = facts
  let kept: Kept | null = null
  let failure: {
    readonly error: unknown
    readonly until: number
    /** Milliseconds for which the next failure would be cached. */
    readonly next: number
  } | null = null
  /** Set after a 401: a new sign-in may have changed the kubeconfig. */
  let isStale = false
  let reading: Promise<Kept> | null = null

  async function read(renew: boolean): Promise<Kept> {
    if (renew || isStale) user = facts.reload() ?? user
    const readAt = facts.now()
    try {
      const { credential, goodUntil } = await readCredential(user, facts)
      failure = null
      isStale = false
      return { credential, readAt, goodUntil }
    } catch (error) {
      isStale = true
      if (user.proof?.kind === 'exec') keepFailure(error)
      throw error
    }
  }

  function keepFailure(error: unknown): void {
    const age = failure?.next ?? FAILED_AGE_MS.first
    const next = Math.min(2 * age, FAILED_AGE_MS.most)
    failure = { error, until: facts.now() + age, next }
  }

  return {
    async credential({ renew }) {
      const now = facts.now()
      const fresh = kept !== null && now < kept.goodUntil
      const justRead = kept !== null && now - kept.readAt < RENEW_AGE_MS
      if (kept !== null && fresh && (!renew || justRead)) return kept.credential
      if (failure !== null && now < failure.until) throw failure.error
      reading ??= read(renew).finally(() => {
        reading = null
      })
      kept = await reading
      return kept.credential
    },
    retryNow() {
      failure = null
    },
  }
}

async function readCredential(
  user: KubeconfigUser,
  facts: CredentialFacts,
): Promise<{ readonly credential: Credential; readonly goodUntil: number }> {
  const proof = await prove(user.proof, facts)
  const own = user.certificate
  const certificate =
    own === null
      ? proof.certificate
      : { cert: await readPem(own.cert), key: await readPem(own.key) }
  const fromFile = own !== null && ('file' in own.cert || 'file' in own.key)
  return {
    credential: { headers: { ...proof.headers, ...user.impersonation }, certificate },
    goodUntil: Math.min(proof.goodUntil, fromFile ? facts.now() + FILE_AGE_MS : Infinity),
  }
}

interface Proven {
  readonly headers: Headers
  readonly certificate: Credential['certificate']
  readonly goodUntil: number
}

async function prove(proof: Proof | null, facts: CredentialFacts): Promise<Proven> {
  switch (proof?.kind) {
    case undefined:
      return proven({}, Infinity)
    case 'token':
      return proven(bearer(proof.token), Infinity)
    case 'tokenFile':
      return proven(bearer((await readText(proof.file)).trim()), facts.now() + FILE_AGE_MS)
    case 'basic': {
      const pair = Buffer.from(`${proof.username}:${proof.password}`).toString('base64')
      return proven({ authorization: `Basic ${pair}` }, Infinity)
    }
    case 'exec':
      return fromPlugin(
        await runExecPlugin(proof.plugin, {
          directory: proof.directory,
          env: facts.env,
          endpoint: facts.endpoint,
        }),
      )
    case 'authProvider':
      return proven(await askAuthProvider(proof.provider), facts.now() + FILE_AGE_MS)
  }
}

function proven(headers: Headers, goodUntil: number): Proven {
  return { headers, certificate: null, goodUntil }
}

function fromPlugin({ token, certificate, expiresAt }: ExecCredential): Proven {
  return {
    headers: token === null ? {} : bearer(token),
    certificate,
    goodUntil: expiresAt === null ? Infinity : expiresAt - EXPIRY_MARGIN_MS,
  }
}

function bearer(token: string): Headers {
  if (token === '') throw noCredential(cause('emptyTokenFile'))
  return { authorization: `Bearer ${token}` }
}

async function readPem(pem: Pem): Promise<string> {
  return 'data' in pem ? pem.data : await readText(pem.file)
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw noCredential(cause('credentialFileUnreadable', { path }), error)
  }
}

/**
 * Old auth providers that client-node still supports (oidc with refresh token). Loaded on demand:
 * the package costs 90 MB of memory and half a second.
 */
async function askAuthProvider(provider: Readonly<Record<string, unknown>>): Promise<Headers> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  // Only the Authorization header is used; no connection is made with these options.
  config.loadFromClusterAndUser(
    { name: 'unused', server: 'https://localhost', skipTLSVerify: false },
    { name: 'user', authProvider: structuredClone(provider) },
  )
  const options: { headers?: Record<string, unknown> } = {}
  try {
    await config.applyToHTTPSOptions(options as Parameters<typeof config.applyToHTTPSOptions>[0])
  } catch (error) {
    throw noCredential(cause('authProviderFailed'), error)
  }
  const authorization = options.headers?.Authorization
  if (typeof authorization !== 'string') {
    throw noCredential(cause('kubeconfigSessionEnded'))
  }
  return { authorization }
}
