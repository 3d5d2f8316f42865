import { RunButtons } from '#components/bulk/run-buttons.tsx'
import { linesOf, RunLines } from '#components/bulk/run-lines.tsx'
import { RunTracks } from '#components/bulk/run-tracks.tsx'
import { RunAgreed, YouAndRun } from '#components/runs/run-agreed.tsx'
import { useActAloud, useNamed } from '#components/runs/run-columns.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import { visible } from '#lib/csr/escape.ts'
import { useNow } from '#lib/query/live.ts'
import { useRunPage } from '#lib/query/run-queries.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'

interface RunPanelProps {
  /** A bulk approval, under way. */
  readonly run: RunSummary
}

/** Machines listed before a person asks for more. */
const FIRST = 9

/** One bulk approval under way: its progress, its machines, its terms and its owner. */
export function RunPanel({ run }: RunPanelProps) {
  const { runs, times } = useMessages()
  const texts = runs.panel
  const now = useNow()
  const page = useRunPage(run.id)
  const act = useActAloud(run)
  const nameOf = useNamed(run)
  const started = times.exactMoment(run.startedAt, now)
  return (
    <div className="mb-6 grid items-start gap-6 wide:grid-cols-[minmax(0,1fr)_340px]">
      <section aria-label={texts.label(visible(run.user), started)} className={panelLook}>
        <header className="flex flex-wrap items-center gap-3 border-b border-line px-5 py-3.5">
          <div className="min-w-0 flex-1 max-tablet:basis-full">
            <h2 className="text-lg font-semibold tracking-snug wrap-anywhere">
              <Words text={texts.title(run.progress.machines)} blanks={{ user: run.user }} />
            </h2>
            <p className="text-fg-2">
              <Words text={texts.since} blanks={{ time: started }} />
            </p>
          </div>
          <RunButtons run={run} act={act} nameOf={nameOf} />
        </header>
        <RunTracks run={run} now={now} />
        <RunLines
          lines={page?.lines ?? []}
          count={linesOf(page)}
          first={FIRST}
          facts={{ run, now }}
          onReview={() => {}}
        />
      </section>
      <aside className="grid gap-6">
        <RunAgreed run={run} />
        <YouAndRun run={run} />
      </aside>
    </div>
  )
}
