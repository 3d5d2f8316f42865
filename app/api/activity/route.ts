import { activityQuery } from '#lib/server/views/view-query.ts'
import { viewRoute } from '#lib/server/views/view-route.ts'

/** Every decided request that matches: the latest decision first. */
export const GET = viewRoute({
  topic: 'activity',
  query: activityQuery,
  read: (views, asked, look) => views.activity(asked, look),
})
