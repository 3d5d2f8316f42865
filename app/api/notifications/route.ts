import { guarded, json } from '#lib/web/door/route-handler.ts'
import type { NotificationsAnswer } from '#lib/wire/notification-answers.ts'

/** The webhook without its secrets, and the outcome of its last messages. */
export const GET = guarded(({ notifications, now }) => {
  const serverTime = new Date(now()).toISOString()
  return json({ serverTime, ...notifications.answer() } satisfies NotificationsAnswer)
})
