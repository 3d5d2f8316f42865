import { describe, expect, it } from 'vitest'
import { cause } from '#lib/csr/cause.ts'
import { createApi, problemOf } from '#lib/query/api.ts'
import { problem, proxyRedirect } from '#lib/query/fixtures/server.ts'
import { createWorld } from '#lib/query/fixtures/world.ts'
import { createServerClock } from '#lib/query/server-clock.ts'
import type { Session } from '#lib/query/session.ts'
import { createStore } from '#lib/query/store.ts'
import { NOW } from '#lib/wire/fixtures/cluster.ts'

const signedIn: Session = { status: 'signedIn', token: 't1', idleSeconds: 60 }

function api(respond: (init: RequestInit) => Response | Promise<Response>, session = signedIn) {
  const store = createStore<Session>(session)
  const fetch = async (_: string, init: RequestInit) => respond(init)
  return { store, ...createApi({ fetch, localNow: () => NOW, session: store, early: null }) }
}

/** The problem in which a call ends. */
async function problemFrom(respond: () => Response | Promise<Response>) {
  try {
    await api(respond).json('/api/x')
  } catch (error) {
    return problemOf(error)
  }
  throw new Error('it was answered')
}

describe('a call of the API client', () => {
  it('a call carries the token in a header, and no cookie', async () => {
    let sent: RequestInit = {}
    await api((init) => {
      sent = init
      return Response.json({})
    }).json('/api/x', { method: 'POST', body: { a: 1 } })
    const headers = new Headers(sent.headers)
    expect(headers.get('authorization')).toBe('Bearer t1')
    expect(headers.get('content-type')).toBe('application/json')
    expect(sent).toMatchObject({
      credentials: 'omit',
      redirect: 'manual',
      cache: 'no-store',
      body: '{"a":1}',
    })
  })

  it('a call takes an early answer instead of asking, and asks where the early answer failed', async () => {
    const known = { etag: null, sentAt: 1, answer: 'early' }
    const early = { take: (path: string) => Promise.resolve(path === '/api/x' ? known : null) }
    const fetch = async () => Response.json('late')
    const parts = { fetch, early, localNow: () => NOW, session: createStore<Session>(signedIn) }
    const read = (path: string) => createApi(parts).tagged(path, { known: undefined })
    expect(await read('/api/x')).toBe(known)
    expect(await read('/api/y')).toEqual({ etag: null, sentAt: NOW, answer: 'late' })
  })

  it('a call with a known answer sends its ETag, and gives the known answer on a 304', async () => {
    const seen: (string | null)[] = []
    const respond = (init: RequestInit) => {
      const etag = new Headers(init.headers).get('if-none-match')
      seen.push(etag)
      return etag === '"1"'
        ? new Response(null, { status: 304 })
        : Response.json({ n: 1 }, { headers: { etag: '"1"' } })
    }
    const first = await api(respond).tagged('/api/x', { known: undefined })
    expect(first).toEqual({ etag: '"1"', sentAt: NOW, answer: { n: 1 } })
    expect(await api(respond).tagged('/api/x', { known: first })).toBe(first)
    expect(seen).toEqual([null, '"1"'])
  })

  it('a call without an ETag fails on a 304', async () => {
    const call = api(() => new Response(null, { status: 304 })).tagged('/api/x', {
      known: undefined,
    })
    await expect(call).rejects.toMatchObject({ problem: { status: 304 } })
  })

  it.each([
    ['problem+json', () => problem(409), { status: 409, code: 'code409' }],
    [
      'a page of a proxy',
      () => new Response('<h1>Bad gateway', { status: 502 }),
      {
        ...{ status: 502, code: 'badAnswer' },
        causes: [cause('serverAnswered', { status: 502, said: '' })],
      },
    ],
    [
      'JSON of another shape',
      () => Response.json({ no: 1 }, { status: 500 }),
      { status: 500, code: 'badAnswer' },
    ],
    [
      '200 that is no JSON',
      () => new Response('ok'),
      { code: 'badAnswer', causes: [cause('serverAnswerNotJson')] },
    ],
    [
      'no answer',
      () => Promise.reject(new TypeError('refused')),
      {
        ...{ status: 0, code: 'unreachable' },
        causes: [cause('serverUnreachable', { said: 'refused' })],
      },
    ],
  ])('an answer with %s becomes a problem', async (_, respond, wanted) => {
    expect(await problemFrom(respond)).toMatchObject(wanted)
  })

  it.each([
    ['401', () => problem(401), 'code401'],
    ['a proxy’s redirect', proxyRedirect, 'badAnswer'],
  ])('an answer with %s ends the session', async (_, respond, code) => {
    const { store, send } = api(respond)
    await expect(send('/api/x')).rejects.toThrow(code)
    expect(store.get()).toEqual({ status: 'signedOut', reason: 'ended' })
  })

  it('a late 401 to an old token does not end the new session', async () => {
    const newer: Session = { ...signedIn, token: 't2' }
    const { store, send } = api(() => {
      store.change(newer)
      return problem(401)
    })
    await expect(send('/api/x')).rejects.toThrow('code401')
    expect(store.get()).toBe(newer)
  })
})

describe('the clock', () => {
  const server = (ms: number) => new Date(NOW + ms).toISOString()

  it.each<[string, [string, number, number][], number]>([
    ['knows nothing: its own', [], 0],
    ['takes the middle of the round trip', [[server(5_000), NOW, NOW + 200]], 4_900],
    [
      'prefers the quicker answer',
      [
        [server(5_000), NOW, NOW + 100],
        [server(5_400), NOW, NOW + 1_000],
      ],
      4_950,
    ],
    [
      'follows a jump, however slow the answer',
      [
        [server(5_000), NOW, NOW + 100],
        [server(60_000), NOW, NOW + 1_000],
      ],
      59_500,
    ],
    ['ignores what is no time', [['soon', NOW, NOW]], 0],
  ])('the clock of the server %s', (_, observed, ahead) => {
    const clock = createServerClock(createWorld().tab())
    for (const args of observed) clock.observe(...args)
    expect(clock.now() - NOW).toBe(ahead)
  })

  it('the clock ticks on the second while it has a listener', async () => {
    const world = createWorld()
    const clock = createServerClock(world.tab())
    const ticks: number[] = []
    await world.advance(300)
    const stop = clock.subscribe(() => ticks.push(world.now() - NOW))
    await world.advance(2_000)
    stop()
    await world.advance(2_000)
    expect(ticks).toEqual([1_000, 2_000])
  })
})
