import { beforeEach, describe, expect, it } from 'vitest'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { ago, makeSnapshot } from '#lib/live/fixtures/cluster.ts'
import type { Loss } from '#lib/live/wire.ts'
import {
  createRunRig,
  deferred,
  machine,
  manyMachines,
  type Opened,
  type RunRig,
  request,
  runOf,
  start,
  states,
} from '#lib/query/fixtures/run-rig.ts'
import { approveAll, problem } from '#lib/query/fixtures/server.ts'
import { settled } from '#lib/query/fixtures/world.ts'
import { BEGIN_WITHIN_MS, FOLLOW_MS } from '#lib/query/run.ts'

let rig: RunRig

beforeEach(() => {
  rig = createRunRig()
})

const becomes = (user: string) =>
  rig.server.send({ event: 'cluster', data: { ...rig.server.snapshot.cluster, user } })

describe('a run', () => {
  it('reads again, decides, and is finished when the watch has nothing open', async () => {
    rig.showing(
      machine('a', request('a1'), request('a2', { superseded: true })),
      machine('b', request('b1')),
    )
    const opened = await rig.open()
    start(opened)
    await rig.world.advance(1_000)
    expect(rig.batches).toEqual([['a1', 'b1', 'a2']])
    expect(states(opened)).toEqual(['a1 approved', 'b1 approved', 'a2 approved'])
    expect(runOf(opened)?.status).toBe('finished')
  })

  it('goes in batches of at most 500, in order', async () => {
    rig.showing(
      ...Array.from({ length: 1_203 }, (_, index) => machine(`m${index}`, request(`u${index}`))),
    )
    const opened = await rig.open()
    start(opened)
    await rig.world.advance(5_000)
    expect(rig.batches.map(({ length }) => length)).toEqual([500, 500, 203])
    expect(new Set(rig.batches.flat()).size).toBe(1_203)
    expect(runOf(opened)?.status).toBe('finished')
  })

  it('holds back what is no longer what was on screen, and decides the others', async () => {
    rig.showing(
      machine('a', request('a1')),
      machine('b', request('b1')),
      machine('c', request('c1')),
    )
    const opened = await rig.open()
    // Behind the back of the stream: the preflight is what notices.
    rig.server.snapshot = makeSnapshot({
      machines: [
        machine('a', request('a1', { verdict: 'suspicious' })),
        machine('b', request('b1')),
      ],
    })
    start(opened)
    await rig.world.advance(100)
    expect(rig.batches).toEqual([['b1']])
    expect(states(opened)).toEqual(['a1 heldBack', 'b1 approved', 'c1 failed'])
  })

  it('holds back what got worse, or takes two by now, though others like it are approved', async () => {
    const plausible = { verdict: 'plausible' } as const
    const accepted: string[] = []
    rig.server.decide = function* (body) {
      accepted.push(`${body.accept}: ${body.items.map(({ uid }) => uid)}`)
      yield* approveAll(body)
    }
    rig.showing(
      machine('v', request('v1')),
      machine('w', request('w1')),
      machine('x', request('x1')),
      machine('p', request('p1', plausible)),
    )
    const opened = await rig.open()
    // Behind the back of the stream.
    rig.server.snapshot = makeSnapshot({
      machines: [
        machine('v', request('v1')),
        machine('w', request('w1', plausible)),
        machine('x', request('x1', { secondPerson: { because: 'controlPlane', proposal: null } })),
        machine('p', request('p1', plausible)),
      ],
    })
    start(opened, { plausible: true })
    await rig.world.advance(1_000)
    expect(accepted).toEqual(['verified: v1', 'plausible: p1'])
    expect(states(opened)).toEqual(['v1 approved', 'w1 heldBack', 'x1 heldBack', 'p1 approved'])
  })

  it('never sweeps in what arrives, also not while its dialog was open', async () => {
    rig.showing(machine('a', request('a1')))
    const opened = await rig.open()
    const hold = deferred()
    rig.gate = hold.promise
    start(opened)
    await rig.world.advance(100)
    rig.server.moveTo({
      machines: [
        machine('a', request('a9', { createdAt: ago(-1) }), request('a1', { superseded: true })),
        machine('new', request('n1')),
      ],
    })
    await rig.world.advance(1_000)
    hold.open()
    await rig.world.advance(30_000)
    expect(rig.batches).toEqual([['a1']])
  })

  it('approves serving requests of its machines as they arrive, of no others', async () => {
    rig.showing(machine('a', request('a1')))
    const opened = await rig.open()
    start(opened, { followServing: true })
    await rig.world.advance(1_000)
    expect(runOf(opened)?.status).toBe('running')
    const issued = request('a1', { status: 'Approved,Issued', verdict: null })
    const serving = (uid: string) =>
      request(uid, { signerName: KUBELET_SERVING, createdAt: ago(-2) })
    rig.server.moveTo({
      machines: [
        { ...machine('a', serving('s1'), issued), stage: 'servingRequested' },
        { ...machine('other', serving('x1')), stage: 'servingRequested' },
      ],
    })
    await rig.world.advance(1_000)
    expect(rig.batches).toEqual([['a1'], ['s1']])
    const done = request('s1', {
      status: 'Approved,Issued',
      verdict: null,
      signerName: KUBELET_SERVING,
    })
    rig.server.moveTo({ machines: [{ ...machine('a', done, issued), stage: 'ready' }] })
    await rig.world.advance(1_000)
    expect(runOf(opened)?.status).toBe('finished')
  })
})

