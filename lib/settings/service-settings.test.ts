import { describe, expect, it } from 'vitest'
import { typedLine } from '#lib/settings/fixtures/typed-line.ts'
import { rowsOf } from '#lib/settings/setting.ts'
import { TEAM_TABLES } from '#lib/settings/setting-tables.ts'
import { readSettings } from '#lib/settings/settings.ts'

const TEAM = 'PUBLIC_URL=https://countersign.example.com SIGN_IN=token'
const PROVIDER = `${TEAM} SIGN_IN=oidc OIDC_ISSUER=https://login.example.com/main OIDC_CLIENT_ID=us`
const ACTING = `${PROVIDER} IMPERSONATE=constrained`

/** The settings as they are typed; variables without `COUNTERSIGN_`. */
function read(line: string) {
  const { args, env } = typedLine(line)
  const named = Object.entries(env).map(([name, text]) => [`COUNTERSIGN_${name}`, text])
  return readSettings(args, Object.fromEntries(named))
}

it.each(['', 'LISTEN= PUBLIC_URL='])(
  'without any of these settings this is a laptop: “%s”',
  (line) => {
    expect(read(line)).toMatchObject({ settings: { service: null, sessionIdleMs: 43_200_000 } })
  },
)

it('a team has these settings unless others are given', () => {
  expect(read(TEAM)).toMatchObject({
    settings: {
      sessionIdleMs: 600_000,
      service: {
        publicUrl: 'https://countersign.example.com',
        listen: { host: '127.0.0.1', port: 8443 },
        ...{
          tls: null,
          probes: null,
          ways: ['token'],
          oidc: null,
          proxies: [],
          proxySignOut: null,
        },
        // The chart calls the role so.
        viewerRole: 'countersign-viewer',
      },
    },
  })
})

it('a provider has these settings unless others are given', () => {
  expect(read(PROVIDER)).toHaveProperty('settings.service.oidc', {
    publicUrl: 'https://countersign.example.com',
    kind: 'oidc',
    issuer: 'https://login.example.com/main',
    clientId: 'us',
    ...{ clientSecretFile: null, caFile: null, scopes: 'openid', name: 'login.example.com' },
    ...{ checksSignature: false, impersonation: null },
  })
})

it.each<[line: string, service: object]>([
  ['SIGN_IN="token, proxy" TRUSTED_PROXIES=10.0.0.1', { ways: ['token', 'proxy'] }],
  // An ingress may be listed for its callers' addresses, where no proxy signs people in.
  ['TRUSTED_PROXIES="10.0.0.1, fd00::/64"', { proxies: ['10.0.0.1/32', 'fd00::/64'] }],
  ['TRUSTED_PROXIES=::ffff:127.0.0.1', { proxies: ['127.0.0.1/32'] }],
  ['TRUSTED_PROXIES=::FFFF:7F00:1', { proxies: ['127.0.0.1/32'] }],
  ['TRUSTED_PROXIES=::ffff:10.0.0.0/104', { proxies: ['10.0.0.0/8'] }],
  ['TRUSTED_PROXIES=FD00:0:0::7,FD00::/64', { proxies: ['fd00::7/128', 'fd00::/64'] }],
  ['PROXY_SIGN_OUT=/oauth2/sign_out?rd=/', { proxySignOut: '/oauth2/sign_out?rd=/' }],
  ['LISTEN=0.0.0.0:65535', { listen: { host: '0.0.0.0', port: 65_535 } }],
  ['LISTEN=0.0.0.0:1 --listen localhost:0', { listen: { host: 'localhost', port: 0 } }],
  ['PROBES=[::]:8081', { probes: { host: '::', port: 8081 } }],
  ['TLS_CERT=/c --tls-key /k', { tls: { cert: '/c', key: '/k' } }],
  ['TLS_CERT= TLS_KEY=', { tls: null }],
  ['VIEWER_ROLE=team-viewer', { viewerRole: 'team-viewer' }],
  ['PUBLIC_URL=http://a.localhost/', { publicUrl: 'http://a.localhost' }],
  ['--public-url https://b.example.com', { publicUrl: 'https://b.example.com' }],
])('a team’s settings “%s” are read as %o', (line, service) => {
  expect(read(`${TEAM} ${line}`)).toMatchObject({ settings: { service } })
})

const PREFIX = 'https://login.example.com/main#'
it.each<[line: string, oidc: object]>([
  ['OIDC_CLIENT_SECRET_FILE=/s OIDC_CA_FILE=/ca', { clientSecretFile: '/s', caFile: '/ca' }],
  [
    'OIDC_SCOPES="openid groups" OIDC_NAME="Our login"',
    { scopes: 'openid groups', name: 'Our login' },
  ],
  ['OIDC_KIND=openshift OIDC_SCOPES=x', { kind: 'openshift', scopes: 'x' }],
  ['IMPERSONATE=legacy', { checksSignature: true, impersonation: { mode: 'legacy' } }],
])('a provider’s settings “%s” are read as %o', (line, oidc) => {
  expect(read(`${PROVIDER} ${line}`)).toMatchObject({ settings: { service: { oidc } } })
})

