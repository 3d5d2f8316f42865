// @vitest-environment happy-dom
import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, it, vi } from 'vitest'
import { createApi } from '#lib/query/api.ts'
import { listQuery, machineQuery } from '#lib/query/queries.ts'
import type { Session } from '#lib/query/session.ts'
import { createStore } from '#lib/query/store.ts'
import { makeSnapshot, NOW } from '#lib/wire/fixtures/cluster.ts'
import type { ListPage } from '#lib/wire/views.ts'

const TOP = { from: 0, to: 100 }

const page = (revision: number): ListPage<'nodes'> => ({
  epoch: 'e',
  revision,
  serverTime: new Date(NOW + revision).toISOString(),
  feed: makeSnapshot().feed,
  total: 0,
  from: 0,
  counts: { all: 0, ready: 0, notReady: 0, execUnavailable: 0 },
  rows: [],
})

function setUp() {
  const asked: { path: string; known: string | null }[] = []
  const observed: string[] = []
  const server = { revision: 1, etag: '"1"' as string | null }
  const session = createStore<Session>({ status: 'signedIn', token: 't1', idleSeconds: 60 })
  const api = createApi({
    ...{ session, early: null, localNow: () => NOW },
    fetch: async (path, init) => {
      const known = new Headers(init.headers).get('if-none-match')
      asked.push({ path, known })
      if (known !== null && known === server.etag) return new Response(null, { status: 304 })
      const headers = server.etag === null ? {} : { etag: server.etag }
      return Response.json(page(server.revision), { headers })
    },
  })
  const clock = { observe: (time: string) => void observed.push(time) }
  const source = { api, clock, localNow: () => NOW } as unknown as Parameters<typeof listQuery>[0]
  return { source, asked, observed, server, queryClient: new QueryClient() }
}

it('a list’s question has the filter and the page as parameters', async () => {
  const { source, asked, queryClient } = setUp()
  const text = 'a b&c'
  await queryClient.fetchQuery(listQuery(source, 'nodes', { text, filter: 'notReady' }, TOP))
  await queryClient.fetchQuery(listQuery(source, 'requests', { text: '' }, TOP))
  await queryClient.fetchQuery(listQuery(source, 'activity', {}, { from: 100, to: 300 }))
  expect(asked.map(({ path }) => path)).toEqual([
    '/api/nodes?text=a+b%26c&filter=notReady&from=0&to=100',
    '/api/requests?from=0&to=100',
    '/api/activity?from=100&to=300',
  ])
})

it('the keys of queries begin with the topic', () => {
  const { source } = setUp()
  expect(listQuery(source, 'nodes', { text: 'a' }, TOP).queryKey).toEqual([
    'nodes',
    { text: 'a' },
    TOP,
  ])
})

it('a query keeps the same answer object when the server says that nothing changed', async () => {
  const { source, asked, observed, server, queryClient } = setUp()
  const query = { ...listQuery(source, 'nodes', {}, TOP), staleTime: 0 }
  const first = await queryClient.fetchQuery(query)
  expect(await queryClient.fetchQuery(query)).toBe(first)
  expect(asked.map(({ known }) => known)).toEqual([null, '"1"'])
  // The time in the answer has passed.
  expect(observed).toHaveLength(1)
  Object.assign(server, { revision: 2, etag: '"2"' })
  expect((await queryClient.fetchQuery(query)).answer.revision).toBe(2)
  expect(observed).toHaveLength(2)
})

it('a query asks for the whole answer where there was no ETag', async () => {
  const { source, asked, server, queryClient } = setUp()
  server.etag = null
  const query = { ...listQuery(source, 'nodes', {}, TOP), staleTime: 0 }
  await queryClient.fetchQuery(query)
  await queryClient.fetchQuery(query)
  expect(asked.map(({ known }) => known)).toEqual([null, null])
})

afterEach(() => void vi.useRealTimers())

it('a machine on screen is asked for again every half minute, for facts that no event reports', async () => {
  vi.useFakeTimers()
  const { source, asked, queryClient } = setUp()
  const leave = new QueryObserver(queryClient, machineQuery(source, 'a')).subscribe(() => {})
  await vi.advanceTimersByTimeAsync(29_000)
  expect(asked.map(({ known }) => known)).toEqual([null])
  await vi.advanceTimersByTimeAsync(2_000)
  expect(asked.map(({ known }) => known)).toEqual([null, '"1"'])
  leave()
})
