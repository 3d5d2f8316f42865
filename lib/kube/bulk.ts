import type { Clock } from '#lib/kube/clock.ts'

export interface Paced<T, R> {
  readonly item: T
  readonly result: R
}

export interface PaceOptions<R> {
  /** Stops handing out items; those under way are waited for. */
  readonly signal?: AbortSignal
  /** Milliseconds to wait when the result says "throttled", null when it does not. */
  readonly retryAfter: (result: R) => number | null
}

export interface Pacer {
  /** Requests in flight at most, now. */
  readonly limit: number
  /** While throttled: when work goes on, milliseconds since the epoch. */
  readonly pausedUntil: number | null
  /** Called when a pause begins (with its end) and when it ends (null). Returns its own undo. */
  onPause(listener: (until: number | null) => void): () => void
  /** Yields results as they come; a throttled item is tried again after the pause. */
  pace<T, R>(
    items: Iterable<T>,
    worker: (item: T) => Promise<R>,
    options: PaceOptions<R>,
  ): AsyncGenerator<Paced<T, R>, void, undefined>
}

export interface PacerOptions {
  readonly clock?: Clock
  readonly max?: number
}

/** One for each identity: all its batches share the limit. */
export declare function createPacer(options?: PacerOptions): Pacer
