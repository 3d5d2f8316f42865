import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it, vi } from 'vitest'
import { scriptedCluster } from '#lib/cluster/fixtures/scripted-cluster.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import type { LogEntry } from '#lib/kube/log/process-log.ts'
import { launchKeyPeople } from '#lib/people/launch-key-people.ts'
import type { Proof } from '#lib/people/people.ts'
import { OF_PEOPLE, OF_STRANGERS } from '#lib/refusals/limits.ts'

/** Twelve hours. */
const IDLE_MS = 43_200_000
const KEY = 'a-launch-key-of-at-least-32-characters'

const { principal } = scriptedCluster()

function setUp(log: (entry: LogEntry) => void = () => {}) {
  const clock = manualClock()
  const people = launchKeyPeople({ launchKey: KEY, principal, clock, idleMs: IDLE_MS, log })
  const sessions = {
    authorize: (header?: string) => people.authorize(proof(header)),
    known: people.known,
    seen: (header: string) => people.seen(proof(header)),
    end: (header?: string) => people.signOut(proof(header)),
    endIdle: people.endIdle,
    exchange: (key: string) => people.signIn({ key }, '', proof(undefined)),
    /** The caller for this header; null without one. */
    caller: (header?: string) => people.caller(proof(header)),
    async ending(header: string) {
      return (await people.caller(proof(header)))?.session ?? null
    },
  }
  return {
    people,
    sessions,
    clock,
    pass: clock.advance,
    async signIn() {
      const signedIn = await sessions.exchange(KEY)
      if ('refused' in signedIn) throw new Error(signedIn.refused)
      return signedIn.answer as { readonly token: string; readonly idleSeconds: number }
    },
  }
}

function proof(authorization: string | undefined): Proof {
  return { authorization, cookie: undefined, binding: undefined }
}

