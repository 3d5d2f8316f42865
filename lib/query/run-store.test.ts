import { beforeEach, describe, expect, it } from 'vitest'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import type { MachineRow, RequestRow } from '#lib/csr/rows.ts'
import { ago, makeMachine, makeRequest, makeSnapshot } from '#lib/live/fixtures/cluster.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import type { DecisionBody, Loss } from '#lib/live/wire.ts'
import {
  approveAll,
  createServer,
  KEY,
  problem,
  type TestServer,
} from '#lib/query/fixtures/server.ts'
import { createWorld, type Tab, type World } from '#lib/query/fixtures/world.ts'
import { createLiveClient, type StartableClient } from '#lib/query/live-client.ts'
import { groupForApproval } from '#lib/query/preflight.ts'
import { BEGIN_WITHIN_MS, FOLLOW_MS, type RunOptions } from '#lib/query/run.ts'
import { SNAPSHOT_KEY } from '#lib/query/snapshot-key.ts'

const OPTIONS: RunOptions = { plausible: false, superseded: true, followServing: false }

let world: World
let server: TestServer
/** Every decision that reached the server, as the uids of its items. */
let batches: string[][]
/** While set, decisions wait for it. */
let gate: Promise<void> | null

interface Opened {
  readonly tab: Tab
  readonly client: StartableClient
  close(): void
}

beforeEach(() => {
  world = createWorld()
  server = createServer(world.now)
  world.network.respond = server.respond
  batches = []
  gate = null
  server.decide = async function* (body: DecisionBody) {
    batches.push(body.items.map(({ uid }) => uid))
    if (gate !== null) await gate
    yield* approveAll(body)
  }
})

async function open(
  hash = world.stored.size === 0 ? `#key=${KEY}` : '',
  aheadMs = 0,
): Promise<Opened> {
  const tab = world.tab()
  tab.hash.value = hash
  const client = createLiveClient({ ...tab, localNow: () => tab.localNow() + aheadMs })
  const stop = client.start()
  await world.advance(200)
  return {
    tab,
    client,
    close() {
      // As when the browser closes it: nothing of it runs any more, tidying up included.
      tab.close()
      stop()
    },
  }
}

const machine = (name: string, ...requests: RequestRow[]) => makeMachine({ name, requests })
const request = (uid: string, fields: Partial<RequestRow> = {}) =>
  makeRequest({ uid, name: `csr-${uid}`, ...fields })

function showing(...machines: MachineRow[]): void {
  server.snapshot = makeSnapshot({ machines })
}

function start({ client }: Opened, options: Partial<RunOptions> = {}): string | null {
  const snapshot = client.queryClient.getQueryData<ListedSnapshot>(SNAPSHOT_KEY)
  if (snapshot === undefined) throw new Error('no snapshot')
  return client.runs.start(groupForApproval(snapshot, 'safe'), { ...OPTIONS, ...options })
}

const runOf = ({ client }: Opened) => client.runs.get().current
const states = (opened: Opened) =>
  (runOf(opened)?.items ?? []).map(({ uid, state }) => `${uid} ${state}`)

function deferred() {
  let open = () => {}
  const promise = new Promise<void>((resolve) => {
    open = resolve
  })
  return { promise, open }
}

