import type { LogEntry } from '#lib/kube/log/process-log.ts'
import { createIdentity } from '#lib/kube/transport/acting-identity.ts'
import type { Connections, Endpoint } from '#lib/kube/transport/connections.ts'
import { causesOf, isUnauthorized } from '#lib/kube/transport/errors.ts'
import { call } from '#lib/kube/transport/transport.ts'
import { inEnglish } from '#lib/messages/english.ts'
import type { TokenSet } from '#lib/people/oidc/oidc.ts'

/** Deletes tokens that are no longer needed. */
export function createTokenDeletions(endpoint: Endpoint, connections: Connections) {
  const underWay = new Set<Promise<void>>()
  return {
    /** `tell` gets the log line of a failure. */
    begin(tokens: TokenSet, tell: (failed: LogEntry) => void): void {
      const event = 'session.tokenNotDeleted'
      const deletion = deleteToken(tokens, endpoint, connections)
        .catch((error) => tell({ event, why: inEnglish(causesOf(error)) }))
        .finally(() => underWay.delete(deletion))
      underWay.add(deletion)
    },
    /** Resolves once no deletion is under way. Never rejects. */
    settled: () => Promise.all(underWay),
  }
}

/**
 * Deletes the token's object at the API server, with that token as the credential. The session's
 * own identity is closed by then. Rejects with a KubeError, unless the token is already refused.
 */
async function deleteToken(
  { token, objectPath }: TokenSet,
  endpoint: Endpoint,
  shared: Connections,
): Promise<void> {
  if (objectPath === null) return
  const headers = { authorization: `Bearer ${token}` }
  const identity = createIdentity({
    name: 'person whose session has ended',
    ...{ endpoint, shared },
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
