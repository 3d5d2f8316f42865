import type { ReflectorState } from '#lib/kube/reflector-state.ts'
import type { Remains } from '#lib/kube/set-aside.ts'

/** Where a source's objects go, one at a time. */
export interface Store<T> {
  readonly uid: (item: T) => string
  readonly name: (item: T) => string
  readonly resourceVersion: (item: T) => string
  upsert(item: T): void
  remove(uid: string): void
  /** Of an object that could not be read, or that broke `upsert`. Until it is taken or removed. */
  putAside?(left: Remains): void
  state(state: ReflectorState): void
}

export interface Holding<T> {
  /** Makes it what was listed, a step at a time. */
  replace(items: readonly T[], aside: readonly Remains[]): Iterator<void, void, undefined>
  upsert(item: T): void
  remove(uid: string): void
  putAside(left: Remains): void
  state(state: ReflectorState): void
}

/**
 * What a store holds of its source. An object that breaks the store is set aside, and takes no other
 * with it: what stood there of it is no longer true, so it goes, it is counted with those that could
 * not be read, and the next list tries it again.
 */
export function createHolding<T>(store: Store<T>, onError: (error: unknown) => void): Holding<T> {
  /** By uid. */
  const versions = new Map<string, string>()
  const aside = new Set<string>()
  /** What its source could not read, and has counted itself. */
  const unread = new Set<string>()
  let source: ReflectorState | null = null
  let counted = 0

  function tell(): void {
    counted = aside.size
    if (source !== null) store.state({ ...source, setAside: source.setAside + counted })
  }

  function tellOfCount(): void {
    if (aside.size !== counted) tell()
  }

  function take(item: T): void {
    const uid = store.uid(item)
    try {
      store.upsert(item)
      versions.set(uid, store.resourceVersion(item))
      aside.delete(uid)
      unread.delete(uid)
    } catch (error) {
      onError(error)
      keepRemains({ uid, name: store.name(item) })
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
    try {
      store.remove(uid)
    } catch (error) {
      onError(error)
    }
  }

  return {
    /** Objects that are as they were are skipped: a list after a lost watch costs what changed. */
    *replace(items, left) {
      const listed = new Set([...items.map(store.uid), ...left.map(({ uid }) => uid)])
      for (const uid of [...versions.keys(), ...aside, ...unread]) {
        if (listed.has(uid)) continue
        drop(uid)
        yield
      }
      for (const each of left) {
        putAside(each)
        yield
      }
      for (const item of items) {
        if (versions.get(store.uid(item)) === store.resourceVersion(item)) continue
        take(item)
        yield
      }
      tellOfCount()
    },
    upsert(item) {
      take(item)
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
  }
}
