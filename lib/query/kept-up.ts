import { changesSince, positionIn, type RowChange } from '#lib/live/changes.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'

/**
 * Something derived from all rows, kept up with them at the cost of those that changed, however
 * many components ask. `follow` answers the same object when nothing of it has changed. What is
 * derived from scratch is what follows when all rows come.
 */
export function keptUp<Derived>(
  start: () => Derived,
  follow: (derived: Derived, changes: readonly RowChange[]) => Derived,
): (snapshot: ListedSnapshot) => Derived {
  let latest: {
    readonly log: ListedSnapshot['changes']
    readonly position: number
    readonly derived: Derived
  } | null = null
  return (snapshot) => {
    const log = snapshot.changes
    const position = positionIn(log)
    if (latest?.log === log && latest.position === position) return latest.derived
    const changes = latest?.log === log ? changesSince(log, latest.position) : null
    const derived =
      latest === null || changes === null
        ? follow(start(), allRows(snapshot))
        : follow(latest.derived, changes)
    latest = { log, position, derived }
    return derived
  }
}

function allRows({ machines, others }: ListedSnapshot): RowChange[] {
  const changes: RowChange[] = []
  for (const [key, after] of machines) changes.push({ kind: 'machine', key, before: null, after })
  for (const [key, after] of others) changes.push({ kind: 'request', key, before: null, after })
  return changes
}
