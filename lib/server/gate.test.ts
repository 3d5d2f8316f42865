import { describe, expect, it } from 'vitest'
import { BODY_LIMIT, type GatePolicy, gate, gateUpgrade, hostsOf } from './gate.ts'
import { ROUTES } from './routes.ts'

const HOST = '127.0.0.1:8430'
const KEY = 'Bearer the-right-key'

const policy: GatePolicy = {
  hosts: hostsOf(8430),
  dev: false,
  authorize: (header) =>
    header === undefined
      ? 'missing'
      : header === KEY
        ? 'launchKey'
        : header === 'Bearer again'
          ? 'slowDown'
          : 'wrong',
}

type Headers = Record<string, string | readonly string[] | undefined>

function ask(method: string, url: string, headers: Headers = {}, rules = policy) {
  const all: Headers = { host: HOST, ...headers }
  const distinct = Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? [value] : value]],
    ),
  )
  return gate({ method, url, headers: distinct }, rules, 'bm9uY2U=')
}

/** `pass`, or the refusal as `status code`. */
function verdict(answer: ReturnType<typeof ask>): string {
  return answer.answer === 'pass' ? 'pass' : `${answer.problem.status} ${answer.problem.code}`
}

const withKey: Headers = { authorization: KEY }
/** A decision as the page sends it. */
const fromPage: Headers = {
  authorization: KEY,
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
  origin: `http://${HOST}`,
  'content-type': 'application/json',
  'content-length': '200',
}
const fromScript: Headers = {
  authorization: KEY,
  origin: `http://${HOST}`,
  'content-type': 'application/json',
  'content-length': '200',
}
const decide = (headers: Headers = {}) => ask('POST', '/api/decisions', { ...fromPage, ...headers })

describe('Host (hostile input 29: DNS rebinding)', () => {
  const urls = ['/', '/_next/static/chunks/a.js', '/fonts/a.woff2', '/api/snapshot', '/api/stream']
  const hosts: [string, string | readonly string[] | undefined][] = [
    ['a foreign name', 'evil.example:8430'],
    ['a foreign name without port', 'evil.example'],
    ['the right name, another port', '127.0.0.1:8431'],
    ['the right name without port', '127.0.0.1'],
    ['a name that ends like ours', `x${HOST}`],
    ['a name that begins like ours', '127.0.0.1:8430.evil.example'],
    ['another spelling of loopback', '2130706433:8430'],
    ['every interface', '0.0.0.0:8430'],
    ['a trailing dot', 'localhost.:8430'],
    ['user information', `user@${HOST}`],
    ['nothing', ''],
    ['no Host at all', undefined],
  ]
  it.each(hosts.flatMap(([name, host]) => urls.map((url) => [name, url, host] as const)))(
    'refuses %s on %s',
    (_name, url, host) => {
      expect(verdict(ask('GET', url, { ...withKey, host }))).toBe('421 foreignHost')
    },
  )

  it('refuses two Host headers', () => {
    expect(verdict(ask('GET', '/', { host: [HOST, 'evil.example'] }))).toBe('400 badRequest')
  })

  it.each([HOST, 'localhost:8430'])('answers to %s', (host) => {
    expect(verdict(ask('GET', '/', { host }))).toBe('pass')
  })

  it('does not believe X-Forwarded-Host (hostile input 31)', () => {
    const forged = { host: 'evil.example', 'x-forwarded-host': HOST }
    expect(verdict(ask('GET', '/', forged))).toBe('421 foreignHost')
  })
})

