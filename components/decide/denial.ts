import { useEffect, useState } from 'react'
import { useOffReasons } from '#components/decide/off-reason.tsx'
import { useReportDenial } from '#components/decide/report-denial.tsx'
import { deniedRequests, type Target } from '#components/decide/target.ts'
import type { OffReason } from '#components/ui/button.tsx'
import { useSay } from '#components/ui/live-region.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { isPendingRow } from '#lib/csr/rows/next-request.ts'
import { useRequestDetails } from '#lib/query/live.ts'
import { type DecidableRequest, useDecide, useDenyMany } from '#lib/query/mutations.ts'
import { useRun } from '#lib/query/run-queries.ts'

interface Sent {
  readonly requests: readonly DecidableRequest[]
  /** Null for a single denial, which cannot be stopped. */
  readonly stop: AbortController | null
}

/**
 * State of a denial that a person confirms, and the denial itself. Requests that arrive while the
 * dialog is open are not denied.
 */
export function useDenial(targets: readonly Target[], onClose: () => void) {
  const { decide: texts, bulk } = useMessages()
  const [requests] = useState(() => targets.flatMap(deniedRequests))
  const [note, setNote] = useState('')
  const [sent, setSent] = useState<Sent | null>(null)
  /** Run that carries out many denials; null before it has begun. */
  const [runId, setRunId] = useState<string | null>(null)
  const run = useRun(runId)
  const [isStopping, setStopping] = useState(false)
  const decide = useDecide()
  const denyMany = useDenyMany()
  const say = useSay()
  const report = useReportDenial()
  const details = useRequestDetails(requests.map(({ uid }) => uid))
  const permission = useOffReasons()(...new Set(requests.map(({ signerName }) => signerName)))
  const asItIs = (request: DecidableRequest) => details.get(request.uid)?.detail ?? request
  const undecided = requests.filter((request) => {
    const isGone = details.get(request.uid)?.status === 'gone'
    return !isGone && isPendingRow(asItIs(request))
  })
  // Sent requests leave the list one by one. When none is left, the title keeps the original ones.
  const about = sent?.requests ?? (undecided.length === 0 ? requests : undecided)
  const nothing: OffReason | null = undecided.length === 0 ? { text: texts.deny.nothing } : null
  // While the denial is sent, requests leave the list by themselves.
  const off = sent !== null ? null : (permission ?? nothing)

  async function deny(): Promise<void> {
    const stop = undecided.length > 1 ? new AbortController() : null
    // The state of a request when it was sent is unknown once it has left the list.
    const asSent = undecided.map(asItIs)
    setSent({ requests: asSent, stop })
    const [only] = undecided
    const items =
      stop !== null
        ? await denyMany({
            requests: undecided,
            note: note.trim(),
            stop: stop.signal,
            onBegun: ({ id }) => setRunId(id),
          })
        : only === undefined
          ? []
          : [await decide({ decision: 'deny', request: only, note: note.trim() })]
    report(targets, asSent, items)
    onClose()
  }

  const isThrottled = run?.pause?.why === 'throttled'
  useEffect(() => {
    if (isThrottled) say(bulk.run.paused.throttled)
  }, [isThrottled, say, bulk])

  function stop(): void {
    sent?.stop?.abort()
    setStopping(true)
  }

  function close(): void {
    sent?.stop?.abort()
    onClose()
  }

  return {
    ...{ requests, undecided, about: about.map(asItIs), note, setNote, off },
    ...{ sent, run, isStopping, deny, stop, close },
  }
}
