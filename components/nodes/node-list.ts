import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { isPending } from '#lib/query/board.ts'
import type { ListedMachine } from '#lib/query/wire.ts'

/** A machine that has a Node: a row of the nodes page. */
export interface NodeRow {
  readonly machine: ListedMachine
  readonly node: NonNullable<ListedMachine['node']>
  readonly servingCert: ServingCert
}

/** Where a node's serving certificate stands, as far as the listed requests tell. */
export type ServingCert =
  | { readonly kind: 'waitingForYou'; readonly held: boolean }
  | { readonly kind: 'waitingForSigner' | 'notRequested' | 'unknown' }
  | { readonly kind: 'issued'; readonly notAfter: string }

export const NODE_FILTERS = ['all', 'ready', 'notReady', 'execUnavailable'] as const
export type NodeFilter = (typeof NODE_FILTERS)[number]

const FILTERS: Record<NodeFilter, (row: NodeRow) => boolean> = {
  all: () => true,
  ready: ({ node }) => node.ready,
  notReady: ({ node }) => !node.ready,
  execUnavailable: ({ machine }) => machine.execAndLogs === 'unavailable',
}

export interface FilteredNodes {
  readonly shown: readonly NodeRow[]
  readonly counts: Readonly<Record<NodeFilter, number>>
}

/** The nodes that match, what needs a person first, then what does not work, then by name. */
export function filterNodes(
  machines: readonly ListedMachine[],
  text: string,
  filter: NodeFilter,
): FilteredNodes {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const counts: Record<NodeFilter, number> = { all: 0, ready: 0, notReady: 0, execUnavailable: 0 }
  const shown: NodeRow[] = []
  for (const machine of machines) {
    const row = rowOf(machine)
    if (row === null) continue
    for (const name of NODE_FILTERS) if (FILTERS[name](row)) counts[name] += 1
    if (FILTERS[filter](row) && matches(row, words)) shown.push(row)
  }
  // Machines come by name, and sorting is stable.
  return { shown: shown.sort((a, b) => rank(a) - rank(b)), counts }
}

const rows = new WeakMap<ListedMachine, NodeRow | null>()

function rowOf(machine: ListedMachine): NodeRow | null {
  let row = rows.get(machine)
  if (row === undefined) {
    const { node } = machine
    row = node === null ? null : { machine, node, servingCert: servingCert(machine) }
    rows.set(machine, row)
  }
  return row
}

function servingCert(machine: ListedMachine): ServingCert {
  const serving = machine.requests.filter(({ signerName }) => signerName === KUBELET_SERVING)
  const pending = serving.find((request) => isPending(request) && !request.superseded)
  if (pending !== undefined) {
    const held = pending.verdict === 'suspicious' || pending.verdict === 'refused'
    return { kind: 'waitingForYou', held }
  }
  if (machine.servingNotAfter !== null) return { kind: 'issued', notAfter: machine.servingNotAfter }
  if (serving.some(({ status }) => status === 'Approved')) return { kind: 'waitingForSigner' }
  return { kind: machine.execAndLogs === 'unavailable' ? 'notRequested' : 'unknown' }
}

function rank({ machine, node }: NodeRow): number {
  if (machine.waiting) return 0
  if (machine.execAndLogs === 'unavailable') return 1
  return node.ready ? 3 : 2
}

function matches({ machine, node }: NodeRow, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = [
    machine.name,
    node.status,
    node.version,
    ...node.roles,
    ...node.addresses.map(({ address }) => address),
  ]
    .join('\n')
    .toLowerCase()
  return words.every((word) => text.includes(word))
}
