import { describe, expect, it } from 'vitest'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import {
  ask,
  fromPage,
  type Headers,
  HOST,
  verdict,
  withKey,
} from '#lib/web/door/fixtures/ask-gate.ts'
import { longestBody, ROUTES } from '#lib/web/door/route-table.ts'

const decide = (headers: Headers = {}) => ask('POST', '/api/decisions', { ...fromPage, ...headers })

const decided = (headers: Headers) => verdict(decide(headers))

describe('the origin of a write (hostile input 27)', () => {
  itAnswers(decided, {
    pass: {
      'this page': {},
      'an old browser: only Origin': { 'sec-fetch-site': undefined },
      'a browser that hides Origin': { origin: undefined },
      'neither, which is a script': { 'sec-fetch-site': undefined, origin: undefined },
    },
    '403 crossSite': {
      'neither, and no key': {
        'sec-fetch-site': undefined,
        origin: undefined,
        authorization: undefined,
      },
      'another port': { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:9000' },
      'another port, old browser': { 'sec-fetch-site': undefined, origin: 'http://127.0.0.1:9000' },
      'a sibling subdomain': { 'sec-fetch-site': 'same-site', origin: 'http://a.localhost:8430' },
      'another site': { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      'the address bar': { 'sec-fetch-site': 'none', origin: undefined },
      'Sec-Fetch-Site says so, Origin ours': { 'sec-fetch-site': 'cross-site' },
      'Origin foreign, Sec-Fetch-Site ours': { origin: 'https://evil.example' },
      'Origin: null': { 'sec-fetch-site': undefined, origin: 'null' },
      'Origin: null beside same-origin': { origin: 'null' },
      'Origin with https': { 'sec-fetch-site': undefined, origin: `https://${HOST}` },
      'Origin with a slash': { 'sec-fetch-site': undefined, origin: `http://${HOST}/` },
      'the name that scripts use': { 'sec-fetch-site': undefined, origin: 'http://localhost:8430' },
      'forwarded headers that vouch': {
        origin: 'https://evil.example',
        'sec-fetch-site': undefined,
        'x-forwarded-host': 'evil.example',
      },
    },
    '400 badRequest': {
      'two Origins': { origin: [`http://${HOST}`, 'https://evil.example'] },
      'two Sec-Fetch-Sites': { 'sec-fetch-site': ['same-origin', 'cross-site'] },
    },
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
  const read = ([url, headers]: [string, Headers]) => verdict(ask('GET', url, headers))
  itAnswers(read, {
    pass: {
      'a link from another site': ['/', linked],
      'a link from another program of this machine': [
        '/',
        { ...linked, 'sec-fetch-site': 'same-site' },
      ],
      'the address bar': ['/', { 'sec-fetch-site': 'none' }],
      'our own page': ['/api/snapshot', { ...withKey, 'sec-fetch-site': 'same-origin' }],
    },
    '403 crossSite': {
      'an iframe of another site': ['/', framed],
      'a file of ours in another page': ['/_next/static/a.js', fetched],
      'a link to data': ['/api/snapshot', { ...linked, ...withKey }],
      'a cross-origin fetch': ['/api/snapshot', { ...withKey, origin: 'https://evil.example' }],
      'a sandboxed frame': ['/api/snapshot', { ...withKey, origin: 'null' }],
    },
  })
})

describe('the body', () => {
  itAnswers(decided, {
    pass: {
      JSON: {},
      'JSON with a charset': { 'content-type': 'application/json; charset=utf-8' },
    },
    '415 notJson': {
      'a form as text/plain': { 'content-type': 'text/plain' },
      'a form': { 'content-type': 'application/x-www-form-urlencoded' },
      'text/plain that mentions JSON': { 'content-type': 'text/plain; application/json' },
      'JSON of another charset': { 'content-type': 'application/json; charset=utf-7' },
      'no type': { 'content-type': undefined },
    },
    '411 lengthRequired': {
      'a length that is none': { 'content-length': '1e3' },
      'no length': { 'content-length': undefined },
      chunked: { 'content-length': undefined, 'transfer-encoding': 'chunked' },
    },
    '400 badRequest': { 'two lengths': { 'content-length': ['1', '2'] } },
  })

  it.each(
    ROUTES.filter(({ methods }) => methods.includes('POST')).map(
      (route) => [route.path, longestBody(route)] as const,
    ),
  )('of %s has at most %i bytes', (path, most) => {
    const sent = (bytes: number) =>
      verdict(ask('POST', path, { ...fromPage, 'content-length': String(bytes) }))
    expect([sent(most), sent(most + 1)]).toEqual(['pass', '413 tooLarge'])
  })

  it('a read with a body is refused', () => {
    expect(verdict(ask('GET', '/', { 'content-length': '1' }))).toBe('400 badRequest')
    expect(verdict(ask('GET', '/', { 'transfer-encoding': 'chunked' }))).toBe('400 badRequest')
  })
})
