/** Lets work of one name begin in its turn; answers how it ends, idempotent. */
export type Turns = (name: string, begin: () => void) => () => void

interface Work {
  underWay: number
  /** First come, first served. */
  readonly waiting: Set<() => void>
}

/**
 * Names take turns: one piece of work begins in each turn of the event loop, of the name whose last turn
 * is longest ago. Of each name so many are under way at a time.
 *
 * Without turns, work that waits for nothing would be done as it is read: all of a flood's connections
 * before the one beside it.
 */
export function createTurns(
  atOnce: number,
  later: (then: () => void) => void = setImmediate,
): Turns {
  /** The name whose turn it is first. */
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
    // Another function each time, as one may be given twice.
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
