import { describe, expect, it } from 'vitest'
import { BODIES, countCalls } from '#lib/web/door/calls-under-way.ts'

const MiB = 1024 * 1024

describe('of one person', () => {
  it('so many calls are under way, and others’ are not counted', () => {
    const calls = countCalls(2)
    const [first] = [calls.ofPerson('mallory', 0), calls.ofPerson('mallory', 0)]
    expect(calls.ofPerson('mallory', 0)).toBeNull()
    expect(calls.ofPerson('kim', 0)).not.toBeNull()
    first?.answered()
    first?.answered()
    expect(calls.ofPerson('mallory', 0)).not.toBeNull()
    expect(calls.ofPerson('mallory', 0)).toBeNull()
  })

  it('eight bodies are being sent, and a call without one is let in', () => {
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

  it('on a laptop, calls and short bodies have no limit, and long bodies have', () => {
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

  it('a refused call leaves nothing behind', () => {
    const calls = countCalls(1)
    const first = calls.ofPerson('mallory', 0)
    for (let n = 0; n < 5; n += 1) calls.ofPerson('mallory', MiB)
    first?.answered()
    const bodies = ['a', 'b', 'c'].map((person) => calls.ofPerson(person, 4 * MiB))
    expect(bodies).not.toContain(null)
  })
})

it('of all people, bodies of 64 MiB, and short ones besides', () => {
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
  /** As many as there may be, from one address. */
  const flood = (send: ReturnType<typeof setUp>['send'], count = 256, bytes?: number) =>
    Array.from({ length: count }, (_, n) => send('10.0.0.1', `flood ${n}`, bytes))

  it('of an address that has too many: its oldest is cut, and each newcomer is let in', () => {
    const { cut, send } = setUp()
    flood(send)
    expect(cut).toEqual([])
    send('10.0.0.1', 'a right one')
    send('10.0.0.2', 'of another address')
    expect(cut).toEqual(['flood 0', 'flood 1'])
  })

  it('however short they are', () => {
    const { cut, send } = setUp()
    flood(send, 300, 1)
    expect(cut).toHaveLength(44)
  })

  it('take nothing from people who are signed in', () => {
    const { calls, send } = setUp()
    flood(send, 1_000)
    const people = Array.from({ length: 16 }, (_, n) => calls.ofPerson(`person ${n}`, BODIES.ofOne))
    expect(people).not.toContain(null)
  })

  it('that have come are counted no more', () => {
    const { cut, send } = setUp()
    for (const call of flood(send)) call.received()
    flood(send)
    expect(cut).toEqual([])
  })

  it('of no bytes are none', () => {
    const { cut, send } = setUp()
    flood(send, 1_000, 0)
    expect(cut).toEqual([])
  })
})
