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

/** One dialog from preflight to report: a run that is there already is what it shows. */
export function BulkDialog({ names, onClose }: BulkDialogProps) {
  const snapshot = useSnapshot(whole)
  const { current } = useRuns()
  const [opened] = useState(snapshot)
  const [selection] = useState<Selection>(() => (names === null ? 'safe' : new Set(names)))
  if (current !== null) return <RunView run={current} onClose={onClose} />
  if (opened === null) return null
  return <Preflight opened={opened} selection={selection} onClose={onClose} />
}