describe('a run', () => {
  it('reads again, decides, and is finished when the watch has nothing open', async () => {
    showing(
      machine('a', request('a1'), request('a2', { superseded: true })),
      machine('b', request('b1')),
    )
    const opened = await open()
    start(opened)
    await world.advance(1_000)
    expect(batches).toEqual([['a1', 'b1', 'a2']])
    expect(states(opened)).toEqual(['a1 approved', 'b1 approved', 'a2 approved'])
    expect(runOf(opened)?.status).toBe('finished')
  })

  it('goes in batches of at most 500, in order', async () => {
    showing(
      ...Array.from({ length: 1_203 }, (_, index) => machine(`m${index}`, request(`u${index}`))),
    )
    const opened = await open()
    start(opened)
    await world.advance(5_000)
    expect(batches.map(({ length }) => length)).toEqual([500, 500, 203])
    expect(new Set(batches.flat()).size).toBe(1_203)
    expect(runOf(opened)?.status).toBe('finished')
  })

  it('holds back what is no longer what was on screen, and decides the others', async () => {
    showing(machine('a', request('a1')), machine('b', request('b1')), machine('c', request('c1')))
    const opened = await open()
    // Behind the back of the stream: the preflight is what notices.
    server.snapshot = makeSnapshot({
      machines: [
        machine('a', request('a1', { verdict: 'suspicious' })),
        machine('b', request('b1')),
      ],
    })
    start(opened)
    await world.advance(100)
    expect(batches).toEqual([['b1']])
    expect(states(opened)).toEqual(['a1 heldBack', 'b1 approved', 'c1 failed'])
  })

  it('holds back what got worse, or takes two by now, though others like it are approved', async () => {
    const plausible = { verdict: 'plausible' } as const
    const accepted: string[] = []
    server.decide = function* (body) {
      accepted.push(`${body.accept}: ${body.items.map(({ uid }) => uid)}`)
      yield* approveAll(body)
    }
    showing(
      machine('v', request('v1')),
      machine('w', request('w1')),
      machine('x', request('x1')),
      machine('p', request('p1', plausible)),
    )
    const opened = await open()
    // Behind the back of the stream.
    server.snapshot = makeSnapshot({
      machines: [
        machine('v', request('v1')),
        machine('w', request('w1', plausible)),
        machine('x', request('x1', { secondPerson: { because: 'controlPlane', proposal: null } })),
        machine('p', request('p1', plausible)),
      ],
    })
    start(opened, { plausible: true })
    await world.advance(1_000)
    expect(accepted).toEqual(['verified: v1', 'plausible: p1'])
    expect(states(opened)).toEqual(['v1 approved', 'w1 heldBack', 'x1 heldBack', 'p1 approved'])
  })

  it('never sweeps in what arrives, also not while its dialog was open', async () => {
    showing(machine('a', request('a1')))
    const opened = await open()
    const hold = deferred()
    gate = hold.promise
    start(opened)
    await world.advance(100)
    server.moveTo({
      machines: [
        machine('a', request('a9', { createdAt: ago(-1) }), request('a1', { superseded: true })),
        machine('new', request('n1')),
      ],
    })
    await world.advance(1_000)
    hold.open()
    await world.advance(30_000)
    expect(batches).toEqual([['a1']])
  })

  it('approves serving requests of its machines as they arrive, of no others', async () => {
    showing(machine('a', request('a1')))
    const opened = await open()
    start(opened, { followServing: true })
    await world.advance(1_000)
    expect(runOf(opened)?.status).toBe('running')
    const issued = request('a1', { status: 'Approved,Issued', verdict: null })
    const serving = (uid: string) =>
      request(uid, { signerName: KUBELET_SERVING, createdAt: ago(-2) })
    server.moveTo({
      machines: [
        { ...machine('a', serving('s1'), issued), stage: 'servingRequested' },
        { ...machine('other', serving('x1')), stage: 'servingRequested' },
      ],
    })
    await world.advance(1_000)
    expect(batches).toEqual([['a1'], ['s1']])
    const done = request('s1', {
      status: 'Approved,Issued',
      verdict: null,
      signerName: KUBELET_SERVING,
    })
    server.moveTo({ machines: [{ ...machine('a', done, issued), stage: 'ready' }] })
    await world.advance(1_000)
    expect(runOf(opened)?.status).toBe('finished')
  })
})