describe('the address', () => {
  it.each([
    ['//api/snapshot', '400 badUrl'],
    ['/x//api/snapshot', '400 badUrl'],
    ['/_next/../api/snapshot', '400 badUrl'],
    ['/_next/./static', '400 badUrl'],
    ['/_next/%2e%2e/api/snapshot', '400 badUrl'],
    ['/_next/%2E./api/snapshot', '400 badUrl'],
    ['/_next%2f..%2fapi%2fsnapshot', '400 badUrl'],
    ['/_next/..%5capi', '400 badUrl'],
    ['/_next\\..\\api', '400 badUrl'],
    ['/%252e%252e/api', '400 badUrl'],
    ['/api%00/snapshot', '400 badUrl'],
    ['/api/machines/a%0ab', '400 badUrl'],
    ['/%ff', '400 badUrl'],
    ['/%zz', '400 badUrl'],
    ['/a b', '400 badUrl'],
    ['/é', '400 badUrl'],
    ['/#key=x', '400 badUrl'],
    ['http://127.0.0.1:8430/api/snapshot', '400 badUrl'],
    ['*', '400 badUrl'],
    ['', '400 badUrl'],
    [`/${'a'.repeat(8192)}`, '400 badUrl'],
  ])('%s → %s', (url, expected) => {
    expect(verdict(ask('GET', url, withKey))).toBe(expected)
  })

  it.each([
    '/api/snapshot',
    '/api/snapshot?packed',
    '/%61pi/snapshot',
    '/api/%73tream',
    '/api/machines/worker-1.example.com',
    '/api/requests/5f0c',
    '/metrics',
  ])('%s needs the key', (url) => {
    expect(verdict(ask('GET', url))).toBe('401 unauthorized')
    expect(verdict(ask('GET', url, withKey))).toBe('pass')
  })

  it.each([
    '/api',
    '/api/',
    '/api/snapshot/',
    '/api/other',
    '/api/machines/a/b',
    '/api/machines/',
    '/_next/image?url=%2Fa.png',
  ])('%s does not exist, with or without the key', (url) => {
    expect(verdict(ask('GET', url))).toBe('404 notFound')
    expect(verdict(ask('GET', url, withKey))).toBe('404 notFound')
  })

  it.each([
    '/',
    '/machines/worker-1',
    '/requests?q=%25+%2F..%2F&status=Pending',
    '/_next/static/chunks/%5Buid%5D-1.js',
    '/icon.svg',
    '/livez',
    '/readyz',
  ])('%s is open: it holds no data', (url) => {
    expect(verdict(ask('GET', url))).toBe('pass')
  })
})

describe('the method (hostile input 28)', () => {
  it.each([
    ['GET', '/api/decisions', 'POST'],
    ['HEAD', '/api/decisions', 'POST'],
    ['PUT', '/api/decisions', 'POST'],
    ['PATCH', '/api/decisions', 'POST'],
    ['DELETE', '/api/decisions', 'POST'],
    ['OPTIONS', '/api/decisions', 'POST'],
    ['GET', '/api/retry', 'POST'],
    ['GET', '/api/session', 'POST, DELETE'],
    ['POST', '/api/snapshot', 'GET, HEAD'],
    ['HEAD', '/api/stream', 'GET'],
    ['POST', '/', 'GET, HEAD'],
    ['OPTIONS', '/', 'GET, HEAD'],
    ['TRACE', '/', 'GET, HEAD'],
    ['POST', '/__nextjs_original-stack-frames', 'GET, HEAD'],
    ['get', '/', 'GET, HEAD'],
  ])('%s %s → 405, Allow: %s', (method, url, allow) => {
    const answer = ask(method, url, fromPage)
    expect(verdict(answer)).toBe('405 methodNotAllowed')
    expect(answer.headers.allow).toBe(allow)
  })
})

