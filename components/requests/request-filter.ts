'use client'

import { useMemo } from 'react'
import { usePartlyJudged } from '#components/machines/partly-judged.tsx'
import { useUrlParam } from '#components/shell/url-param.ts'
import {
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
  NODE_BOOTSTRAPPER,
  NODE_USER_PREFIX,
} from '#lib/csr/names.ts'
import { isPending } from '#lib/query/board-facts.ts'
import type { Filter } from '#lib/query/queries.ts'
import { findsAll, searchWords } from '#lib/query/search-words.ts'
import { isShownAs, shownVerdict, shownVerdicts } from '#lib/query/shown-verdict.ts'
import {
  type ListedRequest,
  REQUESTOR_FILTERS,
  type RequestsQuery,
  STATUS_FILTERS,
  type StatusFilter,
} from '#lib/query/wire.ts'

/** '' for any. */
export const REQUESTORS = ['', ...REQUESTOR_FILTERS] as const
export type RequestorFilter = (typeof REQUESTORS)[number]

const VERDICT_FILTERS = ['', 'verified', 'plausible', 'suspicious', 'refused'] as const
export type VerdictFilter = (typeof VERDICT_FILTERS)[number] | 'partlyJudged'

export interface RequestFilter {
  readonly text: string
  readonly status: StatusFilter
  /** '' for any. */
  readonly signerName: string
  readonly requestor: RequestorFilter
  readonly verdict: VerdictFilter
  readonly superseded: 'shown' | 'hidden'
}

export interface FilteredRequests {
  readonly shown: readonly ListedRequest[]
  readonly counts: Readonly<Record<StatusFilter, number>>
  readonly superseded: number
  /** Every signer there is, the kubelets' first. */
  readonly signerNames: readonly string[]
}

/** kubectl's CONDITION text says it; `Approved,Failed` counts as both. */
const STATUS: Record<StatusFilter, (request: ListedRequest) => boolean> = {
  all: () => true,
  pending: isPending,
  approved: ({ status }) => status.startsWith('Approved'),
  denied: ({ status }) => status.startsWith('Denied'),
  failed: ({ status }) => status.includes('Failed'),
}

const REQUESTOR: Record<RequestorFilter, (requestor: string) => boolean> = {
  '': () => true,
  bootstrapper: (requestor) => requestor === NODE_BOOTSTRAPPER,
  nodes: (requestor) => requestor.startsWith(NODE_USER_PREFIX),
  others: (requestor) => requestor !== NODE_BOOTSTRAPPER && !requestor.startsWith(NODE_USER_PREFIX),
}

/** What of the verdict can be chosen from now. */
export function useVerdictFilters(): readonly VerdictFilter[] {
  return shownVerdicts(VERDICT_FILTERS, usePartlyJudged())
}

/** The filter of the Requests page, which lives in the address. */
export function useRequestFilter() {
  const [text, setText] = useUrlParam('q')
  const [status, setStatus] = useUrlParam('status')
  const [signerName, setSigner] = useUrlParam('signer')
  const [requestor, setRequestor] = useUrlParam('requestor')
  const [verdict, setVerdict] = useUrlParam('verdict')
  const [superseded, setSuperseded] = useUrlParam('superseded')
  const isPartly = usePartlyJudged()
  const filter = useMemo<RequestFilter>(
    () => ({
      text,
      status: STATUS_FILTERS.find((known) => known === status) ?? 'all',
      signerName,
      requestor: REQUESTORS.find((known) => known === requestor) ?? '',
      verdict:
        shownVerdicts(VERDICT_FILTERS, isPartly).find(
          (known) => known === shownVerdict(verdict, isPartly),
        ) ?? '',
      superseded: superseded === 'hidden' ? 'hidden' : 'shown',
    }),
    [text, status, signerName, requestor, verdict, superseded, isPartly],
  )
  const set = {
    text: setText,
    status: (value: StatusFilter) => setStatus(value === 'all' ? '' : value),
    signerName: setSigner,
    requestor: (value: RequestorFilter) => setRequestor(value),
    verdict: (value: VerdictFilter) => setVerdict(value),
    superseded: (value: 'shown' | 'hidden') => setSuperseded(value === 'shown' ? '' : value),
    /** Back to every request. */
    all() {
      for (const clear of [
        setText,
        setStatus,
        setSigner,
        setRequestor,
        setVerdict,
        setSuperseded,
      ]) {
        clear('')
      }
    },
  }
  return [filter, set] as const
}

/** The filter as the server takes it. */
export function queryOf(filter: RequestFilter): Filter<RequestsQuery> {
  const { text, status, signerName, requestor, verdict, superseded } = filter
  return {
    text,
    status,
    superseded,
    ...(signerName !== '' && { signerName }),
    ...(requestor !== '' && { requestor }),
    ...(verdict !== '' && { verdict }),
  }
}

/** The requests that match, in the order given, and what the other filters would show. */
export function filterRequests(
  requests: readonly ListedRequest[],
  filter: RequestFilter,
): FilteredRequests {
  const words = searchWords(filter.text)
  const counts: Record<StatusFilter, number> = {
    all: 0,
    pending: 0,
    approved: 0,
    denied: 0,
    failed: 0,
  }
  const signers = new Set<string>()
  const shown: ListedRequest[] = []
  let superseded = 0
  for (const request of requests) {
    signers.add(request.signerName)
    for (const status of STATUS_FILTERS) if (STATUS[status](request)) counts[status] += 1
    if (request.superseded) superseded += 1
    if (
      STATUS[filter.status](request) &&
      (filter.signerName === '' || request.signerName === filter.signerName) &&
      REQUESTOR[filter.requestor](request.requestor) &&
      (filter.verdict === '' || isShownAs(filter.verdict, request.verdict)) &&
      (filter.superseded === 'shown' || !request.superseded) &&
      findsAll(words, [request.name, request.nodeName, request.requestor, request.signerName])
    ) {
      shown.push(request)
    }
  }
  return { shown: underTheirNewest(shown), counts, superseded, signerNames: kubeletsFirst(signers) }
}

/** A superseded request hangs under the newest of its node and signer, where that is shown. */
function underTheirNewest(requests: readonly ListedRequest[]): readonly ListedRequest[] {
  const key = ({ nodeName, signerName }: ListedRequest) => `${signerName} ${nodeName}`
  const older = new Map<string, ListedRequest[]>()
  for (const request of requests) {
    if (!request.superseded) continue
    const list = older.get(key(request))
    if (list === undefined) older.set(key(request), [request])
    else list.push(request)
  }
  if (older.size === 0) return requests
  const ordered: ListedRequest[] = []
  for (const request of requests) {
    if (request.superseded) continue
    ordered.push(request)
    // Not under a decided one: what is pending stands above what is not.
    if (request.nodeName === null || !isPending(request)) continue
    ordered.push(...(older.get(key(request)) ?? []))
    older.delete(key(request))
  }
  const orphans = [...older.values()].flat()
  const firstDecided = ordered.findIndex((request) => !isPending(request))
  ordered.splice(firstDecided === -1 ? ordered.length : firstDecided, 0, ...orphans)
  return ordered
}

const KUBELETS: readonly string[] = [KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING]

function kubeletsFirst(signers: ReadonlySet<string>): readonly string[] {
  const others = [...signers].filter((signer) => !KUBELETS.includes(signer)).sort()
  return [...KUBELETS, ...others]
}
