import { By, Decided, Judged } from '#components/activity/decision-cells.tsx'
import { purposeOf } from '#components/decide/target.ts'
import { RequestLink } from '#components/machines/row-links.tsx'
import { useMessages } from '#components/messages.tsx'
import { decisionsPath } from '#components/shell/routes.ts'
import { LinkButton } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { TitledPanel } from '#components/ui/panel.tsx'
import { LINES } from '#components/ui/row-lines.ts'
import {
  ColumnHead,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
} from '#components/ui/table.tsx'
import type { ActivityRow } from '#lib/query/domain-types.ts'
import { useAnswer, useNow } from '#lib/query/live.ts'
import { activityQuery } from '#lib/query/queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

/** Decisions on a machine's page; Activity has all of them. */
const SHOWN = 10

/** The latest decisions about a machine, of the record or of the cluster; null until they are read. */
export function useDecisions(machine: string) {
  const query = activityQuery(useLiveClient(), { machine }, { from: 0, to: SHOWN })
  const { answer, problem } = useAnswer(query)
  // The rows of the machine before stay until these are here.
  const rows = answer?.rows.filter(({ nodeName }) => nodeName === machine)
  return { rows: rows ?? null, isFailed: problem !== null }
}

interface DecisionsPanelProps {
  readonly machine: string
  readonly title: string
  readonly rows: readonly ActivityRow[]
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
export function DecisionsPanel({ machine: name, title, rows }: DecisionsPanelProps) {
  const { decide, machine, times } = useMessages()
  const now = useNow(60_000)
  const texts = machine.decisions
  if (rows.length === 0) return null
  const isRecorded = rows.some(({ judged }) => judged !== undefined)
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
        <TableHead className={LINES.head}>
          <TableRow>
            {(['when', 'what', 'verdict', 'by'] as const).map((column) => (
              <ColumnHead key={column} className={head}>
                {texts.columns[column]}
              </ColumnHead>
            ))}
          </TableRow>
        </TableHead>
        <TableBody className={LINES.body}>
          {rows.map((row) => (
            <TableRow
              key={row.uid}
              className={classNames(LINES.row, LINES.twelve, 'break-inside-avoid max-roomy:py-2.5')}
            >
              <TableCell className={classNames(cell, PLACE.when)}>
                {row.decidedAt !== null && (
                  <time dateTime={row.decidedAt} title={times.stamp(Date.parse(row.decidedAt))}>
                    {times.exactMoment(Date.parse(row.decidedAt), now)}
                  </time>
                )}
              </TableCell>
              <TableCell className={classNames(cell, PLACE.what)}>
                <div className="flex min-w-0 flex-wrap items-center gap-x-1.5">
                  <Decided status={row.status} judged={row.judged ?? null} />
                </div>
                <div className="flex min-w-0 gap-1.5 text-xs text-fg-3">
                  {decide.deny.purposes[purposeOf(row.signerName)]}
                  <RequestLink uid={row.uid} name={row.name} />
                </div>
              </TableCell>
              <TableCell className={classNames(cell, PLACE.verdict)}>
                <Judged judged={row.judged} signerName={row.signerName} roomy />
              </TableCell>
              <TableCell className={classNames(cell, PLACE.by)}>
                <div className="grid min-w-0">
                  <By {...row} />
                </div>
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TitledPanel>
  )
}
