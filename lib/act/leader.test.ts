import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LEASE_SECONDS, Leader, RENEW_DEADLINE_MS } from '#lib/act/leader.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'
import type { Lease, LeaseRecord } from '#lib/kube/writes/lease.ts'

/** One Lease that refuses a write over an old version, as the API server does. */
function leaseOnServer() {
  let version = 0
  let current: Lease | null = null
  let fault: Error | null = null
  const server = {
    get current() {
      return current
    },
    /** Error of every call; null for none. */
    set fault(error: Error | null) {
      fault = error
    },
    /** Writes the Lease as another process. */
    put(record: Partial<LeaseRecord>): void {
      version += 1
      current = {
        uid: 'lease',
        holder: '',
        durationSeconds: LEASE_SECONDS,
        transitions: 0,
        acquireTime: null,
        renewTime: null,
        annotations: {},
        ...record,
        object: { version },
      }
    },
    store: {
      async read() {
        if (fault !== null) throw fault
        return current
      },
      async write(before: Lease | null, record: LeaseRecord) {
        if (fault !== null) throw fault
        if (before?.object.version !== current?.object.version) {
          throw new KubeError(said('changed'), { kind: 'status', status: 409 })
        }
        server.put(record)
        if (current === null) throw new Error('nothing was put')
        return current
      },
    },
  }
  return server
}

let clock: ManualClock
let server: ReturnType<typeof leaseOnServer>
let leaders: Leader[]
const offline = new KubeError(said('no route'), { kind: 'network' })

beforeEach(() => {
  clock = manualClock()
  server = leaseOnServer()
  leaders = []
})

afterEach(async () => {
  server.fault = null
  await Promise.all(leaders.map((leader) => leader.stop()))
})

function start(identity: string, more: { taken?: (texts: object) => void; brake?: string } = {}) {
  const leader = new Leader({
    store: server.store,
    identity,
    clock,
    now: clock.now,
    random: () => 0.5,
    annotations: () => ({ brake: more.brake ?? '' }),
    onTaken: more.taken ?? (() => {}),
    onChange: () => {},
    onError: () => {},
  })
  leaders.push(leader)
  return leader
}

/** Lets calls be answered, then advances the clock in small steps. */
async function pass(ms = 0): Promise<void> {
  for (let left = ms; ; left -= 100) {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
    if (left <= 0) return
    clock.advance(Math.min(left, 100))
  }
}

describe('an approver that leads', () => {
  it('a process takes a free lease, and leads', async () => {
    const leader = start('a')
    expect(leader.holds(0)).toBe(false)
    await pass()
    expect(leader.holds(0)).toBe(true)
    expect(server.current).toMatchObject({ holder: 'a', durationSeconds: 15, transitions: 0 })
  })

  it('a leader keeps leading while it renews, and knows when it renewed', async () => {
    const leader = start('a')
    await pass()
    const first = server.current?.renewTime
    await pass(60_000)
    expect(leader.holds(RENEW_DEADLINE_MS - 2_500)).toBe(true)
    expect(server.current?.renewTime).not.toBe(first)
    expect(server.current?.acquireTime).toBe(first)
  })

  it('a leader stops by itself when it cannot renew, 5 s before another process may begin', async () => {
    const leader = start('a')
    await pass()
    const { term } = leader
    server.fault = offline
    await pass(RENEW_DEADLINE_MS - 1)
    expect([leader.holds(0), leader.holds(2_000), term.aborted]).toEqual([true, false, false])
    await pass(1)
    expect([leader.holds(0), term.aborted]).toEqual([false, true])
    server.fault = null
    await pass(2_500)
    expect(leader.holds(0)).toBe(true)
    expect(leader.term).not.toBe(term)
  })

  it('a leader stops at once when another process has taken the lease', async () => {
    const leader = start('a')
    await pass()
    server.put({ holder: 'b', renewTime: 'then' })
    await pass(2_100)
    expect([leader.holds(0), leader.term.aborted]).toEqual([false, true])
    expect(server.current?.holder).toBe('b')
  })

  it('a leader releases the lease when it stops, and another process begins within 3 s', async () => {
    const first = start('a')
    await pass()
    const second = start('b')
    await pass(10_000)
    expect([first.holds(0), second.holds(0)]).toEqual([true, false])
    await first.stop()
    expect(first.holds(0)).toBe(false)
    expect(server.current?.holder).toBe('')
    await pass(3_000)
    expect(second.holds(0)).toBe(true)
    expect(server.current?.transitions).toBe(1)
  })

  it('a leader writes its annotations with each renewal, and at once on request', async () => {
    const more = { brake: '' }
    const leader = start('a', more)
    await pass()
    more.brake = 'tripped'
    leader.renewNow()
    await pass()
    expect(server.current?.annotations).toEqual({ brake: 'tripped' })
  })

  it('a leader reads the last leader’s annotations before it leads', async () => {
    server.put({ annotations: { brake: 'tripped' } })
    const heard: unknown[] = []
    const leader = start('a', { taken: (texts) => heard.push([texts, leader.holds(0)]) })
    await pass()
    expect(heard).toEqual([[{ brake: 'tripped' }, false]])
  })
})

describe('an approver that follows', () => {
  it('a follower takes over when the lease was unchanged for its duration, within 20 s', async () => {
    server.put({ holder: 'dead', renewTime: 'long ago' })
    const leader = start('b')
    await pass(14_900)
    expect(leader.holds(0)).toBe(false)
    await pass(200)
    expect(leader.holds(0)).toBe(true)
  })

  it('a follower ignores the clocks of others: a lease with an old timestamp that still changes is alive', async () => {
    const leader = start('b')
    server.put({ holder: 'a', renewTime: '1' })
    for (let beat = 2; beat < 30; beat += 1) {
      await pass(2_000)
      server.put({ holder: 'a', renewTime: String(beat) })
    }
    expect(leader.holds(0)).toBe(false)
  })

  it('a follower waits at most a minute for a lease that claims to last a year', async () => {
    server.put({ holder: 'dead', durationSeconds: 31_536_000 })
    const leader = start('b')
    await pass(61_000)
    expect(leader.holds(0)).toBe(true)
  })

  it('only one of many processes leads at a time', async () => {
    const all = ['a', 'b', 'c', 'd'].map((name) => start(name))
    for (let round = 0; round < 100; round += 1) {
      await pass(500)
      expect(all.filter((leader) => leader.holds(0)).length).toBeLessThanOrEqual(1)
      if (round % 20 === 10) server.fault = offline
      if (round % 20 === 19) server.fault = null
    }
    await pass(20_000)
    expect(all.filter((leader) => leader.holds(0))).toHaveLength(1)
  })
})
