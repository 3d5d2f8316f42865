import { QueryObserver } from '@tanstack/react-query'
import { beforeEach, describe, expect, it } from 'vitest'
import { type CauseCode, cause } from '#lib/csr/cause.ts'
import type { RequestRow } from '#lib/csr/machine/rows.ts'
import { listRequest } from '#lib/live/apply.ts'
import { makeMachine, makeRequest, makeSnapshot } from '#lib/live/fixtures/cluster.ts'
import type { DecisionBody, Loss, Outcome } from '#lib/live/wire.ts'
import { decide } from '#lib/query/decisions.ts'
import { createServer, KEY, problem, type TestServer } from '#lib/query/fixtures/server.ts'
import { createWorld, settled, type World } from '#lib/query/fixtures/world.ts'
import { createLiveClient, type StartableClient } from '#lib/query/live-client.ts'

describe('deciding', () => {
  let world: World
  let server: TestServer
  let client: StartableClient
  let bodies: DecisionBody[]

  const requests = ['u1', 'u2', 'u3'].map((uid) => makeRequest({ uid, name: `csr-${uid}` }))
  const listed = requests.map(listRequest)
  const place = (rows: readonly RequestRow[]) => [makeMachine({ requests: rows })]

  beforeEach(async () => {
    world = createWorld()
    server = createServer(world.now)
    server.snapshot = makeSnapshot({ machines: place(requests) })
    world.network.respond = server.respond
    bodies = []
    const all = server.decide
    server.decide = (body, signal) => {
      bodies.push(body)
      return all(body, signal)
    }
    const tab = world.tab()
    tab.hash.value = `#key=${KEY}`
    client = createLiveClient(tab)
    client.start()
    await world.advance(100)
  })

  /** `uid outcome`, in the order given. */
  async function outcomes(order: Partial<Parameters<typeof decide>[1]> = {}): Promise<string[]> {
    const answers = await decide(client, { decision: 'approve', requests: listed, ...order })
    return answers.map(({ uid, outcome }) => `${uid} ${outcome}`)
  }

  const marks = () => [...client.deciding.get()].map(([uid, { state }]) => `${uid} ${state}`)

  it('sends what was shown, bound to uid and resourceVersion, and nothing else', async () => {
    expect(await outcomes({ note: 'racked today', accept: 'plausible' })).toEqual([
      'u1 approved',
      'u2 approved',
      'u3 approved',
    ])
    expect(bodies).toEqual([
      {
        decision: 'approve',
        accept: 'plausible',
        note: 'racked today',
        as: server.snapshot.cluster.user,
        items: requests.map(({ uid, resourceVersion, status, verdict, failing }) => ({
          uid,
          resourceVersion,
          saw: { status, verdict, failing },
        })),
      },
    ])
  })

  it('marks rows until the watch has the condition: the answer alone makes nothing Approved', async () => {
    const deciding = outcomes()
    expect(marks()).toEqual(['u1 deciding', 'u2 deciding', 'u3 deciding'])
    await deciding
    expect(marks()).toEqual(['u1 decided', 'u2 decided', 'u3 decided'])
    server.moveTo({ machines: place(requests.map((row) => ({ ...row, status: 'Approved' }))) })
    await world.advance(100)
    expect(marks()).toEqual([])
  })

  it('keeps a mark while a list on screen still shows its request as pending', async () => {
    const queryKey = ['requests', {}, {}]
    const show = (status: string) =>
      client.queryClient.setQueryData(queryKey, { answer: { rows: [{ uid: 'u2', status }] } })
    show('Pending')
    const staleTime = Number.POSITIVE_INFINITY
    const list = new QueryObserver(client.queryClient, { queryKey, staleTime, queryFn: () => null })
    const leave = list.subscribe(() => {})
    await outcomes()
    server.moveTo({ machines: place(requests.map((row) => ({ ...row, status: 'Approved' }))) })
    await world.advance(100)
    expect(marks()).toEqual(['u2 decided'])
    show('Approved')
    expect(marks()).toEqual([])
    leave()
  })

  it('marks nothing that the watch has answered already', async () => {
    server.decide = async function* (body) {
      server.moveTo({ machines: place(requests.map((row) => ({ ...row, status: 'Approved' }))) })
      await world.advance(100)
      for (const { uid } of body.items) yield { uid, outcome: 'approved' }
      yield { done: true, counts: {} }
    }
    await outcomes()
    expect(marks()).toEqual([])
  })

  it('more than one call takes goes in several', async () => {
    const many = Array.from({ length: 501 }, (_, index) => makeRequest({ uid: `m${index}` }))
    server.snapshot = makeSnapshot({ machines: place(many) })
    const answers = await outcomes({ requests: many.map(listRequest), decision: 'deny' })
    expect(answers).toEqual(many.map(({ uid }) => `${uid} denied`))
    expect(bodies.map(({ items }) => items.length)).toEqual([500, 1])
  })

  it('in the name that was on screen when it was asked for, also once it is another', async () => {
    const { cluster } = server.snapshot
    const { respond } = server
    world.network.respond = async (path, init) => {
      server.send({ event: 'cluster', data: { ...cluster, user: 'bob' } })
      await world.advance(100)
      return respond(path, init)
    }
    await outcomes()
    expect(bodies.map(({ as }) => as)).toEqual([cluster.user])
  })

  it.each<[Loss, outcome: Outcome, why: CauseCode]>([
    ['server', 'error', 'stoppedBefore'],
    ['cluster', 'error', 'clusterLost'],
    ['identity', 'forbidden', 'identityLost'],
    ['actor', 'error', 'actorChanged'],
    ['actorUnknown', 'error', 'actorUnknown'],
  ])(
    'once what all need is lost (%s), no other call is sent, and what is not sent says just that',
    async (loss, outcome, why) => {
      const many = Array.from({ length: 1_001 }, (_, index) => makeRequest({ uid: `m${index}` }))
      server.snapshot = makeSnapshot({ machines: place(many) })
      // The last was under way, and has an answer of its own.
      const own = { outcome: 'changed', detail: 'own', causes: [cause('clusterLostMeanwhile')] }
      server.decide = function* (body) {
        bodies.push(body)
        for (const [at, { uid }] of body.items.entries()) {
          const end = at < 499 ? { outcome, detail: 'why', causes: [cause(why)] } : own
          yield at < 3 ? { uid, outcome: 'denied' } : { uid, lost: loss, ...end }
        }
        yield { done: true, counts: {} }
      }
      const order = { decision: 'deny', requests: many.map(listRequest) } as const
      const answers = await decide(client, order)
      expect(bodies).toHaveLength(1)
      const [last, ...unsent] = answers.slice(499)
      expect(answers.filter(({ outcome }) => outcome === 'denied')).toHaveLength(3)
      expect(last).toMatchObject(own)
      expect(unsent).toMatchObject(unsent.map(() => ({ outcome, causes: [cause(why)] })))
      expect(marks()).toHaveLength(3)
    },
  )

  it.each([
    ['to its end', 20_000, { denied: 20_000 }],
    ['stopped', 3, { denied: 3, left: 19_997 }],
  ])('of 20,000, %s, the marks change a few times, not with each', async (_, times, expected) => {
    const many = Array.from({ length: 20_000 }, (_, index) => makeRequest({ uid: `m${index}` }))
    server.snapshot = makeSnapshot({ machines: place(many) })
    const stop = new AbortController()
    server.decide = function* ({ items }) {
      for (const { uid } of items.slice(0, times)) yield { uid, outcome: 'denied' }
      if (times < items.length) stop.abort()
      yield { done: true, counts: {} }
    }
    let changes = 0
    client.deciding.subscribe(() => {
      changes += 1
    })
    const order = { decision: 'deny', requests: many.map(listRequest) } as const
    const answers = await decide(client, order, { stop: stop.signal })
    const groups = Map.groupBy(answers, ({ outcome }) => outcome)
    expect(
      Object.fromEntries([...groups].map(([outcome, { length }]) => [outcome, length])),
    ).toEqual(expected)
    expect(changes).toBeLessThan(5)
  })

  it.each([
    ['is told until when, and when that is over', true],
    ['is over with an answer that breaks off', false],
  ])('a wait that the API server asks for %s', async (_, isWhole) => {
    const until = new Date(world.now() + 4_000).toISOString()
    server.decide = function* ({ items }) {
      yield { pausedUntil: until }
      if (!isWhole) return
      yield { pausedUntil: null }
      for (const { uid } of items) yield { uid, outcome: 'denied' }
      yield { done: true, counts: {} }
    }
    const told: (string | null)[] = []
    const onPause = (at: string | null) => told.push(at)
    await decide(client, { decision: 'deny', requests: listed }, { onPause })
    expect([...new Set(told)]).toEqual([until, null])
  })

  describe('stopped', () => {
    const many = Array.from({ length: 1_001 }, (_, index) => makeRequest({ uid: `m${index}` }))
    const order = { decision: 'deny', requests: many.map(listRequest) } as const
    let stop: AbortController
    let told: string[]

    beforeEach(() => {
      server.snapshot = makeSnapshot({ machines: place(many) })
      stop = new AbortController()
      told = []
    })

    async function counted(): Promise<object> {
      const watch = { stop: stop.signal, onOutcome: (outcome: string) => told.push(outcome) }
      const answers = await decide(client, order, watch)
      expect(told.toSorted()).toEqual(answers.map(({ outcome }) => outcome).toSorted())
      const groups = Map.groupBy(answers, ({ outcome }) => outcome)
      return Object.fromEntries([...groups].map(([outcome, { length }]) => [outcome, length]))
    }

    it('before it begins, nothing is sent', async () => {
      stop.abort()
      expect(await counted()).toEqual({ left: 1_001 })
      expect(bodies).toEqual([])
      expect(marks()).toEqual([])
    })

    it('the call under way is halted, what it had begun is told, and no other is sent', async () => {
      server.decide = async function* (body) {
        bodies.push(body)
        for (const { uid } of body.items.slice(0, 3)) yield { uid, outcome: 'denied' }
        if (bodies.length === 2) {
          stop.abort()
          await settled()
        } else for (const { uid } of body.items.slice(3)) yield { uid, outcome: 'denied' }
        yield { done: true, counts: {} }
      }
      expect(await counted()).toEqual({ denied: 503, left: 498 })
      expect(server.halted).toEqual([bodies[1]?.run])
      expect(bodies.map(({ items }) => items.length)).toEqual([500, 500])
      expect(marks()).toHaveLength(503)
    })

    it('where it is not yet under way, it is halted when it is', async () => {
      const { respond } = server
      world.network.respond = async (path, init) => {
        if (path === '/api/decisions') {
          stop.abort()
          await settled()
          server.halted.length = 0
        }
        return respond(path, init)
      }
      await counted()
      expect(server.halted).toEqual(bodies.map(({ run }) => run))
    })

    it('where the server does not take the halt, the call is cut off, and what was not told is unknown', async () => {
      const { respond } = server
      world.network.respond = (path, init) =>
        path === '/api/decisions/halt' ? problem(503) : respond(path, init)
      server.decide = async function* ({ items }, signal) {
        yield { uid: items[0]?.uid, outcome: 'denied' }
        stop.abort()
        await settled()
        signal?.throwIfAborted()
        for (const { uid } of items.slice(1)) yield { uid, outcome: 'denied' }
        yield { done: true, counts: {} }
      }
      expect(await counted()).toEqual({ denied: 1, unknown: 499, left: 501 })
    })
  })

  it('clicked twice, it happens once', async () => {
    const first = outcomes()
    expect(await outcomes()).toEqual(['u1 busy', 'u2 busy', 'u3 busy'])
    expect(await first).toEqual(['u1 approved', 'u2 approved', 'u3 approved'])
    expect(bodies).toHaveLength(1)
  })

  it('the same request twice in one order is sent once', async () => {
    const [one] = listed
    if (one === undefined) throw new Error('no request')
    await outcomes({ requests: [one, one] })
    expect(bodies[0]?.items).toHaveLength(1)
  })

  it.each([
    ['forbidden', []],
    ['refused', []],
    ['error', []],
    ['changed', []],
    ['gone', []],
    ['throttled', []],
    ['already', ['u1 decided', 'u2 decided', 'u3 decided']],
    ['unknown', ['u1 unclear', 'u2 unclear', 'u3 unclear']],
  ])('outcome %s leaves the marks %j', async (outcome, left) => {
    const why = { detail: 'why', causes: [cause('otherContents')] }
    server.decide = function* ({ items }) {
      for (const { uid } of items) yield { uid, outcome, ...why }
      yield { done: true, counts: {} }
    }
    const answers = await decide(client, { decision: 'approve', requests: listed })
    expect(answers.map(({ detail, causes }) => ({ detail, causes }))).toEqual([why, why, why])
    expect(answers.map(({ uid, outcome }) => `${uid} ${outcome}`)).toEqual([
      `u1 ${outcome}`,
      `u2 ${outcome}`,
      `u3 ${outcome}`,
    ])
    expect(marks()).toEqual(left)
  })

  it('an answer that breaks off leaves unknown what was not told', async () => {
    server.decide = function* ({ items }) {
      yield { uid: items[0]?.uid, outcome: 'approved' }
      throw new TypeError('reset')
    }
    expect(await outcomes()).toEqual(['u1 approved', 'u2 unknown', 'u3 unknown'])
    expect(marks()).toEqual(['u1 decided', 'u2 unclear', 'u3 unclear'])
  })

  it('so does one that ends without its last line', async () => {
    server.decide = function* ({ items }) {
      yield { uid: items[0]?.uid, outcome: 'approved' }
    }
    expect(await outcomes()).toEqual(['u1 approved', 'u2 unknown', 'u3 unknown'])
  })

  it('lines that nobody could have meant are not believed', async () => {
    server.decide = function* ({ items }) {
      for (const { uid } of items) yield { uid, outcome: 'splendid' }
      yield { done: true, counts: {} }
    }
    expect(await outcomes()).toEqual(['u1 unknown', 'u2 unknown', 'u3 unknown'])
  })

  it.each([
    ['a refusal of the whole call', 403, 'forbidden'],
    ['too many calls', 429, 'throttled'],
    ['a call that was wrong', 400, 'error'],
    ['a server that broke: it may have written', 500, 'unknown'],
  ])('%s (%i) → %s', async (_, status, outcome) => {
    const { respond } = server
    world.network.respond = (path, init) =>
      path === '/api/decisions' ? problem(status) : respond(path, init)
    expect(await outcomes()).toEqual([`u1 ${outcome}`, `u2 ${outcome}`, `u3 ${outcome}`])
  })

  it('where the server cannot be reached, nobody knows what became of it', async () => {
    server.trouble = 'down'
    expect(await outcomes()).toEqual(['u1 unknown', 'u2 unknown', 'u3 unknown'])
    expect(bodies).toEqual([])
  })

  it('a mark that nobody confirms goes after half a minute: the row says what the watch says', async () => {
    await outcomes()
    await world.advance(29_000)
    expect(marks()).toHaveLength(3)
    await world.advance(10_000)
    expect(marks()).toEqual([])
  })

  it('binds a confirmation to the one request', async () => {
    await outcomes({ requests: listed.slice(0, 1), confirm: 'worker-1' })
    await settled()
    expect(bodies[0]?.items[0]?.confirm).toBe('worker-1')
  })
})
