import type { Impersonated } from '#lib/kube/credentials/impersonation.ts'
import type { ClaimMappings } from '#lib/settings/service-settings.ts'

/** Limits of what one call can carry as headers, and of what a page shows. */
const MOST_GROUPS = 250
const LONGEST_NAME = 256
/** Prefix of the names of the API server, its nodes and service accounts. */
const RESERVED = 'system:'

/**
 * The person of an ID token that was verified on arrival; null where a name in it must not be
 * impersonated.
 */
export function personOf(idToken: string | null, mappings: ClaimMappings): Impersonated | null {
  const { usernameClaim, usernamePrefix, groupsClaim, groupsPrefix } = mappings
  const claims = claimsOf(idToken)
  // An API server refuses an address that is not confirmed.
  const { email_verified: isVerified = true } = claims
  if (usernameClaim === 'email' && isVerified !== true) return null
  const username = prefixed(usernamePrefix, claims[usernameClaim])
  const claimed = claims[groupsClaim] ?? []
  const listed: readonly unknown[] = Array.isArray(claimed) ? claimed : [claimed]
  const groups = listed.map((group) => prefixed(groupsPrefix, group))
  if (username === null || groups.length > MOST_GROUPS || !groups.every(isPresent)) return null
  return { username, groups: [...new Set(groups)] }
}

/** The claims of an ID token, without verifying it. */
export function claimsOf(idToken: string | null): Readonly<Record<string, unknown>> {
  if (idToken === null) return {}
  return JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString())
}

function prefixed(prefix: string, claim: unknown): string | null {
  if (typeof claim !== 'string' || claim === '' || claim.startsWith(RESERVED)) return null
  const name = prefix + claim
  // A header would lose blanks around its value.
  const isName =
    name === name.trim() && name.length <= LONGEST_NAME && !/[\p{C}\p{Zl}\p{Zp}]/u.test(name)
  return isName && !name.startsWith(RESERVED) ? name : null
}

function isPresent(name: string | null): name is string {
  return name !== null
}
