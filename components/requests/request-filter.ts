import { useVerdictChoice } from '#components/machines/board-filter.ts'
import { useUrlChoice, useUrlParam } from '#components/shell/url-param.ts'
import { REQUESTOR_FILTERS, type RequestsQuery, STATUS_FILTERS } from '#lib/wire/views.ts'

/** '' for any requestor. */
export const REQUESTORS = ['', ...REQUESTOR_FILTERS] as const
const VERDICTS = ['', 'verified', 'plausible', 'suspicious', 'refused'] as const
const SUPERSEDED = ['shown', 'hidden'] as const

/**
 * The filter of the Requests page, stored in the address, with '' for any signer, requestor or
 * verdict; and the verdicts that it offers now.
 */
export function useRequestFilter() {
  const [text, setText] = useUrlParam('q')
  const [status, setStatus] = useUrlChoice('status', STATUS_FILTERS, 'all')
  const [signerName, setSigner] = useUrlParam('signer')
  const [requestor, setRequestor] = useUrlChoice('requestor', REQUESTORS, '')
  const [verdict, setVerdict, verdicts] = useVerdictChoice(VERDICTS, '')
  const [superseded, setSuperseded] = useUrlChoice('superseded', SUPERSEDED, 'shown')
  const filter = { text, status, signerName, requestor, verdict, superseded }
  const set = {
    text: setText,
    status: setStatus,
    signerName: setSigner,
    requestor: setRequestor,
    verdict: setVerdict,
    superseded: setSuperseded,
    /** Resets the filter to every request. */
    all() {
      for (const clear of [setText, setSigner]) clear('')
      setVerdict('')
      setStatus('all')
      setRequestor('')
      setSuperseded('shown')
    },
  }
  return [filter, set, verdicts] as const
}

/** The filter as query parameters of the server. */
export function queryOf({
  signerName,
  requestor,
  verdict,
  ...filter
}: ReturnType<typeof useRequestFilter>[0]): RequestsQuery {
  return {
    ...filter,
    ...(signerName !== '' && { signerName }),
    ...(requestor !== '' && { requestor }),
    ...(verdict !== '' && { verdict }),
  }
}
