import { describe, expect, it } from 'vitest'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import { hostsOf } from '#lib/settings/hosts.ts'
import {
  ask,
  fromPage,
  fromScript,
  type Headers,
  HOST,
  KEY,
  policy,
  verdict,
  withKey,
} from '#lib/web/door/fixtures/ask-gate.ts'
import { gateUpgrade } from '#lib/web/door/gate.ts'
import { ROUTES } from '#lib/web/door/route-table.ts'

describe('Host (hostile input 29: DNS rebinding)', () => {
  const urls = ['/', '/_next/static/chunks/a.js', '/fonts/a.woff2', '/api/snapshot', '/api/events']
  const hosts: [string, string | readonly string[] | undefined][] = [
    ['a foreign name', 'evil.example:8430'],
    ['a foreign name without port', 'evil.example'],
    ['the right name, another port', 'f00d.localhost:8431'],
    ['the right name without port', 'f00d.localhost'],
    ['the name of an earlier start', 'cafe.localhost:8430'],
    ['the address, another port', '127.0.0.1:8431'],
    ['the IPv6 address', '[::1]:8430'],
    ['a name that ends like ours', `x${HOST}`],
    ['a name below ours', `x.${HOST}`],
    ['ours in another case', HOST.toUpperCase()],
    ['a name that begins like ours', `${HOST}.evil.example`],
    ['another spelling of loopback', '2130706433:8430'],
    ['every interface', '0.0.0.0:8430'],
    ['a trailing dot', 'localhost.:8430'],
    ['user information', `user@${HOST}`],
    ['nothing', ''],
    ['no Host at all', undefined],
  ]
  it.each(hosts.flatMap(([name, host]) => urls.map((url) => [name, url, host] as const)))(
    'the gate refuses %s on %s',
    (_name, url, host) => {
      expect(verdict(ask('GET', url, { ...withKey, host }))).toBe('421 foreignHost')
    },
  )

  it('the gate refuses two Host headers', () => {
    expect(verdict(ask('GET', '/', { host: [HOST, 'evil.example'] }))).toBe('400 badRequest')
  })

  it('the gate answers pages under the name of this start', () => {
    expect(verdict(ask('GET', '/'))).toBe('pass')
  })

  it('the gate does not believe X-Forwarded-Host (hostile input 31)', () => {
    const forged = { host: 'evil.example', 'x-forwarded-host': HOST }
    expect(verdict(ask('GET', '/', forged))).toBe('421 foreignHost')
  })
})

describe('127.0.0.1 and localhost are for probes and scripts, not for pages (hostile input 43)', () => {
  const rows: readonly (readonly [string, string, Headers, string])[] = [
    ['GET', '/', {}, '421 foreignHost'],
    ['GET', '/', withKey, '421 foreignHost'],
    ['GET', '/nodes', withKey, '421 foreignHost'],
    ['GET', '/_next/static/chunks/a.js', withKey, '421 foreignHost'],
    ['GET', '/icon.svg', {}, '421 foreignHost'],
    ['GET', '/livez', {}, 'pass'],
    ['GET', '/readyz', {}, 'pass'],
    ['GET', '/metrics', {}, '401 unauthorized'],
    ['GET', '/metrics', withKey, 'pass'],
    ['GET', '/api/snapshot', {}, '401 unauthorized'],
    ['GET', '/api/snapshot', withKey, 'pass'],
    ['GET', '/api/none', withKey, '404 notFound'],
    ['POST', '/api/decisions', fromScript, 'pass'],
    // Only a page may exchange the launch key: a page of another program is refused.
    ['POST', '/api/session', { ...fromScript, authorization: undefined }, '403 crossSite'],
    [
      'POST',
      '/api/session',
      { ...fromScript, authorization: undefined, 'sec-fetch-site': 'same-origin' },
      '401 unauthorized',
    ],
    ['DELETE', '/api/session', withKey, 'pass'],
  ]
  const hosts = ['127.0.0.1:8430', 'localhost:8430']
  it.each(hosts.flatMap((host) => rows.map((row) => [host, ...row] as const)))(
    'under a loopback name, %s: %s %s %o → %s',
    (host, method, url, headers, expected) => {
      expect(verdict(ask(method, url, { host, ...headers }))).toBe(expected)
    },
  )

  it('the gate reports that pages have another address, without that address', () => {
    const answer = ask('GET', '/', { host: '127.0.0.1:8430' })
    expect(answer.answer === 'refuse' && answer.problem.detail).toMatch(/printed when it started/)
    expect(JSON.stringify(answer)).not.toContain('f00d')
  })

  it('without a name, pages have a port of their own, which also answers scripts', () => {
    const rules = { ...policy, hosts: hostsOf({ scripts: 8430, pages: 49153 }, 'f00d') }
    const at = (host: string, url: string) => verdict(ask('GET', url, { ...withKey, host }, rules))
    expect([
      at('127.0.0.1:49153', '/'),
      at('127.0.0.1:49153', '/api/snapshot'),
      at('127.0.0.1:8430', '/'),
      at('127.0.0.1:8430', '/api/snapshot'),
      at('localhost:49153', '/'),
      at(HOST, '/'),
    ]).toEqual(['pass', 'pass', '421 foreignHost', 'pass', '421 foreignHost', '421 foreignHost'])
  })
})

