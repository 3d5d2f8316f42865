import type { OidcSettings } from '#lib/server/people/oidc.ts'

const KINDS: readonly string[] = ['oidc', 'openshift'] satisfies OidcSettings['kind'][]

export interface NamedOidcSettings extends OidcSettings {
  /** Label of the button. */
  readonly name: string
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
    },
  }
}

function isKind(text: string): text is OidcSettings['kind'] {
  return KINDS.includes(text)
}
