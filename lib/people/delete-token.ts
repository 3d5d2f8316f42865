import type { LogEntry } from '#lib/kube/log/process-log.ts'
import { createIdentity } from '#lib/kube/transport/acting-identity.ts'
import type { Connections, Endpoint } from '#lib/kube/transport/connections.ts'
import { causesOf, isUnauthorized } from '#lib/kube/transport/errors.ts'
import { call } from '#lib/kube/transport/transport.ts'
import { inEnglish } from '#lib/messages/english.ts'
import type { TokenSet } from '#lib/people/oidc/oidc.ts'

interface Api {
  readonly endpoint: Endpoint
  readonly connections: Connections
}

/** Deletions under way of tokens that are no longer needed. */
export class TokenDeletions {
  readonly #api: Api
  readonly #underWay = new Set<Promise<void>>()

  constructor(api: Api) {
    this.#api = api
  }

  /** `tell` gets the log line of a failure. */
  begin(tokens: TokenSet, tell: (failed: LogEntry) => void): void {
    const deletion = deleteToken(tokens, this.#api)
      .catch((error) => tell({ event: 'session.tokenNotDeleted', why: inEnglish(causesOf(error)) }))
      .finally(() => this.#underWay.delete(deletion))
    this.#underWay.add(deletion)
  }

  /** Resolves once no deletion is under way. Never rejects. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay)
  }
}

/**
 * Deletes the token's object at the API server, with that token as the credential. The session's
 * own identity is closed by then. Rejects with a KubeError, unless the token is already refused.
 */
async function deleteToken({ token, objectPath }: TokenSet, api: Api): Promise<void> {
  if (objectPath === null) return
  const headers = { authorization: `Bearer ${token}` }
  const identity = createIdentity({
    name: 'person whose session has ended',
    shared: api.connections,
    endpoint: api.endpoint,
    credential: async () => ({ headers, certificate: null }),
  })
  try {
    await call(identity, { method: 'DELETE', path: objectPath, timeoutMs: 3_000 })
  } catch (error) {
    if (!isUnauthorized(error)) throw error
  } finally {
    await identity.close()
  }
}
