/**
 * Forms in which Next requests pages: router data, by suffix, by build. Pages contain nothing of
 * the cluster, so none needs a key.
 */
import { readFileSync } from 'node:fs'
import { requests } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { rawHttp } from '../fixtures/raw-http.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { fileIn } from '../fixtures/sandbox-requests.ts'

const BUILD = readFileSync(new URL('../../.next/BUILD_ID', import.meta.url), 'utf8').trim()
const PAGES = ['/', '/nodes', '/requests', '/policy', '/machines/none', '/requests/none']

const tree = (state: unknown) => encodeURIComponent(JSON.stringify(state))
const OF_A_PAGE = tree(['', { children: ['__PAGE__', {}, null, null, 0] }, null, null, 16])

interface Form {
  readonly path?: (page: string) => string
  readonly headers?: Readonly<Record<string, string>>
  readonly status: number
}
const RSC = { rsc: '1' }
const under = (page: string) => (page === '/' ? '/index' : page)

/** `router-state.test.ts` has every tree that Next reads, and every one that it does not. */
const FORMS: Readonly<Record<string, Form>> = {
  'a query of the router': { path: (page) => `${page}?_rsc=1`, status: 200 },
  'the router’s data': { headers: RSC, status: 200 },
  'with the tree of a page': {
    headers: { ...RSC, 'next-router-state-tree': OF_A_PAGE },
    status: 200,
  },
  'that tree without the router': { headers: { 'next-router-state-tree': OF_A_PAGE }, status: 200 },
  'a tree that is none': { headers: { ...RSC, 'next-router-state-tree': 'garbage' }, status: 400 },
  'a prefetch of a segment': {
    headers: { ...RSC, 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' },
    status: 200,
  },
  'a prefetch of a segment that is none': {
    headers: { ...RSC, 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/../../etc' },
    status: 200,
  },
  'another page in Next-Url': { headers: { ...RSC, 'next-url': '/../x' }, status: 200 },
  'an action': { headers: { 'next-action': 'x' }, status: 200 },
  segments: { path: (page) => `${under(page)}.segments/_tree.segment.rsc`, status: 404 },
  'data of this build': { path: (page) => `/_next/data/${BUILD}${under(page)}.json`, status: 404 },
  'what the build has made': { path: (page) => `/_next/server/app${under(page)}.rsc`, status: 404 },
}

/** Requests a path, and follows the router's redirect to the same form. */
async function ask(app: App, path: string, sent: Readonly<Record<string, string>>) {
  const headers = { host: new URL(app.url).host, ...sent }
  const first = await rawHttp(app.url, path, { headers })
  const { location } = first.headers
  if (first.status !== 307 || typeof location !== 'string') return first
  expect(new URL(location, app.url).origin).toBe(app.url)
  return rawHttp(app.url, location, { headers })
}

test('no form of a page has a word of the cluster, nor writes one to standard error', async ({
  app,
  sandbox,
}) => {
  const before = app.errors.length
  const inCluster = [
    ...sandbox.world.list('nodes').map(({ metadata }) => metadata.name),
    ...(await requests(app)).flatMap(({ name, uid, requestor }) => [name, uid, requestor]),
  ]
  expect(inCluster.length).toBeGreaterThan(30)
  for (const [name, form] of Object.entries(FORMS)) {
    await test.step(name, async () => {
      const { path = (page: string) => page, headers = {}, status } = form
      for (const page of PAGES) {
        const answer = await ask(app, path(page), headers)
        expect([page, answer.status]).toEqual([page, status])
        expect(inCluster.filter((word) => answer.body.includes(word))).toEqual([])
      }
    })
  }
  expect(app.errors.slice(before)).toEqual([])
})

test('the address of data with a suffix is a missing page, and with an API route’s suffix it needs the key', async ({
  app,
}) => {
  for (const path of ['/index.rsc', '/nodes.prefetch.rsc', '/livez.rsc', '/api.rsc']) {
    const { status, headers } = await ask(app, path, {})
    expect([path, status, headers['content-type']]).toEqual([path, 404, 'text/html; charset=utf-8'])
  }
  for (const path of ['/api/snapshot.rsc', '/api/snapshot.segments/_tree.segment.rsc']) {
    const { status, body } = await ask(app, path, {})
    expect([path, status, JSON.parse(body).code]).toEqual([path, 404, 'notFound'])
  }
  for (const path of ['/api/snapshot', '/api/snapshot?_rsc=1', '/metrics']) {
    expect([path, (await ask(app, path, RSC)).status]).toEqual([path, 401])
  }
})

test('a machine whose name ends as Next’s data does is opened by its address', async ({
  page,
  quiet: { sandbox, app },
}) => {
  fileIn(sandbox, { nodeName: 'worker-1' })
  fileIn(sandbox, { nodeName: 'worker-1.rsc' })
  await page.goto(app.at('/machines/worker-1.rsc'))
  await expect(page.getByRole('heading', { level: 1, name: /^worker-1 ?\.rsc$/ })).toBeVisible()
  await page.goto(app.url)
  await page
    .getByRole('link', { name: /^worker-1 ?\.rsc$/ })
    .first()
    .click()
  await expect(page.getByRole('heading', { level: 1, name: /^worker-1 ?\.rsc$/ })).toBeVisible()
})
