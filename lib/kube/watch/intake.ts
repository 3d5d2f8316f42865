import {
  createDelivery,
  type Delivery,
  type Store,
  type StoredObject,
} from '#lib/kube/watch/delivery.ts'
import type { Sink } from '#lib/kube/watch/reflector.ts'

export type { Store, StoredObject } from '#lib/kube/watch/delivery.ts'

/** `ahead`: objects by which others are judged, which wait for no others. */
export type QueueName = 'ahead' | 'inTurn'

export interface Intake {
  /** A sink for one reflector; it queues any amount and returns at once. */
  sinkFor<T extends StoredObject>(store: Store<T>, place: QueueName): Sink<T>
  isEmpty(): boolean
  /** Whether nothing waits except new items in the queue of turns. */
  isCurrent(): boolean
  /** Whether a list is half taken in: the stores have neither the old state nor the new. */
  isMidway(): boolean
  /** When the oldest waiting item arrived, by `passed`; null for none. */
  oldest(): number | null
  /**
   * Milliseconds that changes have waited, once too long to decide; null again when almost none
   * waits. Waiting new items do not count: a flood of requests would otherwise stop all decisions.
   */
  behind(): number | null
  /**
   * Takes at least one step of each line, in order of arrival, then turns, until `hasTime` returns
   * false.
   */
  work(hasTime: () => boolean): void
}

/**
 * Milliseconds until changes are too old: a third of the time after which a dead connection is
 * noticed. Until then a new Node or a denial may be unknown.
 */
const MOST_BEHIND_MS = 10_000
const CAUGHT_UP_MS = 1_000

/** Turns taken even without time left, as on a busy machine. */
const LEAST_TURNS = 4

export interface IntakeOptions {
  /** See Clock. */
  readonly passed: () => number
  /** Called when the first item starts to wait. */
  readonly onArrival: () => void
  /** Called when an item broke a store; the rest goes on. */
  readonly onError: (error: unknown) => void
}

interface Job {
  readonly at: number
  /** One small step, after which a pause is possible; returns whether it was the last. */
  readonly step: () => boolean
}

/**
 * Queues all deliveries of reflectors. A state is reported after the list before it, so "live"
 * never precedes its first list. Watches of different sources have no common order: comparisons use
 * the objects' times. New items of a store with turns are only sorted, and wait there: one
 * requestor's flood delays no other requestor and no change.
 */
export function createIntake({ passed, onArrival, onError }: IntakeOptions): Intake {
  const lines: Readonly<Record<QueueName, Line>> = {
    ahead: createLine(onError),
    inTurn: createLine(onError),
  }
  const all = [lines.ahead, lines.inTurn]
  const turns: Pick<Delivery<StoredObject>, 'takeTurn' | 'oldest'>[] = []
  const next = () => all.find((line) => line.oldest() !== null)
  let isBehind = false

  return {
    sinkFor(store, place) {
      const holding = createDelivery(store, { passed, onError })
      turns.push(holding)
      const add = (step: () => boolean) => {
        lines[place].add({ at: passed(), step })
        onArrival()
      }
      return {
        replace: (items, aside) => add(each(holding.replace(items, aside))),
        upsert: (item) => add(once(() => holding.upsert(item))),
        remove: (uid) => add(once(() => holding.remove(uid))),
        putAside: (left) => add(once(() => holding.putAside(left))),
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
    isEmpty: () => next() === undefined && turns.every((each) => each.oldest() === null),
    isCurrent: () => next() === undefined,
    isMidway: () => all.some((line) => line.isMidway()),
    oldest: () => earliest([...all, ...turns]),
    behind() {
      const at = earliest(all)
      const waited = at === null ? 0 : passed() - at
      isBehind = waited > (isBehind ? CAUGHT_UP_MS : MOST_BEHIND_MS)
      return isBehind ? waited : null
    },
    work(hasTime) {
      for (let line = next(); line !== undefined; line = next()) {
        line.step()
        if (!hasTime()) break
      }
      for (let taken = 0; taken < LEAST_TURNS || hasTime(); taken += 1) {
        if (!turns.some((each) => each.takeTurn())) return
      }
    },
  }
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
