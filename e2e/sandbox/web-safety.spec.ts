/** Hostile inputs 27 to 31: what another page, another process or another name may not do. */
import { type RawAnswer, rawHttp } from '../fixtures/raw-http.ts'
import { expect, test } from '../fixtures/sandbox.ts'

const DECISIONS = '/api/decisions'
const VALID = JSON.stringify({
  decision: 'approve',
  items: [
    {
      name: 'csr-none',
      uid: crypto.randomUUID(),
      resourceVersion: '1',
      fingerprint: '0'.repeat(64),
    },
  ],
})

test.describe('a foreign Host header gets nothing, whatever it asks for', () => {
  for (const path of [
    '/',
    '/nodes',
    '/api/snapshot',
    '/api/stream',
    '/theme.js',
    '/favicon.ico',
    '/_next/static/chunks/none.js',
    '/livez',
    '/readyz',
  ]) {
    for (const host of ['rebound.example.com', '127.0.0.1.example.com:{port}', '127.0.0.1:1']) {
      test(`${path} as ${host}`, async ({ app }) => {
        const { port } = new URL(app.url)
        const answer = await rawHttp(app.url, path, {
          headers: { host: host.replace('{port}', port), authorization: `Bearer ${app.key}` },
        })
        expect([400, 403, 421]).toContain(answer.status)
        expect(answer.body).not.toContain('machines')
        expect(answer.body).not.toContain('<html')
      })
    }
  }
})

test.describe('a decision is a same-origin JSON POST and nothing else', () => {
  const post = (app: { url: string; key: string }, headers: Record<string, string>) =>
    rawHttp(app.url, DECISIONS, {
      method: 'POST',
      headers: {
        host: new URL(app.url).host,
        authorization: `Bearer ${app.key}`,
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(VALID)),
        ...headers,
      },
      body: VALID,
    })

  const refused: readonly (readonly [string, Record<string, string>])[] = [
    ['neither Sec-Fetch-Site nor Origin', {}],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['a sibling subdomain', { origin: 'http://other.localhost' }],
    ['an opaque origin', { origin: 'null' }],
    ['an origin that does not parse', { origin: 'http://[' }],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
    ['a same-site fetch', { 'sec-fetch-site': 'same-site' }],
    ['a navigation', { 'sec-fetch-site': 'none' }],
    ['cross-site with the right Origin', { 'sec-fetch-site': 'cross-site', origin: '{self}' }],
  ]
  for (const [name, headers] of refused) {
    test(`${name} → 403`, async ({ app }) => {
      const sent = Object.fromEntries(
        Object.entries(headers).map(([key, value]) => [key, value.replace('{self}', app.url)]),
      )
      expect((await post(app, sent)).status).toBe(403)
    })
  }

  test('the exact origin, without Sec-Fetch-Site → answered', async ({ app }) => {
    const answer = await post(app, { origin: app.url })
    expect(answer.status).toBe(200)
    expect(answer.body).toContain('"outcome":"gone"')
  })

  test('a form sent as text/plain → refused before anything is read', async ({ app }) => {
    const answer = await post(app, { origin: app.url, 'content-type': 'text/plain' })
    expect([403, 415]).toContain(answer.status)
  })

  for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']) {
    test(`${method} → 405`, async ({ app }) => {
      const answer = await rawHttp(app.url, DECISIONS, {
        method,
        headers: { host: new URL(app.url).host, authorization: `Bearer ${app.key}` },
      })
      expect(answer.status).toBe(405)
      expect(answer.headers.allow).toContain('POST')
    })
  }
})

test.describe('without the key there is no data', () => {
  const wrong: readonly (readonly [string, Record<string, string>])[] = [
    ['no key', {}],
    ['a wrong key', { authorization: `Bearer ${'A'.repeat(43)}` }],
    ['an empty one', { authorization: 'Bearer ' }],
    ['a cookie instead', { cookie: 'countersign=1' }],
  ]
  for (const path of [
    '/api/snapshot',
    '/api/snapshot?packed',
    '/api/stream',
    '/api/machines/worker-01.rack2.example.com',
    '/api/requests/7b0f5c1e-6f0e-4a8e-9a53-0d6a3f5e2b11',
    '/metrics',
    '//api/snapshot',
    '/_next/../api/snapshot',
    '/%61pi/snapshot',
  ]) {
    for (const [name, headers] of wrong) {
      test(`${path} with ${name}`, async ({ app }) => {
        const answer = await rawHttp(app.url, path, {
          headers: { host: new URL(app.url).host, ...headers },
        })
        expectNoData(answer)
      })
    }
  }

  test('a POST with the right origin and no key → 401', async ({ app }) => {
    const answer = await rawHttp(app.url, DECISIONS, {
      method: 'POST',
      headers: {
        host: new URL(app.url).host,
        origin: app.url,
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(VALID)),
      },
      body: VALID,
    })
    expect(answer.status).toBe(401)
  })
})

test('forwarded headers from a peer are ignored', async ({ app }) => {
  const answer = await rawHttp(app.url, '/api/snapshot', {
    headers: {
      host: 'rebound.example.com',
      'x-forwarded-host': new URL(app.url).host,
      forwarded: `host=${new URL(app.url).host}`,
      authorization: `Bearer ${app.key}`,
    },
  })
  expect([400, 403, 421]).toContain(answer.status)
})

test('a page carries an enforced policy with a nonce of its own', async ({ app }) => {
  const policies = await Promise.all(
    [1, 2].map(async () => {
      const answer = await rawHttp(app.url, '/', { headers: { host: new URL(app.url).host } })
      expect(answer.status).toBe(200)
      return String(answer.headers['content-security-policy'])
    }),
  )
  for (const policy of policies) {
    expect(policy).toMatch(/script-src [^;]*'nonce-[\w+/=-]{16,}'/)
    expect(policy).not.toMatch(/script-src [^;]*'unsafe-(inline|eval)'/)
    expect(policy).toContain("frame-ancestors 'none'")
  }
  expect(policies[0]).not.toBe(policies[1])
})

function expectNoData(answer: RawAnswer): void {
  expect([400, 401, 403, 404, 308]).toContain(answer.status)
  expect(answer.body).not.toContain('resourceVersion')
  expect(answer.body).not.toContain('machines"')
}

test('the session ends while the page is open: nothing is shown any more, and the key is asked for', async ({
  page,
  app,
  complaints,
}) => {
  await page.goto(app.address)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  const { token } = JSON.parse(
    (await page.evaluate(() => localStorage.getItem('countersign.session'))) ?? '{}',
  )
  const ended = await app.fetch('/api/session', {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token}`, origin: app.url },
  })
  expect(ended.status).toBe(204)
  // Nothing changes in the cluster, and nobody asks: only the end of the stream can tell the page.
  await expect(page.getByText(/your session ran out/)).toBeVisible({ timeout: 10_000 })
  await expect(page.getByRole('main').getByRole('row')).toHaveCount(0)
  // What Chromium logs of the answer to the attempt to go on.
  expect(complaints.splice(0)).toEqual([expect.stringContaining('status of 401')])
})
