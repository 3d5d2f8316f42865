import { expect, it } from 'vitest'
import { createTurns } from '#lib/web/door/turns.ts'

function setUp(atOnce: number) {
  const planned: (() => void)[] = []
  const turns = createTurns(atOnce, (then) => planned.push(then))
  const begun: string[] = []
  const enter = (name: string, work: string) => turns(name, () => begun.push(work))
  /** Runs `count` turns of the event loop, or all planned ones. */
  const turn = (count = Number.POSITIVE_INFINITY) => {
    for (let n = 0; n < count && planned.length > 0; n += 1) planned.shift()?.()
  }
  return { begun, enter, turn, planned }
}

it('no work begins before all work of the same moment has arrived', () => {
  const { begun, enter, turn } = setUp(8)
  for (let n = 1; n <= 500; n += 1) enter('mallory', `mallory ${n}`)
  enter('kim', 'kim 1')
  expect(begun).toEqual([])
  turn(1)
  expect(begun).toEqual(['mallory 1', 'kim 1'])
})

it('one turn of the event loop begins work of at most eight names', () => {
  const { begun, enter, turn } = setUp(8)
  const names = Array.from({ length: 20 }, (_, n) => `person ${n}`)
  for (const name of names) enter(name, name)
  turn(1)
  expect(begun).toEqual(names.slice(0, 8))
  turn()
  expect(begun).toEqual(names)
})

it('names take turns, one piece of work each', () => {
  const { begun, enter, turn } = setUp(8)
  for (const work of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) enter(work.slice(0, 1), work)
  turn()
  expect(begun).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
})

it('each name has a limited number of pieces under way, and does not hold up others', () => {
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

it('a piece of work that ends twice gives one turn back', () => {
  const { begun, enter, turn } = setUp(1)
  const [first] = [1, 2, 3].map((n) => enter('kim', `kim ${n}`))
  turn()
  first?.()
  first?.()
  turn()
  expect(begun).toEqual(['kim 1', 'kim 2'])
})

it('a piece of work that is given up while it waits never begins and takes no turn', () => {
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

it('a late end does not give away the turns of the name’s later work', () => {
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

it('no turn is planned while no work waits', () => {
  const { enter, turn, planned } = setUp(1)
  const end = enter('kim', 'kim 1')
  turn()
  end()
  turn()
  expect(planned).toEqual([])
})
