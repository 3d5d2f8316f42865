import {
  areAsExpected,
  isLeft,
  type KubeletFinding,
  PRESENTED,
  type Presented,
} from '#lib/csr/kubelets/kubelet-finding.ts'
import {
  asksTheCluster,
  type KubeletNext,
  kubeletNext,
  type ServingAsked,
} from '#lib/csr/kubelets/kubelet-next.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { isHeldBack } from '#lib/csr/policy/trust.ts'
import { isIssuedRow, nextRequestOf } from '#lib/csr/rows/next-request.ts'
import type { JudgedMachine } from '#lib/csr/rows/rows.ts'
import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import { searchText, searchWords } from '#lib/journal/search-text.ts'
import { byNeed, type NodeEntry, servingRequests } from '#lib/web/views/nodes-view.ts'
import { decidableMachine } from '#lib/web/views/rows/list-rows.ts'
import {
  listOf,
  matching,
  type Page,
  pageOf,
  type ViewContext,
} from '#lib/web/views/rows/view-page.ts'
import type { Asked } from '#lib/web/views/rows/view-query.ts'
import {
  ENDS_SOON_SECONDS,
  type KubeletFilter,
  type KubeletRow,
  type KubeletsCounts,
  TO_APPROVE_LIMIT,
} from '#lib/wire/views.ts'

/**
 * A machine with a Node, and the certificate that its kubelet presented. Order: left with a waiting
 * request, left, not asked, with a certificate of the cluster.
 */
interface KubeletEntry extends NodeEntry {
  readonly finding: KubeletFinding | null
  readonly asked: ServingAsked
  readonly toDo: KubeletNext | null
}

type Test = (entry: KubeletEntry, now: number) => boolean

const FILTERS: Readonly<Record<KubeletFilter, Test>> = {
  left: ({ finding }) => isLeft(finding),
  endsSoon: ({ finding }, now) => secondsLeft(finding, now) < ENDS_SOON_SECONDS,
  namesDiffer: ({ finding }) => finding?.names != null && !areAsExpected(finding.names),
  all: () => true,
}

/**
 * Every machine with a Node, by its kubelet's need, then by name. The list is made only when a page
 * asks for it: a change of rows costs nothing while no page shows the list.
 */
export class KubeletsView {
  readonly #findings = new Map<string, KubeletFinding>()
  readonly #machines = new Map<string, JudgedMachine>()
  /** Entries of the last list; those of machines that changed since are missing. */
  readonly #entries = new Map<string, KubeletEntry>()
  #sorted: readonly KubeletEntry[] | null = null

  /** Returns whether the view changed: the machine has a Node, or had one before. */
  change(name: string, row: JudgedMachine | null): boolean {
    const had = this.#machines.delete(name)
    const has = row !== null && row.node !== null
    if (has) this.#machines.set(name, row)
    else this.#findings.delete(name)
    if (had || has) this.#drop(name)
    return had || has
  }

  /** Takes findings of kubelets, for Nodes that still exist. */
  take(findings: ReadonlyMap<string, KubeletFinding | null>): void {
    for (const [name, finding] of findings) {
      if (!this.#machines.has(name)) continue
      if (finding === null) this.#findings.delete(name)
      else this.#findings.set(name, finding)
      this.#drop(name)
    }
  }

  page(asked: Asked<'kubelets'>, { viewer, now }: ViewContext): Page<'kubelets'> {
    const all = this.#list()
    const passes = FILTERS[asked.filter]
    const entries = matching(listOf(all), searchWords(asked.text), (entry) => passes(entry, now))
    return pageOf(entries, asked, countsOf(all, now), (entry) => kubeletRow(entry, viewer))
  }

  #drop(name: string): void {
    this.#entries.delete(name)
    this.#sorted = null
  }

