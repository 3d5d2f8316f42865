import { viewRoute } from '#lib/web/door/view-route.ts'
import { alarmsQuery } from '#lib/web/views/rows/view-query.ts'

/** Alarms that no person has dismissed, the newest first, with or without a machine. */
export const GET = viewRoute({
  topic: 'alarms',
  query: alarmsQuery,
  read: ({ alarms }, asked) => alarms.page(asked),
})
