import { type Clock, sleep, systemClock } from '#lib/kube/transport/clock.ts'
import { untilAborted } from '#lib/kube/transport/until-aborted.ts'

export interface Paced<T, R> {
  readonly item: T
  readonly result: R
}

export interface PaceOptions<R> {
  /** Stops handing out items; the pacer waits for those in flight. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds to wait after a throttled result; null for any other result. */
  readonly retryAfter: (result: R) => number | null
}

export interface Pacer {
  /** Whether a worker of it is under way. */
  readonly isBusy: boolean
  /**
   * Calls the listener when a pause begins or grows, with its end in milliseconds since the epoch, and
   * when it is over (null). Returns its undo.
   */
  onPause(listener: (until: number | null) => void): () => void
  /**
   * Yields results as they come, none for items not handed out. Retries a throttled item for up to
   * two minutes of pauses, then passes its result on. `worker` must not reject.
   */
  pace<T, R>(
    items: Iterable<T>,
    worker: (item: T) => Promise<R>,
    options: PaceOptions<R>,
  ): AsyncGenerator<Paced<T, R>, void, undefined>
}

/** Eight pure writers reach the API server's ceiling. */
const START = 8
const MAX = 16
/** A slower answer means that the API server has a queue: lowers the limit by one. */
const SLOW_MS = 1_000
const MAX_PAUSED_MS = 120_000
const SHORTEST_PAUSE_MS = 100

/**
 * Number of writes at a time, like TCP: a limit's worth of good answers adds one, a 429 halves it
 * and pauses all. One pacer an identity, shared by all its batches.
 */
export function createPacer(
  options: {
    readonly clock?: Clock
    /** Initial and highest limit. */
    readonly start?: number
    readonly max?: number
    /** This identity's share of the places of all identities; at least one is taken. */
    readonly share?: (() => number) | undefined
  } = {},
): Pacer {
  const { clock = systemClock, start = START, max = MAX, share = () => max } = options
  const listeners = new Set<(until: number | null) => void>()
  let limit = Math.min(start, max)
  let goodInARow = 0
  let inFlight = 0
  let pausedUntil: number | null = null
  let pause: Promise<void> = Promise.resolve()
  /** Workers that wait for a free place, in order. */
  const waiting: (() => void)[] = []

  function tell(until: number | null): void {
    pausedUntil = until
    for (const listener of listeners) listener(until)
  }

  function startPause(ms: number): void {
    const until = clock.now() + Math.max(ms, SHORTEST_PAUSE_MS)
    if (pausedUntil !== null && pausedUntil >= until) return
    // Items in flight are throttled by the same overload, which halves the limit once.
    if (pausedUntil === null) limit = Math.max(1, Math.floor(limit / 2))
    goodInARow = 0
    tell(until)
    pause = sleep(clock, until - clock.now()).then(() => {
      if (pausedUntil === until) tell(null)
    })
  }

  /** Places now. */
  const places = () => Math.max(1, Math.min(limit, share()))

  function learn(tookMs: number): void {
    if (tookMs > SLOW_MS) {
      limit = Math.max(1, limit - 1)
      goodInARow = 0
      return
    }
    goodInARow += 1
    if (goodInARow < limit || limit >= max) return
    limit += 1
    goodInARow = 0
  }

  async function enter(signal: AbortSignal | undefined): Promise<boolean> {
    for (;;) {
      if (signal?.aborted) {
        // Woken for a place that it does not take.
        waiting.shift()?.()
        return false
      }
      if (pausedUntil !== null) await untilAborted(pause, signal)
      else if (inFlight < places()) break
      else await new Promise<void>((resolve) => waiting.push(resolve))
    }
    inFlight += 1
    return true
  }

  function leave(): void {
    inFlight -= 1
    for (const next of waiting.splice(0, Math.max(0, places() - inFlight))) next()
  }

  /** Null if the signal came before the worker was called. */
  async function attempt<T, R>(
    item: T,
    worker: (item: T) => Promise<R>,
    { signal, retryAfter }: PaceOptions<R>,
  ): Promise<Paced<T, R> | null> {
    let pausedMs = 0
    let last: Paced<T, R> | null = null
    for (;;) {
      if (!(await enter(signal))) return last
      const startedAt = clock.now()
      let wait: number | null
      try {
        last = { item, result: await worker(item) }
        wait = retryAfter(last.result)
        if (wait === null) learn(clock.now() - startedAt)
        else startPause(wait)
      } finally {
        leave()
      }
      if (wait === null) return last
      pausedMs += Math.max(wait, SHORTEST_PAUSE_MS)
      if (pausedMs > MAX_PAUSED_MS) return last
    }
  }

  async function* pace<T, R>(
    items: Iterable<T>,
    worker: (item: T) => Promise<R>,
    paceOptions: PaceOptions<R>,
  ): AsyncGenerator<Paced<T, R>, void, undefined> {
    const source = items[Symbol.iterator]()
    const finished: Paced<T, R>[] = []
    const failures: unknown[] = []
    let running = 0
    let wake = () => {}

    async function run(item: T): Promise<void> {
      try {
        const paced = await attempt(item, worker, paceOptions)
        if (paced !== null) finished.push(paced)
      } catch (error) {
        failures.push(error)
      }
      running -= 1
      wake()
    }

    for (;;) {
      while (running < max && !paceOptions.signal?.aborted) {
        const next = source.next()
        if (next.done) break
        running += 1
        void run(next.value)
      }
      if (failures.length > 0) throw failures[0]
      const paced = finished.shift()
      if (paced !== undefined) yield paced
      else if (running === 0) return
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  }

  return {
    get isBusy() {
      return inFlight > 0
    },
    onPause(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    pace,
  }
}
