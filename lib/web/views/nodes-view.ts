import { compareTexts } from '#lib/csr/compare-texts.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { isHeldBack } from '#lib/csr/policy/trust.ts'
import { isPendingRow } from '#lib/csr/rows/next-request.ts'
import type { JudgedMachine } from '#lib/csr/rows/rows.ts'
import { type ViewerName, verdictFor } from '#lib/csr/verdict/viewer-overlay.ts'
import { searchText, searchWords } from '#lib/journal/search-text.ts'
import { CountedRows } from '#lib/web/views/rows/counted-rows.ts'
import { decidableMachine } from '#lib/web/views/rows/list-rows.ts'
import { matching, type Page, pageOf, type ViewContext } from '#lib/web/views/rows/view-page.ts'
import type { Asked } from '#lib/web/views/rows/view-query.ts'
import type { NodeFilter, NodeListRow, ServingCert } from '#lib/wire/views.ts'

/** A machine with a Node. */
export interface NodeEntry {
  readonly machine: JudgedMachine
  readonly node: NonNullable<JudgedMachine['node']>
  /** Nodes that need a person first, then nodes that do not work. */
  readonly rank: number
  readonly text: string
}

const FILTERS: Readonly<Record<NodeFilter, (entry: NodeEntry) => boolean>> = {
  all: () => true,
  ready: ({ node }) => node.ready,
  notReady: ({ node }) => !node.ready,
  execUnavailable: ({ machine }) => machine.execAndLogs === 'unavailable',
}

/** Every machine with a Node, by need, then by name. */
export class NodesView {
  readonly #entries = new Map<string, NodeEntry>()
  readonly #nodes = new CountedRows(byNeed, ({ text }) => text, FILTERS)

  /** Returns whether the view changed: the machine has a Node, or had one before. */
  change(name: string, row: JudgedMachine | null): boolean {
    const before = this.#entries.get(name)
    const after = row === null ? null : entryOf(row)
    if (after === null) this.#entries.delete(name)
    else this.#entries.set(name, after)
    return this.#nodes.replace(before === undefined ? [] : [before], after === null ? [] : [after])
  }

  page(asked: Asked<'nodes'>, { viewer }: ViewContext): Page<'nodes'> {
    const test = asked.filter === 'all' ? null : FILTERS[asked.filter]
    const entries = matching(this.#nodes, searchWords(asked.text), test)
    return pageOf(entries, asked, this.#nodes.counts, (entry) => nodeListRow(entry, viewer))
  }
}

function entryOf(machine: JudgedMachine): NodeEntry | null {
  const { node, name } = machine
  if (node === null) return null
  const { status, version, roles, addresses } = node
  const text = searchText([
    name,
    status,
    version,
    ...roles,
    ...addresses.map(({ address }) => address),
  ])
  return { machine, node, rank: rankOf(machine, node.ready), text }
}

function rankOf(machine: JudgedMachine, ready: boolean): number {
  if (machine.waiting) return 0
  if (machine.execAndLogs === 'unavailable') return 1
  return ready ? 3 : 2
}

export function byNeed(a: NodeEntry, b: NodeEntry): number {
  return a.rank - b.rank || compareTexts(a.machine.name, b.machine.name)
}

function nodeListRow({ machine, node }: NodeEntry, viewer: ViewerName): NodeListRow {
  const { stage, waiting, rebootstrapping, execAndLogs } = machine
  const { ready, status, roles, version, createdAt, problem } = node
  return {
    ...decidableMachine(machine, viewer),
    stage,
    waiting,
    rebootstrapping,
    execAndLogs,
    node: { ready, status, roles, version, createdAt, problem },
    servingCert: servingCert(machine, viewer),
  }
}

/** The machine's serving requests, the newest first, and the pending one. */
export function servingRequests({ requests }: JudgedMachine) {
  const serving = requests.filter(({ signerName }) => signerName === KUBELET_SERVING)
  const pending = serving.find((request) => isPendingRow(request) && !request.superseded)
  return { serving, pending }
}

function servingCert(machine: JudgedMachine, viewer: ViewerName): ServingCert {
  const { serving, pending } = servingRequests(machine)
  if (pending !== undefined) {
    return { kind: 'waiting', held: isHeldBack(verdictFor(pending, viewer)) }
  }
  if (machine.servingNotAfter !== null) return { kind: 'issued', notAfter: machine.servingNotAfter }
  if (serving.some(({ status }) => status === 'Approved')) return { kind: 'waitingForSigner' }
  // A kubelet without a client certificate may still have its serving certificate.
  if (machine.execAndLogs !== 'unavailable' || machine.rebootstrapping) return { kind: 'unknown' }
  // A kubelet files its request within minutes. A Ready node without any request has no
  // certificate.
  return { kind: machine.stage === 'ready' ? 'none' : 'notRequested' }
}
