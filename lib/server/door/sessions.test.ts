import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it, vi } from 'vitest'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { createSessions, SESSION_LIMIT, WRONG_KEY_BURST } from '#lib/server/door/sessions.ts'

/** Twelve hours. */
const IDLE_MS = 43_200_000
const KEY = 'a-launch-key-of-at-least-32-characters'

function setUp() {
  const clock = manualClock()
  const sessions = createSessions({ launchKey: KEY, clock, idleMs: IDLE_MS })
  return {
    sessions,
    clock,
    pass: clock.advance,
    signIn: () => {
      const exchange = sessions.exchange(KEY)
      if ('refused' in exchange) throw new Error(exchange.refused)
      return exchange
    },
  }
}

describe('sessions', () => {
  it('gives a 256-bit token for the launch key, another each time', () => {
    const { signIn } = setUp()
    expect(Buffer.from(signIn().token, 'base64url')).toHaveLength(32)
    expect(signIn().token).not.toBe(signIn().token)
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
  ])('%s', (_case, header, expected) => {
    expect(setUp().sessions.authorize(header)).toBe(expected)
  })

  it('answers a token cut or changed, or one of another start, as wrong (hostile input 30)', () => {
    const { sessions, signIn } = setUp()
    const { token } = signIn()
    expect(sessions.authorize(`Bearer ${token}`)).toBe('session')
    expect(sessions.authorize(`Bearer ${token.slice(1)}`)).toBe('wrong')
    const flipped = (token[0] === 'A' ? 'B' : 'A') + token.slice(1)
    expect(sessions.authorize(`Bearer ${flipped}`)).toBe('wrong')
    expect(sessions.authorize(`Bearer ${setUp().signIn().token}`)).toBe('wrong')
  })

  it('looks sessions up by a digest that no client can compute', () => {
    const hash = vi.spyOn(crypto, 'hash')
    syncBuiltinESMExports()
    try {
      const [one, other] = [setUp(), setUp()]
      const { token } = one.signIn()
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

  it('compares the launch key in constant time', () => {
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

  it('a session is not a launch key: it opens no other session', () => {
    const { sessions, signIn } = setUp()
    expect(sessions.exchange(signIn().token)).toEqual({ refused: 'wrong' })
  })

  it('ends when none of its pages was visible for the idle time', () => {
    const { sessions, signIn, pass } = setUp()
    const { token, idleSeconds } = signIn()
    expect(idleSeconds).toBe(43_200)
    pass(IDLE_MS - 1)
    expect(sessions.authorize(`Bearer ${token}`)).toBe('session')
    pass(1)
    expect(sessions.authorize(`Bearer ${token}`)).toBe('wrong')
  })

  it('continues from its last visible page; calls alone do not count', () => {
    const { sessions, signIn, pass } = setUp()
    const [seen, unseen] = [`Bearer ${signIn().token}`, `Bearer ${signIn().token}`]
    for (let n = 0; n < 5; n += 1) {
      pass(IDLE_MS / 2)
      sessions.seen(seen)
      sessions.authorize(unseen)
    }
    expect([sessions.authorize(seen), sessions.authorize(unseen)]).toEqual(['session', 'wrong'])
    pass(IDLE_MS - 1)
    expect(sessions.ending(seen)?.aborted).toBe(false)
    pass(1)
    expect(sessions.ending(seen)?.aborted).toBe(true)
  })

  it('is not seen again once it is over', () => {
    const { sessions, signIn, clock } = setUp()
    const header = `Bearer ${signIn().token}`
    clock.moveHands(IDLE_MS)
    sessions.seen(header)
    sessions.seen('Bearer nobody')
    expect(sessions.authorize(header)).toBe('wrong')
  })

  it('ends also on a laptop that slept through its alarm', () => {
    const { sessions, signIn, clock } = setUp()
    const header = `Bearer ${signIn().token}`
    clock.moveHands(IDLE_MS - 1)
    expect(sessions.authorize(header)).toBe('session')
    clock.moveHands(1)
    expect(sessions.authorize(header)).toBe('wrong')
    expect(sessions.ending(header)?.aborted).toBe(true)
  })

  it('ends when signed out, alone, and again without harm', () => {
    const { sessions, signIn } = setUp()
    const [one, other] = [signIn().token, signIn().token]
    sessions.end(`Bearer ${one}`)
    sessions.end(`Bearer ${one}`)
    sessions.end(undefined)
    expect(sessions.authorize(`Bearer ${one}`)).toBe('wrong')
    expect(sessions.authorize(`Bearer ${other}`)).toBe('session')
  })

  it('keeps a bounded number: the oldest goes', () => {
    const { sessions, signIn } = setUp()
    const tokens = Array.from({ length: SESSION_LIMIT + 1 }, () => signIn().token)
    expect(sessions.authorize(`Bearer ${tokens[0]}`)).toBe('wrong')
    expect(sessions.authorize(`Bearer ${tokens[1]}`)).toBe('session')
    expect(sessions.authorize(`Bearer ${tokens.at(-1)}`)).toBe('session')
  })

  it.each<[string, (rig: ReturnType<typeof setUp>, header: string) => void]>([
    ['after being idle', ({ pass }) => pass(IDLE_MS - 1)],
    ['when signed out', ({ sessions }, header) => sessions.end(header)],
    [
      'when the oldest of too many goes',
      ({ signIn }) => {
        for (let n = 1; n < SESSION_LIMIT; n += 1) signIn()
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
  ])('tells what was opened with it that it is over: %s', (_case, endIt) => {
    const rig = setUp()
    const header = `Bearer ${rig.signIn().token}`
    rig.pass(1)
    const later = rig.sessions.ending(`Bearer ${rig.signIn().token}`)
    const ending = rig.sessions.ending(header)
    expect(ending?.aborted).toBe(false)
    endIt(rig, header)
    expect([ending?.aborted, later?.aborted]).toEqual([true, false])
    expect(rig.sessions.authorize(header)).toBe('wrong')
    expect(rig.sessions.ending(header)?.aborted).toBe(true)
  })

  it('leaves no alarm set for a session that has ended', () => {
    const { sessions, clock, signIn } = setUp()
    sessions.end(`Bearer ${signIn().token}`)
    expect(clock.alarms).toEqual([])
  })

  it.each([
    ['what the launch key opens does not end', `Bearer ${KEY}`, undefined],
    ['what a wrong key opens has ended', 'Bearer wrong', true],
    ['what nothing opens has ended', undefined, true],
  ])('%s', (_case, header, aborted) => {
    expect(setUp().sessions.ending(header)?.aborted).toBe(aborted)
  })

  it('slows guessing down without locking out the right key, and recovers by itself', () => {
    const { sessions, signIn, pass } = setUp()
    const { token } = signIn()
    const guesses = Array.from({ length: WRONG_KEY_BURST }, (_, n) =>
      sessions.exchange(`guess-${n}`),
    )
    expect(guesses.every((guess) => 'refused' in guess && guess.refused === 'wrong')).toBe(true)
    expect(sessions.exchange('guess')).toEqual({ refused: 'slowDown' })
    expect(sessions.authorize('Bearer guess')).toBe('slowDown')
    expect(sessions.authorize(`Bearer ${token}`)).toBe('session')
    expect(sessions.authorize(`Bearer ${KEY}`)).toBe('launchKey')
    expect(sessions.exchange(KEY)).toHaveProperty('token')
    pass(1000)
    expect(sessions.authorize('Bearer guess')).toBe('wrong')
  })

  it('takes no more room after 50,000 right and wrong keys: a hundred sessions, and an alarm each', () => {
    const { sessions, clock, signIn } = setUp()
    const flood = (count: number) => {
      for (let at = 0; at < count; at += 1) sessions.exchange(at % 2 === 0 ? KEY : `guess-${at}`)
    }
    flood(5_000)
    const before = heapInUse()
    flood(45_000)
    expect(heapInUse() - before).toBeLessThan(1_000_000)
    expect(clock.alarms).toHaveLength(SESSION_LIMIT)
    expect(sessions.authorize(`Bearer ${signIn().token}`)).toBe('session')
  })
})

/** Bytes that stay when the garbage was collected. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}
