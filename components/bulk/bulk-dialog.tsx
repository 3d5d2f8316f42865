'use client'

import { useEffect, useState } from 'react'
import { Preflight } from '#components/bulk/preflight.tsx'
import { RunView } from '#components/bulk/run-view.tsx'
import { useStart } from '#components/bulk/use-start.ts'
import { useSnapshot } from '#lib/query/live.ts'
import type { Selection } from '#lib/query/preflight.ts'
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
  const { current } = useRuns()
  const [opened] = useState(snapshot)
  const [selection] = useState<Selection>(() => (names === null ? 'safe' : new Set(names)))
  const [showsRun, setShowsRun] = useState(current !== null)
  const [answer, start] = useStart()
  if (showsRun || answer === 'begun') {
    if (!showsRun) setShowsRun(true)
    return <RunDialog onClose={onClose} />
  }
  if (opened === null) return null
  return (
    <Preflight
      opened={opened}
      selection={selection}
      answer={answer}
      onStart={start}
      onClose={onClose}
    />
  )
}

/**
 * The run alone, which may take a moment to be told of by the tab that leads. It ends with it, as when
 * another tab has seen the report: the next one is not what was opened here.
 */
export function RunDialog({ onClose }: Pick<BulkDialogProps, 'onClose'>) {
  const { current } = useRuns()
  const id = current?.id ?? null
  const [shown, setShown] = useState(id)
  if (shown === null && id !== null) setShown(id)
  const isGone = shown !== null && id !== shown
  useEffect(() => {
    if (isGone) onClose()
  }, [isGone, onClose])
  return current === null || isGone ? null : <RunView run={current} onClose={onClose} />
}