describe('the script of a service worker is never answered', () => {
  it.each<[string, Headers]>([
    ['/', { 'service-worker': 'script' }],
    ['/_next/static/chunks/a.js', { 'service-worker': 'script' }],
    ['/_next/static/chunks/a.js', { 'sec-fetch-dest': 'serviceworker' }],
    ['/api/snapshot', { ...withKey, 'service-worker': 'script' }],
    ['/livez', { 'service-worker': 'anything' }],
  ])('the gate refuses the script of a service worker: %s with %o', (url, headers) => {
    expect(verdict(ask('GET', url, headers))).toBe('404 notFound')
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
    [`http://${HOST}/api/snapshot`, '400 badUrl'],
    ['*', '400 badUrl'],
    ['', '400 badUrl'],
    [`/${'a'.repeat(8192)}`, '400 badUrl'],
  ])('the address %s → %s', (url, expected) => {
    expect(verdict(ask('GET', url, withKey))).toBe(expected)
  })

  it.each([
    '/api/snapshot',
    '/api/snapshot?all',
    '/%61pi/snapshot',
    '/api/%65vents',
    '/api/machines/worker-1.example.com',
    '/api/requests/5f0c',
    '/metrics',
  ])('the path %s needs the key', (url) => {
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
  ])('the path %s does not exist, with or without the key', (url) => {
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
  ])('the path %s is open: it holds no data', (url) => {
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
    ['GET', '/api/runs/x/stop', 'POST'],
    ['POST', '/api/runs/x', 'GET, HEAD'],
    ['GET', '/api/retry', 'POST'],
    ['PUT', '/api/session', 'GET, HEAD, POST, DELETE'],
    ['POST', '/api/snapshot', 'GET, HEAD'],
    ['HEAD', '/api/events', 'GET'],
    ['POST', '/', 'GET, HEAD'],
    ['OPTIONS', '/', 'GET, HEAD'],
    ['TRACE', '/', 'GET, HEAD'],
    ['POST', '/__nextjs_original-stack-frames', 'GET, HEAD'],
    ['get', '/', 'GET, HEAD'],
  ])('the method %s %s → 405, Allow: %s', (method, url, allow) => {
    const answer = ask(method, url, fromPage)
    expect(verdict(answer)).toBe('405 methodNotAllowed')
    expect(answer.headers.allow).toBe(allow)
  })
})

describe('the key', () => {
  const posted = (headers: Headers) => verdict(ask('POST', '/api/decisions', headers))
  itAnswers(posted, {
    pass: {
      'a script with the key': fromScript,
      'a script with the key and our origin': { ...fromScript, origin: `http://${HOST}` },
    },
    '403 crossSite': {
      'a script with another origin': { ...fromScript, origin: 'http://a.example' },
      'a script with an opaque origin': { ...fromScript, origin: 'null' },
      'what a browser adds by itself': { ...fromScript, authorization: 'Basic eDp5' },
      'a key beside a cookie, from nowhere': { ...fromScript, cookie: 'a=b' },
      'a key typed where browsers ask for it': { ...fromScript, 'sec-fetch-site': 'none' },
    },
    '401 unauthorized': {
      'no key': { ...fromPage, authorization: undefined },
      'a wrong key': { ...fromScript, authorization: 'Bearer wrong' },
    },
    '429 slowDown': { 'too many wrong keys': { ...fromScript, authorization: 'Bearer again' } },
    '400 badRequest': { 'two keys': { ...fromScript, authorization: [KEY, KEY] } },
  })

  it.each(
    // A laptop answers 404 for the sign-in routes of team mode.
    ROUTES.filter(({ path }) => !/^\/(livez|readyz|sign-in\/.*)$/.test(path)).map(
      (route) => route.path,
    ),
  )('%s does not answer without it', (path) => {
    const route = ROUTES.find((row) => row.path === path)
    const method = route?.methods[0] ?? 'GET'
    const headers = method === 'POST' ? { ...fromPage, authorization: undefined } : {}
    // The session route reads the key from the body.
    const expected = path === '/api/session' ? 'pass' : '401 unauthorized'
    expect(verdict(ask(method, path.replace('*', 'x'), headers))).toBe(expected)
  })
})

describe('headers', () => {
  it('a page gets its nonce in the answer and in the request', () => {
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
  ])('the headers protect %s', (_case, answer) => {
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
    'user-agent',
  ])('the gate removes %s from the request (hostile input 31)', (name) => {
    const answer = ask('GET', '/', { [name]: 'x' })
    expect(answer.answer === 'pass' && answer.requestHeaders[name]).toBeNull()
  })

  it('the gate ignores a nonce in the request', () => {
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
    ['elsewhere', upgrade('/api/events', true), false],
    ['a foreign origin', upgrade('/_next/webpack-hmr', true, { origin: ['http://evil'] }), false],
    ['no origin', upgrade('/_next/webpack-hmr', true, { origin: undefined }), false],
    ['a foreign host', upgrade('/_next/webpack-hmr', true, { host: ['evil:8430'] }), false],
    [
      'the address',
      upgrade('/_next/webpack-hmr', true, {
        host: ['127.0.0.1:8430'],
        origin: ['http://127.0.0.1:8430'],
      }),
      false,
    ],
  ])('the gate lets a websocket in or not: %s', (_case, answer, expected) => {
    expect(answer).toBe(expected)
  })
})
