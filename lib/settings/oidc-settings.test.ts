import { describe, expect, it } from 'vitest'
import { readOidcSettings } from '#lib/settings/oidc-settings.ts'

const PUBLIC_URL = 'https://countersign.example.com'
const LEAST = {
  COUNTERSIGN_OIDC_ISSUER: 'https://login.example.com/realms/main',
  COUNTERSIGN_OIDC_CLIENT_ID: 'countersign',
}

describe('the settings of the provider', () => {
  it('are the usual ones, unless said otherwise', () => {
    expect(readOidcSettings(LEAST, PUBLIC_URL)).toEqual({
      oidc: {
        publicUrl: PUBLIC_URL,
        kind: 'oidc',
        issuer: 'https://login.example.com/realms/main',
        clientId: 'countersign',
        clientSecretFile: null,
        caFile: null,
        scopes: 'openid',
        name: 'login.example.com',
        checksSignature: false,
        impersonation: null,
      },
    })
  })

  const ISSUER_PREFIX = `${LEAST.COUNTERSIGN_OIDC_ISSUER}#`
  it.each<[string, Readonly<Record<string, string>>, object]>([
    [
      'the subject after the issuer',
      {},
      {
        ...{ usernameClaim: 'sub', usernamePrefix: ISSUER_PREFIX },
        ...{ groupsClaim: 'groups', groupsPrefix: '' },
      },
    ],
    ['an address', { USERNAME_CLAIM: 'email' }, { usernameClaim: 'email', usernamePrefix: '' }],
    ['no prefix', { USERNAME_PREFIX: '-' }, { usernamePrefix: '' }],
    [
      'all of it',
      {
        ...{ USERNAME_CLAIM: 'name', USERNAME_PREFIX: 'u:' },
        ...{ GROUPS_CLAIM: 'roles', GROUPS_PREFIX: 'g:' },
      },
      {
        ...{ usernameClaim: 'name', usernamePrefix: 'u:' },
        ...{ groupsClaim: 'roles', groupsPrefix: 'g:' },
      },
    ],
  ])('may name who is impersonated, as an API server would: %s', (_, more, mappings) => {
    const named = Object.entries(more).map(([name, value]) => [`COUNTERSIGN_OIDC_${name}`, value])
    const env = { ...LEAST, COUNTERSIGN_IMPERSONATE: 'constrained', ...Object.fromEntries(named) }
    expect(readOidcSettings(env, PUBLIC_URL)).toMatchObject({
      oidc: { checksSignature: true, impersonation: { mode: 'constrained', ...mappings } },
    })
  })

  it.each([
    ['an unknown way', { COUNTERSIGN_IMPERSONATE: 'yes' }],
    ['OpenShift', { COUNTERSIGN_IMPERSONATE: 'legacy', COUNTERSIGN_OIDC_KIND: 'openshift' }],
  ])('do not let people be impersonated with %s', (_, more) => {
    expect(readOidcSettings({ ...LEAST, ...more }, PUBLIC_URL)).toEqual({
      problem: expect.stringContaining('COUNTERSIGN_IMPERSONATE'),
    })
  })

  it('can all be said', () => {
    const env = {
      ...LEAST,
      COUNTERSIGN_OIDC_CLIENT_SECRET_FILE: '/secret',
      COUNTERSIGN_OIDC_CA_FILE: '/ca.pem',
      COUNTERSIGN_OIDC_SCOPES: 'openid offline_access',
      COUNTERSIGN_OIDC_NAME: 'Company login',
      COUNTERSIGN_OIDC_KIND: 'openshift',
    }
    expect(readOidcSettings(env, PUBLIC_URL)).toHaveProperty('oidc', {
      publicUrl: PUBLIC_URL,
      kind: 'openshift',
      issuer: 'https://login.example.com/realms/main',
      clientId: 'countersign',
      clientSecretFile: '/secret',
      caFile: '/ca.pem',
      scopes: 'openid offline_access',
      name: 'Company login',
      checksSignature: false,
      impersonation: null,
    })
  })

  it.each<[string, string, string | undefined]>([
    ['no issuer', 'ISSUER', undefined],
    ['an issuer that is no address', 'ISSUER', 'login.example.com'],
    ['an issuer without TLS', 'ISSUER', 'http://login.example.com'],
    ['an issuer with a query', 'ISSUER', 'https://login.example.com?a=b'],
    ['an issuer with a user', 'ISSUER', 'https://a@login.example.com'],
    [
      'the address of metadata',
      'ISSUER',
      'https://login.example.com/.well-known/openid-configuration',
    ],
    ['no client', 'CLIENT_ID', undefined],
    ['an empty client', 'CLIENT_ID', ''],
    ['another kind', 'KIND', 'saml'],
    ['scopes without openid', 'SCOPES', 'profile groups'],
  ])('%s is a problem', (_case, name, value) => {
    const env = { ...LEAST, [`COUNTERSIGN_OIDC_${name}`]: value }
    const problem = expect.stringContaining(`COUNTERSIGN_OIDC_${name}`)
    expect(readOidcSettings(env, PUBLIC_URL)).toEqual({ problem })
  })
})
