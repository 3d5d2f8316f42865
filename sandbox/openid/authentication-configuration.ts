import {
  CLIENT_ID,
  type OpenIdProvider,
  PUBLIC_CLIENT_ID,
} from '#sandbox/openid/openid-provider.ts'

/** Prefix of users and groups of the provider at the API server. */
export const OIDC_PREFIX = 'oidc:'

/** An API server's AuthenticationConfiguration that takes the provider's ID tokens. */
export function authenticationConfiguration({
  issuer,
  ca,
}: Pick<OpenIdProvider, 'issuer' | 'ca'>): string {
  return JSON.stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthenticationConfiguration',
    jwt: [
      {
        issuer: {
          url: issuer,
          certificateAuthority: ca,
          audiences: [CLIENT_ID, PUBLIC_CLIENT_ID],
          audienceMatchPolicy: 'MatchAny',
        },
        claimMappings: {
          username: { claim: 'sub', prefix: OIDC_PREFIX },
          groups: { claim: 'groups', prefix: OIDC_PREFIX },
        },
      },
    ],
  })
}
