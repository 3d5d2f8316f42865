import { viewRoute } from '#lib/web/door/view-route.ts'
import { recordedActivity } from '#lib/web/record/recorded-activity.ts'
import { activityQuery } from '#lib/web/views/rows/view-query.ts'

/**
 * Every decided request that matches, from the record or the cluster: the latest decision first.
 */
export const GET = viewRoute({
  topic: 'activity',
  query: activityQuery,
  inTurn: true,
  read: (views, asked, look, { record }) => recordedActivity(views, record, asked, look),
})
