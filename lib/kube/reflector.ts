import type { Clock } from '#lib/kube/clock.ts'
import type { Identity } from '#lib/kube/identity.ts'
import type { Resource } from '#lib/kube/resources.ts'

export type ReflectorPhase =
  | 'connecting'
  | 'live'
  | 'reconnecting'
  | 'stale'
  | 'forbidden'
  | 'unauthorized'
  | 'unreachable'
  | 'absent'

export interface ReflectorState {
  readonly state: ReflectorPhase
  /** RFC 3339: when it entered this state. */
  readonly since: string
  /** Last time anything was heard from the API server about this resource. */
  readonly lastHeardAt: string | null
  /** The next attempt, while there is one to wait for. */
  readonly retryAt: string | null
  /** The API server's or the network's own words; null while live. */
  readonly message: string | null
  /** Objects that could not be projected. */
  readonly setAside: number
}

export interface Sink<T> {
  /** The whole truth, after each list: whatever is not in it is gone. */
  replace(items: readonly T[]): void
  upsert(item: T): void
  remove(uid: string): void
  /** On every change of anything but `lastHeardAt`; that one is read from `Reflector.state`. */
  state(state: ReflectorState): void
}

export interface Reflector {
  readonly state: ReflectorState
  /** Cuts a wait short. */
  retryNow(): void
  /** Idempotent. Nothing is delivered after the call, even before it resolves. */
  stop(): Promise<void>
}

export interface ReflectOptions<T> {
  readonly identity: Identity
  readonly resource: Resource<T>
  readonly sink: Sink<T>
  readonly clock?: Clock
  /** In [0, 1), as Math.random. */
  readonly random?: () => number
}

/** Keeps `sink` equal to what the API server holds, until stopped. Never throws, never gives up. */
export declare function reflect<T>(options: ReflectOptions<T>): Reflector
