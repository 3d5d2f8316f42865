import type { ListedMachine, ListedRequest, ListedSnapshot } from '#lib/live/wire.ts'
import { isPending } from '#lib/query/board.ts'
import { resort } from '#lib/query/resort.ts'

/**
 * A derived list, worked out once per state of the snapshot however many components ask. Only the
 * latest is kept: older states are never asked for again.
 */
export function oncePerSnapshot<Result>(
  derive: (snapshot: ListedSnapshot, before: Result | null) => Result,
): (snapshot: ListedSnapshot) => Result {
  let latest: { readonly snapshot: ListedSnapshot; readonly result: Result } | null = null
  return (snapshot) => {
    if (latest?.snapshot !== snapshot) {
      latest = { snapshot, result: derive(snapshot, latest?.result ?? null) }
    }
    return latest.result
  }
}

/** All machines by name. The array stays itself while no machine changes. */
export const allMachines = oncePerSnapshot<readonly ListedMachine[]>((snapshot, before) =>
  resort([...snapshot.machines.values()], before ?? [], byName),
)

/** Those of them that have a Node. */
export const machinesWithNode = oncePerSnapshot<readonly ListedMachine[]>((snapshot, before) =>
  resort(
    [...snapshot.machines.values()].filter(({ node }) => node !== null),
    before ?? [],
    byName,
  ),
)

/** Every request, the machines' and the others: pending first, then newest first. */
export const allRequests = oncePerSnapshot<readonly ListedRequest[]>((snapshot, before) => {
  const requests: ListedRequest[] = []
  for (const machine of snapshot.machines.values()) requests.push(...machine.requests)
  requests.push(...snapshot.others.values())
  return resort(requests, before ?? [], pendingFirst)
})

/** Where each listed request stands, by uid. */
export const requestsByUid = oncePerSnapshot<ReadonlyMap<string, ListedRequest>>(
  (snapshot) => new Map(allRequests(snapshot).map((request) => [request.uid, request])),
)

/** Sort keys as numbers, kept with the row: comparing texts costs ten times as much. */
const keys = new WeakMap<ListedRequest, { readonly pending: boolean; readonly createdAt: number }>()

function keyOf(request: ListedRequest) {
  let key = keys.get(request)
  if (key === undefined) {
    key = { pending: isPending(request), createdAt: Date.parse(request.createdAt) || 0 }
    keys.set(request, key)
  }
  return key
}

function byName(a: ListedMachine, b: ListedMachine): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

function newestFirst(a: ListedRequest, b: ListedRequest): number {
  const difference = keyOf(b).createdAt - keyOf(a).createdAt
  return difference !== 0 ? difference : a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0
}

function pendingFirst(a: ListedRequest, b: ListedRequest): number {
  const [left, right] = [keyOf(a).pending, keyOf(b).pending]
  return left === right ? newestFirst(a, b) : left ? -1 : 1
}
