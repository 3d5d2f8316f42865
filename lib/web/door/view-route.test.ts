import { afterEach, expect, it } from 'vitest'
import { liveCluster } from '#lib/cluster/fixtures/scripted-cluster.ts'
import type { Access } from '#lib/csr/approval/may-act-now.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { makePerson } from '#lib/csr/fixtures/make-proposal.ts'
import { NO_RECORD } from '#lib/journal/no-record.ts'
import type { Principal } from '#lib/people/principal.ts'
import { type Running, rememberRunning } from '#lib/web/door/running.ts'
import { viewRoute } from '#lib/web/door/view-route.ts'
import { LISTS } from '#lib/web/views/rows/view-query.ts'

afterEach(() => rememberRunning(null))

/** Two routes of a cluster's requests, one of them filed by kim; `reads` names their viewers. */
async function setUp() {
  const { feed, clock } = await liveCluster({
    csrs: [makeCsr({ kind: 'client', requestor: makePerson('kim') })],
  })
  const access: Access = { approval: false, signers: {}, reviewedAt: null }
  const people = new Map(['kim', 'lee', 'ana'].map((name) => [name, { viewer: { name }, access }]))
  const running: unknown = {
    people: {
      caller: async ({ cookie }: { readonly cookie: string }) => ({
        principal: people.get(cookie),
        viewRight: 'may',
      }),
    },
    ...{ feed, record: NO_RECORD, expected: { current: () => null }, now: clock.now },
  }
  rememberRunning(running as Running)
  const reads: string[] = []
  const requests = viewRoute({
    topic: 'requests',
    query: LISTS.requests,
    read(views, asked, look) {
      reads.push(look.viewer.name)
      return views.requests.page(asked, look)
    },
  })
  const withName = viewRoute({
    topic: 'requests',
    query: LISTS.requests,
    read: (_views, _asked, { viewer: { name } }) => ({ of: name }),
    own: ({ viewer: { name } }: Principal) => ({ name }),
  })
  const ask = async (route: typeof requests, cookie: string, headers = {}) =>
    route(new Request('http://localhost/api/requests', { headers: { cookie, ...headers } }), {
      params: Promise.resolve({}),
    })
  return { people, access, reads, requests, withName, ask }
}

it('people whom no row names share an answer and its ETag', async () => {
  const { reads, requests, ask } = await setUp()
  const [lee, ana] = [await ask(requests, 'lee'), await ask(requests, 'ana')]
  expect(reads).toEqual([''])
  expect(await lee.text()).toBe(await ana.text())
  const tag = { 'if-none-match': lee.headers.get('etag') ?? '' }
  expect((await ask(requests, 'ana', tag)).status).toBe(304)
})

it('the requestor gets an answer of their own, whichever person asked before', async () => {
  const { reads, requests, ask } = await setUp()
  const lee = await ask(requests, 'lee')
  const tag = { 'if-none-match': lee.headers.get('etag') ?? '' }
  const kim = await ask(requests, 'kim', tag)
  expect([reads, kim.status]).toEqual([['', 'kim'], 200])
  const failing = async (answer: Response) => (await answer.json()).rows[0].failing
  expect(await failing(kim)).toContain('requestor.self')
  expect(await failing(lee)).not.toContain('requestor.self')
})

it('an answer that names the caller is never shared', async () => {
  const { withName, ask } = await setUp()
  const lee = await ask(withName, 'lee')
  const tag = { 'if-none-match': lee.headers.get('etag') ?? '' }
  expect(await lee.json()).toMatchObject({ of: 'lee', name: 'lee' })
  expect(await (await ask(withName, 'ana', tag)).json()).toMatchObject({ of: 'ana', name: 'ana' })
})

it('an answer that names the caller changes once their next session has other rights', async () => {
  const { people, access, requests, withName, ask } = await setUp()
  const tagOf = (answer: Response) => ({ 'if-none-match': answer.headers.get('etag') ?? '' })
  const [named, plain] = [await ask(withName, 'lee'), await ask(requests, 'lee')]
  const reviewedAt = '2026-11-29T08:00:00.000Z'
  people.set('lee', { viewer: { name: 'lee' }, access: { ...access, reviewedAt } })
  expect((await ask(withName, 'lee', tagOf(named))).status).toBe(304)
  people.set('lee', { viewer: { name: 'lee' }, access: { ...access, approval: true } })
  expect((await ask(withName, 'lee', tagOf(named))).status).toBe(200)
  expect((await ask(requests, 'lee', tagOf(plain))).status).toBe(304)
})
