import { beforeEach, describe, expect, it } from 'vitest'
import { createWorld, type Tab, type World } from '#lib/query/fixtures/world.ts'
import { createGathered, GATHER_MS, type Gathered } from '#lib/query/gathered.ts'

let world: World
let tab: Tab
let gathered: Gathered<number>
let taken: (readonly number[])[]

beforeEach(() => {
  world = createWorld()
  tab = world.tab()
  taken = []
  gathered = createGathered<number>(tab, (many) => taken.push(many))
})

describe('what comes in', () => {
  it('is taken at once where nothing came before it', () => {
    gathered.add(1)
    expect(taken).toEqual([[1]])
  })

  it('in quick succession is taken in one', async () => {
    for (const one of [1, 2, 3]) gathered.add(one)
    await world.advance(GATHER_MS - 1)
    expect(taken).toEqual([[1]])
    await world.advance(1)
    expect(taken).toEqual([[1], [2, 3]])
  })

  it('in a hidden tab, whose timers come once a minute, is taken with what comes later', async () => {
    gathered.add(1)
    gathered.add(2)
    tab.freeze()
    await world.advance(GATHER_MS)
    gathered.add(3)
    expect(taken).toEqual([[1], [2, 3]])
  })

  it('is taken when it is asked for, once', async () => {
    for (const one of [1, 2, 3]) gathered.add(one)
    gathered.take()
    await world.advance(GATHER_MS)
    expect(taken).toEqual([[1], [2, 3]])
  })

  it('is never taken once it is dropped', async () => {
    for (const one of [1, 2, 3]) gathered.add(one)
    gathered.drop()
    await world.advance(GATHER_MS)
    gathered.take()
    expect(taken).toEqual([[1]])
  })
})
