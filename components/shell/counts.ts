import { oncePerSnapshot } from '#lib/query/lists.ts'
import { useSnapshot } from '#lib/query/live.ts'
import { standingOf } from '#lib/query/standing.ts'

/** What the tabs say. */
export interface TabCounts {
  /** Machines, and requests that stand for themselves, that wait for a person. */
  readonly waiting: number
  readonly pendingRequests: number
  readonly nodes: number
}

const countTabs = oncePerSnapshot<TabCounts>((snapshot, before) => {
  const { waiting, tallies } = standingOf(snapshot)
  const { pendingRequests, nodes } = tallies
  const same =
    before?.waiting === waiting.length &&
    before.pendingRequests === pendingRequests &&
    before.nodes === nodes
  return same ? before : { waiting: waiting.length, pendingRequests, nodes }
})

/** Null before the first snapshot. */
export function useTabCounts(): TabCounts | null {
  return useSnapshot(countTabs)
}
