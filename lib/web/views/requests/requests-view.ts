import {
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
  NODE_BOOTSTRAPPER,
  NODE_USER_PREFIX,
} from '#lib/csr/names.ts'
import { isSound } from '#lib/csr/policy/trust.ts'
import { isApprovedRow, isDeniedRow } from '#lib/csr/rows/next-request.ts'
import { type ViewerName, verdictFor } from '#lib/csr/verdict/viewer-overlay.ts'
import { searchWords } from '#lib/journal/search-text.ts'
import {
  byAge,
  type EntryChanges,
  pendingFirst,
  type RequestEntry,
} from '#lib/web/views/requests/request-entries.ts'
import { CountedRows } from '#lib/web/views/rows/counted-rows.ts'
import { requestListRow } from '#lib/web/views/rows/list-rows.ts'
import type { RowList } from '#lib/web/views/rows/sorted-rows.ts'
import { type Page, pageOf, rowsOf, type ViewContext } from '#lib/web/views/rows/view-page.ts'
import type { Asked } from '#lib/web/views/rows/view-query.ts'
import { type RequestorFilter, SIGNERS_LISTED, type StatusFilter } from '#lib/wire/views.ts'

/** Filters by kubectl's CONDITION text; `Approved,Failed` counts as both. */
const STATUS: Readonly<Record<StatusFilter, (entry: RequestEntry) => boolean>> = {
  all: () => true,
  pending: ({ pending }) => pending,
  approved: ({ row }) => isApprovedRow(row),
  denied: ({ row }) => isDeniedRow(row),
  failed: ({ row }) => row.status.includes('Failed'),
}

const REQUESTOR: Readonly<Record<RequestorFilter, (requestor: string) => boolean>> = {
  bootstrapper: (requestor) => requestor === NODE_BOOTSTRAPPER,
  nodes: (requestor) => requestor.startsWith(NODE_USER_PREFIX),
  others: (requestor) => requestor !== NODE_BOOTSTRAPPER && !requestor.startsWith(NODE_USER_PREFIX),
}

/** Every listed request: pending first, then newest first. */
export class RequestsView {
  readonly #sorted = new CountedRows(pendingFirst, ({ text }) => text, {
    ...STATUS,
    superseded: ({ row }: RequestEntry) => row.superseded,
  })
  /** Number of requests of each signer. */
  readonly #signers = new Map<string, number>()

  change({ gone, come }: EntryChanges): void {
    this.#sorted.replace(gone, come)
    for (const { row } of gone) this.#countSigner(row.signerName, -1)
    for (const { row } of come) this.#countSigner(row.signerName, 1)
  }

  get all(): RowList<RequestEntry> {
    return this.#sorted
  }

  page(asked: Asked<'requests'>, { viewer }: ViewContext): Page<'requests'> {
    const words = searchWords(asked.text)
    const test = testOf(asked, viewer)
    const isWhole = words.length === 0 && test === null
    const entries = isWhole
      ? this.#sorted
      : rowsOf(underTheirNewest(this.#sorted.filter(words, test)))
    const counts = { ...this.#sorted.counts, signerNames: kubeletsFirst(this.#signers.keys()) }
    return pageOf(entries, asked, counts, ({ row }) => requestListRow(row, viewer))
  }

  #countSigner(signerName: string, by: 1 | -1): void {
    const ofSigner = (this.#signers.get(signerName) ?? 0) + by
    if (ofSigner === 0) this.#signers.delete(signerName)
    else this.#signers.set(signerName, ofSigner)
  }
}

/** Null when every request matches. Verdicts are those for the viewer. */
function testOf(
  asked: Asked<'requests'>,
  viewer: ViewerName,
): ((entry: RequestEntry) => boolean) | null {
  const { status, signerName, requestor, verdict, superseded } = asked
  const tests: ((entry: RequestEntry) => boolean)[] = []
  if (status !== 'all') tests.push(STATUS[status])
  if (superseded === 'hidden') tests.push(({ row }) => !row.superseded)
  if (signerName !== undefined) tests.push(({ row }) => row.signerName === signerName)
  if (requestor !== undefined) tests.push(({ row }) => REQUESTOR[requestor](row.requestor))
  if (verdict === 'partlyJudged') tests.push(({ row }) => isSound(verdictFor(row, viewer)))
  else if (verdict !== undefined) tests.push(({ row }) => verdictFor(row, viewer) === verdict)
  return tests.length === 0 ? null : (entry) => tests.every((test) => test(entry))
}

/**
 * Places superseded requests again among the matching ones, because the filter may hide their
 * newest.
 */
function underTheirNewest(matching: readonly RequestEntry[]): readonly RequestEntry[] {
  if (hasEveryHead(matching)) return matching
  const older = new Map<string, RequestEntry[]>()
  for (const entry of matching) {
    if (!entry.row.superseded) continue
    const list = older.get(groupOf(entry))
    if (list === undefined) older.set(groupOf(entry), [entry])
    else list.push(entry)
  }
  const ordered: RequestEntry[] = []
  for (const entry of matching) {
    if (entry.row.superseded) continue
    ordered.push(entry)
    // A superseded request is never placed below a decided one: pending requests are listed above
    // those.
    if (entry.row.nodeName === null || !entry.pending) continue
    ordered.push(...(older.get(groupOf(entry)) ?? []))
    older.delete(groupOf(entry))
  }
  const orphans = [...older.values()].sort(([a], [b]) =>
    a === undefined || b === undefined ? 0 : byAge(a, b),
  )
  const firstDecided = ordered.findIndex(({ pending }) => !pending)
  ordered.splice(firstDecided === -1 ? ordered.length : firstDecided, 0, ...orphans.flat())
  return ordered
}

/** Whether each superseded entry still follows its newest. */
function hasEveryHead(matching: readonly RequestEntry[]): boolean {
  let head = ''
  for (const { row, head: own } of matching) {
    if (own.uid === row.uid) head = row.uid
    else if (own.uid !== head) return false
  }
  return true
}

function groupOf({ row }: RequestEntry): string {
  return `${row.signerName} ${row.nodeName}`
}

const KUBELETS: readonly string[] = [KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING]

function kubeletsFirst(signers: Iterable<string>): readonly string[] {
  const others = [...signers].filter((signer) => !KUBELETS.includes(signer)).sort()
  return [...KUBELETS, ...others].slice(0, SIGNERS_LISTED)
}
