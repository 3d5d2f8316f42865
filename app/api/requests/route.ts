import { viewRoute } from '#lib/web/door/view-route.ts'
import { requestsQuery } from '#lib/web/views/rows/view-query.ts'

/** Every listed request that matches: pending first, then newest first. */
export const GET = viewRoute({
  topic: 'requests',
  query: requestsQuery,
  read: (views, asked, look) => views.requests.page(asked, look),
})
