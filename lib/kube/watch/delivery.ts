import type { StoredObject } from '#lib/csr/model.ts'
import { createFairBuffer } from '#lib/kube/watch/fair-buffer.ts'
import type { ReflectorState } from '#lib/kube/watch/reflector-state.ts'
import type { Remains } from '#lib/kube/watch/set-aside.ts'

/** Destination of a source's objects, one at a time. */
export interface Store<T extends StoredObject> {
  upsert(item: T): void
  /** The requestor whose turn a new item waits for; null or absent where it waits for none. */
  requestorOf?(item: T): string | null
  /** The order in which the objects of a list are taken in; absent for the list's own. */
  inOrder?(items: readonly T[]): Iterable<T>
  /** Objects that are taken in while the first list is still being read; absent for none. */
  readonly early?: number
  remove(uid: string): void
  /**
   * Called for an object that could not be read or that broke `upsert`, until it is taken or
   * removed.
   */
  putAside?(remains: Remains): void
  state(state: ReflectorState): void
}

export interface Delivery<T extends StoredObject> {
  /** Takes the first objects of a page, one step at a time, up to the store's number. */
  begin(items: readonly T[]): Iterator<void, void, undefined>
  /** Replaces everything with the listed objects, one step at a time. */
  replace(items: readonly T[], aside: readonly Remains[]): Iterator<void, void, undefined>
  upsert(item: T): void
  remove(uid: string): void
  putAside(remains: Remains): void
  state(state: ReflectorState): void
  /** Takes the waiting new item of the next requestor; false if none waits. */
  takeNew(): boolean
  /** When the longest waiting item arrived, by `passed`; null for none. */
  oldest(): number | null
}

/**
 * The objects that a store has from its source. An object that breaks the store is removed and
 * counted as unreadable, without affecting others; the next list tries it again.
 */
export function createDelivery<T extends StoredObject>(
  store: Store<T>,
  {
    passed,
    onError,
  }: {
    /** See Clock. */
    readonly passed: () => number
    readonly onError: (error: unknown) => void
  },
): Delivery<T> {
  /** Versions by uid. */
  const versions = new Map<string, string>()
  const aside = new Set<string>()
  /** Objects that the source could not read and has counted itself. */
  const unread = new Set<string>()
  const waiting = createFairBuffer<T>(passed)
  let source: ReflectorState | null = null
  let counted = 0
  let hasListed = false

  function tell(): void {
    counted = aside.size
    if (source !== null) store.state({ ...source, setAside: source.setAside + counted })
  }

  function tellOfCount(): void {
    if (aside.size !== counted) tell()
  }

  /** Puts the item into the store, or into the queue. */
  function put(item: T): void {
    const isNew = !versions.has(item.uid) && !aside.has(item.uid)
    const requestor = isNew ? (store.requestorOf?.(item) ?? null) : null
    if (requestor !== null) {
      waiting.put(item.uid, requestor, item)
      return
    }
    // The state before the decision is taken first: what it was judged before is known by that.
    const before = waiting.take(item.uid)
    if (before !== null) take(before)
    take(item)
  }

  function takeNew(): boolean {
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

  function keepRemains(remains: Remains): void {
    drop(remains.uid)
    try {
      store.putAside?.(remains)
    } catch (error) {
      onError(error)
    }
  }

  function putAside(remains: Remains): void {
    keepRemains(remains)
    unread.add(remains.uid)
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
    *begin(items) {
      for (const item of store.inOrder?.(items) ?? items) {
        if (versions.size >= (store.early ?? 0)) return
        take(item)
        yield
      }
    },
    /**
     * Unchanged objects are skipped, so a list after a lost watch costs only the changes. The first
     * list ends with all its new items: half a list would look like a smaller cluster.
     */
    *replace(items, remains) {
      const isFirst = !hasListed || versions.size === 0
      hasListed = true
      const listed = new Set([...items, ...remains].map(({ uid }) => uid))
      for (const uid of [...versions.keys(), ...aside, ...unread, ...waiting.uids()]) {
        if (listed.has(uid)) continue
        drop(uid)
        yield
      }
      for (const each of remains) {
        putAside(each)
        yield
      }
      for (const item of store.inOrder?.(items) ?? items) {
        if (versions.get(item.uid) === item.resourceVersion) continue
        put(item)
        yield
      }
      while (isFirst && takeNew()) yield
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
    putAside(remains) {
      putAside(remains)
      tellOfCount()
    },
    state(state) {
      source = state
      tell()
    },
    takeNew() {
      const took = takeNew()
      tellOfCount()
      return took
    },
    oldest: waiting.oldest,
  }
}
