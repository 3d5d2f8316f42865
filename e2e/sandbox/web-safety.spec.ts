/** Hostile inputs 27 to 31: limits on another page, another process or another name. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { lastingPort } from '#sandbox/free-ports.ts'
import { itemOf, untilListed } from '../fixtures/api.ts'
import { type RawAnswer, rawHttp } from '../fixtures/raw-http.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

const DECISIONS = '/api/decisions'
const VALID = JSON.stringify({
  decision: 'approve',
  items: [
    {
      name: 'csr-none',
      uid: crypto.randomUUID(),
      resourceVersion: '1',
    },
  ],
})

test.describe('a foreign Host header gets nothing, whatever it asks for', () => {
  for (const path of [
    '/',
    '/nodes',
    '/api/snapshot',
    '/api/events',
    '/launch-key.js',
    '/favicon.ico',
    '/_next/static/chunks/none.js',
    '/livez',
    '/readyz',
  ]) {
    for (const host of [
      'rebound.example.com',
      '127.0.0.1.example.com:{port}',
      '127.0.0.1:1',
      // The name of an earlier start.
      '00000000000000000000.localhost:{port}',
    ]) {
      test(`${path} as ${host}`, async ({ app }) => {
        const { port } = new URL(app.url)
        const answer = await rawHttp(app.url, path, {
          headers: { host: host.replace('{port}', port), authorization: `Bearer ${app.key}` },
        })
        expectRefusal(answer, '421 foreignHost')
      })
    }
  }
})

for (const host of ['127.0.0.1', 'localhost']) {
  test(`${host} answers probes and scripts, and no page`, async ({ app }) => {
    const { port } = new URL(app.url)
    const ask = (path: string, headers: Record<string, string> = {}) =>
      rawHttp(app.url, path, { headers: { host: `${host}:${port}`, ...headers } })
    const key = { authorization: `Bearer ${app.key}` }
    for (const path of ['/', '/nodes', '/launch-key.js', '/icon.svg']) {
      expectRefusal(await ask(path, key), '421 foreignHost')
    }
    expect((await ask('/livez')).status).toBe(200)
    expectRefusal(await ask('/api/snapshot'), '401 unauthorized')
    expect((await ask('/api/snapshot', key)).status).toBe(200)
    expectRefusal(await ask('/', { 'service-worker': 'script' }), '404 notFound')
  })
}

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
    ['neither Sec-Fetch-Site nor Origin, beside a cookie', { cookie: 'a=b' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['a sibling subdomain', { origin: 'http://other.localhost' }],
    ['an opaque origin', { origin: 'null' }],
    ['an origin that does not parse', { origin: 'http://[' }],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
    ['a same-site fetch', { 'sec-fetch-site': 'same-site' }],
    ['a navigation', { 'sec-fetch-site': 'none' }],
    ['cross-site with the right Origin', { 'sec-fetch-site': 'cross-site', origin: '{self}' }],
  ]
  const selfIn = (headers: Record<string, string>, self: string) =>
    Object.fromEntries(
      Object.entries(headers).map(([key, value]) => [key, value.replace('{self}', self)]),
    )
  for (const [name, headers] of refused) {
    test(`${name} → 403`, async ({ app }) => {
      expectRefusal(await post(app, selfIn(headers, app.url)), '403 crossSite')
    })
  }

  for (const [name, headers] of [
    ['the exact origin, without Sec-Fetch-Site', { origin: '{self}' }],
    ['a script: the key alone', {}],
  ] as const) {
    test(`${name} → answered`, async ({ app }) => {
      const answer = await post(app, selfIn(headers, app.url))
      expect(answer.status).toBe(200)
      expect(answer.body).toContain('"outcome":"gone"')
    })
  }

  // The origin is checked first: another page's form is refused for its origin. From our own page
  // only the type is wrong, and the answer says so.
  const FORMS = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']
  const forms: readonly (readonly [string, Record<string, string>, string])[] = [
    [
      'another site',
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      '403 crossSite',
    ],
    [
      'another port',
      { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' },
      '403 crossSite',
    ],
    ['an opaque origin', { origin: 'null', 'sec-fetch-site': 'cross-site' }, '403 crossSite'],
    ['nobody knows where', { cookie: 'a=b' }, '403 crossSite'],
    ['our own page', { origin: '{self}', 'sec-fetch-site': 'same-origin' }, '415 notJson'],
  ]
  for (const type of FORMS) {
    for (const [from, headers, refusal] of forms) {
      test(`a form sent as ${type} from ${from} → ${refusal}`, async ({ app }) => {
        const sent = { ...selfIn(headers, app.url), 'content-type': type }
        expectRefusal(await post(app, sent), refusal)
      })
    }
  }

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
  const paths: readonly (readonly [string, string])[] = [
    ['/api/snapshot', '401 unauthorized'],
    ['/api/snapshot?all', '401 unauthorized'],
    ['/api/events', '401 unauthorized'],
    ['/api/machines?section=all', '401 unauthorized'],
    ['/api/requests', '401 unauthorized'],
    ['/api/nodes', '401 unauthorized'],
    ['/api/activity', '401 unauthorized'],
    ['/api/summary', '401 unauthorized'],
    ['/api/machines/worker-01.rack2.example.com', '401 unauthorized'],
    ['/api/requests/7b0f5c1e-6f0e-4a8e-9a53-0d6a3f5e2b11', '401 unauthorized'],
    ['/metrics', '401 unauthorized'],
    // Another spelling of the same path is the same path; an ambiguous one is none.
    ['/%61pi/snapshot', '401 unauthorized'],
    ['//api/snapshot', '400 badUrl'],
    ['/_next/../api/snapshot', '400 badUrl'],
  ]
  for (const [path, refusal] of paths) {
    for (const [name, headers] of wrong) {
      test(`${path} with ${name} → ${refusal}`, async ({ app }) => {
        const answer = await rawHttp(app.url, path, {
          headers: { host: new URL(app.url).host, ...headers },
        })
        expectRefusal(answer, refusal)
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
    expectRefusal(answer, '401 unauthorized')
  })
})

test('a page of another origin reads nothing, decides nothing, and does not frame it', async ({
  browser,
  stand,
}) => {
  const { sandbox, app } = await stand()
  const csr = fileIn(sandbox, { nodeName: 'worker-1' })
  const row = await untilListed(app, csr.metadata.uid ?? '')
  const body = JSON.stringify({ decision: 'approve', accept: 'plausible', items: [itemOf(row)] })
  const stranger = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><body>')
  })
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  const { port } = stranger.address() as AddressInfo
  // Its errors are expected here, so they are not collected.
  const context = await browser.newContext()
  try {
    const signedIn = await context.newPage()
    await signedIn.goto(app.address)
    await expect(signedIn.getByText('Live', { exact: true })).toBeVisible()
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${port}/`)

    const tries = await page.evaluate(
      async ([url, body]) => {
        const outcome = (init?: RequestInit) =>
          fetch(`${url}${init ? '/api/decisions' : '/api/snapshot'}`, init).then(
            (response) => `${response.type} ${response.status}`,
            () => 'failed',
          )
        return [
          await outcome(),
          await outcome({ method: 'POST', body, headers: { 'content-type': 'application/json' } }),
          // Sent without a preflight; only our own pages may read the answer.
          await outcome({ method: 'POST', body, mode: 'no-cors', credentials: 'include' }),
        ]
      },
      [app.url, body] as const,
    )
    expect(tries).toEqual(['failed', 'failed', 'failed'])

    const framed = page.waitForEvent('requestfailed', (request) => request.url() === `${app.url}/`)
    await page.evaluate((url) => {
      const frame = document.createElement('iframe')
      frame.src = `${url}/`
      document.body.append(frame)
    }, app.url)
    expect((await framed).failure()?.errorText).toBe('net::ERR_BLOCKED_BY_RESPONSE')

    const posted = page.waitForResponse((response) => response.request().method() === 'POST')
    await page.evaluate(
      ([url, body]) => {
        const form = document.createElement('form')
        Object.assign(form, {
          method: 'post',
          enctype: 'text/plain',
          action: `${url}/api/decisions`,
        })
        const field = document.createElement('input')
        Object.assign(field, { name: body, value: '' })
        form.append(field)
        document.body.append(form)
        form.submit()
      },
      [app.url, body] as const,
    )
    expect((await posted).status()).toBe(403)
    expect(conditionsIn(sandbox, csr)).toEqual([])
    expect(app.lines.filter((line) => line.includes('decision.begin'))).toEqual([])
  } finally {
    await context.close()
    stranger.close()
  }
})

test('refusals are counted and logged, without the key, and without flooding the log', async ({
  stand,
}) => {
  const { app } = await stand()
  const host = 'rebound.example.com'
  for (let n = 0; n < 40; n += 1) {
    const headers = { host, authorization: `Bearer ${app.key}`, origin: 'x'.repeat(5_000) }
    expectRefusal(await rawHttp(app.url, `/%23key=${app.key}`, { headers }), '421 foreignHost')
  }
  const text = await (await app.fetch('/metrics')).text()
  expect(text).toContain('countersign_refused_http_requests_total{code="foreignHost"} 40\n')
  const logged = app.lines.filter((line) => line.includes('"refused"'))
  expect(logged.length).toBeGreaterThan(0)
  expect(logged.length).toBeLessThanOrEqual(20)
  expect(JSON.parse(logged[0] ?? '')).toMatchObject({ code: 'foreignHost', host, route: null })
  expect(Math.max(...logged.map((line) => line.length))).toBeLessThan(500)
  const everything = [...app.lines, ...app.errors].join('\n')
  expect(everything).not.toContain(app.key)
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
  expectRefusal(answer, '421 foreignHost')
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

test.describe('a client does not choose the nonce', () => {
  const foreign = 'Rm9yZWlnbk5vbmNlMTIzNA=='
  const asked: readonly (readonly [string, string])[] = [
    ['x-nonce', foreign],
    ['content-security-policy', `script-src 'nonce-${foreign}'`],
    ['content-security-policy-report-only', `script-src 'nonce-${foreign}'`],
  ]
  for (const [name, value] of asked) {
    test(name, async ({ app }) => {
      const { status, headers, body } = await rawHttp(app.url, '/', {
        headers: { host: new URL(app.url).host, [name]: value },
      })
      expect(status).toBe(200)
      const policy = String(headers['content-security-policy'])
      expect(policy).not.toContain(foreign)
      expect(body).not.toContain(foreign)
      // The page's nonces are the policy's, and no others.
      const nonces = new Set([...body.matchAll(/ nonce="([^"]*)"/g)].map(([, nonce]) => nonce))
      expect([...nonces]).toEqual([/'nonce-([^']+)'/.exec(policy)?.[1]])
    })
  }
})

test('a service worker that another program left on the port sees nothing of a start there (hostile input 43)', async ({
  browser,
  cluster,
  open,
}) => {
  const { kubeconfigs } = await cluster()
  const port = await lastingPort()
  // Its errors are expected here, so they are not collected.
  const context = await browser.newContext()
  const page = await context.newPage()
  const left = createServer((request, response) => {
    const isScript = request.url === '/worker.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? THIEF : '<!doctype html><title>Another program</title>')
  })
  await once(left.listen(port, '127.0.0.1'), 'listening')
  for (const origin of [`http://127.0.0.1:${port}`, `http://localhost:${port}`]) {
    await page.goto(`${origin}/`)
    await page.evaluate(async () => {
      await navigator.serviceWorker.register('/worker.js')
      await navigator.serviceWorker.ready
    })
    // The worker is in charge: every page there is its own.
    await page.goto(`${origin}/any#key=bait`)
    await expect(page.getByText('stolen #key=bait')).toBeVisible()
  }
  left.close()
  left.closeAllConnections()

  const app = await open({ kubeconfig: kubeconfigs.admin, env: { PORT: String(port) } })
  await page.goto(app.address)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await expect(page.getByText('stolen')).toHaveCount(0)
  expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull()
  // No other program can leave one on this origin: its script is not served.
  const registered = page.evaluate(() =>
    navigator.serviceWorker.register('/launch-key.js').then(
      () => 'registered',
      () => 'refused',
    ),
  )
  expect(await registered).toBe('refused')
  await context.close()
})

test('a second start on the same port has another origin: a tab of the first is signed out, and says what to open', async ({
  browser,
  cluster,
  open,
}) => {
  const { kubeconfigs } = await cluster()
  const options = { kubeconfig: kubeconfigs.admin, env: { PORT: String(await lastingPort()) } }
  const first = await open(options)
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(first.address)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await first.stop()
  const second = await open(options)
  expect(second.url).not.toBe(first.url)
  expect(new URL(second.url).port).toBe(new URL(first.url).port)
  await expect(page.getByText(/Countersign was started again/)).toBeVisible()
  await page.goto(second.address)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await context.close()
})

/** Answers every page with one of its own, which has the address and so the key. */
const THIEF = `
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  if (event.request.mode !== 'navigate') return
  const page = '<body><script>document.body.append("stolen " + location.hash)</script>'
  event.respondWith(new Response(page, { headers: { 'content-type': 'text/html' } }))
})
`

