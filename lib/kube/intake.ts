import { createHolding, type Store } from '#lib/kube/holding.ts'
import type { Sink } from '#lib/kube/reflector.ts'

export type { Store } from '#lib/kube/holding.ts'

/** `ahead`: what all else is judged by, which waits for none of it. */
export type Place = 'ahead' | 'inTurn'

export interface Intake {
  /** A sink for one reflector, which may be told much at once and returns at once. */
  sinkFor<T>(store: Store<T>, place: Place): Sink<T>
  isEmpty(): boolean
  /** A list is half taken in: what stands in the stores is neither the old nor the new. */
  isMidway(): boolean
  /** When the oldest thing waiting arrived, by what had passed then; null when none waits. */
  oldest(): number | null
  /**
   * What stands in the stores is too old to decide by: once something has waited for too long, and
   * until as good as nothing waits any more.
   */
  isBehind(): boolean
  /** Takes steps, of each line in the order of arrival, at least one, until `hasTime` says no. */
  work(hasTime: () => boolean): void
}

/**
 * Milliseconds. A burst of 10,000 requests waits for 3 s on two busy cores, a flood of 20,000 for 6: these
 * switch nothing off. It is a third of what may pass before a connection is found to be dead, and who was
 * denied meanwhile, or whose key another has, is not known before.
 */
const MOST_BEHIND_MS = 10_000
const CAUGHT_UP_MS = 1_000

export interface IntakeOptions {
  /** As in Clock. */
  readonly passed: () => number
  /** Something waits that did not before. */
  readonly onArrival: () => void
  /** Something broke a store: told, and the rest goes on. */
  readonly onError: (error: unknown) => void
}

interface Job {
  readonly at: number
  /** Takes one step, so small that a pause can follow any of them; says whether it was the last. */
  readonly step: () => boolean
}

/**
 * Everything that reflectors deliver, in two lines: a state that follows a list is told after the list
 * has been taken in, so "live" is never said of objects that are still waiting. That only holds within
 * a source: watches have no order among each other, so that whoever compares a Node with a request goes
 * by their times.
 */
export function createIntake({ passed, onArrival, onError }: IntakeOptions): Intake {
  const lines: Readonly<Record<Place, Line>> = {
    ahead: createLine(onError),
    inTurn: createLine(onError),
  }
  const all = [lines.ahead, lines.inTurn]
  const next = () => all.find((line) => line.first() !== null)
  let behind = false

  function oldest(): number | null {
    const arrivals = all.flatMap((line) => line.first()?.at ?? [])
    return arrivals.length === 0 ? null : Math.min(...arrivals)
  }

  return {
    sinkFor(store, place) {
      const holding = createHolding(store, onError)
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
          // What may no longer be read is no longer shown. Reading again begins with a list. Told before:
          // half of it gone would look as if the cluster had no more. And after: nothing is remembered of
          // what went.
          add(each(holding.replace([], [])))
          add(once(() => holding.state(state)))
        },
      }
    },
    isEmpty: () => next() === undefined,
    isMidway: () => all.some((line) => line.isMidway()),
    oldest,
    isBehind() {
      const at = oldest()
      const waited = at === null ? 0 : passed() - at
      behind = waited > (behind ? CAUGHT_UP_MS : MOST_BEHIND_MS)
      return behind
    },
    work(hasTime) {
      for (let line = next(); line !== undefined; line = next()) {
        line.step()
        if (!hasTime()) return
      }
    },
  }
}

interface Line {
  add(job: Job): void
  first(): Job | null
  /** The first has been begun, and is not done. */
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
    first: () => jobs[done] ?? null,
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
