import { cause } from '#lib/csr/cause.ts'
import { credentialAs } from '#lib/kube/credentials/impersonation.ts'
import type { Credential, Identity } from '#lib/kube/transport/acting-identity.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { noCredential } from '#lib/kube/transport/errors.ts'
import { personOf } from '#lib/people/oidc/id-token-person.ts'
import { NO_TOKENS, type TokenSet } from '#lib/people/oidc/oidc.ts'
import { OidcFailure } from '#lib/people/oidc/oidc-failure.ts'
import { endOfToken } from '#lib/people/token-end.ts'
import type { ClaimMappings } from '#lib/settings/service-settings.ts'

/** The server acts as the person of the ID token, with its own credential. */
export interface Impersonation {
  readonly server: Identity
  readonly mappings: ClaimMappings
}

export interface CredentialOptions {
  readonly clock: Clock
  /** Gets new tokens before these end; null where there is no provider for it. */
  readonly refresh: ((tokens: TokenSet) => Promise<TokenSet>) | null
  /** Null where the token itself is the credential. */
  readonly impersonation: Impersonation | null
}

/** Milliseconds before a token's end at which a new one is asked for. */
const RENEW_MS = 60_000

export type MemberCredential = ReturnType<typeof createMemberCredential>

/** The credential of a signed-in person's calls, renewed at the provider. */
export function createMemberCredential(
  first: TokenSet,
  { clock, refresh, impersonation }: CredentialOptions,
) {
  let tokens = first
  let renewing: Promise<void> | null = null
  /** Whether the provider answered the renewal with another person's token. */
  let isOther = false
  let lastsUntil = Number.POSITIVE_INFINITY
  const canRenew = refresh !== null && first.refreshToken !== null
  const namedEnd = canRenew ? null : (first.expiresAt ?? endOfToken(first.token))

  /** Renews, once at a time. After a refused renewal the token stays until its own end. */
  async function renew(): Promise<void> {
    if (refresh === null || tokens.refreshToken === null) return
    renewing ??= refresh(tokens)
      .then(
        (fresh) => {
          if (tokens === NO_TOKENS) return
          tokens = fresh
          lastsUntil = Number.POSITIVE_INFINITY
        },
        (error) => {
          lastsUntil = tokens.expiresAt ?? Number.POSITIVE_INFINITY
          if (error instanceof OidcFailure && error.reason === 'anotherSubject') isOther = true
        },
      )
      .finally(() => {
        renewing = null
      })
    await renewing
  }

  return {
    /** End of the first tokens if they cannot be renewed, milliseconds since the epoch. */
    firstEnd: namedEnd ?? Number.POSITIVE_INFINITY,
    /** End of the tokens after a refused renewal, milliseconds since the epoch. */
    lastsUntil: () => lastsUntil,
    tokens: () => tokens,
    /**
     * Rejects with a KubeError, also for an ended ID token, whose end the API server does not see.
     * `isRefused`: the API server has refused the last answer.
     */
    async ask({ renew: isRefused }: { readonly renew: boolean }): Promise<Credential> {
      const ends = tokens.expiresAt !== null && clock.now() >= tokens.expiresAt - RENEW_MS
      // With impersonation, the refused credential is the server's own.
      if (ends || (isRefused && impersonation === null)) await renew()
      if (isOther) throw noCredential(cause('wrongToken'))
      const { token, idToken, expiresAt } = tokens
      if (impersonation === null) {
        return { headers: { authorization: `Bearer ${token}` }, certificate: null }
      }
      const who = personOf(idToken, impersonation.mappings)
      if (who === null) throw noCredential(cause('notImpersonable'))
      if (clock.now() >= (expiresAt ?? 0)) throw noCredential(cause('wrongToken'))
      return credentialAs(impersonation.server, who, { renew: isRefused })
    },
    /** Forgets the tokens: the person's session is over. */
    forget(): void {
      tokens = NO_TOKENS
    },
  }
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
