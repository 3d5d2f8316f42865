import { beforeEach, describe, expect, it } from 'vitest'
import { createDelivery, type Delivery, type StoredObject } from '#lib/kube/watch/delivery.ts'
import { connecting } from '#lib/kube/watch/source-states.ts'

interface Thing extends StoredObject {
  /** Whose turn it waits for. */
  readonly turn: string | null
}

const thing = (uid: string, resourceVersion = '1', turn: string | null = null): Thing => ({
  uid,
  name: `name-of-${uid}`,
  resourceVersion,
  turn,
})

let held: Map<string, Thing>
/** Names by uid: what is left of those that are not held, and are there. */
let remains: Map<string, string>
/** Everything it was asked to take. */
let taken: string[]
let counts: number[]
let errors: unknown[]
/** uids that break the store. */
let poison: Set<string>
let holding: Delivery<Thing>

beforeEach(() => {
  held = new Map()
  remains = new Map()
  taken = []
  counts = []
  errors = []
  poison = new Set()
  holding = createDelivery<Thing>(
    {
      turn: ({ turn }) => turn,
      upsert(item) {
        taken.push(item.uid)
        if (poison.has(item.uid)) throw new Error(`cannot take ${item.uid}`)
        held.set(item.uid, item)
        remains.delete(item.uid)
      },
      remove(uid) {
        held.delete(uid)
        remains.delete(uid)
        if (poison.has(uid)) throw new Error(`cannot forget ${uid}`)
      },
      putAside({ uid, name }) {
        remains.set(uid, name)
      },
      state: ({ setAside }) => counts.push(setAside),
    },
    { passed: () => 0, onError: (error) => errors.push(error) },
  )
  holding.state({ ...connecting('now'), state: 'live', setAside: 2 })
})

function list(...items: readonly Thing[]): void {
  listBeside([], ...items)
}

/** The same with some that could not be read. */
function listBeside(unread: readonly string[], ...items: readonly Thing[]): void {
  const steps = holding.replace(
    items,
    unread.map((uid) => ({ uid, name: `name-of-${uid}` })),
  )
  while (steps.next().done !== true);
}

const uids = () => [...held.keys()]

it('takes of a list what is new or another version, and drops what is not in it', () => {
  list(thing('a'), thing('b'), thing('c'))
  taken = []
  list(thing('b'), thing('c', '2'), thing('d'))
  expect(taken).toEqual(['c', 'd'])
  expect(uids()).toEqual(['b', 'c', 'd'])
  expect(counts).toEqual([2])
})

it('counts breaking objects as unreadable, and takes the rest of the list', () => {
  poison.add('b')
  list(thing('a'), thing('b'), thing('c'))
  expect(uids()).toEqual(['a', 'c'])
  expect(counts).toEqual([2, 3])
  expect(errors[0]).toEqual(new Error('cannot take b'))
})

it('drops the earlier state of a breaking object', () => {
  list(thing('a'), thing('b'))
  poison.add('b')
  holding.upsert(thing('b', '2'))
  expect(uids()).toEqual(['a'])
  expect(counts).toEqual([2, 3])
})

it.each<[string, () => void, readonly string[]]>([
  ['a list, of the same version', () => list(thing('a'), thing('b', '2')), ['a', 'b']],
  ['an event', () => holding.upsert(thing('b', '3')), ['a', 'b']],
  ['a list without it', () => list(thing('a')), ['a']],
  ['its end', () => holding.remove('b'), ['a']],
])('counts it no more after %s', (_, mend, left) => {
  list(thing('a'), thing('b'))
  poison.add('b')
  holding.upsert(thing('b', '2'))
  poison.clear()
  mend()
  expect(uids()).toEqual(left)
  expect(counts).toEqual([2, 3, 2])
})

it('counts it once, however often it breaks', () => {
  poison.add('b')
  for (const version of ['1', '2', '3']) holding.upsert(thing('b', version))
  expect(counts).toEqual([2, 3])
})

