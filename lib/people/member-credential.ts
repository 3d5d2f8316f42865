import { cause } from '#lib/csr/cause.ts'
import { credentialAs } from '#lib/kube/credentials/impersonation.ts'
import type { Credential, Identity } from '#lib/kube/transport/acting-identity.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'
import { personOf } from '#lib/people/oidc/id-token-person.ts'
import type { TokenSet } from '#lib/people/oidc/oidc.ts'
import type { ClaimMappings } from '#lib/settings/oidc-settings.ts'

/** The server acts as the person of the ID token, with its own credential. */
export interface Impersonation {
  readonly server: Identity
  readonly mappings: ClaimMappings
}

/**
 * The credential of a signed-in person's calls: without impersonation, their own token. Rejects
 * with a KubeError, also for an ended ID token, whose end the API server does not see.
 */
export async function memberCredential(
  { token, idToken, expiresAt }: TokenSet,
  impersonation: Impersonation | null,
  how: { readonly renew: boolean; readonly now: number },
): Promise<Credential> {
  if (impersonation === null) {
    return { headers: { authorization: `Bearer ${token}` }, certificate: null }
  }
  const who = personOf(idToken, impersonation.mappings)
  if (who === null) throw noCredential('notImpersonable')
  if (how.now >= (expiresAt ?? 0)) throw noCredential('wrongToken')
  return credentialAs(impersonation.server, who, how)
}

export function noCredential(code: 'wrongToken' | 'notImpersonable'): KubeError {
  return new KubeError(cause(code), { kind: 'noCredential', sent: false })
}

/**
 * Whether the API server accepted the impersonated name and groups, and added no powerful group.
 */
export function isTaken(
  { idToken }: TokenSet,
  impersonation: Impersonation | null,
  taken: { readonly username: string; readonly groups: readonly string[] },
): boolean {
  if (impersonation === null) return true
  const who = personOf(idToken, impersonation.mappings)
  if (who === null || who.username !== taken.username) return false
  const groups = new Set([...who.groups, 'system:authenticated'])
  return groups.size === taken.groups.length && taken.groups.every((group) => groups.has(group))
}
