import { CircleDashed, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import { By, Decided, Judged, second } from '#components/activity/decision-cells.tsx'
import { purposeOf } from '#components/decide/target.ts'
import { RequestLink } from '#components/machines/row-links.tsx'
import { decisionsPath } from '#components/shell/routes.ts'
import { LinkButton } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { IconText } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { LINES } from '#components/ui/row-lines.ts'
import { ColumnHeads, Table, TableBody, TableCell, TableRow } from '#components/ui/table.tsx'
import type { Messages } from '#lib/messages/catalogue.ts'
import { useAnswer, useNow } from '#lib/query/live.ts'
import { listQuery } from '#lib/query/queries.ts'
import type { GoneMachine } from '#lib/wire/request-record.ts'
import type { ActivityRow } from '#lib/wire/views.ts'

/** Decisions listed on a machine's page; Activity has them all. */
const FIRST = { from: 0, to: 10 } as const

/**
 * The latest decisions about a machine, from the record or the cluster; null until they are read.
 */
export function useDecisions(machine: string) {
  const { answer, problem } = useAnswer((client) =>
    listQuery(client, 'activity', { machine }, FIRST),
  )
  // Until these rows arrive the previous machine's rows remain: filter them out.
  const rows = answer?.rows.filter(({ nodeName }) => nodeName === machine)
  return { rows: rows ?? null, isFailed: problem !== null }
}

interface DecisionsPanelProps {
  readonly machine: string
  readonly title: string
  readonly rows: readonly ActivityRow[]
  /** Further facts from the record about a machine that is gone. */
  readonly gone?: GoneMachine
}

const head = 'h-8 border-b border-line pr-3.5 text-left text-2xs font-medium text-fg-3 first:pl-4'
const cell =
  'min-w-0 align-top roomy:border-b roomy:border-line-soft roomy:py-2 roomy:pr-3.5 roomy:first:pl-4'
/** On phones: what, when; verdict, by. */
const PLACE = {
  when: 'max-roomy:col-[8/13] max-roomy:row-1 max-roomy:text-right',
  what: 'max-roomy:col-[1/8] max-roomy:row-1',
  verdict: 'max-roomy:col-[1/8] max-roomy:row-2',
  by: 'max-roomy:col-[8/13] max-roomy:row-2 max-roomy:text-right',
} as const

/** Decisions about a machine, who made them, and the verdict at that moment. */
export function DecisionsPanel({ machine: name, title, rows, gone }: DecisionsPanelProps) {
  const { machine, times } = useMessages()
  const now = useNow(60_000)
  const texts = machine.decisions
  const lines = [...rows.map(decisionLine), ...(gone === undefined ? [] : linesOf(gone, texts))]
  if (lines.length === 0) return null
  const isRecorded = gone !== undefined || rows.some(({ judged }) => judged !== undefined)
  return (
    <TitledPanel
      title={title}
      aside={isRecorded ? texts.aside : texts.noRecord}
      action={
        <LinkButton href={decisionsPath(name)} prefetch={false} look="quiet" size="small">
          {texts.open}
        </LinkButton>
      }
    >
      <Table aria-label={texts.table} className={LINES.table}>
        <ColumnHeads
          className={LINES.head}
          heads={(['when', 'what', 'verdict', 'by'] as const).map((name) => [
            texts.columns[name],
            head,
          ])}
        />
        <TableBody className={LINES.body}>
          {lines.toSorted(latestFirst).map(({ key, at, what, verdict, by }) => (
            <TableRow
              key={key}
              className={classNames(LINES.row, LINES.twelve, 'break-inside-avoid max-roomy:py-2.5')}
            >
              <TableCell className={classNames(cell, PLACE.when)}>
                {at !== null && (
                  <time dateTime={at} title={times.stamp(Date.parse(at))}>
                    {times.exactMoment(Date.parse(at), now)}
                  </time>
                )}
              </TableCell>
              <TableCell className={classNames(cell, PLACE.what)}>{what}</TableCell>
              <TableCell className={classNames(cell, PLACE.verdict)}>{verdict}</TableCell>
              <TableCell className={classNames(cell, PLACE.by)}>
                <div className="grid min-w-0">{by}</div>
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TitledPanel>
  )
}

interface HistoryLine {
  readonly key: string
  readonly at: string | null
  readonly what: ReactNode
  readonly verdict: ReactNode
  readonly by: ReactNode
}

function latestFirst(a: HistoryLine, b: HistoryLine): number {
  return (Date.parse(b.at ?? '') || 0) - (Date.parse(a.at ?? '') || 0)
}

function decisionLine(row: ActivityRow): HistoryLine {
  const judged = row.judged ?? null
  return {
    key: row.uid,
    at: row.decidedAt,
    what: (
      <What request={row}>
        <Decided status={row.status} judged={judged} />
      </What>
    ),
    verdict: <Judged judged={row.judged} signerName={row.signerName} />,
    by: <By {...row} />,
  }
}

function linesOf(
  { nodeDeletedAt, undecided }: GoneMachine,
  texts: Messages['machine']['decisions'],
): readonly HistoryLine[] {
  const requests = undecided.map(
    (request): HistoryLine => ({
      key: request.uid,
      at: request.createdAt,
      what: (
        <What request={request}>
          <IconText of={CircleDashed}>{texts.undecided}</IconText>
        </What>
      ),
      verdict: <Judged judged={request.judged} signerName={request.signerName} />,
      by: (
        <>
          <ClusterText text={request.requestor} face="sans" />
          <span className={second}>{texts.filed}</span>
        </>
      ),
    }),
  )
  if (nodeDeletedAt === null) return requests
  const deletion: HistoryLine = {
    key: 'node',
    at: nodeDeletedAt,
    what: <IconText of={Unplug}>{texts.nodeDeleted}</IconText>,
    verdict: null,
    by: (
      <>
        {texts.seenHere}
        <span className={second}>{texts.seenHereText}</span>
      </>
    ),
  }
  return [deletion, ...requests]
}

interface WhatProps {
  readonly request: Pick<ActivityRow, 'uid' | 'name' | 'signerName'>
  readonly children: ReactNode
}

function What({ request, children }: WhatProps) {
  const { decide } = useMessages()
  return (
    <>
      <div className="flex min-w-0 flex-wrap items-center gap-x-1.5">{children}</div>
      <div className="flex min-w-0 gap-1.5 text-xs text-fg-3">
        {decide.deny.purposes[purposeOf(request.signerName)]}
        <RequestLink uid={request.uid} name={request.name} />
      </div>
    </>
  )
}
