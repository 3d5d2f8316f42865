import type { RowChange } from '#lib/live/changes.ts'
import type { ListedMachine, ListedRequest } from '#lib/live/listed.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import { isPending } from '#lib/query/board-facts.ts'
import { keptUp } from '#lib/query/kept-up.ts'
import { reordered } from '#lib/query/reordered.ts'

/**
 * A derived value, worked out once per state of the snapshot however many components ask. Only the
 * latest is kept: older states are never asked for again. It looks at all rows for each patch; what
 * is on a page that stays open during a burst keeps up instead (lib/query/kept-up.ts).
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
export const allMachines = keptUp<readonly ListedMachine[]>(
  () => [],
  (machines, changes) => {
    const { gone, come } = machineChanges(changes)
    return reordered(machines, gone, come, byName)
  },
)

/** Every request, the machines' and the others: pending first, then newest first. */
export const allRequests = keptUp<readonly ListedRequest[]>(
  () => [],
  (requests, changes) => {
    const { gone, come } = requestChanges(changes)
    return reordered(requests, gone, come, pendingFirst)
  },
)

/** Each listed request, wherever it stands, by uid. Changed in place as the snapshot's maps are. */
export const requestsByUid = keptUp<ReadonlyMap<string, ListedRequest>>(
  () => new Map<string, ListedRequest>(),
  (requests, changes) => {
    const byUid = requests as Map<string, ListedRequest>
    const { gone, come } = requestChanges(changes)
    for (const { uid } of gone) byUid.delete(uid)
    for (const request of come) byUid.set(request.uid, request)
    return byUid
  },
)

interface Changes<Row> {
  readonly gone: readonly Row[]
  readonly come: readonly Row[]
}

export function machineChanges(changes: readonly RowChange[]): Changes<ListedMachine> {
  const gone: ListedMachine[] = []
  const come: ListedMachine[] = []
  for (const change of changes) {
    if (change.kind !== 'machine') continue
    if (change.before !== null) gone.push(change.before)
    if (change.after !== null) come.push(change.after)
  }
  return { gone, come }
}

/** A machine that changes keeps most of its requests. */
export function requestChanges(changes: readonly RowChange[]): Changes<ListedRequest> {
  const gone = new Set<ListedRequest>()
  const come: ListedRequest[] = []
  for (const { before } of changes) for (const request of requestsIn(before)) gone.add(request)
  for (const { after } of changes) {
    for (const request of requestsIn(after)) if (!gone.delete(request)) come.push(request)
  }
  return { gone: [...gone], come }
}

function requestsIn(row: ListedMachine | ListedRequest | null): readonly ListedRequest[] {
  if (row === null) return []
  return 'requests' in row ? row.requests : [row]
}

/** Sort keys as numbers, kept with the row: comparing texts costs ten times as much. */
const keys = new WeakMap<ListedRequest, Key>()

interface Key {
  readonly pending: boolean
  readonly createdAt: number
}

function keyOf(request: ListedRequest): Key {
  let key = keys.get(request)
  if (key === undefined) {
    key = {
      pending: isPending(request),
      createdAt: Date.parse(request.createdAt) || 0,
    }
    keys.set(request, key)
  }
  return key
}

export function byName(a: ListedMachine, b: ListedMachine): number {
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
