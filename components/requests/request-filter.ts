import { usePartlyJudged } from '#components/machines/partly-judged.tsx'
import { useUrlChoice, useUrlParam } from '#components/shell/url-param.ts'
import {
  REQUESTOR_FILTERS,
  type RequestsQuery,
  STATUS_FILTERS,
  type StatusFilter,
} from '#lib/query/domain-types.ts'
import { shownVerdict, shownVerdicts } from '#lib/query/shown-verdict.ts'

/** '' for any requestor. */
export const REQUESTORS = ['', ...REQUESTOR_FILTERS] as const
export type RequestorFilter = (typeof REQUESTORS)[number]

const VERDICT_FILTERS = ['', 'verified', 'plausible', 'suspicious', 'refused'] as const
export type VerdictFilter = (typeof VERDICT_FILTERS)[number] | 'partlyJudged'

export interface RequestFilter {
  readonly text: string
  readonly status: StatusFilter
  /** '' for any signer. */
  readonly signerName: string
  readonly requestor: RequestorFilter
  readonly verdict: VerdictFilter
  readonly superseded: 'shown' | 'hidden'
}

/** Verdict filters that can be chosen now. */
export function useVerdictFilters(): readonly VerdictFilter[] {
  return shownVerdicts(VERDICT_FILTERS, usePartlyJudged())
}

const SUPERSEDED = ['shown', 'hidden'] as const

/** The filter of the Requests page, stored in the address. */
export function useRequestFilter() {
  const [text, setText] = useUrlParam('q')
  const [status, setStatus] = useUrlChoice('status', STATUS_FILTERS, 'all')
  const [signerName, setSigner] = useUrlParam('signer')
  const [requestor, setRequestor] = useUrlChoice<RequestorFilter>('requestor', REQUESTORS, '')
  const [verdict, setVerdict] = useUrlParam('verdict')
  const [superseded, setSuperseded] = useUrlChoice('superseded', SUPERSEDED, 'shown')
  const isPartly = usePartlyJudged()
  const filter: RequestFilter = {
    text,
    status,
    signerName,
    requestor,
    verdict:
      shownVerdicts(VERDICT_FILTERS, isPartly).find(
        (known) => known === shownVerdict(verdict, isPartly),
      ) ?? '',
    superseded,
  }
  const set = {
    text: setText,
    status: setStatus,
    signerName: setSigner,
    requestor: setRequestor,
    verdict: (value: VerdictFilter) => setVerdict(value),
    superseded: setSuperseded,
    /** Resets the filter to every request. */
    all() {
      for (const clear of [setText, setSigner, setVerdict]) clear('')
      setStatus('all')
      setRequestor('')
      setSuperseded('shown')
    },
  }
  return [filter, set] as const
}

/** The filter as query parameters of the server. */
export function queryOf(filter: RequestFilter): RequestsQuery {
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
