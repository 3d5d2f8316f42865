import { describe, expect, it } from 'vitest'
import { hostsAt } from '#lib/settings/hosts.ts'
import { ask, type Headers, policy, verdict, withKey } from '#lib/web/door/fixtures/ask-gate.ts'
import type { GateAnswer, GatePolicy } from '#lib/web/door/gate.ts'
import { gate } from '#lib/web/door/gate.ts'

const HOST = 'countersign.example.com'
const ORIGIN = `https://${HOST}`

/** A session whose cookie is "good" and whose binding is "bound". */
const team: GatePolicy = {
  hosts: hostsAt(ORIGIN),
  dev: false,
  proxies: ['203.0.113.7/32', 'fd00::/64'],
  believesTokens: true,
  authorize: ({ authorization, cookie, binding }) =>
    authorization !== undefined || (cookie === 'good' && binding === 'bound') ? 'session' : 'wrong',
}

const SIGNED_IN: Headers = { host: HOST, cookie: 'good', 'x-countersign-session': 'bound' }

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const
const ORIGINS = {
  ours: ORIGIN,
  'another site': 'https://evil.example',
  'a sibling': 'https://other.example.com',
  'without TLS': `http://${HOST}`,
  null: 'null',
  none: undefined,
} as const
const TYPES = ['application/json', 'text/plain', 'application/x-www-form-urlencoded'] as const

describe('a write with the cookie: methods × origins × content types', () => {
  const cases = METHODS.flatMap((method) =>
    Object.keys(ORIGINS).flatMap((origin) => TYPES.map((type) => [method, origin, type] as const)),
  )
  it.each(cases)('a write with the cookie: %s from %s as %s', (method, origin, type) => {
    const answer = ask(
      method,
      '/api/decisions',
      {
        ...SIGNED_IN,
        origin: ORIGINS[origin as keyof typeof ORIGINS],
        'content-type': type,
        ...(method === 'POST' ? { 'content-length': '20' } : {}),
      },
      team,
    )
    const passes = method === 'POST' && origin === 'ours' && type === 'application/json'
    expect(answer.answer).toBe(passes ? 'pass' : 'refuse')
  })
})

const asked = (headers: Headers, url = '/api/summary') =>
  verdict(ask('GET', url, { ...SIGNED_IN, ...headers }, team))

describe('a read', () => {
  it.each<[string, Headers, string]>([
    ['by the page', { 'sec-fetch-site': 'same-origin' }, 'pass'],
    [
      'without the binding, as another site’s page causes it',
      { 'x-countersign-session': undefined },
      '401 unauthorized',
    ],
    ['under another name', { host: 'evil.example' }, '421 foreignHost'],
    ['under this name with a port', { host: `${HOST}:443` }, '421 foreignHost'],
    ['two cookie headers', { cookie: ['good', 'good'] }, '400 badRequest'],
  ])('a read with the cookie, %s: %s', (_, headers, expected) => {
    expect(asked(headers)).toBe(expected)
  })

  it('the provider may send a browser to the callback, and not to data', () => {
    const linked = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    }
    expect(asked(linked, '/sign-in/callback?code=x')).toBe('pass')
    expect(asked({ ...linked, 'sec-fetch-mode': 'cors' }, '/sign-in/callback')).toBe(
      '403 crossSite',
    )
    expect(asked(linked)).toBe('403 crossSite')
  })
})

describe('a bearer token', () => {
  const from = (peer: string | undefined, rules = team): string => {
    const headers = { host: [HOST], authorization: ['Bearer token'] }
    const answer: GateAnswer = gate(
      { method: 'GET', url: '/api/summary', headers, peer },
      rules,
      () => 'n',
    )
    return verdict(answer)
  }
  it.each([
    ['203.0.113.7', 'pass'],
    ['::ffff:203.0.113.7', 'pass'],
    ['fd00::1', 'pass'],
    ['203.0.113.8', '401 unauthorized'],
    ['127.0.0.1', '401 unauthorized'],
    ['', '401 unauthorized'],
    [undefined, '401 unauthorized'],
  ])('a bearer token from %s: %s', (peer, expected) => {
    expect(from(peer)).toBe(expected)
  })

  it.each<[where: string, rules: GatePolicy]>([
    ['no proxy is listed', { ...team, proxies: [] }],
    ['no proxy signs people in', { ...team, believesTokens: false }],
  ])('a bearer token is not accepted where %s', (_, rules) => {
    expect(from('203.0.113.7', rules)).toBe('401 unauthorized')
  })
})

