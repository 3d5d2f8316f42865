'use client'

import { useEffect, useState } from 'react'
import { Preflight } from '#components/bulk/preflight.tsx'
import { RunView } from '#components/bulk/run-view.tsx'
import { useSnapshot } from '#lib/query/live.ts'
import type { Selection } from '#lib/query/preflight.ts'
import { askedOf } from '#lib/query/run.ts'
import { useRuns } from '#lib/query/runs.ts'
import type { ListedSnapshot } from '#lib/query/wire.ts'

interface BulkDialogProps {
  /** Machines by name; null for all that are safe. */
  readonly names: readonly string[] | null
  readonly onClose: () => void
}

const whole = (snapshot: ListedSnapshot) => snapshot

/**
 * One dialog from preflight to report. A run is what it shows if that was there when it was opened, or was
 * started in it: one of another tab’s does not take the place of what is being read.
 */
export function BulkDialog({ names, onClose }: BulkDialogProps) {
  const snapshot = useSnapshot(whole)
  const runs = useRuns()
  const { current, start } = runs
  const [opened] = useState(snapshot)
  const [selection] = useState<Selection>(() => (names === null ? 'safe' : new Set(names)))
  const [showsRun, setShowsRun] = useState(current !== null)
  const [started, setStarted] = useState<string | null>(null)
  if (showsRun || (started !== null && current?.id === started)) {
    if (!showsRun) setShowsRun(true)
    return <RunDialog onClose={onClose} />
  }
  if (opened === null) return null
  return (
    <Preflight
      opened={opened}
      selection={selection}
      asked={askedOf(runs, started)}
      onStart={(groups, options) => setStarted(start(groups, options))}
      onClose={onClose}
    />
  )
}

/**
 * The run alone, which may take a moment to be told of by the tab that leads, or does not go on. It ends with
 * it, as when another tab has seen the report: the next one is not what was opened here.
 */
export function RunDialog({ onClose }: Pick<BulkDialogProps, 'onClose'>) {
  const { current, asked } = useRuns()
  const id = current?.id ?? null
  const [shown, setShown] = useState(id)
  if (shown === null && id !== null) setShown(id)
  const isGone = shown === null ? asked?.state === 'unanswered' : id !== shown
  useEffect(() => {
    if (isGone) onClose()
  }, [isGone, onClose])
  return current === null || isGone ? null : <RunView run={current} onClose={onClose} />
}
