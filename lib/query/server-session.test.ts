import { beforeEach, describe, expect, it } from 'vitest'
import type { Tagged } from '#lib/query/api.ts'
import { servedWorld } from '#lib/query/fixtures/open-tab.tsx'
import {
  NOBODY,
  proxyRedirect,
  SIGN_OUT_URL,
  signedInAs,
  type TestServer,
  withoutAccess,
  withUnknownAccess,
} from '#lib/query/fixtures/server.ts'
import type { World } from '#lib/query/fixtures/world.ts'
import { createLiveClient } from '#lib/query/live-client.ts'
import { SUMMARY_KEY } from '#lib/query/queries.ts'
import { NO_ACCESS_MS } from '#lib/query/server-session.ts'
import type { Session } from '#lib/query/session.ts'
import type { Summary } from '#lib/wire/views.ts'

let world: World
let server: TestServer

beforeEach(() => {
  ;({ world, server } = servedWorld())
  server.team = NOBODY
})

async function open() {
  const tab = world.tab()
  const client = createLiveClient(tab)
  client.start()
  await world.advance(100)
  return {
    tab,
    client,
    session: (): Session => client.session.get(),
    hasRows: () => client.queryClient.getQueryData<Tagged<Summary>>(SUMMARY_KEY) !== undefined,
  }
}

const dataCalls = () => server.asked.filter((asked) => !asked.endsWith(' /api/session'))

describe('a page opened without a key', () => {
  it.each<[who: string, answer: () => Partial<TestServer>, session: Partial<Session>]>([
    ['nobody', () => ({ team: NOBODY }), { status: 'signIn', ways: NOBODY.signIn, reason: null }],
    ['a person', () => ({ team: signedInAs('kim') }), { status: 'signedIn', binding: 'of kim' }],
    [
      'a person without the right to see',
      () => ({ team: withoutAccess('kim') }),
      {
        status: 'noAccess',
        binding: 'of kim',
        access: expect.objectContaining({ mayView: false }),
      },
    ],
    ['a laptop’s', () => ({ team: null }), { status: 'signedOut', reason: 'noKey' }],
    ['an older server’s', () => ({ trouble: 405 }), { status: 'signedOut', reason: 'noKey' }],
    [
      'nobody, says a proxy',
      () => ({ trouble: 401 }),
      { status: 'signIn', ways: [{ way: 'proxy', href: null }] },
    ],
    ['one that starts', () => ({ trouble: 503 }), { status: 'signedOut', reason: 'noAnswer' }],
    ['none', () => ({ trouble: 'down' }), { status: 'signedOut', reason: 'noAnswer' }],
  ])('a page without a key asks who is signed in: %s', async (_who, answer, expected) => {
    Object.assign(server, answer())
    const { session, hasRows } = await open()
    expect(session()).toMatchObject(expected)
    const isIn = expected.status === 'signedIn'
    expect(hasRows()).toBe(isIn)
    expect(dataCalls().length > 0).toBe(isIn)
    expect(world.stored.size).toBe(0)
  })

  it('a page without a key asks until the server answers, and at once when a person presses the button', async () => {
    server.trouble = 'down'
    const { client, session } = await open()
    await world.advance(20_000)
    server.trouble = null
    server.team = signedInAs('kim')
    client.retryNow()
    await world.advance(10)
    expect(session()).toMatchObject({ status: 'signedIn' })
    const asked = server.asked.filter((one) => one === 'GET /api/session').length
    expect(asked).toBeGreaterThan(3)
    expect(asked).toBeLessThan(20)
  })
})

describe('a pasted token', () => {
  it('a pasted token signs this tab and the others in', async () => {
    const [one, two] = [await open(), await open()]
    server.tokenAnswer = signedInAs('kim')
    expect(await one.client.signIn('secret')).toBeNull()
    await world.advance(100)
    for (const tab of [one, two]) expect(tab.session()).toMatchObject({ binding: 'of kim' })
    expect(one.hasRows()).toBe(true)
    expect(world.stored.size).toBe(0)
  })

  it.each([401, 429, 503])(
    'a pasted token answered with %i leaves the page as it is',
    async (status) => {
      const { client, session } = await open()
      server.tokenAnswer = status
      expect(await client.signIn('secret')).toMatchObject({ status })
      expect(session()).toMatchObject({ status: 'signIn' })
    },
  )

  it('a pasted token of a person without the right to see shows no rows', async () => {
    const { client, session, hasRows } = await open()
    server.tokenAnswer = withoutAccess('kim')
    await client.signIn('secret')
    await world.advance(100)
    expect(session().status).toBe('noAccess')
    expect(hasRows()).toBe(false)
    expect(dataCalls()).toEqual([])
  })
})

