import { useQueryClient } from '@tanstack/react-query'
import { problemOf } from '#lib/query/api.ts'
import { type LatestAnswer, useAnswer } from '#lib/query/live.ts'
import { NOTIFICATIONS_KEY, notificationsQuery } from '#lib/query/queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type { NotificationsAnswer } from '#lib/wire/notification-answers.ts'
import type { Problem } from '#lib/wire/wire.ts'

/** The webhook, and the outcome of its last messages. */
export function useNotifications(): LatestAnswer<NotificationsAnswer> {
  return useAnswer(notificationsQuery)
}

/**
 * Sends a test (null), or the message with this id again. Returns the problem; null once the
 * message is on its way.
 */
export function useSend(): (id: string | null) => Promise<Problem | null> {
  const { api } = useLiveClient()
  const queryClient = useQueryClient()
  return async (id) => {
    const [act, body] = id === null ? ['test', {}] : ['again', { id }]
    try {
      await api.send(`/api/notifications/${act}`, { method: 'POST', body })
      return null
    } catch (error) {
      return problemOf(error)
    } finally {
      await queryClient.invalidateQueries({ queryKey: NOTIFICATIONS_KEY })
    }
  }
}
