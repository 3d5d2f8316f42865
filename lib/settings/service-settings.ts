import {
  type Given,
  isProblem,
  type Problem,
  readTables,
  rowsOf,
  textsOf,
} from '#lib/settings/setting.ts'
import { type IMPERSONATION_MODES, wrongMode } from '#lib/settings/setting-readers.ts'
import { TEAM_TABLES, type TeamValues } from '#lib/settings/setting-tables.ts'

/** Settings of a team's service, where people sign in. */
export interface ServiceSettings
  extends Omit<TeamValues['team'], 'tlsCert' | 'tlsKey' | 'impersonation'> {
  readonly publicUrl: string
  /** PEM files; null for plain HTTP, behind a server that ends TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  /** Settings of the provider; null unless people sign in at one. */
  readonly oidc: NamedOidcSettings | null
}

export interface OidcSettings extends Omit<TeamValues['oidc'], 'name'> {
  /** Address of our pages; the redirect URI is `/sign-in/callback` there. */
  readonly publicUrl: string
  /** Whether signatures of ID tokens are checked here, as the API server never sees them. */
  readonly checksSignature: boolean
}

export interface NamedOidcSettings extends OidcSettings {
  /** Label of the button. */
  readonly name: string
  /** Settings of impersonation; null where the API server takes the tokens. */
  readonly impersonation: ImpersonationSettings | null
}

export interface ClaimMappings extends Readonly<TeamValues['claims']> {
  readonly usernamePrefix: string
}

/** Impersonation: how the server acts as a person whose ID token the API server does not take. */
export interface ImpersonationSettings extends ClaimMappings {
  /** `legacy`: for an API server without constrained impersonation; roles limit it instead. */
  readonly mode: (typeof IMPERSONATION_MODES)[number]
}

/** The settings of team mode; null where none of them is set: then this is a laptop. */
export function readServiceSettings(given: Given): ServiceSettings | null | Problem {
  const { team: TEAM, ...PROVIDER } = TEAM_TABLES
  if (textsOf(TEAM.publicUrl, given).length === 0) {
    const set = rowsOf(TEAM_TABLES).flatMap((row) => textsOf(row, given).map(([name]) => name))
    if (set.length === 0) return null
    return {
      problem: `Settings of team mode: ${set.join(', ')}. COUNTERSIGN_PUBLIC_URL is missing: set it to the address that people open, as https://countersign.example.com. To serve one person at this machine, leave these settings out.`,
    }
  }
  const read = readTables({ team: TEAM }, given)
  if (isProblem(read)) return read
  const { publicUrl, tlsCert, tlsKey, impersonation, ...team } = read.team
  if (publicUrl === null) return null
  const hasProvider = team.ways.includes('oidc')
  if (impersonation !== 'off' && !hasProvider) {
    return { problem: 'COUNTERSIGN_IMPERSONATE needs "oidc" in COUNTERSIGN_SIGN_IN.' }
  }
  if (team.ways.includes('proxy') && team.proxies.length === 0) {
    return {
      problem:
        '"proxy" in COUNTERSIGN_SIGN_IN needs COUNTERSIGN_TRUSTED_PROXIES: name the addresses of the proxy.',
    }
  }
  if ((tlsCert === null) !== (tlsKey === null)) {
    return { problem: 'COUNTERSIGN_TLS_CERT and COUNTERSIGN_TLS_KEY go together.' }
  }
  const provider = hasProvider ? readTables(PROVIDER, given) : null
  if (provider !== null && isProblem(provider)) return provider
  const oidc = provider && oidcSettings(provider.oidc, provider.claims, impersonation, publicUrl)
  if (oidc !== null && isProblem(oidc)) return oidc
  const tls = tlsCert === null || tlsKey === null ? null : { cert: tlsCert, key: tlsKey }
  return { ...team, publicUrl, tls, oidc }
}

/** The provider's settings, for pages at `publicUrl`. */
function oidcSettings(
  oidc: TeamValues['oidc'],
  { usernamePrefix, ...claims }: TeamValues['claims'],
  mode: ImpersonationSettings['mode'] | 'off',
  publicUrl: string,
): NamedOidcSettings | Problem {
  const { kind, issuer, scopes, name } = oidc
  if (kind === 'oidc' && !scopes.split(' ').includes('openid')) {
    return { problem: `COUNTERSIGN_OIDC_SCOPES must have "openid" among them: "${scopes}".` }
  }
  if (mode !== 'off' && kind !== 'oidc') {
    return { problem: `COUNTERSIGN_IMPERSONATE ${wrongMode(mode)}` }
  }
  const standing = claims.usernameClaim === 'email' ? '' : `${issuer}#`
  const prefix = usernamePrefix === '-' ? '' : (usernamePrefix ?? standing)
  return {
    ...oidc,
    publicUrl,
    name: name ?? new URL(issuer).host,
    checksSignature: mode !== 'off',
    impersonation: mode === 'off' ? null : { mode, ...claims, usernamePrefix: prefix },
  }
}