describe('faults', () => {
  beforeEach(() => {
    showing(machine('a', request('a1')), machine('b', request('b1')))
  })

  it('429 with Retry-After pauses visibly, for as long as it says, and goes on', async () => {
    let refusals = 1
    world.network.respond = (path, init) =>
      path === '/api/decisions' && refusals-- > 0
        ? problem(429, { 'retry-after': '7' })
        : server.respond(path, init)
    const opened = await open()
    start(opened)
    await world.advance(100)
    expect(runOf(opened)).toMatchObject({ status: 'paused', pause: { why: 'throttled' } })
    const until = runOf(opened)?.pause?.until ?? 0
    expect(Math.round((until - world.now()) / 1_000)).toBe(7)
    await world.advance(6_500)
    expect(batches).toEqual([])
    await world.advance(1_000)
    expect(runOf(opened)?.status).toBe('finished')
  })

  it('a pause that the server makes in the middle shows, and ends', async () => {
    const hold = deferred()
    server.decide = async function* (body) {
      yield { pausedUntil: new Date(world.now() + 4_000).toISOString() }
      await hold.promise
      yield { pausedUntil: null }
      yield* approveAll(body)
    }
    const opened = await open()
    start(opened)
    await world.advance(100)
    expect(runOf(opened)?.pause?.why).toBe('throttled')
    hold.open()
    await world.advance(200)
    expect(runOf(opened)?.status).toBe('finished')
  })

  it('a lost connection pauses, and the run goes on by itself; what was written is found out', async () => {
    const opened = await open()
    server.decide = async function* (body) {
      batches.push(body.items.map(({ uid }) => uid))
      yield { uid: 'a1', outcome: 'approved' }
      throw new TypeError('reset')
    }
    start(opened)
    await world.advance(50)
    server.trouble = 'down'
    server.endStreams()
    await world.advance(5_000)
    expect(runOf(opened)).toMatchObject({ status: 'paused', pause: { why: 'disconnected' } })
    expect(states(opened)).toEqual(['a1 approved', 'b1 unclear'])

    // b1 had been written, though nobody could say so.
    server.decide = approveAll
    server.trouble = null
    const now = { status: 'Approved', verdict: null } as const
    server.moveTo({
      machines: [machine('a', request('a1', now)), machine('b', request('b1', now))],
    })
    await world.advance(20_000)
    expect(states(opened)).toEqual(['a1 approved', 'b1 approved'])
    expect(runOf(opened)?.status).toBe('finished')
    expect(batches).toHaveLength(1)
  })

  it('an answer that stays away is not waited for once the server is not heard any more', async () => {
    const opened = await open()
    gate = deferred().promise
    start(opened)
    await world.advance(100)
    server.trouble = 'down'
    server.endStreams()
    await world.advance(5_000)
    expect(states(opened)).toEqual(['a1 unclear', 'b1 unclear'])
    server.trouble = null
    gate = null
    await world.advance(30_000)
    expect(runOf(opened)?.status).toBe('finished')
    expect(batches).toHaveLength(2)
  })

  describe('what the server did not try, for it had lost', () => {
    /** Of the first so many batches, of which it approves so much. */
    function losing(what: Loss, times: number, approves = 0): void {
      server.decide = function* (body) {
        batches.push(body.items.map(({ uid }) => uid))
        if (batches.length > times) return yield* approveAll(body)
        const outcome = what === 'identity' ? 'forbidden' : 'error'
        for (const [at, { uid }] of body.items.entries()) {
          yield at < approves ? { uid, outcome: 'approved' } : { uid, outcome, lost: what }
        }
        yield { done: true, counts: {} }
      }
    }

    it.each([
      ['the server, for it was stopped', 'server', 'disconnected', 3_000],
      ['the cluster', 'cluster', 'disconnected', 3_000],
      ['the identity', 'identity', 'unauthorized', 5_000],
    ] as const)('%s: waits, and is tried again by itself', async (_, what, why, ms) => {
      losing(what, 1, 1)
      const opened = await open()
      start(opened)
      await world.advance(100)
      expect(runOf(opened)).toMatchObject({ status: 'paused', pause: { why } })
      expect(runOf(opened)?.pause?.until).toBeGreaterThan(world.now() + ms - 200)
      expect(states(opened)).toEqual(['a1 approved', 'b1 queued'])
      await world.advance(ms - 500)
      expect(batches).toHaveLength(1)
      await world.advance(1_000)
      expect(batches).toEqual([['a1', 'b1'], ['b1']])
      expect(runOf(opened)?.status).toBe('finished')
    })

    it('again and again: the longer the more often it was in vain', async () => {
      const opened = await open()
      const sent: number[] = []
      const until = async (times: number) => {
        while (batches.length < times) {
          await world.advance(500)
          server.heartbeat()
        }
        sent.push(world.now())
      }
      losing('identity', 7)
      start(opened)
      for (let times = 1; times <= 7; times += 1) await until(times)
      // Some of it is decided: what comes after that is another loss.
      losing('identity', 8, 1)
      await until(8)
      await until(9)
      const waits = sent.slice(1).map((at, index) => (at - (sent[index] ?? 0)) / 1_000)
      expect(waits.map(Math.round)).toEqual([5, 10, 20, 40, 80, 80, 80, 5])
    })

    it.each([
      ['reconnecting', 'disconnected'],
      ['forbidden', 'notRead'],
      ['unauthorized', 'unauthorized'],
    ] as const)(
      'and the feed said so (%s): the answer is heard to its end, and goes on with the feed',
      async (state, why) => {
        const feed = server.snapshot.feed
        const hold = deferred()
        server.decide = async function* (body) {
          batches.push(body.items.map(({ uid }) => uid))
          if (batches.length > 1) return yield* approveAll(body)
          yield { uid: 'a1', outcome: 'approved' }
          await hold.promise
          yield { uid: 'b1', outcome: 'error', lost: 'cluster' }
          yield { done: true, counts: {} }
        }
        const opened = await open()
        start(opened)
        await world.advance(100)
        server.send({ event: 'feed', data: { ...feed, state } })
        await world.advance(500)
        expect(runOf(opened)?.pause).toEqual({ why, until: null })
        hold.open()
        await world.advance(60_000)
        expect(states(opened)).toEqual(['a1 approved', 'b1 queued'])
        expect(runOf(opened)?.pause).toEqual({ why, until: null })
        server.send({ event: 'feed', data: feed })
        await world.advance(500)
        expect(batches).toEqual([['a1', 'b1'], ['b1']])
        expect(runOf(opened)?.status).toBe('finished')
      },
    )
  })

  it('while the feed is not live nothing is sent', async () => {
    const opened = await open()
    server.send({ event: 'feed', data: { ...server.snapshot.feed, state: 'stale' } })
    await world.advance(100)
    start(opened)
    await world.advance(5_000)
    expect(batches).toEqual([])
    expect(runOf(opened)?.pause?.why).toBe('disconnected')
    server.send({ event: 'feed', data: { ...server.snapshot.feed, state: 'live' } })
    await world.advance(1_000)
    expect(runOf(opened)?.status).toBe('finished')
  })

  it('while the rows are still those from before a break nothing is sent, though the stream is back', async () => {
    const opened = await open()
    const back = deferred()
    world.network.respond = async (path, init) => {
      if (path.startsWith('/api/snapshot')) await back.promise
      return server.respond(path, init)
    }
    server.endStreams()
    server.snapshot = { ...server.snapshot, revision: 9 }
    await world.advance(2_000)
    start(opened)
    await world.advance(1_000)
    expect(server.openStreams()).toBe(1)
    expect(batches).toEqual([])
    expect(runOf(opened)?.pause?.why).toBe('disconnected')
    back.open()
    await world.advance(1_000)
    expect(runOf(opened)?.status).toBe('finished')
  })

  it('when the permission goes, it waits and says why', async () => {
    const opened = await open()
    const { cluster } = server.snapshot
    const access = { ...cluster.access, approval: false }
    server.send({ event: 'cluster', data: { ...cluster, access } })
    await world.advance(100)
    start(opened)
    await world.advance(1_000)
    expect(batches).toEqual([])
    expect(runOf(opened)?.pause?.why).toBe('forbidden')
    server.send({ event: 'cluster', data: cluster })
    await world.advance(1_000)
    expect(runOf(opened)?.status).toBe('finished')
  })
})

