import { seenOf } from '#lib/journal/recorded-request.ts'
import type { RunningRecord } from '#lib/journal/running-record.ts'
import { timestamp } from '#lib/kube/transport/clock.ts'
import type { GoneMachine } from '#lib/wire/request-record.ts'

export type RecordedMachine = Pick<GoneMachine, 'nodeDeletedAt' | 'undecided'>

/** The record of a machine beside its decisions; null where the record does not know the machine. */
export async function recordedMachine(
  record: Pick<RunningRecord, 'read'>,
  machine: string,
): Promise<RecordedMachine | null> {
  const known = await record.read(async (store) => {
    // Most requests of one answer: a kubelet files one every quarter of an hour.
    const entries = await store.undecided(machine, 10)
    if (entries.length > 0) return entries
    const decisions = await store.page({ words: [], decision: 'all', machine }, 0, 1)
    return decisions.total === 0 ? undefined : entries
  })
  if (known === undefined) return null
  const deleted = known.find(({ kind }) => kind === 'node')
  return {
    nodeDeletedAt: deleted === undefined ? null : timestamp(deleted.recordedAt),
    undecided: known.flatMap((entry) => {
      const seen = seenOf(entry)
      if (seen === null) return []
      const { described: _, ...request } = seen
      return [request]
    }),
  }
}
