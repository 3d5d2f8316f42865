import { createFairBuffer } from '#lib/kube/watch/fair-buffer.ts'
import type { ReflectorState } from '#lib/kube/watch/reflector-state.ts'
import type { Remains } from '#lib/kube/watch/set-aside.ts'

/** What tells an object from any other, and a state of it from the next. */
export interface Held {
  readonly uid: string
  readonly name: string
  readonly resourceVersion: string
}

/** Where a source's objects go, one at a time. */
export interface Store<T extends Held> {
  upsert(item: T): void
  /** Whose turn it waits for while it is new; null, or absent: nobody's. */
  turn?(item: T): string | null
  remove(uid: string): void
  /** Of an object that could not be read, or that broke `upsert`. Until it is taken or removed. */
  putAside?(left: Remains): void
  state(state: ReflectorState): void
}

export interface Holding<T extends Held> {
  /** Makes it what was listed, a step at a time. */
  replace(items: readonly T[], aside: readonly Remains[]): Iterator<void, void, undefined>
  upsert(item: T): void
  remove(uid: string): void
  putAside(left: Remains): void
  state(state: ReflectorState): void
  /** Takes in one that is new and has its turn; false: none waits. */
  takeTurn(): boolean
  /** When the one that waits longest for its turn came, by what had passed then; null when none waits. */
  oldest(): number | null
}

export interface HoldingOptions {
  /** As in Clock. */
  readonly passed: () => number
  readonly onError: (error: unknown) => void
}

/**
 * What a store holds of its source. An object that breaks the store is set aside, and takes no other
 * with it: what stood there of it is no longer true, so it goes, it is counted with those that could
 * not be read, and the next list tries it again.
 */
export function createHolding<T extends Held>(
  store: Store<T>,
  { passed, onError }: HoldingOptions,
): Holding<T> {
  /** By uid. */
  const versions = new Map<string, string>()
  const aside = new Set<string>()
  /** What its source could not read, and has counted itself. */
  const unread = new Set<string>()
  const waiting = createFairBuffer<T>(passed)
  let source: ReflectorState | null = null
  let counted = 0

  function tell(): void {
    counted = aside.size
    if (source !== null) store.state({ ...source, setAside: source.setAside + counted })
  }

  function tellOfCount(): void {
    if (aside.size !== counted) tell()
  }

  /** Or has it wait for its turn. */
  function put(item: T): void {
    const isNew = !versions.has(item.uid) && !aside.has(item.uid)
    const turn = isNew ? (store.turn?.(item) ?? null) : null
    if (turn !== null) {
      waiting.put(item.uid, turn, item)
      return
    }
    // What it was before somebody decided it is not skipped: the history asks for that.
    const before = waiting.take(item.uid)
    if (before !== null) take(before)
    take(item)
  }

  function takeTurn(): boolean {
    const item = waiting.next()
    if (item !== null) take(item)
    return item !== null
  }

  function take(item: T): void {
    const { uid, name } = item
    try {
      store.upsert(item)
      versions.set(uid, item.resourceVersion)
      aside.delete(uid)
      unread.delete(uid)
    } catch (error) {
      onError(error)
      keepRemains({ uid, name })
      aside.add(uid)
    }
  }

  function keepRemains(left: Remains): void {
    drop(left.uid)
    try {
      store.putAside?.(left)
    } catch (error) {
      onError(error)
    }
  }

  function putAside(left: Remains): void {
    keepRemains(left)
    unread.add(left.uid)
  }

  function drop(uid: string): void {
    versions.delete(uid)
    aside.delete(uid)
    unread.delete(uid)
    waiting.take(uid)
    try {
      store.remove(uid)
    } catch (error) {
      onError(error)
    }
  }

  return {
    /**
     * Objects that are as they were are skipped: a list after a lost watch costs what changed. The first one
     * is not done before all of it has had its turn: half of it would look as if the cluster had no more.
     */
    *replace(items, left) {
      const isFirst = versions.size === 0
      const listed = new Set([...items, ...left].map(({ uid }) => uid))
      for (const uid of [...versions.keys(), ...aside, ...unread, ...waiting.uids()]) {
        if (listed.has(uid)) continue
        drop(uid)
        yield
      }
      for (const each of left) {
        putAside(each)
        yield
      }
      for (const item of items) {
        if (versions.get(item.uid) === item.resourceVersion) continue
        put(item)
        yield
      }
      while (isFirst && takeTurn()) yield
      tellOfCount()
    },
    upsert(item) {
      put(item)
      tellOfCount()
    },
    remove(uid) {
      drop(uid)
      tellOfCount()
    },
    putAside(left) {
      putAside(left)
      tellOfCount()
    },
    state(state) {
      source = state
      tell()
    },
    takeTurn() {
      const took = takeTurn()
      tellOfCount()
      return took
    },
    oldest: waiting.oldest,
  }
}
