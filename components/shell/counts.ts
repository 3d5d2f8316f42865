import { isKubeletSigner } from '#lib/csr/names.ts'
import { isPending } from '#lib/query/board.ts'
import { oncePerSnapshot } from '#lib/query/lists.ts'
import { useSnapshot } from '#lib/query/live.ts'

/** What the tabs say. */
export interface TabCounts {
  /** Machines, and requests that stand for themselves, that wait for a person. */
  readonly waiting: number
  readonly pendingRequests: number
  readonly nodes: number
}

const countTabs = oncePerSnapshot<TabCounts>((snapshot, before) => {
  let waiting = 0
  let pendingRequests = 0
  let nodes = 0
  for (const machine of snapshot.machines.values()) {
    if (machine.waiting) waiting += 1
    if (machine.node !== null) nodes += 1
    for (const request of machine.requests) if (isPending(request)) pendingRequests += 1
  }
  for (const request of snapshot.others.values()) {
    if (!isPending(request)) continue
    pendingRequests += 1
    if (isKubeletSigner(request.signerName)) waiting += 1
  }
  const same =
    before?.waiting === waiting &&
    before.pendingRequests === pendingRequests &&
    before.nodes === nodes
  return same ? before : { waiting, pendingRequests, nodes }
})

/** Null before the first snapshot. */
export function useTabCounts(): TabCounts | null {
  return useSnapshot(countTabs)
}
