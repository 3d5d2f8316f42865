'use client'

import { Printer } from 'lucide-react'
import { ActivityNav } from '#components/activity/activity-nav.tsx'
import { CopyReport, ReportMachines, useReportWords } from '#components/bulk/run-report.tsx'
import { useDecideActions } from '#components/decide/decide-context.ts'
import { NotThere } from '#components/not-there.tsx'
import { RunAgreed } from '#components/runs/run-agreed.tsx'
import { RunPanel } from '#components/runs/run-panel.tsx'
import { RUNS_PATH, runPath } from '#components/shell/routes.ts'
import { Button } from '#components/ui/button.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import { useCluster, useNow } from '#lib/query/live.ts'
import { useReport } from '#lib/query/run-queries.ts'
import { isUnderWay, type RunPage } from '#lib/wire/run-answers.ts'

/** One run at its own address: its report, to print or to pass on. */
export function ReportPage({ id }: { readonly id: string }) {
  const { runs } = useMessages()
  const { page, isGone } = useReport(id)
  if (isGone || page?.run.decision === 'deny') {
    const { title, text, back } = runs.missing
    return <NotThere title={title} text={text} back={{ href: RUNS_PATH, text: back }} />
  }
  if (page === null) return <h1 className="sr-only">{runs.reportTitle}</h1>
  if (!isUnderWay(page.run)) return <Report page={page} />
  return (
    <>
      <h1 className="sr-only">{runs.reportTitle}</h1>
      <ActivityNav />
      <RunPanel run={page.run} />
    </>
  )
}

function Report({ page }: { readonly page: RunPage }) {
  const { runs, bulk, times } = useMessages()
  const cluster = useCluster()?.name ?? ''
  const { deny } = useDecideActions()
  const now = useNow()
  const { run } = page
  const { title, summary, counted, others } = useReportWords({ run, now })
  return (
    <>
      <ActivityNav>
        <h1 className="text-xl font-semibold tracking-snug">{title}</h1>
        <p className="text-pretty text-fg-2">
          <Sentences>
            {summary}
            <Words
              text={runs.when(
                times.stamp(run.startedAt),
                run.endedAt === null ? null : times.stamp(run.endedAt),
              )}
              blanks={{ cluster }}
            />
          </Sentences>
        </p>
      </ActivityNav>
      <div className="grid items-start gap-6 wide:grid-cols-[minmax(0,1fr)_340px] print:grid-cols-1">
        <section aria-label={bulk.run.list} className={panelLook}>
          <header className="flex flex-wrap items-center gap-2 border-b border-line px-5 py-3">
            <p className="min-w-0 flex-1 text-fg-2 tabular-nums max-tablet:basis-full">
              <b className="block font-medium text-fg">{counted}</b>
              {others}
            </p>
            <CopyButton
              text={() => new URL(runPath(run.id), location.href).href}
              label={runs.copyAddress}
              copiedLabel={runs.addressCopied}
              size="normal"
            />
            <CopyReport run={run} now={now} />
            <Button icon={Printer} onClick={() => print()}>
              {runs.print}
            </Button>
          </header>
          <ReportMachines {...{ run, now, page }} moments onDeny={deny} />
        </section>
        <RunAgreed run={run} />
      </div>
    </>
  )
}
