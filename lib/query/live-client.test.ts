import { QueryObserver, skipToken } from '@tanstack/react-query'
import { beforeEach, describe, expect, it } from 'vitest'
import { cause } from '#lib/csr/cause.ts'
import { makeMachine, makeSnapshot } from '#lib/live/fixtures/cluster.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import { createServer, KEY, problem, type TestServer, TOKEN } from '#lib/query/fixtures/server.ts'
import { createWorld, settled, type Tab, type World } from '#lib/query/fixtures/world.ts'
import { createLiveClient, type StartableClient } from '#lib/query/live-client.ts'
import { SNAPSHOT_KEY } from '#lib/query/snapshot-key.ts'

let world: World
let server: TestServer

beforeEach(() => {
  world = createWorld()
  server = createServer(world.now)
  server.snapshot = makeSnapshot({ machines: [makeMachine({ name: 'a' })] })
  world.network.respond = server.respond
})

interface Opened {
  readonly tab: Tab
  readonly client: StartableClient
  readonly stop: () => void
  readonly close: () => void
}

/** A tab with the product open in it, signed in by the key or by what another tab has left. */
async function open(hash = world.stored.size === 0 ? `#key=${KEY}` : ''): Promise<Opened> {
  const tab = world.tab()
  tab.hash.value = hash
  const client = createLiveClient(tab)
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

function rows({ client }: Opened): string[] {
  const snapshot = client.queryClient.getQueryData<ListedSnapshot>(SNAPSHOT_KEY)
  return [...(snapshot?.machines.values() ?? [])].map(({ name, stage }) => `${name} ${stage}`)
}

function feedState({ client }: Opened): string | undefined {
  return client.queryClient.getQueryData<ListedSnapshot>(SNAPSHOT_KEY)?.feed.state
}

const machines = (...names: string[]) => names.map((name) => makeMachine({ name }))

describe('signing in', () => {
  it('takes the key out of the address and shows the rows', async () => {
    const opened = await open()
    expect(opened.tab.hash.value).toBe('')
    expect(opened.client.session.get()).toMatchObject({ status: 'signedIn', token: TOKEN })
    expect(rows(opened)).toEqual(['a clientRequested'])
  })

  it('reaches those who looked before there was anything to see', async () => {
    const client = createLiveClient(world.tab())
    const seen: unknown[] = []
    // As useSnapshot does; the hook itself mounts before the key is exchanged.
    const observer = new QueryObserver<ListedSnapshot>(client.queryClient, {
      queryKey: SNAPSHOT_KEY,
      queryFn: skipToken,
    })
    const undo = observer.subscribe(({ data }) => seen.push(data?.machines.size))
    const before = await open()
    before.close()
    const stop = client.start()
    await world.advance(100)
    expect(seen.at(-1)).toBe(1)
    undo()
    stop()
  })

  it.each([
    ['without a key', '', 'noKey'],
    ['with a wrong key', '#key=wrong', 'badKey'],
  ])('%s it says so', async (_, hash, reason) => {
    const opened = await open(hash)
    expect(opened.tab.hash.value).toBe('')
    expect(opened.client.session.get()).toEqual({ status: 'signedOut', reason })
    expect(rows(opened)).toEqual([])
  })

  it('says when the server cannot be reached', async () => {
    server.trouble = 'down'
    const { client } = await open()
    expect(client.session.get()).toEqual({ status: 'signedOut', reason: 'unreachable' })
  })

  it('holds for tabs opened later, and for those that were signed out', async () => {
    const waiting = await open('#key=wrong')
    await open(`#key=${KEY}`)
    const later = await open('')
    await world.advance(100)
    expect(rows(waiting)).toEqual(['a clientRequested'])
    expect(rows(later)).toEqual(['a clientRequested'])
  })

  it('an old link does no harm while another tab is signed in', async () => {
    await open()
    const old = await open('#key=of-yesterday')
    expect(old.client.session.get()).toMatchObject({ status: 'signedIn' })
  })

  it('is taken from another tab at once when the server was started again', async () => {
    const one = await open()
    server.trouble = 'down'
    server.endStreams()
    // Long enough for its attempts to have become rare.
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

  it('ends in all tabs, and empties them, when the server does not know the token any more', async () => {
    const [one, two] = [await open(), await open()]
    server.validTokens = new Set()
    server.endStreams()
    await world.advance(20_000)
    for (const opened of [one, two]) {
      expect(opened.client.session.get()).toEqual({ status: 'signedOut', reason: 'ended' })
      expect(rows(opened)).toEqual([])
    }
    expect(world.stored.size).toBe(0)
  })

  it('a token that another build has kept is not tried', async () => {
    world.stored.set('countersign.session', JSON.stringify({ token: TOKEN }))
    const { client } = await open('')
    expect(client.session.get()).toEqual({ status: 'signedOut', reason: 'noKey' })
    expect(server.asked).toEqual([])
  })
})

describe('signing out', () => {
  it('ends the session here, in the other tabs and at the server, and leaves nothing in the storage', async () => {
    const [one, two] = [await open(), await open()]
    world.stored.set('countersign.run', 'anything')
    two.client.signOut()
    await world.advance(100)
    for (const opened of [one, two]) {
      expect(opened.client.session.get()).toEqual({ status: 'signedOut', reason: 'byPerson' })
      expect(rows(opened)).toEqual([])
    }
    expect(world.stored.size).toBe(0)
    expect([...server.validTokens]).toEqual([])
    expect(server.openStreams()).toBe(0)
    const asked = server.asked.length
    await world.advance(120_000)
    expect(server.asked).toHaveLength(asked)
  })

  it('says where the server did not answer that the session may go on there', async () => {
    const { client } = await open()
    server.trouble = 'down'
    client.signOut()
    await world.advance(100)
    expect(client.session.get()).toEqual({ status: 'signedOut', reason: 'byPersonHere' })
    expect(world.stored.size).toBe(0)
  })

  it('is over once somebody has signed in again, in all tabs', async () => {
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

describe('a session is in use while a page is visible', () => {
  const told = () => server.asked.filter((asked) => asked.endsWith('/in-view')).length

  it('which is told once a minute, and at once when it becomes visible again', async () => {
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

  it('more often where the session ends sooner', async () => {
    world.stored.set('countersign.session', JSON.stringify({ token: TOKEN, idleSeconds: 60 }))
    await open('')
    await world.advance(60_000)
    expect(told()).toBe(4)
  })
})

describe('one stream for all tabs', () => {
  it('however many there are, and every tab follows it', async () => {
    const opened = []
    for (let count = 0; count < 8; count += 1) opened.push(await open())
    expect(server.openStreams()).toBe(1)
    server.moveTo({ machines: machines('a', 'b') })
    await world.advance(100)
    for (const tab of opened) {
      expect(rows(tab)).toEqual(['a clientRequested', 'b clientRequested'])
      expect(tab.client.link.get().state).toBe('connected')
    }
    expect(server.asked.filter((asked) => asked === 'GET /api/stream')).toHaveLength(1)
  })

  it('goes on in another tab when the leading one is closed', async () => {
    const [one, two] = [await open(), await open()]
    one.close()
    await world.advance(100)
    server.moveTo({ machines: machines('a', 'c') })
    await world.advance(100)
    expect(server.openStreams()).toBe(1)
    expect(rows(two)).toEqual(['a clientRequested', 'c clientRequested'])
  })

  it('nothing is missed that happened while the lead changed hands', async () => {
    const [one, two] = [await open(), await open()]
    one.close()
    server.moveTo({ machines: machines('b') })
    await world.advance(1_000)
    expect(rows(two)).toEqual(['b clientRequested'])
  })

  it('is taken over from a tab that the browser has frozen, by one that is looked at', async () => {
    const [frozen, seen] = [await open(), await open()]
    frozen.tab.hide()
    frozen.tab.freeze()
    server.moveTo({ machines: machines('b') })
    await world.advance(30_000)
    expect(rows(seen)).toEqual(['b clientRequested'])
    expect(seen.client.link.get().state).toBe('connected')

    frozen.tab.thaw()
    frozen.tab.show()
    server.moveTo({ machines: machines('c') })
    await world.advance(10_000)
    expect(server.openStreams()).toBe(1)
    expect(rows(frozen)).toEqual(['c clientRequested'])
    expect(rows(seen)).toEqual(['c clientRequested'])
  })

  it('is not passed on by a tab that was robbed of it while it stood still', async () => {
    const [robbed] = [await open(), await open()]
    robbed.tab.freeze()
    await world.advance(30_000)
    const heard: unknown[] = []
    world.tab().channel.onMessage((message) => heard.push((message as { kind: unknown }).kind))
    server.moveTo({ machines: machines('b') })
    robbed.tab.thaw()
    await world.advance(1_000)
    expect(heard.filter((kind) => kind === 'event')).toHaveLength(1)
  })

  it('is left alone by tabs that nobody looks at', async () => {
    const [leading, hidden] = [await open(), await open()]
    hidden.tab.hide()
    leading.tab.freeze()
    await world.advance(60_000)
    expect(server.asked.filter((asked) => asked === 'GET /api/stream')).toHaveLength(1)
  })

  it('is not stolen from a leader that is merely silent', async () => {
    await open()
    await open()
    for (let seconds = 0; seconds < 120; seconds += 15) {
      server.heartbeat()
      await world.advance(15_000)
    }
    expect(server.asked.filter((asked) => asked === 'GET /api/stream')).toHaveLength(1)
  })

  it('a tab that was frozen catches up when it is seen again, though nothing more happens', async () => {
    const [, sleeper] = [await open(), await open()]
    sleeper.tab.hide()
    sleeper.tab.freeze()
    server.moveTo({ machines: machines('b') })
    await world.advance(1_000)
    sleeper.tab.thaw()
    sleeper.tab.show()
    await world.advance(1_000)
    expect(rows(sleeper)).toEqual(['b clientRequested'])
  })

  it('a tab that was frozen has the clock of the others: what it hears late it does not take for now', async () => {
    const [leading, sleeper] = [await open(), await open()]
    sleeper.tab.freeze()
    server.endStreams()
    await world.advance(3_600_000)
    sleeper.tab.thaw()
    await world.advance(100)
    for (const { client } of [leading, sleeper]) expect(client.clock.now()).toBe(world.now())
  })

  it('what it says of the feed reaches a tab that was opened while nobody passed it on', async () => {
    const leading = await open()
    leading.tab.freeze()
    const second = await open()
    server.send({ event: 'feed', data: { ...server.snapshot.feed, state: 'stale' } })
    leading.tab.thaw()
    await world.advance(3_000)
    expect([leading, second].map(feedState)).toEqual(['stale', 'stale'])
  })

  it.each([
    ['', false],
    [', and the stream has only said what time it is since', true],
  ])(
    'what it says of the feed reaches a tab that still believed it led, once it knows better%s',
    async (_, clockWasSet) => {
      const [robbed, leading] = [await open(), await open()]
      robbed.tab.freeze()
      server.endStreams()
      await world.advance(12_000)
      server.send({ event: 'feed', data: { ...server.snapshot.feed, state: 'stale' } })
      if (clockWasSet) {
        const { epoch, revision } = server.snapshot
        const serverTime = new Date(world.now()).toISOString()
        server.send({ event: 'hello', data: { epoch, revision, serverTime } })
      }
      await settled()
      robbed.tab.thaw()
      server.heartbeat()
      await world.advance(3_000)
      server.heartbeat()
      await world.advance(3_000)
      expect([robbed, leading].map(feedState)).toEqual(['stale', 'stale'])
    },
  )

  it('what one before it said of the feed is not passed on', async () => {
    const tabs = [await open(), await open()]
    const { feed } = server.snapshot
    server.send({ event: 'feed', data: { ...feed, state: 'stale' } })
    await world.advance(3_000)
    expect(tabs.map(feedState)).toEqual(['stale', 'stale'])
    server.snapshot = { ...server.snapshot, feed, revision: 9 }
    server.endStreams()
    await world.advance(12_000)
    server.heartbeat()
    await world.advance(3_000)
    expect(tabs.map(feedState)).toEqual(['live', 'live'])
  })

  it('without Web Locks every tab has its own', async () => {
    const tab = world.tab()
    tab.hash.value = `#key=${KEY}`
    const client = createLiveClient({ ...tab, locks: null })
    client.start()
    await world.advance(100)
    expect(rows({ client, tab } as Opened)).toEqual(['a clientRequested'])
    expect(server.openStreams()).toBe(1)
  })
})

describe('when the connection to our own server is lost', () => {
  it('every tab says since when, and is live again when it is back', async () => {
    const [one, two] = [await open(), await open()]
    await world.advance(60_000 - (world.now() % 60_000))
    const lostAt = new Date(world.now()).toISOString()
    server.trouble = 'down'
    server.endStreams()
    await world.advance(20_000)
    for (const { client } of [one, two]) {
      expect(client.link.get()).toMatchObject({ state: 'lost', since: lostAt })
      expect(rows({ client } as Opened)).toEqual(['a clientRequested'])
    }
    server.trouble = null
    server.snapshot = { ...server.snapshot, revision: 9, machines: machines('b') }
    await world.advance(10_000)
    for (const { client } of [one, two]) {
      expect(client.link.get().state).toBe('connected')
      expect(rows({ client } as Opened)).toEqual(['b clientRequested'])
    }
  })

  describe('and is back, the rows from before the break are not live until they are read anew', () => {
    /** What each tab says of them, each time it says something else. */
    function saying({ client }: Opened): string[] {
      const said: string[] = []
      client.link.subscribe(() => {
        const now = `${client.link.get().state}: ${rows({ client } as Opened)}`
        if (said.at(-1) !== now) said.push(now)
      })
      return said
    }

    async function breakOff(): Promise<void> {
      server.endStreams()
      server.snapshot = { ...server.snapshot, revision: 9, machines: machines('b') }
      await world.advance(2_000)
    }

    it('while their answer is on its way', async () => {
      const opened = [await open(), await open()]
      const said = opened.map(saying)
      const { promise, resolve } = Promise.withResolvers<void>()
      world.network.respond = async (path, init) => {
        const answer = await server.respond(path, init)
        if (path.startsWith('/api/snapshot')) await promise
        return answer
      }
      await breakOff()
      expect(server.openStreams()).toBe(1)
      for (const { client } of opened) expect(client.link.get().state).toBe('lost')
      // What comes meanwhile does not make them whole.
      server.moveTo({ machines: machines('b', 'c') })
      await world.advance(2_000)
      resolve()
      await world.advance(1_000)
      for (const each of said) {
        expect(each).toEqual([
          'lost: a clientRequested',
          'connected: b clientRequested,c clientRequested',
        ])
      }
    })

    it('while there is none, and it says why', async () => {
      const { client } = await open()
      const { lastHeardAt } = client.link.get()
      world.network.respond = (path, init) =>
        path.startsWith('/api/snapshot') ? problem(503) : server.respond(path, init)
      await breakOff()
      server.heartbeat()
      await world.advance(5_000)
      const message = 'The server says 503.'
      expect(client.link.get()).toMatchObject({
        state: 'lost',
        lastHeardAt,
        retryAt: null,
        message,
      })
      world.network.respond = server.respond
      await world.advance(10_000)
      expect(client.link.get()).toMatchObject({ state: 'connected', message: null })
      expect(rows({ client } as Opened)).toEqual(['b clientRequested'])
    })
  })

  it.each([
    ['by itself after a minute', 12],
    ['at once by Retry', 1],
  ])('a snapshot whose answer never comes is asked for anew, %s', async (_, waits) => {
    const { client } = await open()
    let reads = 0
    world.network.respond = (path, init) => {
      if (!path.startsWith('/api/snapshot')) return server.respond(path, init)
      reads += 1
      return reads === 1 ? new Promise(() => {}) : server.respond(path, init)
    }
    server.endStreams()
    server.snapshot = { ...server.snapshot, revision: 9 }
    await world.advance(5_000)
    expect([reads, client.link.get().state]).toEqual([1, 'lost'])
    if (waits === 1) client.retryNow()
    for (let wait = 0; wait < waits; wait += 1) {
      await world.advance(5_000)
      server.heartbeat()
    }
    expect([reads, client.link.get().state]).toEqual([2, 'connected'])
  })

  it('nothing is said of it while changes come, however many', async () => {
    const opened = [await open(), await open()]
    const said = new Set<string>()
    for (const { client } of opened) client.link.subscribe(() => said.add(client.link.get().state))
    for (let count = 0; count < 300; count += 1) {
      server.moveTo({ machines: machines('a', `m${count}`) })
      if (count % 50 === 0) server.heartbeat()
      if (count % 60 === 0) opened[1]?.tab.hide()
      if (count % 60 === 30) opened[1]?.tab.show()
      await world.advance(count % 7 === 0 ? 2_100 : 1)
    }
    expect([...said]).toEqual(['connected'])
  })

  it('a change that was missed makes the rows old until they are read again', async () => {
    const opened = await open()
    const said: string[] = []
    opened.client.link.subscribe(() => said.push(opened.client.link.get().state))
    const { revision } = server.snapshot
    server.snapshot = { ...server.snapshot, revision: revision + 1, machines: machines('b') }
    server.moveTo({ machines: machines('b', 'c') })
    await world.advance(1_000)
    expect(said).toEqual(['lost', 'connected'])
    expect(rows(opened)).toEqual(['b clientRequested', 'c clientRequested'])
  })

  it('a first snapshot that the stream has overtaken is neither live nor lost until it is read again', async () => {
    const old = server.snapshot
    let reads = 0
    world.network.respond = async (path, init) => {
      if (!path.startsWith('/api/snapshot')) return server.respond(path, init)
      const now = server.snapshot
      reads += 1
      if (reads === 1) server.snapshot = old
      const answer = server.respond(path, init)
      server.snapshot = now
      // Later than the stream's first word.
      await new Promise<void>((resolve) => world.tab().setTimer(resolve, 500))
      return answer
    }
    server.snapshot = { ...old, revision: 9, machines: machines('b') }
    const tab = world.tab()
    tab.hash.value = `#key=${KEY}`
    const client = createLiveClient(tab)
    const said: string[] = []
    client.link.subscribe(() => said.push(client.link.get().state))
    client.start()
    await world.advance(10_000)
    expect(reads).toBe(2)
    expect(new Set(said)).toEqual(new Set(['connecting', 'connected']))
    expect(said.at(-1)).toBe('connected')
    expect(rows({ client } as Opened)).toEqual(['b clientRequested'])
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

  it('a follower asks the leader to try at once', async () => {
    const [, follower] = [await open(), await open()]
    server.trouble = 'down'
    server.endStreams()
    await world.advance(60_000)
    server.trouble = null
    follower.client.retryNow()
    await settled()
    expect(follower.client.link.get().state).toBe('connected')
  })

  it('a server that was started again means a new snapshot', async () => {
    const opened = await open()
    server.snapshot = { ...makeSnapshot({ machines: machines('new') }), epoch: 'e2', revision: 1 }
    server.endStreams()
    await world.advance(10_000)
    expect(rows(opened)).toEqual(['new clientRequested'])
    server.moveTo({ machines: machines('new', 'newer') })
    await world.advance(100)
    expect(rows(opened)).toEqual(['new clientRequested', 'newer clientRequested'])
  })
})