describe('a token that a proxy sends as X-Forwarded-Access-Token', () => {
  const NAME = 'Basic YWxpY2U6'
  const sent = (headers: Record<string, string[]>, peer = '203.0.113.7', rules = team) => {
    const request = {
      method: 'GET',
      url: '/api/summary',
      headers: { host: [HOST], ...headers },
      peer,
    }
    const answer = gate(request, rules, () => 'n')
    return answer.answer === 'pass' ? answer.requestHeaders.authorization : verdict(answer)
  }
  const token = { 'x-forwarded-access-token': ['theirs'] }

  it.each<[what: string, headers: Record<string, string[]>, expected: string]>([
    ['alone is the bearer', token, 'Bearer theirs'],
    ['replaces a name and password', { ...token, authorization: [NAME] }, 'Bearer theirs'],
    ['replaces no bearer', { ...token, authorization: ['Bearer its own'] }, 'Bearer its own'],
    ['is refused when sent twice', { 'x-forwarded-access-token': ['a', 'b'] }, '400 badRequest'],
  ])('a token in X-Forwarded-Access-Token %s', (_, headers, expected) => {
    expect(sent(headers)).toBe(expected)
  })

  it.each<[what: string, peer: string, rules: GatePolicy]>([
    ['another address', '203.0.113.8', team],
    ['any address where no proxy is listed', '203.0.113.7', { ...team, proxies: [] }],
    ['an ingress that signs nobody in', '203.0.113.7', { ...team, believesTokens: false }],
  ])('a token in X-Forwarded-Access-Token is not believed from %s', (_, peer, rules) => {
    expect(sent(token, peer, rules)).toBe('401 unauthorized')
    expect(sent({ ...token, authorization: [NAME] }, peer, rules)).toBe('401 unauthorized')
  })
})

it.each<[what: string, rules: GatePolicy, url: string, headers: Headers, encoding?: null]>([
  ['a page of a team may be packed', team, '/', SIGNED_IN],
  ['a page of a laptop is not', policy, '/', {}, null],
  ['a file of a laptop is not', policy, '/_next/static/chunks/a.js', {}, null],
  ['data of a laptop may be packed', policy, '/api/summary', withKey],
])('the gate decides what is packed: %s', (_, rules, url, headers, encoding) => {
  const answer = ask('GET', url, { ...headers, 'accept-encoding': 'gzip' }, rules)
  expect(answer.answer === 'pass' && answer.requestHeaders['accept-encoding']).toBe(encoding)
})

it('a team’s browsers use only TLS from the first answer on; a laptop’s server has no TLS', () => {
  const headers = { ...SIGNED_IN, 'sec-fetch-site': 'same-origin' }
  expect(ask('GET', '/', headers, team).headers).toHaveProperty('strict-transport-security')
  expect(ask('GET', '/', {}, policy).headers).not.toHaveProperty('strict-transport-security')
})

describe('the address that a sign-in comes from', () => {
  const PROXY = '203.0.113.7'
  const from = (peer: string, ...forwarded: string[]) => {
    const headers = { host: [HOST], 'x-forwarded-for': forwarded }
    const asked = { method: 'GET', url: '/sign-in/callback', headers, peer }
    const answer = gate(asked, team, () => 'bm9uY2U=')
    if (answer.answer === 'refuse') throw new Error(answer.code)
    expect(answer.requestHeaders['x-forwarded-for']).toBeNull()
    return answer.requestHeaders['x-countersign-peer']
  }

  it.each<[said: string, peer: string, forwarded: string[], expected: string]>([
    ['one address by a listed proxy', PROXY, ['192.0.2.1'], '192.0.2.1'],
    ['addresses of the sender’s own before it', PROXY, ['10.0.0.1, 192.0.2.1'], '192.0.2.1'],
    ['a header of the sender’s own before it', PROXY, ['10.0.0.1', '192.0.2.1'], '192.0.2.1'],
    ['an address in another spelling', PROXY, ['::ffff:192.0.2.1'], '192.0.2.1'],
    ['an IPv6 address in another spelling', PROXY, ['2001:DB8:0:0::1'], '2001:db8::1'],
    ['no address', PROXY, ['unknown'], PROXY],
    ['an address that is no last one', PROXY, ['192.0.2.1, '], PROXY],
    ['an address with a port', PROXY, ['192.0.2.1:80'], PROXY],
    ['an address by another sender', '203.0.113.8', ['192.0.2.1'], '203.0.113.8'],
  ])('the address of a sign-in is taken from %s', (_, peer, forwarded, expected) => {
    expect(from(peer, ...forwarded)).toBe(expected)
  })

  it('the address of a sign-in is the proxy’s where a listed proxy sends no header', () => {
    expect(from(PROXY)).toBe(PROXY)
  })
})

it('the address of a sign-in is the connection’s, whatever the sender’s header says', () => {
  const headers = { host: [HOST], 'x-countersign-peer': ['192.0.2.1'] }
  const asked = { method: 'GET', url: '/api/session', headers, peer: '198.51.100.1' }
  expect(gate(asked, team, () => 'bm9uY2U=')).toMatchObject({
    requestHeaders: { 'x-countersign-peer': '198.51.100.1' },
  })
})