describe('pause, resume, stop', () => {
  beforeEach(() => {
    showing(
      ...Array.from({ length: 600 }, (_, index) => machine(`m${index}`, request(`u${index}`))),
    )
  })

  it('paused, nothing more is sent until resumed', async () => {
    const opened = await open()
    const hold = deferred()
    gate = hold.promise
    start(opened)
    await world.advance(100)
    opened.client.runs.pause()
    hold.open()
    await world.advance(60_000)
    expect(batches).toHaveLength(1)
    expect(runOf(opened)?.pause?.why).toBe('person')
    opened.client.runs.resume()
    await world.advance(30_000)
    expect(runOf(opened)?.status).toBe('finished')
    expect(new Set(batches.flat()).size).toBe(600)
  })

  it('stopped, what was not sent is left', async () => {
    const opened = await open()
    const hold = deferred()
    gate = hold.promise
    start(opened)
    await world.advance(100)
    opened.client.runs.stop()
    hold.open()
    await world.advance(30_000)
    expect(batches).toHaveLength(1)
    expect(runOf(opened)?.status).toBe('stopped')
    expect(states(opened).filter((state) => state.endsWith(' left')).length).toBeGreaterThanOrEqual(
      100,
    )
    opened.client.runs.dismiss()
    await world.advance(100)
    expect(runOf(opened)).toBeNull()
  })

  it('a second run does not start meanwhile', async () => {
    const opened = await open()
    gate = deferred().promise
    start(opened)
    await world.advance(100)
    const { id } = runOf(opened) ?? {}
    start(opened)
    expect(runOf(opened)?.id).toBe(id)
  })
})

