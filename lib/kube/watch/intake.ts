import type { StoredObject } from '#lib/csr/model.ts'
import { createDelivery, type Delivery, type Store } from '#lib/kube/watch/delivery.ts'
import type { Sink } from '#lib/kube/watch/reflector.ts'

export type { Store } from '#lib/kube/watch/delivery.ts'

/**
 * `ahead`: objects by which others are judged, which wait for no others. `last`: objects that no
 * decision waits for, which wait for all others.
 */
export type QueueName = 'ahead' | 'inTurn' | 'last'

export interface Intake {
  /** A sink for one reflector; it queues any amount and returns at once. */
  sinkFor<T extends StoredObject>(store: Store<T>, place: QueueName): Sink<T>
  isEmpty(): boolean
  /** Whether nothing waits except new items, for their requestor's turn, and the last line. */
  isCurrent(): boolean
  /**
   * Whether a list, but for the last line's, is half taken in: the stores have neither the old state
   * nor the new.
   */
  isMidway(): boolean
  /** When the oldest waiting item arrived, by `passed`; null for none. Without the last line. */
  oldest(): number | null
  /**
   * Milliseconds that changes have waited, once too long to decide; null again when almost none
   * waits. Waiting new items and the last line do not count: a flood of requests would otherwise
   * stop all decisions.
   */
  behind(): number | null
  /**
   * Takes at least one step of a line, in order of arrival, and of the last line, then new items,
   * until `hasTime` returns false.
   */
  work(hasTime: () => boolean): void
}

/**
 * Milliseconds until changes are too old: a third of the time after which a dead connection is
 * noticed. Until then a new Node or a denial may be unknown.
 */
const MOST_BEHIND_MS = 10_000
const CAUGHT_UP_MS = 1_000

/** New items taken even without time left, as on a busy machine. */
const LEAST_NEW = 4

interface Job {
  readonly at: number
  /** One small step, after which a pause is possible; returns whether it was the last. */
  readonly step: () => boolean
}

/**
 * Queues all deliveries of reflectors. A state is reported after the list before it, so "live"
 * never precedes its first list. Watches of different sources have no common order: comparisons use
 * the objects' times. New items of a store that names their requestor are only sorted, and wait
 * there for the requestor's turn: one requestor's flood delays no other requestor and no change.
 */
export function createIntake({
  passed,
  onArrival,
  onError,
}: {
  /** See Clock. */
  readonly passed: () => number
  /** Called when the first item starts to wait. */
  readonly onArrival: () => void
  /** Called when an item broke a store; the rest goes on. */
  readonly onError: (error: unknown) => void
}): Intake {
  const lines: Readonly<Record<QueueName, Line>> = {
    ahead: createLine(onError),
    inTurn: createLine(onError),
    last: createLine(onError),
  }
  /** Lines that decisions wait for. */
  const judgedBy = [lines.ahead, lines.inTurn]
  /** Sources of new items that wait for their requestor's turn. */
  const fresh: (Pick<Delivery<StoredObject>, 'takeNew' | 'oldest'> & { place: QueueName })[] = []
  const judgedByNew = () => fresh.filter(({ place }) => place !== 'last')
  const next = () => judgedBy.find(isWaiting)
  let isBehind = false
  let served = 0

  /** Takes one new item, of each source by turns; false if none waits. */
  function takeNew(): boolean {
    for (let tried = 0; tried < fresh.length; tried += 1) {
      served = (served + 1) % fresh.length
      if (fresh[served]?.takeNew()) return true
    }
    return false
  }

  return {
    sinkFor(store, place) {
      const holding = createDelivery(store, { passed, onError })
      const { takeNew, oldest } = holding
      if (store.requestorOf !== undefined) fresh.push({ place, takeNew, oldest })
      const add = (step: () => boolean) => {
        lines[place].add({ at: passed(), step })
        onArrival()
      }
      return {
        begin: (items) => add(each(holding.begin(items))),
        replace: (items, aside) => add(each(holding.replace(items, aside))),
        upsert: (item) => add(once(() => holding.upsert(item))),
        remove: (uid) => add(once(() => holding.remove(uid))),
        putAside: (remains) => add(once(() => holding.putAside(remains))),
        state(state) {
          add(once(() => holding.state(state)))
          if (state.state !== 'forbidden') return
          // Forbidden objects are removed. The state is reported before (half of them would look
          // like a smaller cluster) and after (to drop what depended on them).
          add(each(holding.replace([], [])))
          add(once(() => holding.state(state)))
        },
      }
    },
    isEmpty: () => ![...Object.values(lines), ...fresh].some(isWaiting),
    isCurrent: () => next() === undefined,
    isMidway: () => judgedBy.some((line) => line.isMidway()),
    oldest: () => earliest([...judgedBy, ...judgedByNew()]),
    behind() {
      const at = earliest(judgedBy)
      const waited = at === null ? 0 : passed() - at
      isBehind = waited > (isBehind ? CAUGHT_UP_MS : MOST_BEHIND_MS)
      return isBehind ? waited : null
    },
    work(hasTime) {
      for (let line = next(); line !== undefined; line = next()) {
        line.step()
        if (!hasTime()) break
      }
      // The last line goes on however busy the others are.
      do lines.last.step()
      while (isWaiting(lines.last) && hasTime())
      for (let taken = 0; taken < LEAST_NEW || hasTime(); taken += 1) {
        if (!takeNew()) return
      }
    },
  }
}

function isWaiting({ oldest }: Pick<Line, 'oldest'>): boolean {
  return oldest() !== null
}

function earliest(queues: readonly Pick<Line, 'oldest'>[]): number | null {
  let first: number | null = null
  for (const queue of queues) {
    const at = queue.oldest()
    if (at !== null && (first === null || at < first)) first = at
  }
  return first
}

interface Line {
  add(job: Job): void
  /** When the first job arrived, by `passed`; null for none. */
  oldest(): number | null
  /** Whether the first job has begun and is not done. */
  isMidway(): boolean
  step(): void
}

function createLine(onError: (error: unknown) => void): Line {
  let jobs: Job[] = []
  let done = 0
  let midway = false

  function isLast(step: () => boolean): boolean {
    try {
      return step()
    } catch (error) {
      onError(error)
      return true
    }
  }

  return {
    add: (job) => jobs.push(job),
    oldest: () => jobs[done]?.at ?? null,
    isMidway: () => midway,
    step() {
      const job = jobs[done]
      if (job === undefined) return
      midway = !isLast(job.step)
      if (midway) return
      done += 1
      if (done < jobs.length) return
      jobs = []
      done = 0
    },
  }
}

function once(act: () => void): () => boolean {
  return () => {
    act()
    return true
  }
}

function each(steps: Iterator<void, void, undefined>): () => boolean {
  return () => steps.next().done === true
}
