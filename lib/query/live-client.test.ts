import { QueryObserver } from '@tanstack/react-query'
import { beforeEach, describe, expect, it } from 'vitest'
import { cause } from '#lib/csr/cause.ts'
import type { Tagged } from '#lib/query/api.ts'
import { openTab, servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import { KEY, problem, type TestServer, TOKEN } from '#lib/query/fixtures/server.ts'
import { settled, type Tab, type World } from '#lib/query/fixtures/world.ts'
import { createLiveClient, type StartableClient } from '#lib/query/live-client.ts'
import { SUMMARY_KEY, summaryQuery } from '#lib/query/queries.ts'
import { makeMachine, makeSnapshot } from '#lib/wire/fixtures/cluster.ts'
import type { Summary } from '#lib/wire/views.ts'

let world: World
let server: TestServer

beforeEach(() => {
  ;({ world, server } = servedWorld())
  server.snapshot = makeSnapshot({ machines: [makeMachine({ name: 'a' })] })
})

interface Opened {
  readonly tab: Tab
  readonly client: StartableClient
  readonly stop: () => void
  readonly close: () => void
}

/** A tab with the product open, signed in by the key or by another tab's session. */
async function open(hash = world.stored.size === 0 ? `#key=${KEY}` : ''): Promise<Opened> {
  const { tab, client } = openTab(world, hash)
  const stop = client.start()
  await world.advance(100)
  return {
    tab,
    client,
    stop,
    close() {
      tab.close()
      stop()
    },
  }
}

/** The revision that the tab shows; null for none. */
function shown({ client }: Opened): number | null {
  const known = client.queryClient.getQueryData<Tagged<Summary>>(SUMMARY_KEY)
  return known?.answer.revision ?? null
}

it('two changes of preferences are sent one after the other', async () => {
  const { client, close } = await open()
  const begun: string[] = []
  const first = Promise.withResolvers<Response>()
  world.network.respond = (path, init) => {
    if (path !== '/api/preferences') return server.respond(path, init)
    begun.push(init.body as string)
    return begun.length === 1 ? first.promise : Response.json({})
  }
  client.prefer({ theme: 'dark' })
  client.prefer({ language: 'ja' })
  await settled()
  expect(begun).toEqual(['{"theme":"dark"}'])
  first.resolve(Response.json({}))
  await client.preferencesSaved()
  expect(begun).toEqual(['{"theme":"dark"}', '{"language":"ja"}'])
  expect(client.preferences.get()).toMatchObject({ theme: 'dark', language: 'ja' })
  close()
})

describe('signing in', () => {
  it('signing in takes the key out of the address and shows the cluster', async () => {
    const opened = await open()
    expect(opened.tab.hash.value).toBe('')
    expect(opened.client.session.get()).toMatchObject({ status: 'signedIn', token: TOKEN })
    expect(shown(opened)).toBe(server.snapshot.revision)
  })

  it.each([
    ['without a key', '', 'noKey'],
    ['with a wrong key', '#key=wrong', 'badKey'],
  ])('a tab %s says so', async (_, hash, reason) => {
    const opened = await open(hash)
    expect(opened.tab.hash.value).toBe('')
    expect(opened.client.session.get()).toEqual({ status: 'signedOut', reason })
    expect(shown(opened)).toBeNull()
  })

  it('signing in takes the answer to the key that the page has already sent, and sends the key no more', async () => {
    const tab = world.tab()
    tab.hash.value = `#key=${KEY}`
    tab.early.ask(KEY, '/')
    await settled()
    const client = createLiveClient(tab)
    client.start()
    await world.advance(100)
    expect(client.session.get()).toMatchObject({ status: 'signedIn', token: TOKEN })
    expect(server.asked.filter((asked) => asked === 'POST /api/session')).toHaveLength(1)
  })

  it('signing in sends the key again where that answer did not arrive', async () => {
    const tab = world.tab()
    tab.hash.value = `#key=${KEY}`
    server.trouble = 'down'
    tab.early.ask(KEY, '/')
    await settled()
    server.trouble = null
    const client = createLiveClient(tab)
    client.start()
    await world.advance(100)
    expect(client.session.get()).toEqual({ status: 'signedOut', reason: 'unreachable' })
    client.retryNow()
    await world.advance(100)
    expect(client.session.get()).toMatchObject({ status: 'signedIn', token: TOKEN })
  })

  it('signing in says when the server cannot be reached', async () => {
    server.trouble = 'down'
    const { client } = await open()
    expect(client.session.get()).toEqual({ status: 'signedOut', reason: 'unreachable' })
    server.trouble = null
    client.retryNow()
    await world.advance(100)
    expect(client.session.get()).toMatchObject({ status: 'signedIn', token: TOKEN })
  })

  it('signing in holds for tabs opened later, and for tabs that were signed out', async () => {
    const waiting = await open('#key=wrong')
    await open(`#key=${KEY}`)
    const later = await open('')
    await world.advance(100)
    expect(shown(waiting)).toBe(server.snapshot.revision)
    expect(shown(later)).toBe(server.snapshot.revision)
  })

  it('an old link does no harm while another tab is signed in', async () => {
    await open()
    const old = await open('#key=of-yesterday')
    expect(old.client.session.get()).toMatchObject({ status: 'signedIn' })
  })

  it('a tab takes over another tab’s session at once after the server was started again', async () => {
    const one = await open()
    server.trouble = 'down'
    server.endStreams()
    // Long enough for the attempts to become rare.
    await world.advance(60_000)
    server.trouble = null
    server.validTokens = new Set()
    const two = await open(`#key=${KEY}`)
    await world.advance(500)
    for (const tab of [one, two]) {
      expect(tab.client.session.get()).toMatchObject({ status: 'signedIn', token: 'token-2' })
      expect(tab.client.link.get().state).toBe('connected')
    }
  })

  it('every tab ends its session and is emptied once the server does not know the token any more', async () => {
    const [one, two] = [await open(), await open()]
    server.validTokens = new Set()
    server.endStreams()
    await world.advance(20_000)
    for (const opened of [one, two]) {
      expect(opened.client.session.get()).toEqual({ status: 'signedOut', reason: 'ended' })
      expect(shown(opened)).toBeNull()
    }
    expect(world.stored.size).toBe(0)
  })

  it('a token that another build has stored is not tried', async () => {
    world.stored.set('countersign.session', JSON.stringify({ token: TOKEN }))
    const { client } = await open('')
    expect(client.session.get()).toEqual({ status: 'signedOut', reason: 'noKey' })
    expect(server.asked).toEqual(['GET /api/session'])
  })
})

describe('signing out', () => {
  it('signing out ends the session in all tabs and at the server, and leaves nothing in the storage', async () => {
    const [one, two] = [await open(), await open()]
    world.stored.set('countersign.run', 'anything')
    two.client.signOut()
    await world.advance(100)
    for (const opened of [one, two]) {
      expect(opened.client.session.get()).toEqual({ status: 'signedOut', reason: 'byPerson' })
      expect(shown(opened)).toBeNull()
    }
    expect(world.stored.size).toBe(0)
    expect([...server.validTokens]).toEqual([])
    expect(server.openStreams()).toBe(0)
    const asked = server.asked.length
    await world.advance(120_000)
    expect(server.asked).toHaveLength(asked)
  })

  it('signing out without an answer says that the session may go on at the server', async () => {
    const { client } = await open()
    server.trouble = 'down'
    client.signOut()
    await world.advance(100)
    expect(client.session.get()).toEqual({ status: 'signedOut', reason: 'byPersonHere' })
    expect(world.stored.size).toBe(0)
  })

  it('the sign-out is over in all tabs once a person has signed in again', async () => {
    const [one, two] = [await open(), await open()]
    one.client.signOut()
    await world.advance(100)
    server.validTokens = new Set()
    const again = await open(`#key=${KEY}`)
    await world.advance(100)
    for (const opened of [one, two, again]) {
      expect(opened.client.session.get()).toMatchObject({ status: 'signedIn', token: 'token-2' })
    }
  })
})

describe('a visible page keeps its session in use', () => {
  const told = () => server.asked.filter((asked) => asked.endsWith('/in-view')).length

  it('a visible page reports the use once a minute, and at once when it becomes visible again', async () => {
    const { tab } = await open()
    await world.advance(180_000)
    expect(told()).toBe(3)
    tab.hide()
    await world.advance(600_000)
    expect(told()).toBe(3)
    tab.show()
    await world.advance(10)
    expect(told()).toBe(4)
  })

  it('a visible page reports the use more often where the session ends sooner', async () => {
    world.stored.set('countersign.session', JSON.stringify({ token: TOKEN, idleSeconds: 60 }))
    await open('')
    await world.advance(60_000)
    expect(told()).toBe(4)
  })
})

describe('the stream of a tab', () => {
  it('each tab has its own stream, and reads a change again', async () => {
    const [one, two] = [await open(), await open()]
    expect(server.openStreams()).toBe(2)
    const undo = [one, two].map(watch)
    server.moveTo({})
    await world.advance(1_000)
    for (const tab of [one, two]) expect(shown(tab)).toBe(server.snapshot.revision)
    for (const stop of undo) stop()
  })

  it('a tab hidden for half a minute closes its stream, and reads everything when it is shown again', async () => {
    const opened = await open()
    opened.tab.hide()
    await world.advance(29_900)
    expect(server.openStreams()).toBe(1)
    await world.advance(200)
    expect(server.openStreams()).toBe(0)
    expect(opened.client.link.get().state).toBe('connecting')
    server.moveTo({})
    opened.tab.show()
    await world.advance(100)
    expect(server.openStreams()).toBe(1)
    expect(opened.client.link.get().state).toBe('connected')
    expect(shown(opened)).toBe(server.snapshot.revision)
  })

  it('a tab hidden for a moment keeps its stream open', async () => {
    const { tab, client } = await open()
    const asked = () => server.asked.filter((path) => path === 'GET /api/events').length
    tab.hide()
    await world.advance(20_000)
    tab.show()
    await world.advance(15_000)
    expect([asked(), client.link.get().state]).toEqual([1, 'connected'])
  })
})

/** Observes the tab's queries, as a page on screen does. */
function watch({ client }: Opened): () => void {
  return new QueryObserver(client.queryClient, summaryQuery(client)).subscribe(() => {})
}

describe('the connection to our own server', () => {
  it('the tab says since when the connection is lost, and is live again once it is back', async () => {
    const opened = await open()
    await world.advance(60_000 - (world.now() % 60_000))
    const lostAt = new Date(world.now()).toISOString()
    const before = shown(opened)
    server.trouble = 'down'
    server.endStreams()
    await world.advance(20_000)
    expect(opened.client.link.get()).toMatchObject({ state: 'lost', since: lostAt })
    expect(shown(opened)).toBe(before)
    server.trouble = null
    server.snapshot = { ...server.snapshot, revision: 9 }
    await world.advance(10_000)
    expect(opened.client.link.get().state).toBe('connected')
    expect(shown(opened)).toBe(9)
  })

  it('a tab whose stream is back is connected once everything on screen was read again', async () => {
    const opened = await open()
    const undo = watch(opened)
    let answer = () => {}
    world.network.respond = (path, init) =>
      path === '/api/summary'
        ? new Promise((resolve) => {
            answer = () => resolve(server.respond(path, init))
          })
        : server.respond(path, init)
    server.endStreams()
    await world.advance(5_000)
    expect([server.openStreams(), opened.client.link.get().state]).toEqual([1, 'lost'])
    answer()
    await world.advance(100)
    expect(opened.client.link.get().state).toBe('connected')
    undo()
  })

  it('a tab whose stream is back but that can read nothing says why, and tries again', async () => {
    const { client } = await open()
    world.network.respond = (path, init) =>
      path === '/api/summary' ? problem(503) : server.respond(path, init)
    server.endStreams()
    await world.advance(5_000)
    expect(client.link.get()).toMatchObject({ state: 'lost', message: 'The server says 503.' })
    world.network.respond = server.respond
    await world.advance(30_000)
    expect(client.link.get().state).toBe('connected')
  })

  it('a stream without heartbeats is dead, whatever TCP says', async () => {
    const { client } = await open()
    await world.advance(39_000)
    expect(client.link.get().state).toBe('connected')
    await world.advance(1_100)
    expect(client.link.get().causes).toEqual([cause('streamSilent')])
    await world.advance(10_000)
    expect(client.link.get().state).toBe('connected')
    expect(server.openStreams()).toBe(1)
  })

  it('the tab asks again where the server does not answer for ten seconds', async () => {
    const { client } = await open()
    world.network.respond = (path, init) =>
      path === '/api/events' ? new Promise(() => {}) : server.respond(path, init)
    server.endStreams()
    await world.advance(5_000)
    world.network.respond = server.respond
    await world.advance(4_000)
    expect(client.link.get().state).toBe('lost')
    await world.advance(6_000)
    expect(client.link.get().state).toBe('connected')
  })

  it.each([
    [
      'the tab is looked at again',
      (opened: Opened) => {
        opened.tab.hide()
        opened.tab.show()
      },
    ],
    ['the network is back', (opened: Opened) => opened.tab.goOnline()],
    ['a person asks', (opened: Opened) => opened.client.retryNow()],
  ])('tries at once when %s', async (_, act) => {
    const opened = await open()
    server.trouble = 'down'
    server.endStreams()
    await world.advance(60_000)
    server.trouble = null
    act(opened)
    await settled()
    expect(opened.client.link.get().state).toBe('connected')
  })
})
