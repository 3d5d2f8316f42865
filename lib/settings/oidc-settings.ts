import type { Problem, Table, ValuesOf } from '#lib/settings/setting.ts'
import { oneOf, value } from '#lib/settings/setting-readers.ts'

/** Signing in at a provider. */
export const OIDC = {
  kind: {
    env: 'COUNTERSIGN_OIDC_KIND',
    chart: '`dashboard.oidc.kind`',
    help: '`oidc`, or `openshift` for the OAuth server of OpenShift',
    usual: 'oidc',
    read: oneOf(['oidc', 'openshift']),
  },
  /** The issuer; with OpenShift the URL of the API server, whose metadata name the issuer. */
  issuer: {
    env: 'COUNTERSIGN_OIDC_ISSUER',
    chart: '`dashboard.oidc.issuer`',
    help: 'issuer as its tokens have it; for `openshift` the address of the API server',
    usual: '',
    read: value(
      issuerOf,
      (text) => `must be the https:// address of the issuer, as its tokens have it: not "${text}".`,
    ),
  },
  clientId: {
    env: 'COUNTERSIGN_OIDC_CLIENT_ID',
    chart: '`dashboard.oidc.clientId`',
    help: "this program's client id at the provider; its redirect address is `<public URL>/sign-in/callback`",
    usual: '',
    read: value(
      (text) => text || null,
      () => 'is missing.',
    ),
  },
  clientSecretFile: {
    env: 'COUNTERSIGN_OIDC_CLIENT_SECRET_FILE',
    chart: '`dashboard.oidc.existingSecret`',
    help: "file with the client's secret; absent for a public client",
  },
  caFile: {
    env: 'COUNTERSIGN_OIDC_CA_FILE',
    chart: '`dashboard.oidc.existingCaConfigMap`',
    help: "PEM of the provider's CA; absent for the public roots that Node brings, not those of the machine",
  },
  /** Scopes of the sign-in; OpenShift's is always `user:full`. */
  scopes: {
    env: 'COUNTERSIGN_OIDC_SCOPES',
    chart: '`dashboard.oidc.scopes`',
    help: 'scopes that are asked for, space-separated',
    usual: 'openid',
  },
  name: {
    env: 'COUNTERSIGN_OIDC_NAME',
    chart: '`dashboard.oidc.name`',
    help: 'label of the button',
    unset: "the issuer's host",
  },
} satisfies Table

/** Claims of an ID token as an API server's own settings map them, with the defaults of its flags. */
export const CLAIMS = {
  usernameClaim: {
    env: 'COUNTERSIGN_OIDC_USERNAME_CLAIM',
    chart: '`dashboard.oidc.usernameClaim`',
    help: 'with `COUNTERSIGN_IMPERSONATE`: claim that is the user',
    usual: 'sub',
  },
  usernamePrefix: {
    env: 'COUNTERSIGN_OIDC_USERNAME_PREFIX',
    chart: '`dashboard.oidc.usernamePrefix`',
    help: 'prefix of users; `-` for none',
    unset: '`<issuer>#`, with the claim `email` none',
  },
  groupsClaim: {
    env: 'COUNTERSIGN_OIDC_GROUPS_CLAIM',
    chart: '`dashboard.oidc.groupsClaim`',
    help: 'claim that lists the groups',
    usual: 'groups',
  },
  groupsPrefix: {
    env: 'COUNTERSIGN_OIDC_GROUPS_PREFIX',
    chart: '`dashboard.oidc.groupsPrefix`',
    help: 'prefix of groups',
    usual: '',
    read: (text: string) => text,
  },
} satisfies Table

export interface OidcSettings extends Omit<ValuesOf<typeof OIDC>, 'name'> {
  /** Address of our pages; the redirect URI is `/sign-in/callback` there. */
  readonly publicUrl: string
  /** Whether signatures of ID tokens are checked here, as the API server never sees them. */
  readonly checksSignature: boolean
}

export interface ClaimMappings extends ValuesOf<typeof CLAIMS> {
  readonly usernamePrefix: string
}

/** Impersonation: how the server acts as a person whose ID token the API server does not take. */
export interface ImpersonationSettings extends ClaimMappings {
  /** `legacy`: for an API server without constrained impersonation; roles limit it instead. */
  readonly mode: (typeof IMPERSONATION_MODES)[number]
}

export const IMPERSONATION_MODES = ['constrained', 'legacy'] as const

export interface NamedOidcSettings extends OidcSettings {
  /** Label of the button. */
  readonly name: string
  /** Settings of impersonation; null where the API server takes the tokens. */
  readonly impersonation: ImpersonationSettings | null
}

/** The provider's settings, for pages at `publicUrl`. */
export function oidcSettings(
  oidc: ValuesOf<typeof OIDC>,
  { usernamePrefix, ...claims }: ValuesOf<typeof CLAIMS>,
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

export function wrongMode(mode: string): string {
  const modes = IMPERSONATION_MODES.join(' or ')
  return `is "${mode}", and must be off, ${modes}; other than off only with COUNTERSIGN_OIDC_KIND=oidc.`
}

function issuerOf(text: string): string | null {
  const url = URL.parse(text)
  // Metadata at an address that names them are not compared with the issuer.
  const isIssuer = url?.protocol === 'https:' && url.username === '' && !/[?#\s]/.test(text)
  return isIssuer && !text.includes('/.well-known/') ? text : null
}
