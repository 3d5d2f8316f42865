import { waitsForNodes } from '#lib/csr/machine/operator-waits.ts'
import type { ClusterOperator } from '#lib/csr/model.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import { oncePerSnapshot } from '#lib/query/lists.ts'
import { useSnapshot } from '#lib/query/live.ts'
import { standingOf } from '#lib/query/standing.ts'

/** The operators that are not available, those first that wait for nodes by their own words. */
export interface UnavailableOperators {
  readonly waiting: readonly ClusterOperator[]
  readonly also: readonly ClusterOperator[]
}

export function useUnavailableOperators(): UnavailableOperators {
  return useSnapshot(unavailableOf) ?? { waiting: [], also: [] }
}

export const unavailableOf = oncePerSnapshot<UnavailableOperators>((snapshot) => {
  const nodes = waitingNodes(snapshot)
  const unavailable = snapshot.cluster.operators.filter(({ available }) => !available)
  return {
    waiting: unavailable.filter(({ message }) => waitsForNodes(message, nodes)),
    also: unavailable.filter(({ message }) => !waitsForNodes(message, nodes)),
  }
})

function waitingNodes(snapshot: ListedSnapshot) {
  return {
    some: standingOf(snapshot).waiting.length > 0,
    has: (name: string) => snapshot.machines.get(name)?.waiting === true,
  }
}
