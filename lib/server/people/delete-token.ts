import { createIdentity } from '#lib/kube/credentials/acting-identity.ts'
import type { Connections, Endpoint } from '#lib/kube/credentials/connections.ts'
import { isUnauthorized } from '#lib/kube/transport/errors.ts'
import { call } from '#lib/kube/transport/transport.ts'
import type { TokenSet } from '#lib/server/people/oidc/oidc.ts'

/** Milliseconds in which the API server must have deleted a token. */
const DELETE_MS = 3_000

/**
 * Deletes the token's object at the API server, with that token as the credential. The session's
 * own identity is closed by then. Rejects with a KubeError, unless the token is already refused.
 */
export async function deleteToken(
  { token, objectPath }: TokenSet,
  api: { readonly endpoint: Endpoint; readonly connections: Connections },
): Promise<void> {
  if (objectPath === null) return
  const headers = { authorization: `Bearer ${token}` }
  const identity = createIdentity({
    name: 'person whose session has ended',
    shared: api.connections,
    endpoint: api.endpoint,
    credential: async () => ({ headers, certificate: null }),
  })
  try {
    await call(identity, { method: 'DELETE', path: objectPath, timeoutMs: DELETE_MS })
  } catch (error) {
    if (!isUnauthorized(error)) throw error
  } finally {
    await identity.close()
  }
}
