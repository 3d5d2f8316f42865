/** Queues work of one name. Returns a function that ends the work; further calls do nothing. */
export type Turns = (name: string, begin: () => void) => () => void

interface Work {
  underWay: number
  /** Work in order of arrival. */
  readonly waiting: Set<() => void>
}

/** Most names that begin work in one turn of the event loop, which costs as much as an answer. */
const NAMES_A_TURN = 8

/**
 * Names take turns. Each turn of the event loop begins one piece of work of a few names, of those whose
 * last turn is longest ago. Each name has a limited number of pieces under way.
 * Without turns, work that never waits would be done as it is read: all connections of a flood
 * before the one beside it.
 */
export function createTurns(
  atOnce: number,
  later: (then: () => void) => void = setImmediate,
): Turns {
  /** Names in the order of their turns. */
  const names = new Map<string, Work>()
  let isPlanned = false

  function plan(): void {
    if (isPlanned) return
    isPlanned = true
    later(takeTurn)
  }

  function takeTurn(): void {
    isPlanned = false
    const next = nextNames()
    if (next.length > 0) plan()
    for (const [name, work] of next) {
      const [begin] = work.waiting
      if (begin === undefined) continue
      names.delete(name)
      names.set(name, work)
      work.waiting.delete(begin)
      work.underWay += 1
      begin()
    }
  }

  function nextNames(): readonly (readonly [string, Work])[] {
    const next: [string, Work][] = []
    for (const [name, work] of names) {
      if (work.waiting.size > 0 && work.underWay < atOnce) next.push([name, work])
      if (next.length === NAMES_A_TURN) break
    }
    return next
  }

  return (name, begin) => {
    const work = names.get(name) ?? { underWay: 0, waiting: new Set() }
    names.set(name, work)
    let isOver = false
    // A new function each time, because the same one may be queued twice.
    const start = () => begin()
    work.waiting.add(start)
    plan()
    return () => {
      if (isOver) return
      isOver = true
      if (!work.waiting.delete(start)) work.underWay -= 1
      if (work.underWay === 0 && work.waiting.size === 0) names.delete(name)
      plan()
    }
  }
}