it('goes on with a list where something cannot be dropped', () => {
  list(thing('a'), thing('b'))
  poison.add('a')
  list(thing('c'))
  expect(uids()).toEqual(['c'])
  expect(errors).toEqual([new Error('cannot forget a')])
})

it('adds its count to whatever the source tells next', () => {
  poison.add('b')
  list(thing('b'))
  holding.state({ ...connecting('now'), state: 'reconnecting', setAside: 0 })
  expect(counts).toEqual([2, 3, 1])
})

it.each<[string, () => void]>([
  ['a list says so', () => listBeside(['b'], thing('a'))],
  ['an event does', () => holding.putAside({ uid: 'b', name: 'name-of-b' })],
  [
    'it breaks the store',
    () => {
      poison.add('b')
      holding.upsert(thing('b', '2'))
      poison.clear()
    },
  ],
])('keeps what is left of what cannot be read, not what stood there: %s', (_, spoil) => {
  list(thing('a'), thing('b'))
  spoil()
  expect([uids(), [...remains]]).toEqual([['a'], [['b', 'name-of-b']]])
})

it.each<[string, () => void, readonly string[]]>([
  ['a list that has it', () => list(thing('a'), thing('b')), ['a', 'b']],
  ['an event', () => holding.upsert(thing('b')), ['a', 'b']],
  ['a list without it', () => list(thing('a')), ['a']],
  ['its end', () => holding.remove('b'), ['a']],
])('and no more after %s; its source counts them', (_, mend, left) => {
  listBeside(['b'], thing('a'))
  mend()
  expect([uids(), remains.size]).toEqual([left, 0])
  expect(counts).toEqual([2])
})

it('keeps nothing of it that a list tells again', () => {
  listBeside(['b', 'c'])
  listBeside(['c'])
  expect([...remains.keys()]).toEqual(['c'])
})

/** One that waits for the turn of whom its first letter tells. */
const waiting = (uid: string, resourceVersion = '1') => thing(uid, resourceVersion, uid.slice(0, 1))

function takeTurns(): void {
  while (holding.takeTurn());
}

describe('new items wait for their turn', () => {
  it('of the first list all is taken, by turns, before that is done', () => {
    list(waiting('a1'), waiting('a2'), thing('k'), waiting('b1'))
    expect(taken).toEqual(['k', 'a1', 'b1', 'a2'])
    expect(holding.takeTurn()).toBe(false)
  })

  it('of a later list, and of events, it waits', () => {
    list(thing('k'))
    list(thing('k'), waiting('a1'), waiting('a2'))
    holding.upsert(waiting('b1'))
    expect(taken).toEqual(['k'])
    takeTurns()
    expect(taken).toEqual(['k', 'a1', 'b1', 'a2'])
  })

  it.each<[string, () => void, readonly string[]]>([
    ['a change of what is known', () => holding.upsert(waiting('k', '2')), ['k']],
    ['what waits for nobody', () => holding.upsert(thing('n')), ['n']],
    [
      'what no longer waits, after what it was before',
      () => holding.upsert(thing('a2', '2')),
      ['a2', 'a2'],
    ],
  ])('behind none of it: %s', (_, change, expected) => {
    list(thing('k'))
    for (const uid of ['a1', 'a2']) holding.upsert(waiting(uid))
    taken = []
    change()
    expect(taken).toEqual(expected)
    takeTurns()
    expect(uids().toSorted()).toEqual([...new Set(['a1', 'a2', 'k', ...expected])].toSorted())
  })

  it.each<[string, () => void]>([
    ['it is gone', () => holding.remove('a1')],
    ['a list is without it', () => list(thing('k'))],
    ['it can no longer be read', () => holding.putAside({ uid: 'a1', name: 'name-of-a1' })],
  ])('and is not taken once %s', (_, end) => {
    list(thing('k'))
    holding.upsert(waiting('a1'))
    end()
    takeTurns()
    expect(taken).toEqual(['k'])
  })

  it('and is counted where it breaks the store', () => {
    list(thing('k'))
    holding.upsert(waiting('a1'))
    poison.add('a1')
    takeTurns()
    expect([uids(), counts]).toEqual([['k'], [2, 3]])
  })
})