describe('where a write comes from (hostile input 27)', () => {
  it.each<[string, Headers, string]>([
    ['this page', {}, 'pass'],
    [
      'this page under its other name',
      { host: 'localhost:8430', origin: 'http://localhost:8430' },
      'pass',
    ],
    ['an old browser: only Origin', { 'sec-fetch-site': undefined }, 'pass'],
    ['a browser that hides Origin', { origin: undefined }, 'pass'],
    ['neither', { 'sec-fetch-site': undefined, origin: undefined }, '403 crossSite'],
    [
      'another port',
      { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:9000' },
      '403 crossSite',
    ],
    [
      'another port, old browser',
      { 'sec-fetch-site': undefined, origin: 'http://127.0.0.1:9000' },
      '403 crossSite',
    ],
    [
      'a sibling subdomain',
      { 'sec-fetch-site': 'same-site', origin: 'http://a.localhost:8430' },
      '403 crossSite',
    ],
    [
      'another site',
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      '403 crossSite',
    ],
    ['the address bar', { 'sec-fetch-site': 'none', origin: undefined }, '403 crossSite'],
    ['Sec-Fetch-Site says so, Origin ours', { 'sec-fetch-site': 'cross-site' }, '403 crossSite'],
    ['Origin foreign, Sec-Fetch-Site ours', { origin: 'https://evil.example' }, '403 crossSite'],
    ['Origin: null', { 'sec-fetch-site': undefined, origin: 'null' }, '403 crossSite'],
    ['Origin: null beside same-origin', { origin: 'null' }, '403 crossSite'],
    [
      'Origin with https',
      { 'sec-fetch-site': undefined, origin: `https://${HOST}` },
      '403 crossSite',
    ],
    [
      'Origin with a slash',
      { 'sec-fetch-site': undefined, origin: `http://${HOST}/` },
      '403 crossSite',
    ],
    [
      'the other of our two names',
      { 'sec-fetch-site': undefined, origin: 'http://localhost:8430' },
      '403 crossSite',
    ],
    ['two Origins', { origin: [`http://${HOST}`, 'https://evil.example'] }, '400 badRequest'],
    ['two Sec-Fetch-Sites', { 'sec-fetch-site': ['same-origin', 'cross-site'] }, '400 badRequest'],
    [
      'forwarded headers that vouch',
      {
        origin: 'https://evil.example',
        'sec-fetch-site': undefined,
        'x-forwarded-host': 'evil.example',
      },
      '403 crossSite',
    ],
  ])('%s', (_case, headers, expected) => {
    expect(verdict(decide(headers))).toBe(expected)
  })

  it.each(
    ROUTES.flatMap((route) =>
      route.methods
        .filter((method) => method !== 'GET' && method !== 'HEAD')
        .map((method) => [method, route.path] as const),
    ),
  )('%s %s is held to it', (method, path) => {
    const foreign: Headers = { ...fromPage, 'sec-fetch-site': 'cross-site' }
    if (method === 'DELETE') foreign['content-length'] = undefined
    expect(verdict(ask(method, path, foreign))).toBe('403 crossSite')
  })
})

describe('where a read comes from', () => {
  const framed = {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'iframe',
  }
  const linked = { ...framed, 'sec-fetch-dest': 'document' }
  const fetched = {
    'sec-fetch-site': 'same-site',
    'sec-fetch-mode': 'no-cors',
    'sec-fetch-dest': 'script',
  }
  it.each<[string, string, Headers, string]>([
    ['a link from another site', '/', linked, 'pass'],
    ['an iframe of another site', '/', framed, '403 crossSite'],
    ['a file of ours in another page', '/_next/static/a.js', fetched, '403 crossSite'],
    ['a link to data', '/api/snapshot', { ...linked, ...withKey }, '403 crossSite'],
    [
      'a cross-origin fetch',
      '/api/snapshot',
      { ...withKey, origin: 'https://evil.example' },
      '403 crossSite',
    ],
    ['a sandboxed frame', '/api/snapshot', { ...withKey, origin: 'null' }, '403 crossSite'],
    ['the address bar', '/', { 'sec-fetch-site': 'none' }, 'pass'],
    ['our own page', '/api/snapshot', { ...withKey, 'sec-fetch-site': 'same-origin' }, 'pass'],
  ])('%s', (_case, url, headers, expected) => {
    expect(verdict(ask('GET', url, headers))).toBe(expected)
  })
})

describe('the body', () => {
  it.each<[string, Headers, string]>([
    ['JSON', {}, 'pass'],
    ['JSON with a charset', { 'content-type': 'application/json; charset=utf-8' }, 'pass'],
    ['a form as text/plain', { 'content-type': 'text/plain' }, '415 notJson'],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, '415 notJson'],
    [
      'text/plain that mentions JSON',
      { 'content-type': 'text/plain; application/json' },
      '415 notJson',
    ],
    [
      'JSON of another charset',
      { 'content-type': 'application/json; charset=utf-7' },
      '415 notJson',
    ],
    ['no type', { 'content-type': undefined }, '415 notJson'],
    ['the limit', { 'content-length': String(BODY_LIMIT) }, 'pass'],
    ['over the limit', { 'content-length': String(BODY_LIMIT + 1) }, '413 tooLarge'],
    ['a length that is none', { 'content-length': '1e3' }, '411 lengthRequired'],
    ['no length', { 'content-length': undefined }, '411 lengthRequired'],
    [
      'chunked',
      { 'content-length': undefined, 'transfer-encoding': 'chunked' },
      '411 lengthRequired',
    ],
    ['two lengths', { 'content-length': ['1', '2'] }, '400 badRequest'],
  ])('%s', (_case, headers, expected) => {
    expect(verdict(decide(headers))).toBe(expected)
  })

  it('a read takes none', () => {
    expect(verdict(ask('GET', '/', { 'content-length': '1' }))).toBe('400 badRequest')
    expect(verdict(ask('GET', '/', { 'transfer-encoding': 'chunked' }))).toBe('400 badRequest')
  })
})

