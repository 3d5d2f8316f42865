/** Hostile inputs 27 to 31: limits on another page, another process or another name. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { lastingPort } from '#sandbox/free-ports.ts'
import { itemOf, untilListed } from '../fixtures/api.ts'
import { openLive, untilLive } from '../fixtures/page.ts'
import { type RawAnswer, rawHttp } from '../fixtures/raw-http.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

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

/** One request for each rule; `gate.test.ts` and `gate-origin.test.ts` have every case of them. */
const DOOR: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  ...['/', '/api/snapshot', '/_next/static/chunks/none.js', '/livez'].flatMap((path) => [
    [`GET ${path}`, { host: 'rebound.example.com' }, '421 foreignHost'] as const,
    [`GET ${path}`, { host: '127.0.0.1:1' }, '421 foreignHost'] as const,
  ]),
  [
    'GET /api/snapshot',
    { host: 'rebound.example.com', 'x-forwarded-host': '{host}' },
    '421 foreignHost',
  ],
  ['GET /nodes', { host: '127.0.0.1:{port}' }, '421 foreignHost'],
  ['GET /', { host: '127.0.0.1:{port}', 'service-worker': 'script' }, '404 notFound'],
  ['GET /api/snapshot', { host: 'localhost:{port}' }, '200'],
  ['GET /livez', { host: 'localhost:{port}', authorization: '' }, '200'],
  ['GET /api/events', { authorization: '' }, '401 unauthorized'],
  ['GET /metrics', { authorization: `Bearer ${'A'.repeat(43)}` }, '401 unauthorized'],
  ['GET /%61pi/snapshot', { authorization: '' }, '401 unauthorized'],
  ['GET /_next/../api/snapshot', {}, '400 badUrl'],
  ['PUT /api/decisions', {}, '405 methodNotAllowed'],
  ['POST /api/decisions', { origin: '{self}', authorization: '' }, '401 unauthorized'],
  ['POST /api/decisions', { cookie: 'a=b' }, '403 crossSite'],
  ['POST /api/decisions', { origin: 'http://127.0.0.1:1' }, '403 crossSite'],
  ['POST /api/decisions', { origin: '{self}', 'sec-fetch-site': 'cross-site' }, '403 crossSite'],
  ['POST /api/decisions', { origin: '{self}', 'content-type': 'text/plain' }, '415 notJson'],
  ['POST /api/decisions', { origin: '{self}' }, '200'],
  ['POST /api/decisions', {}, '200'],
]

test('the built app answers nothing past its door: foreign hosts, no key, other origins, forms', async ({
  app,
}) => {
  const { host, port } = new URL(app.url)
  for (const [line, headers, expected] of DOOR) {
    const [method = '', path = ''] = line.split(' ')
    const body = method === 'GET' ? '' : VALID
    const sent = {
      host,
      authorization: `Bearer ${app.key}`,
      ...(body && { 'content-type': 'application/json', 'content-length': `${body.length}` }),
      ...headers,
    }
    const filled = Object.entries(sent).map(([name, value]) => [
      name,
      value.replace('{host}', host).replace('{port}', port).replace('{self}', app.url),
    ])
    const answer = await rawHttp(app.url, path, {
      method,
      headers: Object.fromEntries(filled.filter(([, value]) => value !== '')),
      body,
    })
    await test.step(`${line} with ${JSON.stringify(headers)} → ${expected}`, () => {
      if (expected === '200') expect(answer.status).toBe(200)
      else expectRefusal(answer, expected)
    })
  }
})

test('a page of another origin reads nothing, decides nothing, and does not frame it', async ({
  browser,
  quiet: { sandbox, app },
}) => {
  const logged = app.lines.length
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
    await openLive(signedIn, app)
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
    expect(app.lines.slice(logged).filter((line) => line.includes('decision.begin'))).toEqual([])
  } finally {
    await context.close()
    stranger.close()
  }
})

