import { QueryObserver } from '@tanstack/react-query'
import { expect, it } from 'vitest'
import { FIRST_ROWS_PATH, SUMMARY_PATH } from '#lib/query/early-answers.ts'
import { openTab, servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import { KEY } from '#lib/query/fixtures/server.ts'
import { settled } from '#lib/query/fixtures/world.ts'
import type { StartableClient } from '#lib/query/live-client.ts'
import { summaryQuery } from '#lib/query/queries.ts'
import { NOW } from '#lib/wire/fixtures/cluster.ts'

/** A page opened by its link, before its code has loaded. */
function opened(address = '/') {
  const { world, server } = servedWorld()
  const { tab, client } = openTab(world)
  tab.early.ask(KEY, address)
  const asked = (call: string) => server.asked.filter((one) => one === call).length
  return { world, server, tab, client, asked }
}

it('the page asks for the counts and the first rows as soon as the key is exchanged', async () => {
  const { server } = opened()
  await settled()
  const rows = [`GET ${SUMMARY_PATH}`, `GET ${FIRST_ROWS_PATH}`]
  expect(server.asked).toEqual(['POST /api/session', ...rows])
})

it.each(['/?q=a', '/nodes'])('the page asks for the counts alone at %s', async (address) => {
  const { server } = opened(address)
  await settled()
  expect(server.asked).toEqual(['POST /api/session', `GET ${SUMMARY_PATH}`])
})

it('the page asks for nothing with a key that is not the server’s', async () => {
  const { world, server } = servedWorld()
  const { tab } = openTab(world)
  tab.early.ask('wrong', '/')
  await settled()
  expect(server.asked).toEqual(['POST /api/session'])
  expect(tab.early.take(SUMMARY_PATH)).toBeNull()
})

it('each early answer is taken once, with the time at which it was asked for', async () => {
  const { tab } = opened()
  await settled()
  const taken = await tab.early.take(SUMMARY_PATH)
  expect(taken).toMatchObject({ sentAt: NOW, answer: { revision: 7 } })
  expect(tab.early.take(SUMMARY_PATH)).toBeNull()
})

it('another question does not take an early answer', async () => {
  const { tab } = opened()
  await settled()
  expect(tab.early.take(`${FIRST_ROWS_PATH}&text=a`)).toBeNull()
})

it('a failed early question has no answer', async () => {
  const { world, tab } = opened()
  const { respond } = world.network
  world.network.respond = (path, init) => {
    if (path === SUMMARY_PATH) throw new TypeError('fetch failed')
    return respond(path, init)
  }
  await settled()
  expect(await tab.early.take(SUMMARY_PATH)).toBeNull()
})

/** Observes the summary while a person is signed in, as a page does. */
function show(client: StartableClient): readonly number[] {
  const revisions: number[] = []
  const query = () => ({
    ...summaryQuery(client),
    enabled: client.session.get().status === 'signedIn',
  })
  const observer = new QueryObserver(client.queryClient, query())
  observer.subscribe(({ data }) => {
    if (data !== undefined && revisions.at(-1) !== data.revision) revisions.push(data.revision)
  })
  client.session.subscribe(() => observer.setOptions(query()))
  return revisions
}

it('the page takes the early answers before its stream begins, and reads again after that', async () => {
  const { world, server, tab, client, asked } = opened()
  await settled()
  server.moveTo({})
  const { respond } = server
  world.network.respond = (path, init) => {
    if (path !== '/api/events') return respond(path, init)
    return new Promise((resolve) => void tab.setTimer(() => resolve(respond(path, init)), 10))
  }
  client.start()
  const revisions = show(client)
  await world.advance(100)
  expect(revisions).toEqual([7, 8])
  expect(client.link.get().state).toBe('connected')
  expect(asked('POST /api/session')).toBe(1)
  expect(asked(`GET ${SUMMARY_PATH}`)).toBe(2)
})

it('an early answer that arrives after the stream has begun is asked for again', async () => {
  const { world, server, tab, client } = opened()
  const { respond } = server
  let answer = () => {}
  world.network.respond = (path, init) => {
    if (path !== SUMMARY_PATH) return respond(path, init)
    world.network.respond = respond
    const early = respond(path, init)
    return new Promise((resolve) => {
      answer = () => resolve(early)
    })
  }
  await settled()
  client.start()
  const revisions = show(client)
  await world.advance(100)
  server.moveTo({})
  answer()
  await world.advance(1_000)
  expect(revisions).toEqual([8])
  expect(tab.early.take(FIRST_ROWS_PATH)).toBeNull()
})
