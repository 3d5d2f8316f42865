import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Actor, createActor } from '#lib/kube/credentials/actor.ts'
import {
  type Exchange,
  type ScriptedServer,
  startScriptedServer,
} from '#lib/kube/fixtures/api-server.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { createIdentity, type Identity } from '#lib/kube/transport/acting-identity.ts'
import { call } from '#lib/kube/transport/transport.ts'

const PUT = { method: 'PUT', path: '/x', body: {} } as const

/** `alice-1` and `alice-2` are two tokens of one person; an `expired-…` token is not accepted. */
let token = 'alice-1'
/** The credential after the API server has refused the first one. */
let renewed: string | null = null
/** The API server's answer to a self review, where a test replaces the usual one. */
let review: ((exchange: Exchange) => void) | null = null
let server: ScriptedServer
let identity: Identity
let actor: Actor
let others: string[] = []
let clock: ManualClock

beforeEach(async () => {
  token = 'alice-1'
  renewed = null
  review = null
  others = []
  server = await startScriptedServer(Array.from({ length: 60 }, () => answer))
  identity = createIdentity({
    name: 'kubeconfig-user',
    endpoint: server.endpoint,
    async credential({ renew }) {
      if (renew && renewed !== null) token = renewed
      return { headers: { authorization: `Bearer ${token}` }, certificate: null }
    },
  })
  clock = manualClock()
  actor = createActor(identity, (username) => others.push(username), clock)
})

afterEach(async () => {
  await identity.close()
  await server.close()
})

const shownIn = ({ headers }: Exchange) => headers.authorization?.replace('Bearer ', '') ?? ''

function answer(exchange: Exchange): void {
  if (shownIn(exchange).startsWith('expired')) exchange.json(401, {})
  else if (exchange.method === 'PUT') exchange.json(200, {})
  else (review ?? named)(exchange)
}

function named(exchange: Exchange): void {
  const [username] = shownIn(exchange).split('-')
  exchange.json(201, { status: { userInfo: { username } } })
}

const asked = () => server.exchanges.filter(({ method }) => method === 'POST').length
const writtenBy = () =>
  server.exchanges.flatMap(({ method, headers }) =>
    method === 'PUT' ? [headers.authorization] : [],
  )

