const KINDS: readonly string[] = ['oidc', 'openshift'] satisfies OidcSettings['kind'][]
const MODES: readonly string[] = ['constrained', 'legacy'] satisfies ImpersonationSettings['mode'][]

/** Variables of signing in at a provider. */
export const OIDC_VARIABLES = [
  'COUNTERSIGN_IMPERSONATE',
  'COUNTERSIGN_OIDC_ISSUER',
  'COUNTERSIGN_OIDC_CLIENT_ID',
  'COUNTERSIGN_OIDC_CLIENT_SECRET_FILE',
  'COUNTERSIGN_OIDC_CA_FILE',
  'COUNTERSIGN_OIDC_KIND',
  'COUNTERSIGN_OIDC_SCOPES',
  'COUNTERSIGN_OIDC_NAME',
  'COUNTERSIGN_OIDC_USERNAME_CLAIM',
  'COUNTERSIGN_OIDC_USERNAME_PREFIX',
  'COUNTERSIGN_OIDC_GROUPS_CLAIM',
  'COUNTERSIGN_OIDC_GROUPS_PREFIX',
] as const

export interface OidcSettings {
  /** Address of our pages; the redirect URI is `/sign-in/callback` there. */
  readonly publicUrl: string
  readonly kind: 'oidc' | 'openshift'
  /** Issuer as in its tokens. With OpenShift: URL of the API server, whose metadata name the issuer. */
  readonly issuer: string
  readonly clientId: string
  /** Null: a public client. */
  readonly clientSecretFile: string | null
  /** PEM file; null: the public roots that Node brings. */
  readonly caFile: string | null
  /** Space-separated. OpenShift's is always `user:full`. */
  readonly scopes: string
  /** Whether signatures of ID tokens are checked here, as the API server never sees them. */
  readonly checksSignature: boolean
}

/** Claims of an ID token as an API server's own settings map them. */
export interface ClaimMappings {
  readonly usernameClaim: string
  readonly usernamePrefix: string
  readonly groupsClaim: string
  readonly groupsPrefix: string
}

/** Impersonation: how the server acts as a person whose ID token the API server does not take. */
export interface ImpersonationSettings extends ClaimMappings {
  /** `legacy`: for an API server without constrained impersonation; roles limit it instead. */
  readonly mode: 'constrained' | 'legacy'
}

export interface NamedOidcSettings extends OidcSettings {
  /** Label of the button. */
  readonly name: string
  /** Null: the API server takes the tokens. */
  readonly impersonation: ImpersonationSettings | null
}

/** COUNTERSIGN_OIDC_… of the environment, for pages at `publicUrl`. Reads no file. */
export function readOidcSettings(
  env: Readonly<Record<string, string | undefined>>,
  publicUrl: string,
): { readonly oidc: NamedOidcSettings } | { readonly problem: string } {
  const issuer = env.COUNTERSIGN_OIDC_ISSUER ?? ''
  const url = URL.parse(issuer)
  // Metadata at an address that names them are not compared with the issuer.
  const isIssuer = url?.protocol === 'https:' && url.username === '' && !/[?#\s]/.test(issuer)
  if (!isIssuer || issuer.includes('/.well-known/')) {
    return {
      problem: `COUNTERSIGN_OIDC_ISSUER must be the https:// address of the issuer, as its tokens have it: not "${issuer}".`,
    }
  }
  const clientId = env.COUNTERSIGN_OIDC_CLIENT_ID
  if (!clientId) return { problem: 'COUNTERSIGN_OIDC_CLIENT_ID is missing.' }
  const kind = env.COUNTERSIGN_OIDC_KIND || 'oidc'
  if (!isKind(kind)) {
    return {
      problem: `COUNTERSIGN_OIDC_KIND is "${kind}", and must be one of ${KINDS.join(', ')}.`,
    }
  }
  const scopes = env.COUNTERSIGN_OIDC_SCOPES || 'openid'
  if (kind === 'oidc' && !scopes.split(' ').includes('openid')) {
    return { problem: `COUNTERSIGN_OIDC_SCOPES must have "openid" among them: "${scopes}".` }
  }
  const mode = env.COUNTERSIGN_IMPERSONATE || 'off'
  if (mode !== 'off' && (!isMode(mode) || kind !== 'oidc')) {
    return {
      problem: `COUNTERSIGN_IMPERSONATE is "${mode}", and must be off, ${MODES.join(' or ')}; other than off only with COUNTERSIGN_OIDC_KIND=oidc.`,
    }
  }
  return {
    oidc: {
      publicUrl,
      kind,
      issuer,
      clientId,
      clientSecretFile: env.COUNTERSIGN_OIDC_CLIENT_SECRET_FILE || null,
      caFile: env.COUNTERSIGN_OIDC_CA_FILE || null,
      scopes,
      name: env.COUNTERSIGN_OIDC_NAME || url.host,
      checksSignature: mode !== 'off',
      impersonation: isMode(mode) ? { mode, ...readMappings(env, issuer) } : null,
    },
  }
}

/** Claims and prefixes, with the defaults of an API server's flags. */
function readMappings(
  env: Readonly<Record<string, string | undefined>>,
  issuer: string,
): ClaimMappings {
  const usernameClaim = env.COUNTERSIGN_OIDC_USERNAME_CLAIM || 'sub'
  const standing = usernameClaim === 'email' ? '' : `${issuer}#`
  const prefix = env.COUNTERSIGN_OIDC_USERNAME_PREFIX || standing
  return {
    usernameClaim,
    usernamePrefix: prefix === '-' ? '' : prefix,
    groupsClaim: env.COUNTERSIGN_OIDC_GROUPS_CLAIM || 'groups',
    groupsPrefix: env.COUNTERSIGN_OIDC_GROUPS_PREFIX || '',
  }
}

function isMode(text: string): text is ImpersonationSettings['mode'] {
  return MODES.includes(text)
}

function isKind(text: string): text is OidcSettings['kind'] {
  return KINDS.includes(text)
}