test('a program at another port of the page’s own name gets nothing that opens the session', async ({
  browser,
  quiet: { app },
}) => {
  const heard: IncomingHttpHeaders[] = []
  const other = createServer(({ headers }, response) => {
    heard.push(headers)
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><body>')
  })
  await once(other.listen(0, '127.0.0.1'), 'listening')
  const { port } = other.address() as AddressInfo
  // Its errors are expected here, so they are not collected.
  const context = await browser.newContext()
  try {
    const signedIn = await context.newPage()
    await openLive(signedIn, app)
    const page = await context.newPage()
    await page.goto(`http://${new URL(app.url).hostname}:${port}/`)
    const found = await page.evaluate(async () => {
      await fetch('/again', { credentials: 'include' })
      return [document.cookie, localStorage.length, sessionStorage.length]
    })
    expect(found).toEqual(['', 0, 0])
    expect(heard.length).toBeGreaterThan(1)
    expect(heard.flatMap(({ cookie, authorization }) => [cookie, authorization])).toEqual(
      heard.flatMap(() => [undefined, undefined]),
    )
    await signedIn.reload()
    await untilLive(signedIn)
  } finally {
    await context.close()
    other.close()
  }
})

test('each page carries an enforced policy with a nonce of its own, which no client chooses', async ({
  app,
}) => {
  const foreign = 'Rm9yZWlnbk5vbmNlMTIzNA=='
  const policies = await Promise.all(
    [1, 2].map(async () => {
      const { status, headers, body } = await rawHttp(app.url, '/', {
        headers: {
          host: new URL(app.url).host,
          'x-nonce': foreign,
          'content-security-policy': `script-src 'nonce-${foreign}'`,
          'content-security-policy-report-only': `script-src 'nonce-${foreign}'`,
        },
      })
      expect(status).toBe(200)
      const policy = String(headers['content-security-policy'])
      expect(policy + body).not.toContain(foreign)
      // The page's nonces are the policy's, and no others.
      const nonces = new Set([...body.matchAll(/ nonce="([^"]*)"/g)].map(([, nonce]) => nonce))
      expect([...nonces]).toEqual([/'nonce-([^']+)'/.exec(policy)?.[1]])
      return policy
    }),
  )
  for (const policy of policies) {
    expect(policy).toMatch(/script-src [^;]*'nonce-[\w+/=-]{16,}'/)
    expect(policy).not.toMatch(/script-src [^;]*'unsafe-(inline|eval)'/)
    expect(policy).toContain("frame-ancestors 'none'")
  }
  expect(policies[0]).not.toBe(policies[1])
})

test('a service worker that another program left on the port sees nothing of a start there (hostile input 43), and a second start has another origin', async ({
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

  const options = { kubeconfig: kubeconfigs.admin, env: { PORT: String(port) } }
  const app = await open(options)
  await openLive(page, app)
  await expect(page.getByText('stolen')).toHaveCount(0)
  expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull()
  // No other program can leave one on this origin: its script is not served.
  const registered = page.evaluate(() =>
    navigator.serviceWorker.register(document.scripts[0]?.src ?? '').then(
      () => 'registered',
      () => 'refused',
    ),
  )
  expect(await registered).toBe('refused')

  // A tab of the first start is signed out, and says what to open.
  await app.stop()
  const second = await open(options)
  expect(second.url).not.toBe(app.url)
  expect(new URL(second.url).port).toBe(new URL(app.url).port)
  await expect(page.getByText(/Countersign was started again/)).toBeVisible()
  await openLive(page, second)
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
  await openLive(page, app)
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
    await untilLive(page)
  }
})

test('an address pasted into an open tab signs it in, and leaves no key behind', async ({
  page,
  app,
}) => {
  await page.goto(app.url)
  await expect(page.getByText('this page has no key', { exact: false })).toBeVisible()
  // Only the fragment changes, so the browser loads nothing by itself.
  await openLive(page, app)
  expect(page.url()).not.toContain('key')
})

test('when the session ends while the page is open nothing is shown any more, and the page asks for the key', async ({
  page,
  app,
  complaints,
}) => {
  await openLive(page, app)
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