describe('the username', () => {
  it('the username is asked once for each credential, for any number of calls', async () => {
    expect(actor.username).toBe('')
    expect(await Promise.all([actor.name(), actor.name()])).toEqual(['alice', 'alice'])
    expect([await actor.name(), actor.username, asked()]).toEqual(['alice', 'alice', 1])
    token = 'alice-2'
    expect([await actor.name(), asked()]).toEqual(['alice', 2])
    token = 'bob-1'
    expect([await actor.name(), actor.username, asked()]).toEqual(['bob', 'bob', 3])
  })

  it('a changed username is reported, but not the first one or that of a renewed credential', async () => {
    await actor.name()
    token = 'alice-2'
    await actor.name()
    expect(others).toEqual([])
    token = 'bob-1'
    await actor.name()
    expect(others).toEqual(['bob'])
  })

  it('the username is not cached after an error', async () => {
    await actor.name()
    token = 'bob-1'
    review = (exchange) => exchange.json(500, {})
    await expect(actor.name()).rejects.toMatchObject({ status: 500 })
    review = null
    expect(await actor.name()).toBe('bob')
  })

  it('the username stays known while the question is denied for a moment', async () => {
    const alice = actor.as(await actor.name())
    review = (exchange) => exchange.json(403, {})
    await expect(actor.ask()).rejects.toMatchObject({ causes: [{ code: 'actorUnknown' }] })
    expect([actor.username, others]).toEqual(['alice', []])
    await call(alice, PUT)
    expect(writtenBy()).toEqual(['Bearer alice-1'])
  })

  it('a late answer for a replaced credential is ignored', async () => {
    await actor.name()
    const late = Promise.withResolvers<Exchange>()
    review = late.resolve
    const before = actor.ask()
    const exchange = await late.promise
    review = null
    token = 'bob-1'
    expect(await actor.name()).toBe('bob')
    exchange.json(201, { status: { userInfo: { username: 'alice' } } })
    expect(await before).toBe('alice')
    expect([actor.username, await actor.name(), others]).toEqual(['bob', 'bob', ['bob']])
  })

  it('the username is empty after ten seconds of denials, and known again after an answer', async () => {
    review = (exchange) => exchange.json(403, {})
    await expect(actor.name()).rejects.toMatchObject({ causes: [{ code: 'actorUnknown' }] })
    clock.advance(9_999)
    await expect(actor.name()).rejects.toMatchObject({ causes: [{ code: 'actorUnknown' }] })
    clock.advance(1)
    expect([await actor.name(), await actor.name()]).toEqual(['', ''])
    review = null
    expect([await actor.ask(), others]).toEqual(['alice', ['alice']])
    review = (exchange) => exchange.json(403, {})
    await expect(actor.ask()).rejects.toMatchObject({ causes: [{ code: 'actorUnknown' }] })
  })

  it('the username stays known after a denial that follows another error, and after a single 404', async () => {
    review = (exchange) => exchange.json(403, {})
    await expect(actor.name()).rejects.toMatchObject({ causes: [{ code: 'actorUnknown' }] })
    review = (exchange) => exchange.json(500, {})
    await expect(actor.name()).rejects.toMatchObject({ status: 500 })
    clock.advance(10_000)
    review = (exchange) => exchange.json(403, {})
    await expect(actor.name()).rejects.toMatchObject({ causes: [{ code: 'actorUnknown' }] })
    review = null
    expect(await actor.name()).toBe('alice')
    review = (exchange) => exchange.json(404, {})
    await expect(actor.ask()).rejects.toMatchObject({ causes: [{ code: 'actorUnknown' }] })
    expect([actor.username, others]).toEqual(['alice', []])
  })

  it('the username is empty at once without that API (Kubernetes before 1.28)', async () => {
    review = (exchange) => exchange.json(404, {})
    expect(await actor.name()).toBe('')
  })

  it('the username belongs to the accepted credential', async () => {
    token = 'expired-1'
    renewed = 'alice-2'
    expect([await actor.name(), await actor.name()]).toEqual(['alice', 'alice'])
    expect(asked()).toBe(2)
  })
})

describe('an identity bound to a username', () => {
  it.each([
    ['the same credential', 'alice-1', 1],
    ['a renewed one', 'alice-2', 2],
  ])('an identity bound to a username sends with %s', async (_, later, questions) => {
    const alice = actor.as(await actor.name())
    token = later
    await Promise.all(Array.from({ length: 8 }, () => call(alice, PUT)))
    expect(writtenBy()).toEqual(Array.from({ length: 8 }, () => `Bearer ${later}`))
    expect(asked()).toBe(questions)
  })

  it('an identity bound to a username never sends with another user’s credential', async () => {
    const alice = actor.as(await actor.name())
    token = 'bob-1'
    for (let tries = 0; tries < 2; tries += 1) {
      await expect(call(alice, PUT)).rejects.toMatchObject({ kind: 'otherActor', sent: false })
    }
    expect(writtenBy()).toEqual([])
  })

  it.each([
    ['the same person', 'alice-2', undefined],
    ['somebody else', 'bob-1', 'otherActor'],
  ])('a refused credential is replaced by one of %s', async (_, later, kind) => {
    const alice = actor.as(await actor.name())
    token = 'expired-1'
    renewed = later
    const failed = await call(alice, PUT).then(
      () => undefined,
      (error) => error.kind,
    )
    expect(failed).toBe(kind)
    expect(writtenBy()).toEqual(kind === undefined ? ['Bearer alice-2'] : [])
  })

  it('a write with an unknown username is not sent, and may be tried again', async () => {
    const alice = actor.as(await actor.name())
    token = 'alice-2'
    review = ({ socket }) => socket.destroy()
    await expect(call(alice, PUT)).rejects.toMatchObject({ kind: 'network', sent: false })
    review = null
    await call(alice, PUT)
    expect(writtenBy()).toEqual(['Bearer alice-2'])
  })
})
