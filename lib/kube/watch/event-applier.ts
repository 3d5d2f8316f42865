import { cause } from '#lib/csr/cause.ts'
import type { Resource } from '#lib/kube/objects/resources.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'
import { statusError } from '#lib/kube/transport/status-error.ts'
import type { Listing } from '#lib/kube/watch/list.ts'
import {
  metadataName,
  metadataText,
  type Remains,
  remainsOf,
  SetAside,
} from '#lib/kube/watch/set-aside.ts'

/** Destination of a reflector's objects. No function may throw: see lib/kube/watch/delivery.ts. */
export interface ObjectSink<T> {
  /** Takes a page of the first list, which is still being read; `replace` follows with all pages. */
  begin(items: readonly T[]): void
  /** Replaces everything after a list: objects in neither array are gone. */
  replace(items: readonly T[], aside: readonly Remains[]): void
  upsert(item: T): void
  remove(uid: string): void
  /** The object exists and could not be read; its earlier state is outdated. */
  putAside(remains: Remains): void
}

export interface EventApplier<T> {
  readonly setAside: number
  /** Objects that the store knows, unreadable ones among them. */
  readonly size: number
  replace(listing: Pick<Listing<T>, 'items' | 'setAside'>): void
  /**
   * Applies one event of a watch. Returns the resourceVersion to resume from, or null. Throws a
   * KubeError for an ERROR event and for anything that is no event.
   */
  apply(event: unknown): string | null
}

/** Turns lists and events into calls of a store, and counts unreadable objects. */
export function createEventApplier<T>(
  resource: Resource<T>,
  store: ObjectSink<T>,
): EventApplier<T> {
  const index = createNameIndex()
  let aside = new SetAside()
  /** Uids of unreadable objects that the store knows. */
  const unreadable = new Set<string>()

  function replace(listing: Pick<Listing<T>, 'items' | 'setAside'>): void {
    index.clear()
    unreadable.clear()
    aside = new SetAside()
    const remains: Remains[] = []
    for (const raw of listing.setAside) {
      aside.add(raw)
      const what = remainsOf(raw)
      if (what === null) continue
      unreadable.add(what.uid)
      remains.push(what)
    }
    for (const item of listing.items) index.put(resource.uid(item), resource.key(item))
    store.replace(listing.items, remains)
  }

  function upsert(raw: unknown): void {
    let item: T
    try {
      item = resource.project(raw)
    } catch {
      putAside(raw)
      return
    }
    const former = index.put(resource.uid(item), resource.key(item))
    if (former !== null) store.remove(former)
    aside.drop(raw)
    unreadable.delete(resource.uid(item))
    store.upsert(item)
  }

  /** Reports the unreadable object, then removes its earlier state. */
  function putAside(raw: unknown): void {
    aside.add(raw)
    const what = remainsOf(raw)
    if (what !== null) {
      index.remove(what.uid)
      unreadable.add(what.uid)
      store.putAside(what)
    }
    const namespace = metadataText(raw, 'namespace')
    const name = metadataName(raw) ?? ''
    forget(index.uidAt(namespace === null ? name : `${namespace}/${name}`) ?? null)
    if (what === null) forget(metadataText(raw, 'uid'))
  }

  function forget(uid: string | null): void {
    if (uid === null) return
    const wasHeld = index.remove(uid)
    if (unreadable.delete(uid) || wasHeld) store.remove(uid)
  }

  return {
    get setAside() {
      return aside.count
    },
    get size() {
      return index.size() + unreadable.size
    },
    replace,
    apply(event) {
      const { type, object } = readEvent(event)
      switch (type) {
        case 'ADDED':
        case 'MODIFIED':
          upsert(object)
          break
        case 'DELETED':
          aside.drop(object)
          forget(metadataText(object, 'uid'))
          break
        case 'BOOKMARK':
          break
        case 'ERROR':
          throw statusError(object, { status: 0, now: Date.now() })
        default:
          throw new KubeError(cause('watchUnknownEvent'), { kind: 'malformed' })
      }
      return metadataText(object, 'resourceVersion')
    },
  }
}

function readEvent(event: unknown): { readonly type: unknown; readonly object: unknown } {
  if (typeof event !== 'object' || event === null) return { type: null, object: null }
  return { type: Reflect.get(event, 'type'), object: Reflect.get(event, 'object') }
}

/** Index of uids by name: the same name with another uid is another object. */
function createNameIndex() {
  const uids = new Map<string, string>()
  const keys = new Map<string, string>()

  function remove(uid: string): boolean {
    const key = keys.get(uid)
    if (key === undefined) return false
    keys.delete(uid)
    // A successor may have the name by now.
    if (uids.get(key) === uid) uids.delete(key)
    return true
  }

  return {
    size: () => keys.size,
    uidAt: (key: string) => uids.get(key),
    /** Returns the uid that had this name before, if different. */
    put(uid: string, key: string): string | null {
      const former = uids.get(key)
      uids.set(key, uid)
      keys.set(uid, key)
      if (former === undefined || former === uid) return null
      keys.delete(former)
      return former
    },
    remove,
    clear() {
      uids.clear()
      keys.clear()
    },
  }
}
