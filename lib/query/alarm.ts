import type { Alarm } from '#lib/csr/model.ts'
import { problemOf } from '#lib/query/api.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type { AlarmDismissed, Problem } from '#lib/wire/wire.ts'

/** Dismisses an alarm of a request. Returns the problem; null when it was dismissed. */
export function useDismissAlarm(): (alarm: Pick<Alarm, 'uid' | 'kind'>) => Promise<Problem | null> {
  const { api } = useLiveClient()
  return async ({ uid, kind }) => {
    try {
      // An alarm that was gone already counts as dismissed.
      await api.json<AlarmDismissed>('/api/alarms/dismiss', { method: 'POST', body: { uid, kind } })
      return null
    } catch (error) {
      return problemOf(error)
    }
  }
}
