import { expect, it } from 'vitest'
import { createCallerTurns } from '#lib/web/door/caller-turns.ts'

function setUp(atOnce: number) {
  const planned: (() => void)[] = []
  const turns = createCallerTurns(atOnce, (then) => planned.push(then))
  const begun: string[] = []
  const enter = (caller: string, call: string) => turns(caller, () => begun.push(call))
  /** Runs `count` turns of the event loop, or all planned ones. */
  const turn = (count = Number.POSITIVE_INFINITY) => {
    for (let n = 0; n < count && planned.length > 0; n += 1) planned.shift()?.()
  }
  return { begun, enter, turn, planned }
}

it('no call begins before all calls of the same moment have arrived', () => {
  const { begun, enter, turn } = setUp(8)
  for (let n = 1; n <= 500; n += 1) enter('mallory', `mallory ${n}`)
  enter('kim', 'kim 1')
  expect(begun).toEqual([])
  turn(1)
  expect(begun).toEqual(['mallory 1', 'kim 1'])
})

it('one turn of the event loop begins calls of at most eight callers', () => {
  const { begun, enter, turn } = setUp(8)
  const callers = Array.from({ length: 20 }, (_, n) => `person ${n}`)
  for (const caller of callers) enter(caller, caller)
  turn(1)
  expect(begun).toEqual(callers.slice(0, 8))
  turn()
  expect(begun).toEqual(callers)
})

it('callers take turns, one call each', () => {
  const { begun, enter, turn } = setUp(8)
  for (const call of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) enter(call.slice(0, 1), call)
  turn()
  expect(begun).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
})

it('each caller has a limited number of calls under way, and does not hold up others', () => {
  const { begun, enter, turn } = setUp(2)
  const [first] = [1, 2, 3, 4].map((n) => enter('mallory', `mallory ${n}`))
  turn()
  enter('kim', 'kim 1')
  turn()
  expect(begun).toEqual(['mallory 1', 'mallory 2', 'kim 1'])
  first?.()
  turn()
  expect(begun.at(-1)).toBe('mallory 3')
})

it('a call that ends twice gives one turn back', () => {
  const { begun, enter, turn } = setUp(1)
  const [first] = [1, 2, 3].map((n) => enter('kim', `kim ${n}`))
  turn()
  first?.()
  first?.()
  turn()
  expect(begun).toEqual(['kim 1', 'kim 2'])
})

it('a call that is given up while it waits never begins and takes no turn', () => {
  const { begun, enter, turn } = setUp(1)
  const [first, second, third] = [1, 2, 3].map((n) => enter('kim', `kim ${n}`))
  turn()
  second?.()
  first?.()
  turn()
  third?.()
  enter('kim', 'kim 4')
  turn()
  expect(begun).toEqual(['kim 1', 'kim 3', 'kim 4'])
})

it('a late end does not give away the turns of the caller’s later calls', () => {
  const { begun, enter, turn } = setUp(1)
  const first = enter('kim', 'kim 1')
  turn()
  first()
  enter('kim', 'kim 2')
  turn()
  first()
  enter('kim', 'kim 3')
  turn()
  expect(begun).toEqual(['kim 1', 'kim 2'])
})

it('no turn is planned while no call waits', () => {
  const { enter, turn, planned } = setUp(1)
  const end = enter('kim', 'kim 1')
  turn()
  end()
  turn()
  expect(planned).toEqual([])
})
