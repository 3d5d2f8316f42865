import type { KubeObject } from '#sandbox/objects.ts'
import type { ServedResource } from '#sandbox/served-resources.ts'

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly resource: ServedResource
  readonly object: KubeObject
  readonly version: number
}

type Listener = (event: StoreEvent) => void

/**
 * Length of the history. etcd keeps five minutes; no test or demo makes this many changes in that
 * time.
 */
const MOST_EVENTS = 20_000

/** Objects and their history under one counter, as in etcd. Objects are immutable. */
export class Store {
  #version = 1000
  #compacted = 999
  #events: StoreEvent[] = []
  readonly #objects = new Map<ServedResource, Map<string, KubeObject>>()
  readonly #sorted = new Map<ServedResource, readonly KubeObject[]>()
  readonly #listeners = new Set<Listener>()
  readonly #followers = new Map<string, Listener>()

  get version(): number {
    return this.#version
  }

  /** The newest version whose successors are no longer in the history. */
  get compacted(): number {
    return this.#compacted
  }

  get(resource: ServedResource, key: string): KubeObject | undefined {
    return this.#objects.get(resource)?.get(key)
  }

  /** Objects of a resource, in the order of their keys. */
  list(resource: ServedResource): readonly KubeObject[] {
    const known = this.#sorted.get(resource)
    if (known !== undefined) return known
    const entries = [...(this.#objects.get(resource) ?? [])]
    const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
    this.#sorted.set(resource, sorted)
    return sorted
  }

  put(resource: ServedResource, key: string, object: KubeObject): KubeObject {
    const objects = this.#objects.get(resource) ?? new Map<string, KubeObject>()
    this.#objects.set(resource, objects)
    const version = ++this.#version
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: `${version}` } }
    const type = objects.has(key) ? 'MODIFIED' : 'ADDED'
    objects.set(key, stored)
    this.#tell({ type, resource, object: stored, version })
    return stored
  }

  remove(resource: ServedResource, key: string): void {
    const object = this.get(resource, key)
    if (object === undefined) return
    this.#objects.get(resource)?.delete(key)
    const version = ++this.#version
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: `${version}` } }
    this.#tell({ type: 'DELETED', resource, object: last, version })
  }

  /** Changes since a version; null when the history does not reach that far. */
  since(version: number): readonly StoreEvent[] | null {
    if (version < this.#compacted) return null
    return this.#events.filter((event) => event.version > version)
  }

  /** Called after every change; returns its undo. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Like `subscribe`, for one object and one follower; a thousand machines wait this way. */
  follow(uid: string, listener: Listener): () => void {
    this.#followers.set(uid, listener)
    return () => this.#followers.delete(uid)
  }

  /** Drops the history: earlier watches cannot be continued. */
  compact(): void {
    // One version further, so that the last returned version is itself too old.
    this.#version += 1
    this.#compacted = this.#version
    this.#events = []
  }

  #tell(event: StoreEvent): void {
    this.#sorted.delete(event.resource)
    this.#events.push(event)
    if (this.#events.length > MOST_EVENTS) {
      const gone = this.#events.splice(0, MOST_EVENTS / 2).at(-1)
      if (gone !== undefined) this.#compacted = gone.version
    }
    for (const listener of this.#listeners) listener(event)
    this.#followers.get(event.object.metadata.uid ?? '')?.(event)
  }
}