// As an API server maps them.
it.each<[line: string, mappings: object]>([
  ['', { usernameClaim: 'sub', usernamePrefix: PREFIX, groupsClaim: 'groups', groupsPrefix: '' }],
  ['OIDC_USERNAME_CLAIM=email', { usernameClaim: 'email', usernamePrefix: '' }],
  ['OIDC_USERNAME_PREFIX=-', { usernamePrefix: '' }],
  ['OIDC_USERNAME_PREFIX=', { usernamePrefix: PREFIX }],
  [
    'OIDC_USERNAME_CLAIM=name OIDC_USERNAME_PREFIX=u: OIDC_GROUPS_CLAIM=roles OIDC_GROUPS_PREFIX=g:',
    { usernameClaim: 'name', usernamePrefix: 'u:', groupsClaim: 'roles', groupsPrefix: 'g:' },
  ],
])('the claims of an impersonated person are read from “%s”: %o', (line, mappings) => {
  const impersonation = { mode: 'constrained', ...mappings }
  expect(read(`${ACTING} ${line}`)).toMatchObject({
    settings: { service: { oidc: { checksSignature: true, impersonation } } },
  })
})

describe('refused settings of a team', () => {
  it.each<[line: string, problem: string]>([
    ['SIGN_IN=', 'COUNTERSIGN_SIGN_IN is empty'],
    ['SIGN_IN=token,password', '"password"'],
    ['PUBLIC_URL=http://countersign.example.com', 'is no origin'],
    ['PUBLIC_URL=https://a.example/path', 'is no origin'],
    ['PUBLIC_URL=https://u@a.example', 'is no origin'],
    ['--public-url ""', '"" is no origin'],
    ['SIGN_IN=proxy', 'needs COUNTERSIGN_TRUSTED_PROXIES'],
    ['TRUSTED_PROXIES=10.0.0.5/8', 'names one address and many: write 10.0.0.5, or 10.0.0.0/8.'],
    ['TRUSTED_PROXIES=fd00::1/64', 'names one address and many: write fd00::1, or fd00::/64.'],
    ['TRUSTED_PROXIES=::ffff:0:0/90', 'names one address and many'],
    ['TRUSTED_PROXIES=010.0.0.1', '"010.0.0.1" is no address and no prefix'],
    ['TRUSTED_PROXIES=10.0.0.0/33', 'is no address and no prefix'],
    ['TRUSTED_PROXIES=fe80::1%eth0', 'is no address and no prefix'],
    ['PROXY_SIGN_OUT=//evil.example', 'takes a path'],
    ['PROXY_SIGN_OUT=https://a.example', 'takes a path'],
    ['TLS_CERT=/c', 'go together'],
    ['--tls-key /k', 'go together'],
    ['VIEWER_ROLE="a b"', 'no name of a ClusterRole'],
    ['LISTEN=everywhere', 'COUNTERSIGN_LISTEN: "everywhere" is no <address>:<port>'],
    ['SIGN_IN=oidc', 'COUNTERSIGN_OIDC_ISSUER must be'],
    ['IMPERSONATE=legacy', 'COUNTERSIGN_IMPERSONATE needs "oidc"'],
    ['--policy file', 'In team mode --policy and --expected take configmap:'],
  ])('a team’s service does not start with “%s”', (line, problem) => {
    expect(read(`${TEAM} ${line}`)).toEqual({ problem: expect.stringContaining(problem) })
  })

  it.each([
    'OIDC_ISSUER=',
    'OIDC_ISSUER=login.example.com',
    'OIDC_ISSUER=http://login.example.com',
    'OIDC_ISSUER=https://login.example.com?a=b',
    'OIDC_ISSUER=https://a@login.example.com',
    'OIDC_ISSUER=https://login.example.com/.well-known/openid-configuration',
    'OIDC_CLIENT_ID=',
    'OIDC_KIND=saml',
    'OIDC_SCOPES="profile groups"',
    'IMPERSONATE=yes',
    'IMPERSONATE=legacy OIDC_KIND=openshift',
  ])('a team’s service does not start with a provider’s “%s”', (line) => {
    const [name = ''] = line.split('=')
    const problem = expect.stringMatching(new RegExp(`^COUNTERSIGN_${name}\\b.*\\.$`))
    expect(read(`${PROVIDER} ${line}`)).toEqual({ problem })
  })
})

describe('a team’s settings without a public URL', () => {
  it('the problem of a missing public URL names flags and variables', () => {
    expect(read('PUBLIC_URL= SIGN_IN=token --listen 0.0.0.0:80')).toEqual({
      problem:
        'Settings of team mode: --listen, COUNTERSIGN_SIGN_IN. COUNTERSIGN_PUBLIC_URL is missing: set it to the address that people open, as https://countersign.example.com. To serve one person at this machine, leave these settings out.',
    })
  })

  const names = rowsOf(TEAM_TABLES).map(({ env = '' }) => env)
  it.each(names.filter((name) => name !== 'COUNTERSIGN_PUBLIC_URL'))(
    'the problem of a missing public URL names %s alone',
    (name) => {
      expect(readSettings([], { [name]: 'x' })).toEqual({
        problem: expect.stringContaining(`: ${name}. COUNTERSIGN_PUBLIC_URL is missing`),
      })
    },
  )
})
