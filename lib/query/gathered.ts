import type { Edges } from '#lib/query/edges.ts'

/** What comes in quick succession, taken in many at once: each by itself would cost as much as all. */
export interface Gathered<One> {
  add(one: One): void
  /** Takes now what has been gathered. */
  take(): void
  /** Forgets it. */
  drop(): void
}

/** For so long it is gathered: each taking is a rendering. */
export const GATHER_MS = 200

export function createGathered<One>(
  { localNow, setTimer }: Pick<Edges, 'localNow' | 'setTimer'>,
  onTake: (many: readonly One[]) => void,
): Gathered<One> {
  let many: One[] = []
  let takenAt = 0
  let cancel: (() => void) | null = null

  function drop(): void {
    cancel?.()
    cancel = null
    many = []
  }

  function take(): void {
    const taken = many
    drop()
    takenAt = localNow()
    if (taken.length > 0) onTake(taken)
  }

  return {
    add(one) {
      many.push(one)
      // Not by a timer alone: a hidden tab's timers come once a minute.
      if (localNow() - takenAt >= GATHER_MS) take()
      else cancel ??= setTimer(take, GATHER_MS)
    },
    take,
    drop,
  }
}
