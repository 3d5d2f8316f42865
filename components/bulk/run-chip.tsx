'use client'

import { CircleCheck, LoaderCircle, PauseCircle, TriangleAlert } from 'lucide-react'
import { RunAnnouncer } from '#components/bulk/run-announcer.tsx'
import { useRunFacts } from '#components/bulk/run-view.tsx'
import { Unanswered } from '#components/bulk/unanswered.tsx'
import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { useMessages } from '#components/messages.tsx'
import { Button } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Note } from '#components/ui/note.tsx'
import { useNow } from '#lib/query/live.ts'
import { askedOf, type Run, restOf } from '#lib/query/run.ts'
import { runReport } from '#lib/query/run-view.ts'
import { useRuns } from '#lib/query/runs.ts'

/** The run in the top bar, whichever tab carries it out; nothing while there is none. */
export function RunChip() {
  const { current } = useRuns()
  return (
    <>
      <RunAnnouncer />
      {current !== null && <Chip run={current} />}
    </>
  )
}

function Chip({ run }: { readonly run: Run }) {
  const { bulk } = useMessages()
  const { run: open } = useDecideActions()
  const facts = useRunFacts(run)
  if (facts === null) return null
  const { approved, total } = facts.progress
  const needsYou = runReport(run, facts.lines, facts.now).needsYou.length
  const text =
    run.status === 'finished'
      ? bulk.chip.finished(needsYou)
      : bulk.chip[run.status === 'running' ? 'running' : run.status](approved, total)
  const glyph =
    run.status === 'running'
      ? LoaderCircle
      : run.status === 'paused'
        ? PauseCircle
        : needsYou > 0
          ? TriangleAlert
          : CircleCheck
  return (
    <Button size="small" title={bulk.chip.open} onClick={open}>
      <Icon
        of={glyph}
        size="small"
        className={run.status === 'running' ? 'animate-spin text-accent-fg' : ''}
      />
      {/* On phones the cluster's name needs the room: the words are told, and what is seen with them. */}
      <span className="tabular-nums max-tablet:sr-only">{text}</span>{' '}
      <span className="tabular-nums tablet:hidden">
        {approved}/{total}
      </span>
    </Button>
  )
}

/** Offers what is left of a run that was cut off. */
export function CutOffRun() {
  const { cutOff, current } = useRuns()
  return cutOff === null || current !== null ? null : <CutOffNote run={cutOff} />
}

function CutOffNote({ run }: { readonly run: Run }) {
  const { bulk, times } = useMessages()
  const runs = useRuns()
  const { takeUp, discard } = runs
  const asked = askedOf(runs, run.id)
  const { run: open } = useDecideActions()
  const now = useNow()
  const rest = restOf(run, now)
  const words = bulk.cutOff
  return (
    <Note
      className="mb-4"
      icon={PauseCircle}
      title={words.title}
      action={
        <>
          <Button size="small" onClick={discard}>
            {words.discard}
          </Button>
          <Button
            size="small"
            look="primary"
            busy={asked === 'waiting'}
            onClick={() => {
              takeUp()
              open()
            }}
          >
            {words.takeUp}
          </Button>
        </>
      }
    >
      {words.text(rest.approved, rest.total, rest.open)}{' '}
      {rest.followUntil !== null && words.following(times.exactMoment(rest.followUntil, now))}{' '}
      {words.changed}
      {asked === 'unanswered' && (
        <div>
          <Unanswered />
        </div>
      )}
    </Note>
  )
}
