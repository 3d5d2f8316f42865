import { createHolding, type Held, type Holding, type Store } from '#lib/kube/watch/holding.ts'
import type { Sink } from '#lib/kube/watch/reflector.ts'

export type { Held, Store } from '#lib/kube/watch/holding.ts'

/** `ahead`: what all else is judged by, which waits for none of it. */
export type Place = 'ahead' | 'inTurn'

export interface Intake {
  /** A sink for one reflector, which may be told much at once and returns at once. */
  sinkFor<T extends Held>(store: Store<T>, place: Place): Sink<T>
  isEmpty(): boolean
  /** Nothing waits but what is new and has not had its turn. */
  isCurrent(): boolean
  /** A list is half taken in: what stands in the stores is neither the old nor the new. */
  isMidway(): boolean
  /** When the oldest thing waiting arrived, by what had passed then; null when none waits. */
  oldest(): number | null
  /**
   * For how many milliseconds something has waited that makes what stands in the stores too old to decide
   * by: once that is too long, and until as good as nothing waits any more. Null otherwise. What waits for
   * its turn does not count: whoever files faster than can be read would switch everybody off by that.
   */
  behind(): number | null
  /** Takes steps, of each line in the order of arrival, at least one, until `hasTime` says no; then turns. */
  work(hasTime: () => boolean): void
}

/**
 * Milliseconds. It is a third of what may pass before a connection is found to be dead, and whose Node is
 * there by now, or who was denied meanwhile, is not known before.
 */
const MOST_BEHIND_MS = 10_000
const CAUGHT_UP_MS = 1_000

/** Turns taken however late it is: on a busy machine the time goes by without us. */
const LEAST_TURNS = 4

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
 * has been taken in, so "live" is never said of a first list that is still waiting. That only holds within
 * a source: watches have no order among each other, so that whoever compares a Node with a request goes
 * by their times. What is new, and whose store says so, is only sorted there, which costs next to nothing,
 * and then waits for its turn: for a flood of one no other requestor waits, nor a change of what is known.
 */
export function createIntake({ passed, onArrival, onError }: IntakeOptions): Intake {
  const lines: Readonly<Record<Place, Line>> = {
    ahead: createLine(onError),
    inTurn: createLine(onError),
  }
  const all = [lines.ahead, lines.inTurn]
  const turns: Pick<Holding<Held>, 'takeTurn' | 'oldest'>[] = []
  const next = () => all.find((line) => line.oldest() !== null)
  let isBehind = false

  return {
    sinkFor(store, place) {
      const holding = createHolding(store, { passed, onError })
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
          // What may no longer be read is no longer shown. Reading again begins with a list. Told before:
          // half of it gone would look as if the cluster had no more. And after: nothing is remembered of
          // what went.
          add(each(holding.replace([], [])))
          add(once(() => holding.state(state)))
        },
      }
    },
    isEmpty: () => next() === undefined && turns.every((each) => each.oldest() === null),
    isCurrent: () => next() === undefined,
    isMidway: () => all.some((line) => line.isMidway()),
    oldest: () => earliest([...all, ...turns].map((each) => each.oldest())),
    behind() {
      const at = earliest(all.map((line) => line.oldest()))
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

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : Math.min(...known)
}

interface Line {
  add(job: Job): void
  /** When its first arrived, by what had passed then; null when none waits. */
  oldest(): number | null
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
