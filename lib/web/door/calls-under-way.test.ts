import { describe, expect, it } from 'vitest'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'
import { BODIES, countCalls } from '#lib/web/door/calls-under-way.ts'

const MiB = 1024 * 1024

describe('the calls under way of one person', () => {
  it('one person has a limited number of calls under way, and other people’s are not counted', () => {
    const calls = countCalls(2)
    const [first] = [calls.ofPerson('mallory', 0), calls.ofPerson('mallory', 0)]
    expect(calls.ofPerson('mallory', 0)).toBeNull()
    expect(calls.ofPerson('kim', 0)).not.toBeNull()
    first?.answered()
    first?.answered()
    expect(calls.ofPerson('mallory', 0)).not.toBeNull()
    expect(calls.ofPerson('mallory', 0)).toBeNull()
  })

  it('one person sends eight bodies at a time, and a call without a body is let in', () => {
    const calls = countCalls(100)
    const sent = Array.from({ length: 8 }, () => calls.ofPerson('mallory', 1))
    expect(sent).not.toContain(null)
    expect(calls.ofPerson('mallory', 1)).toBeNull()
    expect(calls.ofPerson('mallory', 0)).not.toBeNull()
    sent[0]?.received()
    sent[0]?.received()
    expect(calls.ofPerson('mallory', 1)).not.toBeNull()
    expect(calls.ofPerson('mallory', 1)).toBeNull()
  })

  it('on a laptop only long bodies have a limit, not calls and short bodies', () => {
    const calls = countCalls(null)
    const sent = Array.from({ length: 1_000 }, () => calls.ofPerson('script', 300))
    expect(sent).not.toContain(null)
    expect(calls.ofPerson('script', 4 * MiB)).toBeNull()
  })

  it('bodies of 4 MiB count until their calls are answered', () => {
    const calls = countCalls(100)
    const sent = Array.from({ length: 4 }, () => calls.ofPerson('mallory', MiB))
    for (const call of sent) call?.received()
    expect(calls.ofPerson('mallory', 1)).toBeNull()
    sent[0]?.answered()
    expect(calls.ofPerson('mallory', MiB)).not.toBeNull()
    expect(calls.ofPerson('mallory', 1)).toBeNull()
  })

  it('a refused call is not counted', () => {
    const calls = countCalls(1)
    const first = calls.ofPerson('mallory', 0)
    for (let n = 0; n < 5; n += 1) calls.ofPerson('mallory', MiB)
    first?.answered()
    const bodies = ['a', 'b', 'c'].map((person) => calls.ofPerson(person, 4 * MiB))
    expect(bodies).not.toContain(null)
  })
})

it('all people have 1,000 calls under way, and a person with fewer than 32 is let in', () => {
  const calls = countCalls(128)
  const flood = Array.from({ length: OF_PEOPLE.calls.inAll }, (_, n) =>
    calls.ofPerson(`person ${n % 10}`, 0),
  )
  expect(flood).not.toContain(null)
  expect(calls.ofPerson('person 0', 0)).toBeNull()
  const kims = Array.from({ length: 32 }, () => calls.ofPerson('kim', 0))
  expect(kims).not.toContain(null)
  expect(calls.ofPerson('kim', 0)).toBeNull()
  for (const call of [...flood.slice(0, 33), ...kims]) call?.answered()
  expect(calls.ofPerson('person 0', 0)).not.toBeNull()
})

describe('acts of a minute', () => {
  const setUp = (mostOfOne: number | null = 128) => {
    const clock = manualClock()
    const calls = countCalls(mostOfOne, clock.passed)
    /** Number of acts that were let in. */
    const act = (person: string, times: number) =>
      Array.from({ length: times }, () => calls.mayAct(person)).filter(Boolean).length
    return { clock, calls, act }
  }

  it('one person acts 60 times a minute, and other people’s acts are not counted', () => {
    const { clock, act } = setUp()
    expect([act('mallory', 100), act('kim', 60)]).toEqual([60, 60])
    clock.advance(59_999)
    expect(act('mallory', 1)).toBe(0)
    clock.advance(1)
    expect(act('mallory', 100)).toBe(60)
  })

  it('all people act 600 times a minute, and each of them eight times', () => {
    const { act } = setUp()
    for (let n = 0; n < 10; n += 1) expect(act(`person ${n}`, 60)).toBe(60)
    expect([act('kim', 100), act('lee', 100)]).toEqual([8, 8])
  })

  it('a person who has acted 60 times can still stop what runs', () => {
    const { calls, act } = setUp()
    expect([act('mallory', 100), calls.mayAct('mallory', true)]).toEqual([60, true])
  })

  it('a laptop’s script acts as often as it likes', () => {
    expect(setUp(null).act('script', 1_000)).toBe(1_000)
  })
})

it('all people send 64 MiB of bodies, and short ones beyond that', () => {
  const calls = countCalls(100)
  const people = Array.from({ length: 16 }, (_, n) => calls.ofPerson(`person ${n}`, 4 * MiB))
  expect(people).not.toContain(null)
  expect(calls.ofPerson('kim', BODIES.short + 1)).toBeNull()
  expect(calls.ofPerson('kim', BODIES.short)).not.toBeNull()
  people[3]?.answered()
  expect(calls.ofPerson('kim', MiB)).not.toBeNull()
})

describe('bodies without a session', () => {
  const setUp = () => {
    const calls = countCalls(100)
    const cut: string[] = []
    const send = (address: string, name: string, bytes = 16 * 1024) =>
      calls.ofStranger(address, bytes, () => cut.push(name))
    return { calls, cut, send }
  }
  /** Sends as many bodies as are allowed, from one address. */
  const flood = (send: ReturnType<typeof setUp>['send'], count = 256, bytes?: number) =>
    Array.from({ length: count }, (_, n) => send('10.0.0.1', `flood ${n}`, bytes))

  it('the oldest body of an address with too many is cut, and each newcomer is let in', () => {
    const { cut, send } = setUp()
    flood(send)
    expect(cut).toEqual([])
    send('10.0.0.1', 'a right one')
    send('10.0.0.2', 'of another address')
    expect(cut).toEqual(['flood 0', 'flood 1'])
  })

  it('short bodies of an address with too many are cut, too', () => {
    const { cut, send } = setUp()
    flood(send, 300, 1)
    expect(cut).toHaveLength(44)
  })

  it('bodies without a session take nothing from people who are signed in', () => {
    const { calls, send } = setUp()
    flood(send, 1_000)
    const most = OF_PEOPLE.bodies.ofOne
    const people = Array.from({ length: 16 }, (_, n) => calls.ofPerson(`person ${n}`, most))
    expect(people).not.toContain(null)
  })

  it('bodies that have arrived are not counted any more', () => {
    const { cut, send } = setUp()
    for (const call of flood(send)) call.received()
    flood(send)
    expect(cut).toEqual([])
  })

  it('an empty body is not counted', () => {
    const { cut, send } = setUp()
    flood(send, 1_000, 0)
    expect(cut).toEqual([])
  })
})
