import { clusterFor } from '#lib/server/people/principal.ts'
import { summaryQuery } from '#lib/server/views/view-query.ts'
import { viewRoute } from '#lib/server/views/view-route.ts'

/** Counts over all rows, deadlines, and the cluster: the top of the board and the tabs' badges. */
export const GET = viewRoute({
  topic: 'summary',
  query: summaryQuery,
  read: (views, _asked, look, { cluster, record }) => ({
    record: record?.standing() ?? null,
    ...views.summary(look),
    unavailableOperators: views.unavailableOperators(cluster.operators),
  }),
  own: (principal, { cluster }) => ({ cluster: clusterFor(cluster, principal) }),
})
