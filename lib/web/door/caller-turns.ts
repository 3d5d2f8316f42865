/** Queues a call of that caller. Returns a function that ends the call; repeats do nothing. */
export type CallerTurns = (caller: string, begin: () => void) => () => void

interface Calls {
  underWay: number
  /** Calls in order of arrival. */
  readonly waiting: Set<() => void>
}

/** Most callers whose call begins in one turn of the event loop: that costs as much as an answer. */
const CALLERS_A_TURN = 8

/**
 * Makes turns, so that one caller's flood delays no other caller. Each turn of the event loop begins one
 * call of each of `CALLERS_A_TURN` callers: those whose last turn is longest ago. A caller has at most
 * `atOnce` calls under way.
 */
export function createCallerTurns(
  atOnce: number,
  later: (then: () => void) => void = setImmediate,
): CallerTurns {
  /** Callers in the order of their turns. */
  const callers = new Map<string, Calls>()
  let isPlanned = false

  function plan(): void {
    if (isPlanned) return
    isPlanned = true
    later(takeTurn)
  }

  function takeTurn(): void {
    isPlanned = false
    const next = nextCallers()
    if (next.length > 0) plan()
    for (const [caller, calls] of next) {
      const [begin] = calls.waiting
      if (begin === undefined) continue
      callers.delete(caller)
      callers.set(caller, calls)
      calls.waiting.delete(begin)
      calls.underWay += 1
      begin()
    }
  }

  function nextCallers(): readonly (readonly [string, Calls])[] {
    const next: [string, Calls][] = []
    for (const [caller, calls] of callers) {
      if (calls.waiting.size > 0 && calls.underWay < atOnce) next.push([caller, calls])
      if (next.length === CALLERS_A_TURN) break
    }
    return next
  }

  return (caller, begin) => {
    const calls = callers.get(caller) ?? { underWay: 0, waiting: new Set() }
    callers.set(caller, calls)
    let isOver = false
    // A new function each time, because the same one may be queued twice.
    const start = () => begin()
    calls.waiting.add(start)
    plan()
    return () => {
      if (isOver) return
      isOver = true
      if (!calls.waiting.delete(start)) calls.underWay -= 1
      if (calls.underWay === 0 && calls.waiting.size === 0) callers.delete(caller)
      plan()
    }
  }
}