describe('a session that is over', () => {
  async function opened() {
    server.team = signedInAs('kim')
    const tab = await open()
    await world.advance(5_000)
    expect(tab.hasRows()).toBe(true)
    return tab
  }

  it.each<[what: string, team: TestServer['team'], session: Partial<Session>]>([
    ['it ended', NOBODY, { status: 'signIn', reason: 'ended' }],
    ['the right was lost', withoutAccess('kim'), { status: 'noAccess' }],
    ['the right is unknown', withUnknownAccess('kim'), { status: 'noAccess' }],
    ['another person has the cookie', signedInAs('ana'), { status: 'signedIn', binding: 'of ana' }],
  ])(
    'the session ends with %s: the rows go, and the page says so',
    async (_what, team, expected) => {
      const { session, hasRows } = await opened()
      server.team = team
      server.endStreams()
      await world.advance(3_000)
      expect(session()).toMatchObject(expected)
      expect(hasRows()).toBe(expected.status === 'signedIn')
    },
  )

  it('the page is emptied before the server says who is signed in now', async () => {
    const { session, hasRows } = await opened()
    server.team = NOBODY
    const { respond } = world.network
    world.network.respond = (path, init) =>
      path === '/api/session' ? new Promise<Response>(() => {}) : respond(path, init)
    server.endStreams()
    await world.advance(3_000)
    expect(session().status).toBe('asking')
    expect(hasRows()).toBe(false)
  })

  it('the page learns that the session is over where a proxy redirects every call to its sign-in', async () => {
    const { session } = await opened()
    world.network.respond = proxyRedirect
    server.endStreams()
    await world.advance(3_000)
    expect(session()).toEqual({
      status: 'signIn',
      cluster: null,
      ways: [{ way: 'proxy', href: null }],
      reason: 'ended',
    })
  })

  it('the sign-in page says that the session is over, also where the server did not answer at first', async () => {
    const { session } = await opened()
    server.team = NOBODY
    const { respond } = world.network
    world.network.respond = (path, init) => {
      if (path === '/api/session') throw new TypeError('fetch failed')
      return respond(path, init)
    }
    server.endStreams()
    await world.advance(3_000)
    expect(session()).toMatchObject({ status: 'signedOut', reason: 'noAnswer' })
    world.network.respond = respond
    await world.advance(20_000)
    expect(session()).toMatchObject({ status: 'signIn', reason: 'ended' })
  })

  it('the page does not ask in a loop where the server contradicts itself', async () => {
    await opened()
    const { respond } = world.network
    world.network.respond = (path, init) =>
      path === '/api/session' ? respond(path, init) : new Response(null, { status: 401 })
    server.endStreams()
    const before = server.asked.length
    await world.advance(60_000)
    expect(server.asked.length - before).toBeLessThan(40)
  })
})

it('a visible page asks again for the right to see, and its session does not end', async () => {
  server.team = withoutAccess('kim')
  const { tab, session, hasRows } = await open()
  tab.hide()
  await world.advance(10 * NO_ACCESS_MS)
  expect(server.asked).toEqual(['GET /api/session'])
  tab.show()
  await world.advance(10)
  expect(server.asked).toContain('POST /api/session/in-view')
  expect(session().status).toBe('noAccess')
  server.team = signedInAs('kim')
  await world.advance(NO_ACCESS_MS)
  expect(session().status).toBe('signedIn')
  expect(hasRows()).toBe(true)
})

describe('signing out', () => {
  it('signing out ends the session at the server, in the other tabs and at the provider', async () => {
    server.team = signedInAs('kim')
    const [one, two] = [await open(), await open()]
    one.client.signOut()
    await world.advance(100)
    for (const { session, hasRows } of [one, two]) {
      expect(session()).toMatchObject({ status: 'signIn', reason: 'byPerson' })
      expect(hasRows()).toBe(false)
    }
    expect(one.tab.leftFor).toEqual([SIGN_OUT_URL])
    expect(two.tab.leftFor).toEqual([])
  })

  it('signing out empties the other tabs before the server answers; they then ask the server', async () => {
    server.team = signedInAs('kim')
    const [one, two] = [await open(), await open()]
    await world.advance(5_000)
    const { respond } = world.network
    world.network.respond = (path, init) =>
      init.method === 'DELETE' ? new Promise<Response>(() => {}) : respond(path, init)
    one.client.signOut()
    await world.advance(10)
    for (const { session, hasRows } of [one, two]) {
      expect(session().status).not.toBe('signedIn')
      expect(hasRows()).toBe(false)
    }
    // Its sign-out never reached the server.
    one.tab.close()
    await world.advance(3_000)
    expect(two.session()).toMatchObject({ status: 'signedIn', binding: 'of kim' })
  })

  it('signing out is possible without the right to see', async () => {
    server.team = withoutAccess('kim')
    const { client, session } = await open()
    client.signOut()
    await world.advance(100)
    expect(session()).toMatchObject({ status: 'signIn', reason: 'byPerson' })
  })

  it('signing out without an answer says that the session may go on, and is tried again', async () => {
    server.team = signedInAs('kim')
    const { client, session, hasRows } = await open()
    server.trouble = 'down'
    client.signOut()
    await world.advance(100)
    expect(session()).toEqual({ status: 'signedOut', reason: 'notEnded' })
    expect(hasRows()).toBe(false)
    server.trouble = null
    client.retryNow()
    await world.advance(100)
    expect(session()).toMatchObject({ status: 'signIn', reason: 'byPerson' })
  })

  it('signing out follows only an address of a web page', async () => {
    server.team = signedInAs('kim')
    const { client, tab } = await open()
    const { respond } = world.network
    world.network.respond = (path, init) =>
      init.method === 'DELETE'
        ? Response.json({ signOutUrl: 'javascript:alert(1)' })
        : respond(path, init)
    client.signOut()
    await world.advance(100)
    expect(tab.leftFor).toEqual([])
  })
})
