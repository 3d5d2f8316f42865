import type { Clock } from '#lib/kube/transport/clock.ts'

/** Whether a gap of that name begins, as none is under way; null: the name of all people. */
export type Gaps = (name: string | null) => boolean

export function createGaps(clock: Clock, gapMs: number): Gaps {
  /** Beginnings of the gaps that are under way. */
  const begun = new Map<string | null, number>()
  return (name) => {
    const now = clock.passed()
    for (const [other, at] of begun) if (now - at >= gapMs) begun.delete(other)
    if (begun.has(name)) return false
    begun.set(name, now)
    return true
  }
}
