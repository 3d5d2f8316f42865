import type { MachineRow, NodeSummary, RequestRow } from '#lib/csr/machine/rows.ts'
import { emptyLog, logChange } from '#lib/live/changes.ts'
import { sameValue } from '#lib/live/diff.ts'
import type { ListedMachine, ListedNode, ListedRequest } from '#lib/live/listed.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import type { Patch, Snapshot } from '#lib/live/wire.ts'

/**
 * `gap`: the patch does not continue this state (another epoch, or revisions in between are
 * missing): read a new snapshot. `ignored`: it is already in the state.
 */
export type Applied =
  | { readonly result: 'applied'; readonly state: ListedSnapshot }
  | { readonly result: 'ignored' }
  | { readonly result: 'gap' }

/** A state of its own for this snapshot, ready to take patches. */
export function toListed(snapshot: Snapshot): ListedSnapshot {
  return {
    ...snapshot,
    machines: new Map(snapshot.machines.map((row) => [row.name, listMachine(row)])),
    others: new Map(snapshot.others.map((row) => [row.uid, listRequest(row)])),
    changes: emptyLog(),
  }
}

/**
 * Takes the state to the patch's revision. The answer is a new object, but **it takes over the
 * maps and the log of the given state**, which must not be used again: at 5,000 machines copying them for each
 * patch would cost more than everything else. Untouched rows, and rows that say the same as before,
 * keep their identity.
 */
export function applyPatch(state: ListedSnapshot, patch: Patch): Applied {
  if (patch.epoch !== state.epoch) return { result: 'gap' }
  if (patch.to <= state.revision) return { result: 'ignored' }
  if (patch.from > state.revision) return { result: 'gap' }

  // The maps were made by toListed or unpackSnapshot: readers see them read-only, we own them.
  const machines = state.machines as Map<string, ListedMachine>
  const others = state.others as Map<string, ListedRequest>
  const noteMachine: Note<ListedMachine> = (key, before, after) =>
    logChange(state.changes, { kind: 'machine', key, before, after })
  const noteOther: Note<ListedRequest> = (key, before, after) =>
    logChange(state.changes, { kind: 'request', key, before, after })
  for (const name of patch.removes.machines) remove(machines, name, noteMachine)
  for (const uid of patch.removes.others) remove(others, uid, noteOther)
  for (const row of patch.upserts.machines) {
    put(machines, row.name, listMachine(row, machines.get(row.name)), noteMachine)
  }
  for (const row of patch.upserts.others) put(others, row.uid, listRequest(row), noteOther)
  return { result: 'applied', state: { ...state, revision: patch.to } }
}

/** The row as the list keeps it: no fingerprint, no node uid; requests that did not change stay themselves. */
export function listMachine(row: MachineRow, before?: ListedMachine): ListedMachine {
  const known = new Map(before?.requests.map((request) => [request.uid, request]))
  const requests = row.requests.map((request) => {
    const listed = listRequest(request)
    const old = known.get(request.uid)
    return old !== undefined && sameValue(old, listed) ? old : listed
  })
  return { ...row, requests, node: row.node === null ? null : listNode(row.node) }
}

export function listRequest(row: RequestRow): ListedRequest {
  const { fingerprint: _, ...listed } = row
  return listed
}

function listNode(node: NodeSummary): ListedNode {
  const { uid: _, ...listed } = node
  return listed
}

type Note<Row> = (key: string, before: Row | null, after: Row | null) => void

function put<Row>(rows: Map<string, Row>, key: string, row: Row, note: Note<Row>): void {
  const before = rows.get(key)
  if (before !== undefined && sameValue(before, row)) return
  rows.set(key, row)
  note(key, before ?? null, row)
}

function remove<Row>(rows: Map<string, Row>, key: string, note: Note<Row>): void {
  const before = rows.get(key)
  if (before === undefined) return
  rows.delete(key)
  note(key, before, null)
}