describe('several tabs', () => {
  beforeEach(() => {
    showing(
      ...Array.from({ length: 600 }, (_, index) => machine(`m${index}`, request(`u${index}`))),
    )
  })

  it('all show the run, any of them commands it, one carries it out', async () => {
    const [one, two, three] = [await open(), await open(), await open()]
    const hold = deferred()
    gate = hold.promise
    start(two)
    await world.advance(500)
    expect([one, two, three].map((opened) => runOf(opened)?.status)).toEqual(
      Array(3).fill('running'),
    )
    three.client.runs.pause()
    await world.advance(500)
    expect([one, two, three].map((opened) => runOf(opened)?.pause?.why)).toEqual(
      Array(3).fill('person'),
    )
    hold.open()
    two.client.runs.resume()
    await world.advance(30_000)
    expect([one, two, three].map((opened) => runOf(opened)?.status)).toEqual(
      Array(3).fill('finished'),
    )
    expect(new Set(batches.flat()).size).toBe(600)
  })

  it('goes on where the address with the key is opened once more', async () => {
    const one = await open()
    const slow = deferred()
    gate = slow.promise
    start(one)
    await world.advance(500)
    const two = await open(`#key=${KEY}`)
    await world.advance(500)
    expect(runOf(two)?.status).toBe('running')
    slow.open()
    await world.advance(5_000)
    for (const tab of [one, two]) expect(runOf(tab)?.status).toBe('finished')
    expect(batches).toHaveLength(2)
  })

  it('goes on in another tab when the one that carried it out is closed', async () => {
    const [one, two] = [await open(), await open()]
    gate = deferred().promise
    start(one)
    await world.advance(500)
    gate = null
    one.close()
    await world.advance(30_000)
    expect(runOf(two)?.status).toBe('finished')
    expect(new Set(batches.flat()).size).toBe(600)
  })

  it.each([
    ['stop', 'stopped', null],
    ['pause', 'paused', 'person'],
  ] as const)(
    'a %s that the one that carries it out does not hear holds all the same',
    async (order, status, why) => {
      const [one, two] = [await open(), await open()]
      gate = deferred().promise
      start(one)
      await world.advance(500)
      one.tab.freeze()
      two.client.runs[order]()
      await world.advance(100)
      // Nobody else would: what the frozen tab has sent goes on without it.
      expect(server.halted).toEqual([runOf(two)?.id])
      // The lead changes hands: nobody has answered for seconds.
      await world.advance(30_000)
      expect(batches).toHaveLength(1)
      expect(runOf(two)).toMatchObject({ status, pause: why === null ? null : { why } })
    },
  )

  it('one that is asked of a leading tab that stands still is not begun when that goes on', async () => {
    const [one, two] = [await open(), await open()]
    one.tab.freeze()
    expect(start(two)).toEqual(expect.any(String))
    await world.advance(BEGIN_WITHIN_MS)
    one.tab.thaw()
    await world.advance(1_000)
    for (const tab of [one, two]) expect(runOf(tab)).toBeNull()

    const asked = start(two)
    await world.advance(30_000)
    expect(runOf(one)).toMatchObject({ id: asked, status: 'finished' })
    expect(new Set(batches.flat()).size).toBe(600)
  })

  it('one that is asked of a tab whose clock was set back meanwhile is not begun', async () => {
    const one = await open()
    const two = await open('', 60_000)
    start(two)
    await world.advance(5_000)
    expect(runOf(one)).toBeNull()
    expect(two.client.runs.get().asked?.state).toBe('unanswered')
  })

  it('Resume that is asked of a leading tab that stands still is said to be unanswered, and is over', async () => {
    const [one, two] = [await open(), await open()]
    const hold = deferred()
    gate = hold.promise
    start(one)
    await world.advance(500)
    one.client.runs.pause()
    hold.open()
    await world.advance(5_000)
    one.tab.freeze()
    two.tab.hide()
    two.client.runs.resume()
    expect(two.client.runs.get().asked?.state).toBe('waiting')
    await world.advance(BEGIN_WITHIN_MS + 1_000)
    expect(two.client.runs.get().asked?.state).toBe('unanswered')
    one.tab.thaw()
    await world.advance(30_000)
    expect(batches).toHaveLength(1)
    expect(runOf(two)?.pause?.why).toBe('person')

    two.client.runs.resume()
    await world.advance(30_000)
    expect(runOf(two)?.status).toBe('finished')
    expect(two.client.runs.get().asked).toBeNull()
  })

  it('what is asked of a run that is over is nothing to the next one', async () => {
    const [one, two] = [await open(), await open()]
    gate = deferred().promise
    start(one)
    await world.advance(500)
    two.tab.freeze()
    one.client.runs.stop()
    one.client.runs.dismiss()
    const next = deferred()
    gate = next.promise
    start(one)
    await world.advance(500)
    for (const order of ['pause', 'stop'] as const) two.client.runs[order]()
    await world.advance(500)
    expect(runOf(one)?.status).toBe('running')
    next.open()
    await world.advance(5_000)
    two.client.runs.dismiss()
    await world.advance(500)
    expect(runOf(one)?.status).toBe('finished')
  })

  it('a tab that was robbed of the lead while it stood still keeps nothing of what it hears then', async () => {
    const [one, two] = [await open(), await open()]
    gate = deferred().promise
    start(one)
    await world.advance(500)
    one.tab.freeze()
    two.client.runs.pause()
    await world.advance(30_000)
    two.client.runs.stop()
    await world.advance(500)
    expect(runOf(two)?.status).toBe('stopped')
    const kept: string[] = []
    const set = world.stored.set.bind(world.stored)
    world.stored.set = (key, value) => {
      kept.push(key)
      return set(key, value)
    }
    one.tab.thaw()
    await world.advance(1_000)
    expect(kept).toEqual([])
    expect(runOf(one)?.status).toBe('stopped')
  })

  it.each([
    [
      'a change that was missed',
      () => {
        server.snapshot = { ...server.snapshot, revision: server.snapshot.revision + 1 }
        server.moveTo({ machines: [...server.snapshot.machines, machine('new')] })
      },
    ],
    ['a stream that breaks and is back at once', () => server.endStreams()],
  ])('%s does not cut the batch under way', async (_, happen) => {
    const hold = deferred()
    gate = hold.promise
    const opened = await open()
    start(opened)
    await world.advance(500)
    happen()
    await world.advance(10_000)
    hold.open()
    await world.advance(1_000)
    expect(states(opened).filter((state) => state.endsWith('approved'))).toHaveLength(600)
    expect(batches).toHaveLength(2)
  })

  it('Go on a second time, in the tab that leads by then: nothing is said to be unanswered any more', async () => {
    const first = await open()
    gate = deferred().promise
    start(first)
    await world.advance(500)
    first.close()
    gate = null
    const [one, two] = [await open(), await open()]
    one.tab.freeze()
    two.client.runs.takeUp()
    await world.advance(4_000)
    expect(two.client.runs.get().asked?.state).toBe('unanswered')
    await world.advance(30_000)
    expect(two.client.runs.get().asked).toBeNull()
    two.client.runs.takeUp()
    expect(two.client.runs.get().asked?.state).toBe('waiting')
    await world.advance(5_000)
    expect(runOf(two)?.status).toBe('finished')
  })

  it('two that are asked for in the same moment: one begins, and each tab knows whether it is its own', async () => {
    const tabs = [await open(), await open()]
    const asked = tabs.map((tab) => start(tab))
    await world.advance(30_000)
    expect(new Set(asked).size).toBe(2)
    for (const tab of tabs) expect(runOf(tab)?.id).toBe(asked[0])
    expect(batches.flat()).toHaveLength(600)
  })

  it('a pause that was not heard is over when somebody lets it go on', async () => {
    const [one, two] = [await open(), await open()]
    gate = deferred().promise
    start(one)
    await world.advance(500)
    one.tab.freeze()
    two.client.runs.pause()
    two.client.runs.resume()
    gate = null
    await world.advance(60_000)
    expect(runOf(two)?.status).toBe('finished')
    expect(new Set(batches.flat()).size).toBe(600)
  })

  it('a pause that was heard, and is over, stops nobody who leads later', async () => {
    const [one, two] = [await open(), await open()]
    gate = deferred().promise
    start(one)
    await world.advance(500)
    two.client.runs.pause()
    await world.advance(500)
    expect(runOf(two)?.pause?.why).toBe('person')
    one.client.runs.resume()
    await world.advance(500)
    gate = null
    one.close()
    await world.advance(30_000)
    expect(runOf(two)?.status).toBe('finished')
    expect(new Set(batches.flat()).size).toBe(600)
  })
})