describe('sessions of the launch key', () => {
  it('the launch key buys a 256-bit token, another each time', async () => {
    const { signIn } = setUp()
    expect(Buffer.from((await signIn()).token, 'base64url')).toHaveLength(32)
    expect((await signIn()).token).not.toBe((await signIn()).token)
  })

  it.each<[string, string | undefined, string]>([
    ['the launch key', `Bearer ${KEY}`, 'launchKey'],
    ['the scheme in lower case', `bearer ${KEY}`, 'launchKey'],
    ['nothing', undefined, 'missing'],
    ['an empty header', '', 'missing'],
    ['another scheme', `Basic ${KEY}`, 'missing'],
    ['the key without a scheme', KEY, 'missing'],
    ['two keys in one', `Bearer ${KEY}, Bearer x`, 'missing'],
    ['a wrong key', 'Bearer wrong', 'wrong'],
    ['the key cut', `Bearer ${KEY.slice(0, -1)}`, 'wrong'],
    ['the key with more', `Bearer ${KEY}x`, 'wrong'],
    ['the key in another case', `Bearer ${KEY.toUpperCase()}`, 'wrong'],
    ['an endless one', `Bearer ${'x'.repeat(100_000)}`, 'missing'],
  ])('the authorization of a header with %s', (_case, header, expected) => {
    expect(setUp().sessions.authorize(header)).toBe(expected)
  })

  it('a token that was cut, changed, or made by another start is wrong (hostile input 30)', async () => {
    const { sessions, signIn } = setUp()
    const { token } = await signIn()
    expect(sessions.authorize(`Bearer ${token}`)).toBe('session')
    expect(sessions.authorize(`Bearer ${token.slice(1)}`)).toBe('wrong')
    const flipped = (token[0] === 'A' ? 'B' : 'A') + token.slice(1)
    expect(sessions.authorize(`Bearer ${flipped}`)).toBe('wrong')
    expect(sessions.authorize(`Bearer ${(await setUp().signIn()).token}`)).toBe('wrong')
  })

  it.each<[string, (secret: string) => Partial<Proof>]>([
    ['the cookie of team mode', (secret) => ({ cookie: `__Host-countersign=${secret}` })],
    ['a cookie of another program', (cookie) => ({ cookie: `countersign=${cookie}` })],
    ['the binding of team mode', (binding) => ({ binding })],
    [
      'a cookie with its binding',
      (binding) => ({ cookie: `__Host-countersign=${binding}`, binding }),
    ],
  ])('a token, and the launch key, open nothing when sent as %s', async (_case, sentAs) => {
    const { people, signIn } = setUp()
    for (const secret of [KEY, (await signIn()).token]) {
      const sent = { ...proof(undefined), ...sentAs(secret) }
      expect(people.authorize(sent)).toBe('missing')
      expect([people.known(sent), await people.caller(sent)]).toEqual([null, null])
    }
  })

  it('the launch key sets no cookie, which every port of this machine would get', async () => {
    expect(await setUp().sessions.exchange(KEY)).toMatchObject({ cookie: null })
  })

  it('a session is found by a digest that no client can compute', async () => {
    const hash = vi.spyOn(crypto, 'hash')
    syncBuiltinESMExports()
    try {
      const [one, other] = [setUp(), setUp()]
      const { token } = await one.signIn()
      hash.mockClear()
      one.sessions.authorize(`Bearer ${token}`)
      other.sessions.authorize(`Bearer ${token}`)
      const [mine, theirs] = hash.mock.calls.map(([, text]) =>
        typeof text === 'string' ? text : '',
      )
      expect([mine?.endsWith(token), theirs?.endsWith(token)]).toEqual([true, true])
      expect(mine).not.toBe(theirs)
      expect(mine?.length).toBeGreaterThanOrEqual(token.length + 43)
    } finally {
      vi.restoreAllMocks()
      syncBuiltinESMExports()
    }
  })

  it('all calls with the key or in a session of it are of one person', async () => {
    const { sessions, signIn } = setUp()
    const { token } = await signIn()
    const ofKey = sessions.known(proof(`Bearer ${KEY}`))
    expect(ofKey).toMatchObject({ viewRight: 'may', mayApprove: true })
    expect(sessions.known(proof(`Bearer ${token}`))).toEqual(ofKey)
    const strangers = [undefined, 'Bearer wrong', `Bearer ${token}x`].map(proof)
    expect(strangers.map((sent) => sessions.known(sent))).toEqual([null, null, null])
  })

  it('the launch key is compared in constant time', () => {
    const compare = vi.spyOn(crypto, 'timingSafeEqual')
    syncBuiltinESMExports()
    try {
      const { sessions } = setUp()
      sessions.authorize(`Bearer ${KEY}`)
      sessions.authorize('Bearer wrong')
      expect(compare).toHaveBeenCalledTimes(2)
    } finally {
      vi.restoreAllMocks()
      syncBuiltinESMExports()
    }
  })

  it('a session is no launch key: it opens no other session', async () => {
    const { sessions, signIn } = setUp()
    const answer = await sessions.exchange((await signIn()).token)
    expect(answer).toMatchObject({ refused: 'unauthorized' })
  })

  it('a session ends when none of its pages was visible for the idle time', async () => {
    const { sessions, signIn, pass } = setUp()
    const { token, idleSeconds } = await signIn()
    expect(idleSeconds).toBe(43_200)
    pass(IDLE_MS - 1)
    expect(sessions.authorize(`Bearer ${token}`)).toBe('session')
    pass(1)
    expect(sessions.authorize(`Bearer ${token}`)).toBe('wrong')
  })

  it('a session continues from its last visible page; calls alone do not count', async () => {
    const { sessions, signIn, pass } = setUp()
    const [seen, unseen] = [`Bearer ${(await signIn()).token}`, `Bearer ${(await signIn()).token}`]
    for (let n = 0; n < 5; n += 1) {
      pass(IDLE_MS / 2)
      sessions.seen(seen)
      sessions.authorize(unseen)
    }
    expect([sessions.authorize(seen), sessions.authorize(unseen)]).toEqual(['session', 'wrong'])
    pass(IDLE_MS - 1)
    const ending = await sessions.ending(seen)
    expect(ending?.aborted).toBe(false)
    pass(1)
    expect(ending?.aborted).toBe(true)
    expect(await sessions.caller(seen)).toBeNull()
  })

  it('a session that is over is not found again', async () => {
    const { sessions, signIn, clock } = setUp()
    const header = `Bearer ${(await signIn()).token}`
    clock.moveHands(IDLE_MS)
    sessions.seen(header)
    sessions.seen('Bearer nobody')
    expect(sessions.authorize(header)).toBe('wrong')
  })

  it('a session also ends on a laptop that slept through its alarm', async () => {
    const { sessions, signIn, clock } = setUp()
    const header = `Bearer ${(await signIn()).token}`
    clock.moveHands(IDLE_MS - 1)
    expect(sessions.authorize(header)).toBe('session')
    clock.moveHands(1)
    expect(sessions.authorize(header)).toBe('wrong')
    expect(await sessions.caller(header)).toBeNull()
  })

  it('signing out ends only this session, and a second time does no harm', async () => {
    const { sessions, signIn } = setUp()
    const [one, other] = [(await signIn()).token, (await signIn()).token]
    await sessions.end(`Bearer ${one}`)
    await sessions.end(`Bearer ${one}`)
    await sessions.end(undefined)
    expect(sessions.authorize(`Bearer ${one}`)).toBe('wrong')
    expect(sessions.authorize(`Bearer ${other}`)).toBe('session')
  })

  it('the number of sessions is bounded: the oldest ends', async () => {
    const { sessions, signIn } = setUp()
    const tokens: string[] = []
    for (let n = 0; n <= OF_PEOPLE.laptopSessions.inAll; n += 1) tokens.push((await signIn()).token)
    expect(sessions.authorize(`Bearer ${tokens[0]}`)).toBe('wrong')
    expect(sessions.authorize(`Bearer ${tokens[1]}`)).toBe('session')
    expect(sessions.authorize(`Bearer ${tokens.at(-1)}`)).toBe('session')
  })

  it.each<[string, (rig: ReturnType<typeof setUp>, header: string) => unknown]>([
    ['after being idle', ({ pass }) => pass(IDLE_MS - 1)],
    ['when signed out', ({ sessions }, header) => sessions.end(header)],
    [
      'when the oldest of too many goes',
      async ({ signIn }) => {
        for (let n = 1; n < OF_PEOPLE.laptopSessions.inAll; n += 1) await signIn()
      },
    ],
    [
      'once the clock is looked at, after the machine has slept',
      ({ clock, sessions }) => {
        clock.moveHands(IDLE_MS - 2)
        sessions.endIdle()
        clock.moveHands(1)
        sessions.endIdle()
      },
    ],
  ])('a session’s streams and runs learn that it is over: %s', async (_case, endIt) => {
    const rig = setUp()
    const header = `Bearer ${(await rig.signIn()).token}`
    rig.pass(1)
    const later = await rig.sessions.ending(`Bearer ${(await rig.signIn()).token}`)
    const ending = await rig.sessions.ending(header)
    expect(ending?.aborted).toBe(false)
    await endIt(rig, header)
    expect([ending?.aborted, later?.aborted]).toEqual([true, false])
    expect(rig.sessions.authorize(header)).toBe('wrong')
    expect(await rig.sessions.caller(header)).toBeNull()
  })

  it('no alarm is left for a session that has ended', async () => {
    const { sessions, clock, signIn } = setUp()
    await sessions.end(`Bearer ${(await signIn()).token}`)
    expect(clock.alarms).toEqual([])
  })

  it.each([
    ['what the launch key opens does not end', `Bearer ${KEY}`, { session: null }],
    ['a wrong key opens nothing', 'Bearer wrong', null],
    ['no key opens nothing', undefined, null],
  ])('%s', async (_case, header, caller) => {
    const found = await setUp().sessions.caller(header)
    expect(found && { session: found.session }).toEqual(caller)
  })

  it('guessing is slowed down without locking out the right key, and recovers by itself', async () => {
    const { sessions, signIn, pass } = setUp()
    const { token } = await signIn()
    for (let n = 0; n < OF_STRANGERS.wrongKeys.inAll; n += 1) {
      expect(await sessions.exchange(`guess-${n}`)).toMatchObject({ refused: 'unauthorized' })
    }
    expect(await sessions.exchange('guess')).toMatchObject({ refused: 'slowDown' })
    expect(sessions.authorize('Bearer guess')).toBe('slowDown')
    expect(sessions.authorize(`Bearer ${token}`)).toBe('session')
    expect(sessions.authorize(`Bearer ${KEY}`)).toBe('launchKey')
    expect(await sessions.exchange(KEY)).toHaveProperty('answer.token')
    pass(1000)
    expect(sessions.authorize('Bearer guess')).toBe('wrong')
  })

  it.each<[string, (rig: ReturnType<typeof setUp>, header: string) => unknown]>([
    ['signed out', ({ sessions }, header) => sessions.end(header)],
    ['idle', ({ pass }) => pass(IDLE_MS)],
  ])('a session is logged once when it begins and once when it ends: %s', async (_case, endIt) => {
    const log: LogEntry[] = []
    const rig = setUp((entry) => log.push(entry))
    const { token } = await rig.signIn()
    const who = principal.displayName
    expect(log).toEqual([{ event: 'session.begin', who, way: 'launchKey' }])
    await endIt(rig, `Bearer ${token}`)
    await rig.sessions.end(`Bearer ${token}`)
    expect(log.slice(1)).toEqual([{ event: 'session.end', who }])
  })

  it('wrong keys are logged up to a limit, and never the key itself', async () => {
    const log: LogEntry[] = []
    const { sessions, pass } = setUp((entry) => log.push(entry))
    for (let n = 0; n < 1_000; n += 1) {
      await sessions.exchange(`guess-${n}`)
      pass(100)
    }
    expect(log[0]).toEqual({
      ...{ event: 'session.refused', way: 'launchKey', code: 'unauthorized' },
      why: 'The key is not the one this server was started with.',
    })
    // 30 at once, then one every 3 s.
    expect(log.length).toBeLessThan(70)
    expect(JSON.stringify(log)).not.toContain('guess')
  })

  it('50,000 right and wrong keys leave at most a hundred sessions and alarms', async () => {
    const { sessions, clock, signIn } = setUp()
    const flood = async (count: number) => {
      for (let at = 0; at < count; at += 1)
        await sessions.exchange(at % 2 === 0 ? KEY : `guess-${at}`)
    }
    await flood(5_000)
    const before = heapInUse()
    await flood(45_000)
    expect(heapInUse() - before).toBeLessThan(1_000_000)
    const [endOfMinute, ...ofSessions] = clock.alarms
    expect([endOfMinute, ofSessions.length]).toEqual([60_000, OF_PEOPLE.laptopSessions.inAll])
    expect(sessions.authorize(`Bearer ${(await signIn()).token}`)).toBe('session')
  })
})

/** Bytes in use after collecting the garbage. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}
