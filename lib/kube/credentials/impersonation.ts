import { cause } from '#lib/csr/cause.ts'
import type { Credential, Headers, Identity } from '#lib/kube/transport/acting-identity.ts'
import { noCredential } from '#lib/kube/transport/errors.ts'

/** A user whom another identity acts as. */
export interface Impersonated {
  readonly username: string
  readonly groups: readonly string[]
}

export function impersonationHeaders({ username, groups }: Impersonated): Headers {
  return {
    'impersonate-user': asHeader(username),
    ...(groups.length === 0 ? {} : { 'impersonate-group': groups.map(asHeader) }),
  }
}

/** UTF-8, a character a byte, as the API server reads it. */
function asHeader(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/**
 * The server's own bearer token with the headers of one person. Every other header of the server's
 * credential is left out. Rejects with a KubeError.
 */
export async function credentialAs(
  server: Identity,
  who: Impersonated,
  how: { readonly renew: boolean },
): Promise<Credential> {
  const { authorization } = (await server.connect(how)).headers
  if (authorization === undefined) {
    throw noCredential(cause('noToken'))
  }
  return { headers: { authorization, ...impersonationHeaders(who) }, certificate: null }
}
