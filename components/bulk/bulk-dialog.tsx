'use client'

import { useState } from 'react'
import { Preflight } from '#components/bulk/preflight.tsx'
import { RunView } from '#components/bulk/run-view.tsx'
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
  /** The run that it shows is any but that one; undefined while it shows none. */
  const [other, setOther] = useState<string | null | undefined>(current === null ? undefined : null)
  if (current !== null && other !== undefined && current.id !== other) {
    return <RunView run={current} onClose={onClose} />
  }
  if (opened === null) return null
  return (
    <Preflight
      opened={opened}
      selection={selection}
      onStart={() => setOther(current?.id ?? null)}
      onClose={onClose}
    />
  )
}

/** The run alone, which may take a moment to be told of by the tab that leads. */
export function RunDialog({ onClose }: Pick<BulkDialogProps, 'onClose'>) {
  const { current } = useRuns()
  return current === null ? null : <RunView run={current} onClose={onClose} />
}
