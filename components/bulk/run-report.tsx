import { reportText } from '#components/bulk/report-text.ts'
import { linesOf, plainLine, RunLines } from '#components/bulk/run-lines.tsx'
import { useCounted } from '#components/bulk/run-tracks.tsx'
import { Staying } from '#components/bulk/staying.tsx'
import type { Target } from '#components/decide/target.ts'
import { useWhose } from '#components/decide/whose.ts'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { readRun } from '#lib/query/run-queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type { RunPage, RunSummary } from '#lib/wire/run-answers.ts'

interface RunProps {
  /** The run, which has ended. */
  readonly run: RunSummary
  readonly now: number
}

/** Words of a run's report: how the run ended, and the outcome of its requests. */
export function useReportWords({ run, now }: RunProps) {
  const { finished } = useMessages().bulk
  const whose = useWhose()
  const counted = useCounted()
  const { progress, needsYou, status } = run
  const { decided, total, machines, steps } = progress
  const took = Math.max(0, Math.round(((run.endedAt ?? now) - run.startedAt) / 1_000))
  const isCutOff = status === 'cutOff'
  return {
    title: isCutOff
      ? finished.cutOffTitle(decided, total)
      : status === 'stopped'
        ? finished.stoppedTitle(decided, total)
        : finished.title(steps.ready, machines),
    summary: isCutOff ? finished.cutOff(needsYou, whose) : finished.summary(needsYou, whose, took),
    counted: counted(run),
    others: finished.others(progress),
  }
}

/** Copies the report as text, with every machine. */
export function CopyReport({ run, now }: RunProps) {
  const messages = useMessages()
  const client = useLiveClient()
  const { title, summary, counted, others } = useReportWords({ run, now })
  const { bulk, joined } = messages
  return (
    <CopyButton
      text={async () =>
        reportText(await readRun(client, run.id), {
          title,
          summary: joined.sentences(
            [summary, `${counted}${joined.stop.trimEnd()}`, others].filter(Boolean),
          ),
          line: (line) => plainLine(line, messages),
          staying: bulk.staying.text,
          more: bulk.preflight.more,
        })
      }
      label={bulk.finished.copy}
      copiedLabel={bulk.finished.copied}
      size="normal"
    />
  )
}

interface ReportMachinesProps extends RunProps {
  /** The report's page; null before it is read. */
  readonly page: RunPage | null
  /** Listed machines that need no person, before a person asks for more; all when absent. */
  readonly first?: number
  /** Shows the time at which each machine became Ready, instead of how long it took. */
  readonly moments?: boolean
  readonly onReview?: () => void
  /** Replaces this dialog by the denial of these targets. */
  readonly onDeny: (targets: readonly Target[]) => void
}

/** Machines of a run that has ended: those that need a person, requests that stay, the others. */
export function ReportMachines(props: ReportMachinesProps) {
  const { run, now, page, first, moments = false, onReview = () => {}, onDeny } = props
  const { notKept } = useMessages().bulk.finished
  const whose = useWhose()
  if (page === null) return null
  const [all, { lines }] = [linesOf(page), page]
  const forYou = Math.min(page.counts.needsYou, lines.length)
  const facts = { run, now }
  return (
    <>
      <RunLines {...{ facts, onReview }} lines={lines.slice(0, forYou)} count={forYou} />
      {all === 0 && <p className="px-5 py-4 text-fg-2">{notKept}</p>}
      <Staying
        staying={page.staying}
        onReview={onReview}
        onDeny={
          whose === 'others'
            ? undefined
            : (rows) => onDeny(rows.map((request) => ({ kind: 'request', request })))
        }
      />
      <RunLines
        {...{ facts, onReview }}
        lines={lines.slice(forYou)}
        count={all - forYou}
        moments={moments}
        {...(first === undefined ? {} : { first })}
      />
    </>
  )
}
