/** Calls under way of each caller, by what proves whose they are. */
export interface CallsOfOne {
  /** Counts one more until the answer is called; null where the caller has as many as allowed. */
  enter(caller: string): (() => void) | null
}

export function countCalls(most: number): CallsOfOne {
  const underWay = new Map<string, number>()
  return {
    enter(caller) {
      const before = underWay.get(caller) ?? 0
      if (before >= most) return null
      underWay.set(caller, before + 1)
      return () => {
        const left = (underWay.get(caller) ?? 1) - 1
        if (left === 0) underWay.delete(caller)
        else underWay.set(caller, left)
      }
    },
  }
}
