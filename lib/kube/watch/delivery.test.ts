import { beforeEach, describe, expect, it } from 'vitest'
import type { StoredObject } from '#lib/csr/model.ts'
import { createDelivery, type Delivery } from '#lib/kube/watch/delivery.ts'
import { connecting } from '#lib/kube/watch/reflector-state.ts'

interface Thing extends StoredObject {
  /** The requestor whose turn the item waits for. */
  readonly requestor: string | null
}

const thing = (uid: string, resourceVersion = '1', requestor: string | null = null): Thing => ({
  uid,
  name: `name-of-${uid}`,
  resourceVersion,
  requestor,
})

let held: Map<string, Thing>
/** Names by uid of objects that exist without being stored. */
let remains: Map<string, string>
/** Every item that the store was given. */
let taken: string[]
let counts: number[]
let errors: unknown[]
/** Uids that break the store. */
let poison: Set<string>
/** The order of a list. */
let inOrder: (items: readonly Thing[]) => Iterable<Thing>
let holding: Delivery<Thing>

beforeEach(() => {
  held = new Map()
  remains = new Map()
  taken = []
  counts = []
  errors = []
  poison = new Set()
  inOrder = (items) => items
  holding = createDelivery<Thing>(
    {
      requestorOf: ({ requestor }) => requestor,
      inOrder: (items) => inOrder(items),
      early: 2,
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

/** A list in which some items could not be read. */
function listBeside(unread: readonly string[], ...items: readonly Thing[]): void {
  const steps = holding.replace(
    items,
    unread.map((uid) => ({ uid, name: `name-of-${uid}` })),
  )
  while (steps.next().done !== true);
}

const uids = () => [...held.keys()]

it('the store gets the new and changed items of a list, and loses the missing ones', () => {
  list(thing('a'), thing('b'), thing('c'))
  taken = []
  list(thing('b'), thing('c', '2'), thing('d'))
  expect(taken).toEqual(['c', 'd'])
  expect(uids()).toEqual(['b', 'c', 'd'])
  expect(counts).toEqual([2])
})

it('an item that breaks the store is counted as unreadable, and the rest of the list is taken', () => {
  poison.add('b')
  list(thing('a'), thing('b'), thing('c'))
  expect(uids()).toEqual(['a', 'c'])
  expect(counts).toEqual([2, 3])
  expect(errors[0]).toEqual(new Error('cannot take b'))
})

it('an item that breaks the store loses its earlier state', () => {
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
])('an item that broke the store is not counted any more after %s', (_, mend, left) => {
  list(thing('a'), thing('b'))
  poison.add('b')
  holding.upsert(thing('b', '2'))
  poison.clear()
  mend()
  expect(uids()).toEqual(left)
  expect(counts).toEqual([2, 3, 2])
})

it('an item is counted once, however often it breaks', () => {
  poison.add('b')
  for (const version of ['1', '2', '3']) holding.upsert(thing('b', version))
  expect(counts).toEqual([2, 3])
})

it('a list goes on where an item cannot be removed', () => {
  list(thing('a'), thing('b'))
  poison.add('a')
  list(thing('c'))
  expect(uids()).toEqual(['c'])
  expect(errors).toEqual([new Error('cannot forget a')])
})

it('the count is added to the source’s next state', () => {
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
])('an unreadable item leaves only its identity in the store: %s', (_, spoil) => {
  list(thing('a'), thing('b'))
  spoil()
  expect([uids(), [...remains]]).toEqual([['a'], [['b', 'name-of-b']]])
})

it.each<[string, () => void, readonly string[]]>([
  ['a list that has it', () => list(thing('a'), thing('b')), ['a', 'b']],
  ['an event', () => holding.upsert(thing('b')), ['a', 'b']],
  ['a list without it', () => list(thing('a')), ['a']],
  ['its end', () => holding.remove('b'), ['a']],
])('the identity is dropped after %s, and the source counts it', (_, mend, left) => {
  listBeside(['b'], thing('a'))
  mend()
  expect([uids(), remains.size]).toEqual([left, 0])
  expect(counts).toEqual([2])
})

it('the identity is dropped when a list no longer has the item', () => {
  listBeside(['b', 'c'])
  listBeside(['c'])
  expect([...remains.keys()]).toEqual(['c'])
})

/** An item that waits for the turn of the requestor named by its first letter. */
const waiting = (uid: string, resourceVersion = '1') => thing(uid, resourceVersion, uid.slice(0, 1))

function takeAllNew(): void {
  while (holding.takeNew());
}

it('the items of a list are taken in the order of their store', () => {
  inOrder = (items) => items.toReversed()
  list(thing('a'), thing('b'), thing('c'))
  expect(taken).toEqual(['c', 'b', 'a'])
})

it('the first items of a first list are taken while it is read, and the others once it is whole', () => {
  inOrder = (items) => items.toSorted((a, b) => (a.uid < b.uid ? -1 : 1))
  for (const page of [['c', 'a', 'b'], ['d']]) {
    const steps = holding.begin(page.map((uid) => thing(uid, '1', 'turn')))
    while (steps.next().done !== true);
  }
  expect(taken).toEqual(['a', 'b'])
  list(...['b', 'c', 'd', 'e'].map((uid) => thing(uid, '1', 'turn')))
  expect(taken).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect([uids(), holding.takeNew()]).toEqual([['b', 'c', 'd', 'e'], false])
})

describe('new items wait for their turn', () => {
  it('the items of a first list are all taken, by turns, before the list is done', () => {
    list(waiting('a1'), waiting('a2'), thing('k'), waiting('b1'))
    expect(taken).toEqual(['k', 'a1', 'b1', 'a2'])
    expect(holding.takeNew()).toBe(false)
  })

  it('the items of a later list and of events wait for their turn', () => {
    list(thing('k'))
    list(thing('k'), waiting('a1'), waiting('a2'))
    holding.upsert(waiting('b1'))
    expect(taken).toEqual(['k'])
    takeAllNew()
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
  ])('no waiting item delays %s', (_, change, expected) => {
    list(thing('k'))
    for (const uid of ['a1', 'a2']) holding.upsert(waiting(uid))
    taken = []
    change()
    expect(taken).toEqual(expected)
    takeAllNew()
    expect(uids().toSorted()).toEqual([...new Set(['a1', 'a2', 'k', ...expected])].toSorted())
  })

  it.each<[string, () => void]>([
    ['it is gone', () => holding.remove('a1')],
    ['a list is without it', () => list(thing('k'))],
    ['it can no longer be read', () => holding.putAside({ uid: 'a1', name: 'name-of-a1' })],
  ])('a waiting item is not taken once %s', (_, end) => {
    list(thing('k'))
    holding.upsert(waiting('a1'))
    end()
    takeAllNew()
    expect(taken).toEqual(['k'])
  })

  it('a waiting item that breaks the store is counted', () => {
    list(thing('k'))
    holding.upsert(waiting('a1'))
    poison.add('a1')
    takeAllNew()
    expect([uids(), counts]).toEqual([['k'], [2, 3]])
  })
})
