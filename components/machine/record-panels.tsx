import type { ReactNode } from 'react'
import { By, Decided, Judged, Said } from '#components/activity/decision-cells.tsx'
import { ChecksPanel } from '#components/machine/checks-panel.tsx'
import { FiledRequest } from '#components/machine/decoded-request.tsx'
import { AlarmLine } from '#components/machines/alarm-line.tsx'
import { MachineLink } from '#components/machines/row-links.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { isPendingRow } from '#lib/csr/rows/next-request.ts'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'
import { useAnswer, useNow } from '#lib/query/live.ts'
import { requestRecordQuery } from '#lib/query/queries.ts'
import type { RecordedEvent, SeenRequest } from '#lib/wire/request-record.ts'

interface RecordPanelsProps {
  readonly uid: string
  /** The request as the cluster has it; null once it is gone. */
  readonly listed: RequestDetail | null
}

/** The record of a request, beyond what the cluster still shows. */
export function RecordPanels({ uid, listed }: RecordPanelsProps) {
  const { recorded } = useMessages()
  const { answer } = useAnswer((client) => requestRecordQuery(client, uid))
  const { seen = null, events = [], isCut = false } = answer ?? {}
  const described = listed !== null && isPendingRow(listed) ? null : (seen?.described ?? null)
  if (events.length === 0 && described === null) return null
  const name = listed?.name ?? seen?.name ?? uid
  return (
    <>
      <TitledPanel
        title={recorded.title}
        aside={<ClusterText text={name} face="sans" />}
        label={recorded.title}
      >
        <ol className="py-1.5">
          {seen !== null && (
            <Moment at={seen.recordedAt}>
              <Seen seen={seen} />
            </Moment>
          )}
          {events.map((event, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: recorded events never move
            <Moment key={index} at={event.at}>
              <EventFacts event={event} signerName={seen?.signerName ?? ''} />
            </Moment>
          ))}
        </ol>
        {isCut && <p className="px-4 pb-3 text-xs text-fg-3">{recorded.more}</p>}
      </TitledPanel>
      {seen !== null && described !== null && described.checks.length > 0 && (
        <ChecksPanel
          title={recorded.checks}
          request={{
            ...seen,
            ...described,
            name,
            verdict: null,
            reason: seen.judged?.reason ?? null,
          }}
          whose={null}
        />
      )}
      {listed === null && seen !== null && described !== null && (
        <TitledPanel title={recorded.request} aside={<ClusterText text={name} face="sans" />}>
          <FiledRequest request={{ uid, ...described }} />
        </TitledPanel>
      )}
    </>
  )
}

function Moment({ at, children }: { readonly at: string; readonly children: ReactNode }) {
  const { times } = useMessages()
  const now = useNow(60_000)
  return (
    <li className="grid grid-cols-[132px_minmax(0,1fr)] gap-3 px-4 py-[5px] max-tablet:grid-cols-1 max-tablet:gap-0">
      <time
        dateTime={at}
        title={times.stamp(Date.parse(at))}
        className="text-xs/5 text-fg-3 tabular-nums"
      >
        {times.exactMoment(Date.parse(at), now)}
      </time>
      <div className="grid min-w-0 gap-0.5 wrap-anywhere">{children}</div>
    </li>
  )
}

/** The verdict at that time, if the request was pending. */
function Seen({ seen }: { readonly seen: SeenRequest }) {
  const { recorded } = useMessages()
  const { judged, nodeName, signerName, requestor } = seen
  return (
    <>
      <p>
        <Words
          text={judged === null ? recorded.seenDecided : recorded.seen}
          blanks={{ requestor }}
        />
      </p>
      <p className="flex flex-wrap gap-x-3">
        <MachineLink name={nodeName} />
        <ClusterText text={signerName} truncate="none" className="text-fg-2" />
      </p>
      {judged !== null && <Judged judged={judged} signerName={signerName} />}
    </>
  )
}

interface EventFactsProps {
  readonly event: RecordedEvent
  readonly signerName: string
}

function EventFacts({ event, signerName }: EventFactsProps) {
  const { recorded, bulk } = useMessages()
  switch (event.what) {
    case 'decision': {
      const { row, judged } = event
      const isSaid = row.decisionNote !== null || row.failure !== null || row.decisionTooLong
      return (
        <>
          <div className="flex flex-wrap gap-x-8 gap-y-1">
            <div>
              <Decided status={row.status} judged={judged} />
            </div>
            <div className="min-w-0">
              <By {...row} />
            </div>
            <div className="min-w-0">
              <Judged judged={judged} signerName={signerName} />
            </div>
          </div>
          {isSaid && (
            <div className="text-xs text-fg-2">
              <Said {...row} />
            </div>
          )}
        </>
      )
    }
    case 'attempt': {
      const { who, decision, outcome, detail, auditId } = event
      return (
        <>
          <p>
            <Words text={recorded.attempts[decision]} blanks={{ who }} />
            {': '}
            {outcome === null ? recorded.noOutcome : bulk.run.outcomes[outcome]}
          </p>
          {detail !== null && (
            <p className="text-xs text-fg-2">
              <ClusterText text={detail} face="sans" truncate="none" />
            </p>
          )}
          {auditId !== null && (
            <div className="flex flex-wrap gap-x-1.5 text-xs text-fg-3">
              {recorded.auditId} <ClusterText text={auditId} truncate="none" />
            </div>
          )}
        </>
      )
    }
    case 'alarm':
      return <AlarmLine alarm={event.alarm} />
    case 'dismissed':
      return (
        <p>
          <Words
            text={event.who === null ? recorded.dismissed : recorded.dismissedBy}
            blanks={{ who: event.who ?? '' }}
          />
        </p>
      )
  }
}
