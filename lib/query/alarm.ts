import { useCallback } from 'react'
import { problemOf } from '#lib/query/api.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type { AlarmDismissed, Problem } from '#lib/wire/wire.ts'

/** Dismisses an alarm of a machine; answers why it was not done, null when it was. */
export function useDismissAlarm(): (machine: string, uid: string) => Promise<Problem | null> {
  const { api } = useLiveClient()
  return useCallback(
    async (machine, uid) => {
      try {
        // An alarm that was gone already counts as dismissed.
        await api.json<AlarmDismissed>('/api/alarms/dismiss', {
          method: 'POST',
          body: { machine, uid },
        })
        return null
      } catch (error) {
        return problemOf(error)
      }
    },
    [api],
  )
}
