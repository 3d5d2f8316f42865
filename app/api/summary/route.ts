import { clusterFor } from '#lib/people/principal.ts'
import { viewRoute } from '#lib/web/door/view-route.ts'
import { summaryOf, unavailableOperators } from '#lib/web/views/board/summary-view.ts'
import { summaryQuery } from '#lib/web/views/rows/view-query.ts'

/** Counts over all rows, deadlines, and the cluster: the top of the board and the tabs' badges. */
export const GET = viewRoute({
  topic: 'summary',
  query: summaryQuery,
  read: (views, _asked, look, { cluster, record }) => ({
    record: record.standing(),
    ...summaryOf(views.board, look),
    unavailableOperators: unavailableOperators(views.board, cluster.operators),
  }),
  own: (principal, { cluster }) => ({ cluster: clusterFor(cluster, principal) }),
})
