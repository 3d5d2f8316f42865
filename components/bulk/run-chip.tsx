import { CircleCheck, Hourglass, LoaderCircle, PauseCircle, TriangleAlert } from 'lucide-react'
import { RunAnnouncer } from '#components/bulk/run-announcer.tsx'
import { useDecideActions } from '#components/decide/decide-context.ts'
import { useWhose } from '#components/decide/whose.ts'
import { Button } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { visible } from '#lib/csr/escape.ts'
import { useCluster } from '#lib/query/live.ts'
import { useShownRuns } from '#lib/query/run-queries.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'

/** Chip of the runs in the top bar; absent without runs. */
export function RunChip() {
  const runs = useShownRuns()
  const [run] = runs
  return (
    <>
      <RunAnnouncer run={run ?? null} />
      {run !== undefined && <Chip run={run} runs={runs} />}
    </>
  )
}

interface ChipProps {
  /** The latest run. */
  readonly run: RunSummary
  readonly runs: readonly RunSummary[]
}

function Chip({ run, runs }: ChipProps) {
  const { bulk } = useMessages()
  const { run: open } = useDecideActions()
  const cluster = useCluster()
  const textOf = useRunText()
  const sum = (of: (progress: RunSummary['progress']) => number) =>
    runs.reduce((all, { progress }) => all + of(progress), 0)
  const decided = sum((progress) => progress.decided)
  const total = sum((progress) => progress.total)
  const mine = cluster === null || run.user === cluster.user
  const text =
    runs.length > 1
      ? bulk.chip.several(runs.length, decided, total)
      : mine
        ? textOf(run)
        : bulk.chip.of(visible(run.user), textOf(run))
  const isRunning = runs.some(({ status }) => status === 'running')
  const needsYou = runs.some((one) => one.needsYou > 0)
  const glyph = isRunning
    ? LoaderCircle
    : run.status === 'paused'
      ? run.pause?.why === 'person'
        ? PauseCircle
        : Hourglass
      : needsYou
        ? TriangleAlert
        : CircleCheck
  return (
    <Button size="small" title={bulk.chip.open} onClick={() => open()}>
      <Icon of={glyph} size="small" className={isRunning ? 'animate-spin text-accent-fg' : ''} />
      {/* Phones hide the words and show only the figures: the cluster's name needs the room.
          Screen readers get both. */}
      <span className="tabular-nums max-tablet:sr-only">{text}</span>{' '}
      <span className="tabular-nums tablet:hidden">
        {decided}/{total}
      </span>
    </Button>
  )
}

/** Words for the progress of a run, short enough for its chip. */
export function useRunText(): (run: RunSummary) => string {
  const { bulk, runs } = useMessages()
  const { chip } = bulk
  const whose = useWhose()
  return ({ status, pause, needsYou, progress: { decided, total } }) => {
    if (status === 'finished') return chip.finished(needsYou, whose)
    // Any other pause ends by itself.
    return pause === null || pause.why === 'person'
      ? chip[status](decided, total)
      : chip.waits(runs.waits[pause.why], decided, total)
  }
}
