import { useEffect, useRef, useState } from 'react'
import { afterDenial } from '#components/decide/after-denial.ts'
import { NoteField } from '#components/decide/note-field.tsx'
import { useOffReasons } from '#components/decide/off-reason.tsx'
import { useReportDenial } from '#components/decide/report-denial.tsx'
import { deniedRequests, purposeOf, type Target } from '#components/decide/target.ts'
import { Button, type OffReason } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { useSay } from '#components/ui/live-region.tsx'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { isKubeletSigner, KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { isPendingRow } from '#lib/csr/rows/next-request.ts'
import type { DecidableRequest, RunSummary } from '#lib/query/domain-types.ts'
import { useCluster, useNow, useRequestDetails } from '#lib/query/live.ts'
import { useDecide, useDenyMany } from '#lib/query/mutations.ts'
import { useRun } from '#lib/query/run-queries.ts'

interface DenyDialogProps {
  readonly targets: readonly Target[]
  readonly onClose: () => void
}

interface Sent {
  readonly requests: readonly DecidableRequest[]
  /** Null for a single denial, which cannot be stopped. */
  readonly stop: AbortController | null
}

/** Requests listed; further ones are counted. */
const LISTED = 8

/**
 * Asks for the reason of a denial, and says what the kubelet does next. Requests that arrive while
 * the dialog is open are not denied.
 */
export function DenyDialog({ targets, onClose }: DenyDialogProps) {
  const { decide: texts, bulk, common, joined } = useMessages()
  const [requests] = useState(() => targets.flatMap(deniedRequests))
  const [note, setNote] = useState('')
  const [sent, setSent] = useState<Sent | null>(null)
  /** Run that carries out many denials; null before it has begun. */
  const [runId, setRunId] = useState<string | null>(null)
  const run = useRun(runId)
  const [stopping, setStopping] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const decide = useDecide()
  const denyMany = useDenyMany()
  const say = useSay()
  const report = useReportDenial()
  const cluster = useCluster()
  const details = useRequestDetails(requests.map(({ uid }) => uid))
  const permission = useOffReasons()(...new Set(requests.map(({ signerName }) => signerName)))
  const asItIs = (request: DecidableRequest) => details.get(request.uid)?.detail ?? request
  const undecided = requests.filter((request) => {
    const isGone = details.get(request.uid)?.status === 'gone'
    return !isGone && isPendingRow(asItIs(request))
  })
  // Sent requests leave the list one by one. When none is left, the title keeps the original ones.
  const about = sent?.requests ?? (undecided.length === 0 ? requests : undecided)
  const name = about[0]?.name ?? ''
  const after = afterDenial(about.map(asItIs))
  const startsHour =
    after === 'kubelet' &&
    about.some(({ signerName }) => signerName === KUBE_APISERVER_CLIENT_KUBELET)
  const triesOn =
    cluster?.machineApprover.presence === 'present' &&
    requests.some(({ signerName }) => isKubeletSigner(signerName))

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

  return (
    <Dialog
      open
      onClose={close}
      sticky={note !== ''}
      focus={field}
      title={
        <Words
          text={texts.deny.title(about.length)}
          blanks={{ name: <ClusterText text={name} truncate="none" /> }}
        />
      }
      description={
        startsHour
          ? joined.sentences([texts.deny.after[after], texts.deny.hourAgain])
          : texts.deny.after[after]
      }
      note={
        sent === null ? (
          <Words text={texts.deny.asWhom} blanks={{ user: cluster?.user ?? '' }} />
        ) : sent.stop === null ? (
          texts.sent
        ) : (
          <Progress run={run} count={sent.requests.length} />
        )
      }
      footer={
        <>
          {sent === null || sent.stop === null ? (
            <Button onClick={close}>{sent === null ? common.cancel : common.close}</Button>
          ) : (
            <Button busy={stopping} onClick={stop}>
              {stopping ? texts.deny.stopping : texts.deny.stop}
            </Button>
          )}
          <Button look="danger" off={off} busy={sent !== null} onClick={() => void deny()}>
            {sent !== null ? (
              texts.deny.denying
            ) : (
              <Words
                text={texts.deny.deny(about.length)}
                blanks={{ name: <ClusterText text={name} className="max-w-48" /> }}
              />
            )}
          </Button>
        </>
      }
    >
      <div className="grid gap-4 px-5 py-4">
        <div>
          <p className="mb-1 text-xs text-fg-3">{texts.deny.list}</p>
          <ul className="grid grid-cols-[minmax(0,1fr)_minmax(52px,max-content)_minmax(0,1.6fr)] gap-x-3 gap-y-0.5">
            {requests.slice(0, LISTED).map((request) => (
              <li
                key={request.uid}
                className="col-span-full grid grid-cols-subgrid aria-disabled:text-fg-3 aria-disabled:line-through"
                aria-disabled={!undecided.includes(request) || undefined}
              >
                <ClusterText text={request.name} />
                <span className="text-fg-2">
                  {texts.deny.purposes[purposeOf(request.signerName)]}
                </span>
                <ClusterText text={request.nodeName ?? request.requestor} className="text-fg-3" />
              </li>
            ))}
          </ul>
          {requests.length > LISTED && (
            <p className="text-fg-3">{texts.deny.more(requests.length - LISTED)}</p>
          )}
        </div>
        {triesOn && <p className="text-pretty text-fg-2">{texts.deny.machineApprover}</p>}
        <NoteField
          ref={field}
          label={texts.deny.why(about.length)}
          hint={texts.deny.whyHint}
          value={note}
          onChange={setNote}
        />
      </div>
    </Dialog>
  )
}

interface ProgressProps {
  readonly run: RunSummary | null
  readonly count: number
}

function Progress({ run, count }: ProgressProps) {
  const {
    decide: { deny },
    bulk,
  } = useMessages()
  const denied = run?.progress.decided ?? 0
  const pause = run?.pause ?? null
  return (
    <Sentences>
      <span
        role="progressbar"
        aria-label={deny.denying}
        aria-valuenow={denied}
        aria-valuemin={0}
        aria-valuemax={count}
        aria-valuetext={deny.progress(denied, count)}
        className="tabular-nums"
      >
        {deny.progress(denied, count)}
      </span>
      {pause !== null && (
        <span className="text-warn-fg">
          <Sentences>
            {bulk.run.paused[pause.why]}
            {pause.until !== null && <GoesOn at={pause.until} />}
          </Sentences>
        </span>
      )}
      {deny.closing}
    </Sentences>
  )
}

function GoesOn({ at }: { readonly at: number }) {
  const texts = useMessages().bulk.run
  const now = useNow()
  return at > now && texts.pausedUntil((at - now) / 1_000)
}