describe('a run that was cut off', () => {
  async function cutOff(): Promise<void> {
    showing(
      ...Array.from({ length: 600 }, (_, index) => machine(`m${index}`, request(`u${index}`))),
    )
    const opened = await open()
    gate = deferred().promise
    start(opened)
    await world.advance(500)
    opened.close()
    gate = null
    batches = []
  }

  /** Takes a field out of the first of its machines or items. */
  function spoil(which: 'machines' | 'items', field: string): void {
    const kept = JSON.parse(world.stored.get('countersign.run') ?? '')
    delete kept.run[which][0][field]
    world.stored.set('countersign.run', JSON.stringify(kept))
  }

  it('does not go on by itself: it is offered', async () => {
    await cutOff()
    const opened = await open()
    await world.advance(30_000)
    expect(opened.client.runs.get()).toMatchObject({ current: null, cutOff: { user: 'kim.osei' } })
    expect(batches).toEqual([])
  })

  it('says what became of it meanwhile', async () => {
    await cutOff()
    showing(
      ...server.snapshot.machines.map((row, index) =>
        index < 500
          ? machine(
              row.name,
              request(`u${row.name.slice(1)}`, { status: 'Approved', verdict: null }),
            )
          : row,
      ),
    )
    const opened = await open()
    const approved = opened.client.runs
      .get()
      .cutOff?.items.filter(({ state }) => state === 'approved')
    expect(approved).toHaveLength(500)
  })

  it('taken up it finishes what is left, and holds back what changed', async () => {
    await cutOff()
    const machines = server.snapshot.machines.map((row) =>
      row.name === 'm599' ? machine('m599', request('u599', { verdict: 'plausible' })) : row,
    )
    server.snapshot = { ...server.snapshot, machines, revision: 9 }
    const opened = await open()
    opened.client.runs.takeUp()
    await world.advance(60_000)
    expect(runOf(opened)?.status).toBe('finished')
    expect(states(opened)).toContain('u599 heldBack')
    expect(new Set(batches.flat()).size).toBe(599)
  })

  it.each<[string, () => void]>([
    [
      'another cluster',
      () => {
        server.snapshot = {
          ...server.snapshot,
          cluster: { ...server.snapshot.cluster, server: 'https://other' },
        }
      },
    ],
    [
      'another identity',
      () => {
        server.snapshot = {
          ...server.snapshot,
          cluster: { ...server.snapshot.cluster, user: 'other' },
        }
      },
    ],
    [
      'a storage that somebody has spoilt',
      () => world.stored.set('countersign.run', '{"form":1,"run":{}}'),
    ],
    ['one without what was there at its start', () => spoil('machines', 'seen')],
    ['one whose items have no level of trust', () => spoil('items', 'accept')],
  ])('is not offered in %s', async (_, change) => {
    await cutOff()
    change()
    const opened = await open()
    expect(opened.client.runs.get()).toMatchObject({ current: null, cutOff: null })
  })

  it.each([
    ['cluster', { server: 'https://other' }],
    ['identity', { user: 'other' }],
  ])(
    'waits for its own %s, whatever is looked at meanwhile, and is read once',
    async (_, other) => {
      await cutOff()
      const own = server.snapshot
      server.snapshot = makeSnapshot({ cluster: { ...own.cluster, ...other } })
      let reads = 0
      const get = world.stored.get.bind(world.stored)
      world.stored.get = (key) => {
        if (key === 'countersign.run') reads += 1
        return get(key)
      }
      const elsewhere = await open()
      for (const uid of ['x1', 'x2', 'x3']) {
        server.moveTo({ machines: [machine('x', request(uid))] })
        await world.advance(1_000)
      }
      expect(reads).toBe(1)
      elsewhere.close()
      server.snapshot = own
      const opened = await open()
      expect(opened.client.runs.get().cutOff?.items).toHaveLength(600)
    },
  )

  it('taken up by a leading tab that stands still, it does not go on later', async () => {
    await cutOff()
    const [one, two] = [await open(), await open()]
    two.tab.hide()
    one.tab.freeze()
    two.client.runs.takeUp()
    await world.advance(BEGIN_WITHIN_MS + 1_000)
    expect(two.client.runs.get().asked?.state).toBe('unanswered')
    one.tab.thaw()
    await world.advance(30_000)
    expect(batches).toEqual([])
    expect(two.client.runs.get().cutOff).not.toBeNull()
  })

  it('taken up, and discarded at once, it ends before anything is decided', async () => {
    await cutOff()
    const [one, two] = [await open(), await open()]
    // Longer than the next message takes.
    const answers = deferred()
    world.network.respond = async (path, init) => {
      if (path === '/api/preflight') await answers.promise
      return server.respond(path, init)
    }
    one.tab.freeze()
    two.client.runs.takeUp()
    two.client.runs.discard()
    await world.advance(1_000)
    one.tab.thaw()
    await world.advance(500)
    answers.open()
    await world.advance(30_000)
    expect(batches).toEqual([])
    expect(runOf(one)?.status).toBe('stopped')
    expect(two.client.runs.get()).toMatchObject({ cutOff: null, asked: null })
  })

  it('discarded it is not offered again', async () => {
    await cutOff()
    const opened = await open()
    opened.client.runs.discard()
    opened.close()
    expect((await open()).client.runs.get()).toMatchObject({ current: null, cutOff: null })
  })

  it('with nothing left to do it is not offered', async () => {
    showing(machine('a', request('a1')))
    const opened = await open()
    start(opened, { followServing: true })
    await world.advance(1_000)
    opened.close()
    showing(machine('a', request('a1', { status: 'Approved', verdict: null })))
    await world.advance(FOLLOW_MS)
    expect((await open()).client.runs.get()).toMatchObject({ current: null, cutOff: null })
  })

  it('finished it is not offered again', async () => {
    showing(machine('a', request('a1')))
    const opened = await open()
    start(opened)
    await world.advance(1_000)
    opened.close()
    expect((await open()).client.runs.get()).toMatchObject({ current: null, cutOff: null })
  })
})
