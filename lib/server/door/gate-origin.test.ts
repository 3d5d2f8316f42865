import { describe, expect, it } from 'vitest'
import { BODY_LIMIT, OPEN_BODY_LIMIT } from '#lib/server/door/gate.ts'
import { ROUTES } from '#lib/server/door/route-table.ts'
import {
  ask,
  fromPage,
  type Headers,
  HOST,
  verdict,
  withKey,
} from '#lib/server/fixtures/ask-gate.ts'

const decide = (headers: Headers = {}) => ask('POST', '/api/decisions', { ...fromPage, ...headers })

describe('the origin of a write (hostile input 27)', () => {
  it.each<[string, Headers, string]>([
    ['this page', {}, 'pass'],
    ['an old browser: only Origin', { 'sec-fetch-site': undefined }, 'pass'],
    ['a browser that hides Origin', { origin: undefined }, 'pass'],
    ['neither, which is a script', { 'sec-fetch-site': undefined, origin: undefined }, 'pass'],
    [
      'neither, and no key',
      { 'sec-fetch-site': undefined, origin: undefined, authorization: undefined },
      '403 crossSite',
    ],
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
      'the name that scripts use',
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

describe('the origin of a read', () => {
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
    [
      'a link from another program of this machine',
      '/',
      { ...linked, 'sec-fetch-site': 'same-site' },
      'pass',
    ],
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

  it.each([
    ['the limit', OPEN_BODY_LIMIT, 'pass'],
    ['over the limit', OPEN_BODY_LIMIT + 1, '413 tooLarge'],
  ])('a launch key, which anybody may send: %s', (_case, bytes, expected) => {
    const headers = { ...fromPage, 'content-length': String(bytes) }
    expect(verdict(ask('POST', '/api/session', headers))).toBe(expected)
  })

  it('a read must not have one', () => {
    expect(verdict(ask('GET', '/', { 'content-length': '1' }))).toBe('400 badRequest')
    expect(verdict(ask('GET', '/', { 'transfer-encoding': 'chunked' }))).toBe('400 badRequest')
  })
})