/** Expects exactly this problem and nothing more. */
function expectRefusal({ status, headers, body }: RawAnswer, refusal: string): void {
  const problem: Record<string, unknown> = JSON.parse(body)
  expect(`${status} ${problem.code}`).toBe(refusal)
  expect(headers['content-type']).toBe('application/problem+json')
  expect(Object.keys(problem).toSorted()).toEqual([
    'causes',
    'code',
    'detail',
    'status',
    'title',
    'type',
  ])
}

test('the launch key leaves the address at once, and comes back on none of its pages', async ({
  page,
  app,
}) => {
  const isLive = () => expect(page.getByText('Live', { exact: true })).toBeVisible()
  await page.goto(app.address)
  await isLive()
  await expect(page).toHaveURL(`${app.url}/`)
  const tabs = page.getByRole('navigation')
  const ways: readonly (readonly [() => Promise<unknown>, string])[] = [
    [() => tabs.getByRole('link', { name: /^Nodes/ }).click(), '/nodes'],
    [() => tabs.getByRole('link', { name: /^Machines/ }).click(), '/'],
    [() => page.goBack(), '/nodes'],
    [() => page.goBack(), '/'],
    [() => page.goForward(), '/nodes'],
    [() => page.keyboard.type('gm'), '/'],
    [() => page.reload(), '/'],
  ]
  for (const [go, path] of ways) {
    await go()
    await expect(page).toHaveURL(app.url + path)
    await isLive()
  }
  expect(await page.evaluate(() => window.launchHash)).toBeUndefined()
})

test('an address that is pasted into an open tab signs it in, and leaves no key behind', async ({
  page,
  app,
}) => {
  await page.goto(app.url)
  await expect(page.getByText('this page has no key', { exact: false })).toBeVisible()
  // Only the fragment changes, so the browser loads nothing by itself.
  await page.goto(app.address)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  expect(page.url()).not.toContain('key')
})

test('the session ends while the page is open: nothing is shown any more, and the page asks for the key', async ({
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
    headers: { authorization: `Bearer ${token}` },
  })
  expect(ended.status).toBe(204)
  // No change and no request: only the end of the stream tells the page.
  await expect(page.getByText(/your session ran out/)).toBeVisible()
  await expect(page.getByRole('main').getByRole('row')).toHaveCount(0)
  // Chromium logs each failed reconnection, independently of the page.
  await expect.poll(() => complaints.length).toBeGreaterThan(0)
  await page.close()
  for (const complaint of complaints.splice(0)) expect(complaint).toContain('status of 401')
})
