import { viewRoute } from '#lib/web/door/view-route.ts'
import { nodesQuery } from '#lib/web/views/rows/view-query.ts'

/** Every Node that matches: by need, then by name. */
export const GET = viewRoute({
  topic: 'nodes',
  query: nodesQuery,
  read: (views, asked, look) => views.nodes.page(asked, look),
})