  #list(): readonly KubeletEntry[] {
    if (this.#sorted !== null) return this.#sorted
    for (const [name, machine] of this.#machines) {
      if (this.#entries.has(name)) continue
      const entry = entryOf(machine, this.#findings.get(name) ?? null)
      if (entry !== null) this.#entries.set(name, entry)
    }
    this.#sorted = [...this.#entries.values()].sort(byNeed)
    return this.#sorted
  }
}

function entryOf(machine: JudgedMachine, known: KubeletFinding | null): KubeletEntry | null {
  const { node, name } = machine
  if (node === null) return null
  // A recreated Node is another one, whose kubelet was not asked.
  const finding = known?.nodeUid === node.uid ? known : null
  const asked = servingAsked(machine)
  return {
    ...{ machine, node, finding, asked },
    toDo: kubeletNext(finding, asked),
    rank: rankOf(finding, asked),
    text: searchText([name, ...node.roles, ...node.addresses.map(({ address }) => address)]),
  }
}

function servingAsked(machine: JudgedMachine): ServingAsked {
  const { serving, pending } = servingRequests(machine)
  if (pending !== undefined) return isHeldBack(pending.verdict) ? 'held' : 'waiting'
  const [newest] = serving
  if (newest === undefined) return 'nothing'
  if (newest.status === 'Approved') return 'waitingForSigner'
  return isIssuedRow(newest) ? 'issued' : 'stopped'
}

const RANKS: readonly ((finding: KubeletFinding | null, asked: ServingAsked) => boolean)[] = [
  (finding, asked) => asked === 'held' && isLeft(finding),
  (finding, asked) => asked === 'waiting' && isLeft(finding),
  (finding) => finding !== null && isLeft(finding),
  (finding) => finding === null,
  (_, asked) => asked === 'held' || asked === 'waiting',
  () => true,
]

function rankOf(finding: KubeletFinding | null, asked: ServingAsked): number {
  return RANKS.findIndex((fits) => fits(finding, asked))
}

/** Seconds left of a certificate of the cluster; infinite without one. */
function secondsLeft(finding: KubeletFinding | null, now: number): number {
  if (finding?.presents !== 'cluster' || finding.notAfter === null) return Number.POSITIVE_INFINITY
  return (Date.parse(finding.notAfter) - now) / 1_000
}

function countsOf(entries: Iterable<KubeletEntry>, now: number): KubeletsCounts {
  const presents = Object.fromEntries(PRESENTED.map((kind) => [kind, 0])) as Record<
    Presented,
    number
  >
  const counts = {
    ...{ left: 0, endsSoon: 0, namesDiffer: 0, all: 0, nodes: 0 },
    ...{ filedNothing: 0, unasked: 0, approvable: 0, held: 0, withoutCa: 0 },
  }
  const silent: string[] = []
  const toApprove: string[] = []
  let ca: string | null = null
  let firstToEnd: KubeletsCounts['firstToEnd'] = null
  let soonest = ENDS_SOON_SECONDS
  for (const entry of entries) {
    const { finding, asked, machine } = entry
    counts.nodes += 1
    for (const filter of Object.keys(FILTERS) as KubeletFilter[]) {
      if (FILTERS[filter](entry, now)) counts[filter] += 1
    }
    if (asked === 'waiting') {
      counts.approvable += 1
      if (toApprove.length < TO_APPROVE_LIMIT) toApprove.push(machine.name)
    }
    if (asked === 'held') counts.held += 1
    if (finding === null) counts.unasked += 1
    else presents[finding.presents] += 1
    if (finding?.outcome === 'noCa') counts.withoutCa += 1
    ca = finding?.ca ?? ca
    if (finding !== null && !asksTheCluster(finding, asked)) {
      counts.filedNothing += 1
      silent.push(machine.name)
    }
    const left = secondsLeft(finding, now)
    if (left >= soonest || finding?.notAfter == null) continue
    soonest = left
    firstToEnd = { name: machine.name, notAfter: finding.notAfter }
  }
  return {
    ...counts,
    presents,
    ca,
    toApprove,
    silent: silent.sort().slice(0, 3),
    firstToEnd,
  }
}

function kubeletRow(entry: KubeletEntry, viewer: ViewerName): KubeletRow {
  const { machine, node, finding, asked, toDo } = entry
  const decidable = decidableMachine(machine, viewer)
  // The button of this page decides serving requests only.
  const request = nextRequestOf(decidable.next, decidable.pending)
  const next = request?.signerName === KUBELET_SERVING ? decidable.next : null
  return { ...decidable, next, stage: machine.stage, roles: node.roles, finding, asked, toDo }
}
