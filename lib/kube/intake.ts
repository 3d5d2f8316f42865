import { createHolding, type Store } from '#lib/kube/holding.ts'
import type { Sink } from '#lib/kube/reflector.ts'

export type { Store } from '#lib/kube/holding.ts'

export interface Intake {
  /** A sink for one reflector, which may be told much at once and returns at once. */
  sinkFor<T>(store: Store<T>): Sink<T>
  isEmpty(): boolean
  /** A list is half taken in: what stands in the stores is neither the old nor the new. */
  isMidway(): boolean
  /** When the oldest thing waiting arrived, milliseconds since the epoch; null when none waits. */
  oldest(): number | null
  /** Takes steps in the order of arrival, at least one, until `hasTime` says no. */
  work(hasTime: () => boolean): void
}

export interface IntakeOptions {
  readonly now: () => number
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
 * Everything that reflectors deliver, in one line: a state that follows a list is told after the
 * list has been taken in, so "live" is never said of objects that are still waiting.
 */
export function createIntake({ now, onArrival, onError }: IntakeOptions): Intake {
  let jobs: Job[] = []
  let first = 0
  let midway = false

  function add(step: () => boolean): void {
    jobs.push({ at: now(), step })
    onArrival()
  }

  function take(job: Job): boolean {
    try {
      return job.step()
    } catch (error) {
      onError(error)
      return true
    }
  }

  function forgetDone(): void {
    first += 1
    if (first < jobs.length) return
    jobs = []
    first = 0
  }

  return {
    sinkFor(store) {
      const holding = createHolding(store, onError)
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
    isEmpty: () => jobs.length === 0,
    isMidway: () => midway,
    oldest: () => jobs[first]?.at ?? null,
    work(hasTime) {
      for (let job = jobs[first]; job !== undefined; job = jobs[first]) {
        const done = take(job)
        midway = !done
        if (done) forgetDone()
        if (!hasTime()) return
      }
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
