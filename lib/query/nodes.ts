import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { isHeldBack } from '#lib/csr/policy/trust.ts'
import type { ListedMachine } from '#lib/live/listed.ts'
import { isPending } from '#lib/query/board-facts.ts'
import { keptUp } from '#lib/query/kept-up.ts'
import { byName, machineChanges } from '#lib/query/lists.ts'
import { reordered } from '#lib/query/reordered.ts'
import { findsAll, searchWords } from '#lib/query/search-words.ts'

/** A machine that has a Node: a row of the nodes page. */
export interface NodeRow {
  readonly machine: ListedMachine
  readonly node: NonNullable<ListedMachine['node']>
  readonly servingCert: ServingCert
}

/** Where a node's serving certificate stands, as far as the listed requests tell. */
export type ServingCert =
  | { readonly kind: 'waiting'; readonly held: boolean }
  | { readonly kind: 'waitingForSigner' | 'notRequested' | 'none' | 'unknown' }
  | { readonly kind: 'issued'; readonly notAfter: string }

export const NODE_FILTERS = ['all', 'ready', 'notReady', 'execUnavailable'] as const
export type NodeFilter = (typeof NODE_FILTERS)[number]

const FILTERS: Record<NodeFilter, (row: NodeRow) => boolean> = {
  all: () => true,
  ready: ({ node }) => node.ready,
  notReady: ({ node }) => !node.ready,
  execUnavailable: ({ machine }) => machine.execAndLogs === 'unavailable',
}

export interface Nodes {
  /** What needs a person first, then what does not work, then by name. */
  readonly rows: readonly NodeRow[]
  readonly counts: Readonly<Record<NodeFilter, number>>
}

/** Every machine that has a Node. */
export const nodesOf = keptUp<Nodes>(
  () => ({ rows: [], counts: { all: 0, ready: 0, notReady: 0, execUnavailable: 0 } }),
  (nodes, changes) => {
    const machines = machineChanges(changes)
    const gone = machines.gone.flatMap(rowOf)
    const come = machines.come.flatMap(rowOf)
    if (gone.length + come.length === 0) return nodes
    const next = { ...nodes.counts }
    for (const filter of NODE_FILTERS) {
      next[filter] += come.filter(FILTERS[filter]).length - gone.filter(FILTERS[filter]).length
    }
    return { rows: reordered(nodes.rows, gone, come, byNeed), counts: next }
  },
)

/** Those of the rows that match, in their order. */
export function filterNodes(
  rows: readonly NodeRow[],
  text: string,
  filter: NodeFilter,
): readonly NodeRow[] {
  const words = searchWords(text)
  if (words.length === 0 && filter === 'all') return rows
  return rows.filter((row) => FILTERS[filter](row) && matches(row, words))
}

const rowsOfMachines = new WeakMap<ListedMachine, readonly NodeRow[]>()

/** One, or none without a Node; kept with the machine, so that it is found again when it leaves. */
function rowOf(machine: ListedMachine): readonly NodeRow[] {
  let row = rowsOfMachines.get(machine)
  if (row === undefined) {
    const { node } = machine
    row = node === null ? [] : [{ machine, node, servingCert: servingCert(machine) }]
    rowsOfMachines.set(machine, row)
  }
  return row
}

function servingCert(machine: ListedMachine): ServingCert {
  const serving = machine.requests.filter(({ signerName }) => signerName === KUBELET_SERVING)
  const pending = serving.find((request) => isPending(request) && !request.superseded)
  if (pending !== undefined) {
    return { kind: 'waiting', held: isHeldBack(pending.verdict) }
  }
  if (machine.servingNotAfter !== null) return { kind: 'issued', notAfter: machine.servingNotAfter }
  if (serving.some(({ status }) => status === 'Approved')) return { kind: 'waitingForSigner' }
  if (machine.execAndLogs !== 'unavailable') return { kind: 'unknown' }
  // Ready, and past the minutes in which a kubelet files its request: it has said that it has none.
  return { kind: machine.stage === 'ready' ? 'none' : 'notRequested' }
}

function byNeed(a: NodeRow, b: NodeRow): number {
  return rank(a) - rank(b) || byName(a.machine, b.machine)
}

function rank({ machine, node }: NodeRow): number {
  if (machine.waiting) return 0
  if (machine.execAndLogs === 'unavailable') return 1
  return node.ready ? 3 : 2
}

function matches({ machine, node }: NodeRow, words: readonly string[]): boolean {
  return findsAll(words, [
    machine.name,
    node.status,
    node.version,
    ...node.roles,
    ...node.addresses.map(({ address }) => address),
  ])
}
