import { describe, expect, it } from 'vitest'
import { readServiceSettings } from '#lib/settings/service-settings.ts'

const TEAM = {
  COUNTERSIGN_PUBLIC_URL: 'https://countersign.example.com',
  COUNTERSIGN_SIGN_IN: 'token',
}

const read = (env: Readonly<Record<string, string>>) => readServiceSettings({}, env)

it('without any of these settings this is a laptop', () => {
  expect(read({ KUBECONFIG: '/config', COUNTERSIGN_LISTEN: '' })).toEqual({ service: null })
})

it('reads all of it', () => {
  expect(
    read({
      ...TEAM,
      COUNTERSIGN_SIGN_IN: 'token, proxy',
      COUNTERSIGN_TRUSTED_PROXIES: '203.0.113.7,fd00::/64',
      COUNTERSIGN_PROXY_SIGN_OUT: '/oauth2/sign_out?rd=/',
      COUNTERSIGN_LISTEN: '0.0.0.0:8443',
      COUNTERSIGN_PROBES: '0.0.0.0:8081',
      COUNTERSIGN_TLS_CERT: '/tls/tls.crt',
      COUNTERSIGN_TLS_KEY: '/tls/tls.key',
      COUNTERSIGN_VIEWER_ROLE: 'team-countersign-viewer',
    }),
  ).toEqual({
    service: {
      publicUrl: 'https://countersign.example.com',
      listen: { host: '0.0.0.0', port: 8443 },
      probes: { host: '0.0.0.0', port: 8081 },
      tls: { cert: '/tls/tls.crt', key: '/tls/tls.key' },
      ways: ['token', 'proxy'],
      oidc: null,
      proxies: ['203.0.113.7/32', 'fd00::/64'],
      viewerRole: 'team-countersign-viewer',
      proxySignOut: '/oauth2/sign_out?rd=/',
    },
  })
})

it('the role of viewers is called as the chart calls it', () => {
  expect(read(TEAM)).toMatchObject({ service: { viewerRole: 'countersign-viewer' } })
})

it('an ingress may be listed for its callers’ addresses, where no proxy signs people in', () => {
  expect(read({ ...TEAM, COUNTERSIGN_TRUSTED_PROXIES: '10.0.0.1' })).toMatchObject({
    service: { proxies: ['10.0.0.1/32'] },
  })
})

it('flags go before the environment', () => {
  const flags = { 'public-url': 'https://other.example.com', listen: '127.0.0.1:1' }
  expect(readServiceSettings(flags, TEAM)).toMatchObject({
    service: { publicUrl: 'https://other.example.com', listen: { port: 1 } },
  })
})

