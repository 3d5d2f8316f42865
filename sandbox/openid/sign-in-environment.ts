import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CLIENT_ID, type OpenIdProvider, PROVIDER_NAME } from '#sandbox/openid/openid-provider.ts'

/**
 * Environment of an app in which people sign in at the provider or by a token; writes the files
 * that it names.
 */
export function signInEnvironment(
  { issuer, ca, clientSecret }: OpenIdProvider,
  folder: string,
): Readonly<Record<string, string>> {
  const file = (name: string, text: string) => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  return {
    COUNTERSIGN_SIGN_IN: 'oidc,token',
    COUNTERSIGN_OIDC_ISSUER: issuer,
    COUNTERSIGN_OIDC_CLIENT_ID: CLIENT_ID,
    COUNTERSIGN_OIDC_CLIENT_SECRET_FILE: file('client-secret', clientSecret),
    COUNTERSIGN_OIDC_CA_FILE: file('provider-ca.crt', ca),
    COUNTERSIGN_OIDC_NAME: PROVIDER_NAME,
  }
}
