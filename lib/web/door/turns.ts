/** Queues work of one name. Returns a function that ends the work; further calls do nothing. */
export type Turns = (name: string, begin: () => void) => () => void

interface Work {
  underWay: number
  /** Work in order of arrival. */
  readonly waiting: Set<() => void>
}

/**
 * Names take turns. Each turn of the event loop begins one piece of work, of the name whose last
 * turn is longest ago. Each name has a limited number of pieces under way.
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
    for (const [name, work] of names) {
      const [begin] = work.waiting
      if (begin === undefined || work.underWay >= atOnce) continue
      names.delete(name)
      names.set(name, work)
      work.waiting.delete(begin)
      work.underWay += 1
      plan()
      begin()
      return
    }
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