describe('does not start', () => {
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['without a way to sign in', { COUNTERSIGN_SIGN_IN: '' }, 'COUNTERSIGN_SIGN_IN is empty'],
    ['with an unknown way', { COUNTERSIGN_SIGN_IN: 'token,password' }, '"password"'],
    ['without TLS', { COUNTERSIGN_PUBLIC_URL: 'http://countersign.example.com' }, 'is no origin'],
    ['with a path', { COUNTERSIGN_PUBLIC_URL: 'https://a.example/path' }, 'is no origin'],
    ['with a user', { COUNTERSIGN_PUBLIC_URL: 'https://u@a.example' }, 'is no origin'],
    [
      'with a way by any proxy',
      { COUNTERSIGN_SIGN_IN: 'proxy' },
      'needs COUNTERSIGN_TRUSTED_PROXIES',
    ],
    ...[
      ['10.0.0.5/8', 'names one address and many: write 10.0.0.5, or 10.0.0.0/8.'],
      ['fd00::1/64', 'names one address and many: write fd00::1, or fd00::/64.'],
      ['::ffff:0:0/90', 'names one address and many'],
      ['010.0.0.1', 'is no address and no prefix'],
      ['10.0.0.0/33', 'is no address and no prefix'],
      ['fe80::1%eth0', 'is no address and no prefix'],
    ].map(([proxy = '', wrong = '']): [string, Readonly<Record<string, string>>, string] => [
      `with ${proxy} as a proxy`,
      { COUNTERSIGN_SIGN_IN: 'proxy', COUNTERSIGN_TRUSTED_PROXIES: proxy },
      `"${proxy}" ${wrong}`,
    ]),
    ['leading to another site', { COUNTERSIGN_PROXY_SIGN_OUT: '//evil.example' }, 'takes a path'],
    ['leading to an address', { COUNTERSIGN_PROXY_SIGN_OUT: 'https://a.example' }, 'takes a path'],
    ['with half of a certificate', { COUNTERSIGN_TLS_CERT: '/c' }, 'go together'],
    ['without a provider', { COUNTERSIGN_SIGN_IN: 'oidc' }, 'COUNTERSIGN_OIDC_ISSUER'],
    [
      'acting as people who sign in otherwise',
      { COUNTERSIGN_IMPERSONATE: 'legacy' },
      'needs "oidc"',
    ],
    ['with a role of no such name', { COUNTERSIGN_VIEWER_ROLE: 'a b' }, 'no name of a ClusterRole'],
    ['at no address', { COUNTERSIGN_LISTEN: 'everywhere' }, 'COUNTERSIGN_LISTEN'],
  ])('%s', (_, env, problem) => {
    expect(read({ ...TEAM, ...env })).toEqual({ problem: expect.stringContaining(problem) })
  })

  it('with an empty address', () => {
    const flags = { 'public-url': '' }
    expect(readServiceSettings(flags, TEAM)).toEqual({ problem: expect.stringContaining('"" is') })
  })
})

it.each([
  ['::ffff:127.0.0.1', '127.0.0.1/32'],
  ['::FFFF:7F00:1', '127.0.0.1/32'],
  ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
  ['FD00:0:0::7', 'fd00::7/128'],
  ['FD00::/64', 'fd00::/64'],
])('the proxy %s is believed as %s', (written, prefix) => {
  const env = { ...TEAM, COUNTERSIGN_SIGN_IN: 'proxy', COUNTERSIGN_TRUSTED_PROXIES: written }
  expect(read(env)).toMatchObject({ service: { proxies: [prefix] } })
})

describe('without a public URL, says that it is missing and what else is set', () => {
  it('names flags and variables', () => {
    const env = { COUNTERSIGN_PUBLIC_URL: '', COUNTERSIGN_SIGN_IN: 'token' }
    expect(readServiceSettings({ listen: '0.0.0.0:80' }, env)).toEqual({
      problem:
        'Settings of team mode: --listen, COUNTERSIGN_SIGN_IN. COUNTERSIGN_PUBLIC_URL is missing: set it to the address that people open, as https://countersign.example.com. To serve one person at this machine, leave these settings out.',
    })
  })

  it.each(variablesOfTeamMode())('%s alone', (name) => {
    expect(read({ [name]: 'x' })).toEqual({
      problem: expect.stringContaining(`: ${name}. COUNTERSIGN_PUBLIC_URL is missing`),
    })
  })
})

/** Every variable that is read where there is a public URL. */
function variablesOfTeamMode(): readonly string[] {
  const env = {
    ...TEAM,
    COUNTERSIGN_SIGN_IN: 'oidc',
    COUNTERSIGN_IMPERSONATE: 'legacy',
    COUNTERSIGN_OIDC_ISSUER: 'https://login.example.com',
    COUNTERSIGN_OIDC_CLIENT_ID: 'countersign',
  }
  const names = new Set<string>()
  const watched = new Proxy<Readonly<Record<string, string>>>(env, {
    get(values, name: string) {
      names.add(name)
      return values[name]
    },
  })
  expect(read(watched)).toHaveProperty('service.publicUrl')
  names.delete('COUNTERSIGN_PUBLIC_URL')
  return [...names]
}