describe('faults', () => {
  beforeEach(() => {
    rig.showing(machine('a', request('a1')), machine('b', request('b1')))
  })

  it('429 with Retry-After pauses visibly, for as long as it says, and goes on', async () => {
    let refusals = 1
    rig.world.network.respond = (path, init) =>
      path === '/api/decisions' && refusals-- > 0
        ? problem(429, { 'retry-after': '7' })
        : rig.server.respond(path, init)
    const opened = await rig.open()
    start(opened)
    await rig.world.advance(100)
    expect(runOf(opened)).toMatchObject({ status: 'paused', pause: { why: 'throttled' } })
    const until = runOf(opened)?.pause?.until ?? 0
    expect(Math.round((until - rig.world.now()) / 1_000)).toBe(7)
    await rig.world.advance(6_500)
    expect(rig.batches).toEqual([])
    await rig.world.advance(1_000)
    expect(runOf(opened)?.status).toBe('finished')
  })

  it('where our own server could not, that is what it says, and it is tried again', async () => {
    let failures = 1
    rig.world.network.respond = (path, init) =>
      path === '/api/preflight' && failures-- > 0 ? problem(500) : rig.server.respond(path, init)
    const opened = await rig.open()
    start(opened)
    await rig.world.advance(100)
    expect(runOf(opened)).toMatchObject({ status: 'paused', pause: { why: 'failed' } })
    await rig.world.advance(3_500)
    expect(runOf(opened)?.status).toBe('finished')
  })

  it('a pause that the server makes in the middle shows, and ends', async () => {
    const hold = deferred()
    rig.server.decide = async function* (body) {
      yield { pausedUntil: new Date(rig.world.now() + 4_000).toISOString() }
      await hold.promise
      yield { pausedUntil: null }
      yield* approveAll(body)
    }
    const opened = await rig.open()
    start(opened)
    await rig.world.advance(100)
    expect(runOf(opened)?.pause?.why).toBe('throttled')
    hold.open()
    await rig.world.advance(200)
    expect(runOf(opened)?.status).toBe('finished')
  })

  it('a lost connection pauses, and the run goes on by itself; what was written is found out', async () => {
    const opened = await rig.open()
    rig.server.decide = async function* (body) {
      rig.batches.push(body.items.map(({ uid }) => uid))
      yield { uid: 'a1', outcome: 'approved' }
      throw new TypeError('reset')
    }
    start(opened)
    await rig.world.advance(50)
    rig.server.trouble = 'down'
    rig.server.endStreams()
    await rig.world.advance(5_000)
    expect(runOf(opened)).toMatchObject({ status: 'paused', pause: { why: 'disconnected' } })
    expect(states(opened)).toEqual(['a1 approved', 'b1 unclear'])

    // b1 had been written, though nobody could say so.
    rig.server.decide = approveAll
    rig.server.trouble = null
    const now = { status: 'Approved', verdict: null } as const
    rig.server.moveTo({
      machines: [machine('a', request('a1', now)), machine('b', request('b1', now))],
    })
    await rig.world.advance(20_000)
    expect(states(opened)).toEqual(['a1 approved', 'b1 approved'])
    expect(runOf(opened)?.status).toBe('finished')
    expect(rig.batches).toHaveLength(1)
  })

  it('an answer that stays away is not waited for once the server is not heard any more', async () => {
    const opened = await rig.open()
    rig.gate = deferred().promise
    start(opened)
    await rig.world.advance(100)
    rig.server.trouble = 'down'
    rig.server.endStreams()
    await rig.world.advance(5_000)
    expect(states(opened)).toEqual(['a1 unclear', 'b1 unclear'])
    rig.server.trouble = null
    rig.gate = null
    await rig.world.advance(30_000)
    expect(runOf(opened)?.status).toBe('finished')
    expect(rig.batches).toHaveLength(2)
  })

  describe('what the server did not try, for it had lost', () => {
    /** Of the first so many rig.batches, of which it approves so much. */
    function losing(what: Loss, times: number, approves = 0): void {
      rig.server.decide = function* (body) {
        rig.batches.push(body.items.map(({ uid }) => uid))
        if (rig.batches.length > times) return yield* approveAll(body)
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
      ['who acts, which nobody could say', 'actorUnknown', 'actorUnknown', 5_000],
    ] as const)('%s: waits, and is tried again by itself', async (_, what, why, ms) => {
      losing(what, 1, 1)
      const opened = await rig.open()
      start(opened)
      await rig.world.advance(100)
      expect(runOf(opened)).toMatchObject({ status: 'paused', pause: { why } })
      expect(runOf(opened)?.pause?.until).toBeGreaterThan(rig.world.now() + ms - 200)
      expect(states(opened)).toEqual(['a1 approved', 'b1 queued'])
      await rig.world.advance(ms - 500)
      expect(rig.batches).toHaveLength(1)
      await rig.world.advance(1_000)
      expect(rig.batches).toEqual([['a1', 'b1'], ['b1']])
      expect(runOf(opened)?.status).toBe('finished')
    })

    describe('for it acts as somebody else by now', () => {
      let me: string
      let asked: string[]

      /** Decides in the name that was asked for, or not at all. */
      beforeEach(() => {
        me = rig.server.snapshot.cluster.user
        asked = []
        rig.server.decide = function* (body) {
          asked.push(`${body.items.length} as ${body.as}`)
          if (body.as === rig.server.snapshot.cluster.user) return yield* approveAll(body)
          for (const { uid } of body.items) yield { uid, outcome: 'error', lost: 'actor' }
          yield { done: true, counts: {} }
        }
      })

      it('waits for whoever began it, and then goes on by itself', async () => {
        const opened = await rig.open()
        const { cluster } = rig.server.snapshot
        // The page does not know yet.
        rig.server.snapshot = { ...rig.server.snapshot, cluster: { ...cluster, user: 'bob' } }
        start(opened)
        await rig.world.advance(500)
        expect(runOf(opened)?.pause).toMatchObject({ why: 'otherUser', until: expect.any(Number) })
        becomes('bob')
        await rig.world.advance(60_000)
        expect(runOf(opened)?.pause).toEqual({ why: 'otherUser', until: null })
        expect(states(opened)).toEqual(['a1 queued', 'b1 queued'])
        opened.client.runs.resume()
        await rig.world.advance(500)
        expect(asked).toEqual([`2 as ${me}`])
        becomes(me)
        await rig.world.advance(500)
        expect(asked).toEqual([`2 as ${me}`, `2 as ${me}`])
        expect(runOf(opened)?.status).toBe('finished')
      })

      it('also between two batches, and what is left can be stopped', async () => {
        rig.showing(...manyMachines())
        const opened = await rig.open()
        const { decide } = rig.server
        rig.server.decide = async function* (body, signal) {
          yield* decide(body, signal)
          becomes('bob')
          await settled()
        }
        start(opened)
        await rig.world.advance(30_000)
        expect(asked).toEqual([`500 as ${me}`])
        expect(runOf(opened)?.pause).toEqual({ why: 'otherUser', until: null })
        opened.client.runs.stop()
        await rig.world.advance(500)
        expect(runOf(opened)?.status).toBe('stopped')
        expect(states(opened).filter((state) => state.endsWith('left'))).toHaveLength(100)
      })

      it('while a batch is under way, that is not cut off: what is written of it is heard', async () => {
        rig.showing(...manyMachines())
        const opened = await rig.open()
        const hold = deferred()
        rig.server.decide = async function* ({ items }) {
          for (const [at, { uid }] of items.entries()) {
            if (at === 1) await hold.promise
            yield at < 2 ? { uid, outcome: 'approved' } : { uid, outcome: 'error', lost: 'actor' }
          }
          yield { done: true, counts: {} }
        }
        start(opened)
        await rig.world.advance(500)
        becomes('bob')
        await rig.world.advance(5_000)
        expect(runOf(opened)?.pause).toEqual({ why: 'otherUser', until: null })
        hold.open()
        await rig.world.advance(500)
        const approved = states(opened).filter((state) => state.endsWith('approved'))
        expect(approved).toEqual(['u0 approved', 'u1 approved'])
      })

      describe('with nothing left but to follow its machines', () => {
        const a1 = request('a1', { status: 'Approved,Issued', verdict: null })
        let opened: Opened

        beforeEach(async () => {
          rig.showing(machine('a', request('a1')))
          opened = await rig.open()
          start(opened, { followServing: true })
          await rig.world.advance(500)
          rig.server.moveTo({ machines: [{ ...machine('a', a1), stage: 'clientIssued' }] })
          becomes('bob')
          await rig.world.advance(500)
        })

        it('ends by itself: nobody else has to wait for whoever began it', async () => {
          await rig.world.advance(FOLLOW_MS)
          expect(runOf(opened)?.status).toBe('finished')
        })

        it('what it takes up as it arrives is not asked for in the other name', async () => {
          const a2 = request('a2', { signerName: KUBELET_SERVING, createdAt: ago(-2) })
          rig.server.moveTo({ machines: [{ ...machine('a', a2, a1), stage: 'servingRequested' }] })
          await rig.world.advance(500)
          expect(states(opened)).toEqual(['a1 approved', 'a2 queued'])
          expect(runOf(opened)?.pause).toEqual({ why: 'otherUser', until: null })
          expect(asked).toEqual([`1 as ${me}`])
        })
      })
    })

    it('again and again: the longer the more often it was in vain', async () => {
      const opened = await rig.open()
      const sent: number[] = []
      const until = async (times: number) => {
        while (rig.batches.length < times) {
          await rig.world.advance(500)
          rig.server.heartbeat()
        }
        sent.push(rig.world.now())
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
      ['withheld', 'withheld'],
    ] as const)(
      'and the feed said so (%s): the answer is heard to its end, and goes on with the feed',
      async (state, why) => {
        const feed = rig.server.snapshot.feed
        const hold = deferred()
        rig.server.decide = async function* (body) {
          rig.batches.push(body.items.map(({ uid }) => uid))
          if (rig.batches.length > 1) return yield* approveAll(body)
          yield { uid: 'a1', outcome: 'approved' }
          await hold.promise
          yield { uid: 'b1', outcome: 'error', lost: 'cluster' }
          yield { done: true, counts: {} }
        }
        const opened = await rig.open()
        start(opened)
        await rig.world.advance(100)
        rig.server.send({ event: 'feed', data: { ...feed, state } })
        await rig.world.advance(500)
        expect(runOf(opened)?.pause).toEqual({ why, until: null })
        hold.open()
        await rig.world.advance(60_000)
        expect(states(opened)).toEqual(['a1 approved', 'b1 queued'])
        expect(runOf(opened)?.pause).toEqual({ why, until: null })
        rig.server.send({ event: 'feed', data: feed })
        await rig.world.advance(500)
        expect(rig.batches).toEqual([['a1', 'b1'], ['b1']])
        expect(runOf(opened)?.status).toBe('finished')
      },
    )
  })

  it('while the feed is not live nothing is sent', async () => {
    const opened = await rig.open()
    rig.server.send({ event: 'feed', data: { ...rig.server.snapshot.feed, state: 'stale' } })
    await rig.world.advance(100)
    start(opened)
    await rig.world.advance(5_000)
    expect(rig.batches).toEqual([])
    expect(runOf(opened)?.pause?.why).toBe('disconnected')
    rig.server.send({ event: 'feed', data: { ...rig.server.snapshot.feed, state: 'live' } })
    await rig.world.advance(1_000)
    expect(runOf(opened)?.status).toBe('finished')
  })

  it('while the rows are still those from before a break nothing is sent, though the stream is back', async () => {
    const opened = await rig.open()
    const back = deferred()
    rig.world.network.respond = async (path, init) => {
      if (path.startsWith('/api/snapshot')) await back.promise
      return rig.server.respond(path, init)
    }
    rig.server.endStreams()
    rig.server.snapshot = { ...rig.server.snapshot, revision: 9 }
    await rig.world.advance(2_000)
    start(opened)
    await rig.world.advance(1_000)
    expect(rig.server.openStreams()).toBe(1)
    expect(rig.batches).toEqual([])
    expect(runOf(opened)?.pause?.why).toBe('disconnected')
    back.open()
    await rig.world.advance(1_000)
    expect(runOf(opened)?.status).toBe('finished')
  })

  it('when the permission goes, it waits and says why', async () => {
    const opened = await rig.open()
    const { cluster } = rig.server.snapshot
    const access = { ...cluster.access, approval: false }
    rig.server.send({ event: 'cluster', data: { ...cluster, access } })
    await rig.world.advance(100)
    start(opened)
    await rig.world.advance(1_000)
    expect(rig.batches).toEqual([])
    expect(runOf(opened)?.pause?.why).toBe('forbidden')
    rig.server.send({ event: 'cluster', data: cluster })
    await rig.world.advance(1_000)
    expect(runOf(opened)?.status).toBe('finished')
  })
})

describe('pause, resume, stop', () => {
  beforeEach(() => {
    rig.showing(...manyMachines())
  })

  it('paused, nothing more is sent until resumed', async () => {
    const opened = await rig.open()
    const hold = deferred()
    rig.gate = hold.promise
    start(opened)
    await rig.world.advance(100)
    opened.client.runs.pause()
    hold.open()
    await rig.world.advance(60_000)
    expect(rig.batches).toHaveLength(1)
    expect(runOf(opened)?.pause?.why).toBe('person')
    opened.client.runs.resume()
    await rig.world.advance(30_000)
    expect(runOf(opened)?.status).toBe('finished')
    expect(new Set(rig.batches.flat()).size).toBe(600)
  })

  it('stopped, what was not sent is left', async () => {
    const opened = await rig.open()
    const hold = deferred()
    rig.gate = hold.promise
    start(opened)
    await rig.world.advance(100)
    opened.client.runs.stop()
    hold.open()
    await rig.world.advance(30_000)
    expect(rig.batches).toHaveLength(1)
    expect(runOf(opened)?.status).toBe('stopped')
    expect(states(opened).filter((state) => state.endsWith(' left')).length).toBeGreaterThanOrEqual(
      100,
    )
    opened.client.runs.dismiss()
    await rig.world.advance(100)
    expect(runOf(opened)).toBeNull()
  })

  it('a second run does not start meanwhile', async () => {
    const opened = await rig.open()
    rig.gate = deferred().promise
    start(opened)
    await rig.world.advance(100)
    const { id } = runOf(opened) ?? {}
    start(opened)
    expect(runOf(opened)?.id).toBe(id)
  })
})

describe('a run that was cut off', () => {
  async function cutOff(): Promise<void> {
    rig.showing(...manyMachines())
    const opened = await rig.open()
    rig.gate = deferred().promise
    start(opened)
    await rig.world.advance(500)
    opened.close()
    rig.gate = null
    rig.batches = []
  }

  function spoilPause(pause: unknown): void {
    const kept = JSON.parse(rig.world.stored.get('countersign.run') ?? '')
    rig.world.stored.set(
      'countersign.run',
      JSON.stringify({ ...kept, run: { ...kept.run, status: 'paused', pause } }),
    )
  }

  /** Takes a field out of the first of its machines or items. */
  function spoil(which: 'machines' | 'items', field: string): void {
    const kept = JSON.parse(rig.world.stored.get('countersign.run') ?? '')
    delete kept.run[which][0][field]
    rig.world.stored.set('countersign.run', JSON.stringify(kept))
  }

  it('does not go on by itself: it is offered', async () => {
    await cutOff()
    const opened = await rig.open()
    await rig.world.advance(30_000)
    expect(opened.client.runs.get()).toMatchObject({ current: null, cutOff: { user: 'kim.osei' } })
    expect(rig.batches).toEqual([])
  })

  it('is offered to nobody else, and again once it is whoever began it', async () => {
    await cutOff()
    const { user } = rig.server.snapshot.cluster
    const opened = await rig.open()
    const offered = async () => {
      await rig.world.advance(500)
      return opened.client.runs.get().cutOff?.user
    }
    becomes('bob')
    expect(await offered()).toBeUndefined()
    becomes(user)
    expect(await offered()).toBe(user)
  })

  it('is offered whatever paused it, also where another build has said so', async () => {
    await cutOff()
    spoilPause({ why: 'of another build', until: null })
    const opened = await rig.open()
    expect(opened.client.runs.get().cutOff).not.toBeNull()
    opened.client.runs.takeUp()
    await rig.world.advance(60_000)
    expect(runOf(opened)?.status).toBe('finished')
  })

  it('says what became of it meanwhile', async () => {
    await cutOff()
    rig.showing(
      ...rig.server.snapshot.machines.map((row, index) =>
        index < 500
          ? machine(
              row.name,
              request(`u${row.name.slice(1)}`, { status: 'Approved', verdict: null }),
            )
          : row,
      ),
    )
    const opened = await rig.open()
    const approved = opened.client.runs
      .get()
      .cutOff?.items.filter(({ state }) => state === 'approved')
    expect(approved).toHaveLength(500)
  })

  it('taken up it finishes what is left, and holds back what changed', async () => {
    await cutOff()
    const machines = rig.server.snapshot.machines.map((row) =>
      row.name === 'm599' ? machine('m599', request('u599', { verdict: 'plausible' })) : row,
    )
    rig.server.snapshot = { ...rig.server.snapshot, machines, revision: 9 }
    const opened = await rig.open()
    opened.client.runs.takeUp()
    await rig.world.advance(60_000)
    expect(runOf(opened)?.status).toBe('finished')
    expect(states(opened)).toContain('u599 heldBack')
    expect(new Set(rig.batches.flat()).size).toBe(599)
  })

  it.each<[string, () => void]>([
    [
      'another cluster',
      () => {
        rig.server.snapshot = {
          ...rig.server.snapshot,
          cluster: { ...rig.server.snapshot.cluster, server: 'https://other' },
        }
      },
    ],
    [
      'another identity',
      () => {
        rig.server.snapshot = {
          ...rig.server.snapshot,
          cluster: { ...rig.server.snapshot.cluster, user: 'other' },
        }
      },
    ],
    [
      'a storage that somebody has spoilt',
      () => rig.world.stored.set('countersign.run', '{"form":1,"run":{}}'),
    ],
    ['one without what was there at its start', () => spoil('machines', 'seen')],
    ['one whose items have no level of trust', () => spoil('items', 'accept')],
    ['one that does not say why it was paused', () => spoilPause(undefined)],
    ['one that does not say until when', () => spoilPause({ why: 'throttled' })],
  ])('is not offered in %s', async (_, change) => {
    await cutOff()
    change()
    const opened = await rig.open()
    expect(opened.client.runs.get()).toMatchObject({ current: null, cutOff: null })
  })

  it.each([
    ['cluster', { server: 'https://other' }],
    ['identity', { user: 'other' }],
  ])(
    'waits for its own %s, whatever is looked at meanwhile, and is read once',
    async (_, other) => {
      await cutOff()
      const own = rig.server.snapshot
      rig.server.snapshot = makeSnapshot({ cluster: { ...own.cluster, ...other } })
      let reads = 0
      const get = rig.world.stored.get.bind(rig.world.stored)
      rig.world.stored.get = (key) => {
        if (key === 'countersign.run') reads += 1
        return get(key)
      }
      const elsewhere = await rig.open()
      for (const uid of ['x1', 'x2', 'x3']) {
        rig.server.moveTo({ machines: [machine('x', request(uid))] })
        await rig.world.advance(1_000)
      }
      expect(reads).toBe(1)
      elsewhere.close()
      rig.server.snapshot = own
      const opened = await rig.open()
      expect(opened.client.runs.get().cutOff?.items).toHaveLength(600)
    },
  )

  it('taken up by a leading tab that stands still, it does not go on later', async () => {
    await cutOff()
    const [one, two] = [await rig.open(), await rig.open()]
    two.tab.hide()
    one.tab.freeze()
    two.client.runs.takeUp()
    await rig.world.advance(BEGIN_WITHIN_MS + 1_000)
    expect(two.client.runs.get().asked?.state).toBe('unanswered')
    one.tab.thaw()
    await rig.world.advance(30_000)
    expect(rig.batches).toEqual([])
    expect(two.client.runs.get().cutOff).not.toBeNull()
  })

  it('taken up, and discarded at once, it ends before anything is decided', async () => {
    await cutOff()
    const [one, two] = [await rig.open(), await rig.open()]
    // Longer than the next message takes.
    const answers = deferred()
    rig.world.network.respond = async (path, init) => {
      if (path === '/api/preflight') await answers.promise
      return rig.server.respond(path, init)
    }
    one.tab.freeze()
    two.client.runs.takeUp()
    two.client.runs.discard()
    await rig.world.advance(1_000)
    one.tab.thaw()
    await rig.world.advance(500)
    answers.open()
    await rig.world.advance(30_000)
    expect(rig.batches).toEqual([])
    expect(runOf(one)?.status).toBe('stopped')
    expect(two.client.runs.get()).toMatchObject({ cutOff: null, asked: null })
  })

  it('discarded it is not offered again', async () => {
    await cutOff()
    const opened = await rig.open()
    opened.client.runs.discard()
    opened.close()
    expect((await rig.open()).client.runs.get()).toMatchObject({ current: null, cutOff: null })
  })

  it('with nothing left to do it is not offered', async () => {
    rig.showing(machine('a', request('a1')))
    const opened = await rig.open()
    start(opened, { followServing: true })
    await rig.world.advance(1_000)
    opened.close()
    rig.showing(machine('a', request('a1', { status: 'Approved', verdict: null })))
    await rig.world.advance(FOLLOW_MS)
    expect((await rig.open()).client.runs.get()).toMatchObject({ current: null, cutOff: null })
  })

  it('finished it is not offered again', async () => {
    rig.showing(machine('a', request('a1')))
    const opened = await rig.open()
    start(opened)
    await rig.world.advance(1_000)
    opened.close()
    expect((await rig.open()).client.runs.get()).toMatchObject({ current: null, cutOff: null })
  })
})