describe('the key', () => {
  it.each<[string, Headers, string]>([
    ['a script with the key and our origin', fromScript, 'pass'],
    ['no key', { ...fromScript, authorization: undefined }, '401 unauthorized'],
    ['a wrong key', { ...fromScript, authorization: 'Bearer wrong' }, '401 unauthorized'],
    ['too many wrong keys', { ...fromScript, authorization: 'Bearer again' }, '429 slowDown'],
    ['two keys', { ...fromScript, authorization: [KEY, KEY] }, '400 badRequest'],
  ])('%s', (_case, headers, expected) => {
    expect(verdict(ask('POST', '/api/decisions', headers))).toBe(expected)
  })

  it.each(
    ROUTES.filter((route) => route.path !== '/livez' && route.path !== '/readyz').map(
      (route) => route.path,
    ),
  )('%s does not answer without it', (path) => {
    const route = ROUTES.find((row) => row.path === path)
    const method = route?.methods[0] ?? 'GET'
    const headers = method === 'POST' ? { ...fromPage, authorization: undefined } : {}
    // A session is what the key is exchanged for: its route reads the key from the body.
    const expected = path === '/api/session' ? 'pass' : '401 unauthorized'
    expect(verdict(ask(method, path.replace('*', 'x'), headers))).toBe(expected)
  })
})

describe('headers', () => {
  it('gives a page its nonce, in the answer and in the request', () => {
    const answer = ask('GET', '/')
    if (answer.answer !== 'pass') throw new Error('refused')
    const csp = answer.headers['content-security-policy']
    expect(csp).toContain("script-src 'self' 'nonce-bm9uY2U='")
    expect(csp).not.toContain('unsafe-eval')
    expect(csp?.replace("style-src-attr 'unsafe-inline'", '')).not.toContain('unsafe-inline')
    expect(answer.requestHeaders['content-security-policy']).toBe(csp)
  })

  it.each([
    ['a page', ask('GET', '/')],
    ['data', ask('GET', '/livez')],
    ['a refusal', ask('GET', '/api/snapshot')],
  ])('protects %s', (_case, answer) => {
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
      'content-security-policy': expect.stringMatching(
        /default-src 'none'.*base-uri 'none'.*form-action 'none'.*frame-ancestors 'none'/,
      ),
    })
  })

  it.each([
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'forwarded',
    'x-real-ip',
    'x-original-url',
    'x-rewrite-url',
    'x-http-method-override',
    'x-middleware-subrequest',
    'x-matched-path',
    'x-invoke-path',
    'next-action',
    'content-security-policy-report-only',
  ])('takes %s out of the request (hostile input 31)', (name) => {
    const answer = ask('GET', '/', { [name]: 'x' })
    expect(answer.answer === 'pass' && answer.requestHeaders[name]).toBeNull()
  })

  it('does not let the request choose the nonce', () => {
    const answer = ask('GET', '/', { 'content-security-policy': "script-src 'nonce-mine'" })
    expect(JSON.stringify(answer)).not.toContain('nonce-mine')
  })
})

describe('websockets', () => {
  const headers = { host: [HOST], origin: [`http://${HOST}`] }
  const upgrade = (url: string, dev: boolean, more = {}) =>
    gateUpgrade({ method: 'GET', url, headers: { ...headers, ...more } }, { ...policy, dev })

  it.each<[string, boolean, boolean]>([
    ['development', upgrade('/_next/webpack-hmr?id=1', true), true],
    ['production', upgrade('/_next/webpack-hmr?id=1', false), false],
    ['elsewhere', upgrade('/api/stream', true), false],
    ['a foreign origin', upgrade('/_next/webpack-hmr', true, { origin: ['http://evil'] }), false],
    ['no origin', upgrade('/_next/webpack-hmr', true, { origin: undefined }), false],
    ['a foreign host', upgrade('/_next/webpack-hmr', true, { host: ['evil:8430'] }), false],
  ])('%s', (_case, answer, expected) => {
    expect(answer).toBe(expected)
  })
})
