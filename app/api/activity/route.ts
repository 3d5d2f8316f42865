import { listRoute } from '#lib/web/door/view-route.ts'
import { recordedActivity } from '#lib/web/record/recorded-activity.ts'

/**
 * Every decided request that matches, from the record or the cluster: the latest decision first.
 */
export const GET = listRoute(
  'activity',
  (views, asked, look, { record }) => recordedActivity(views, record, asked, look),
  { inTurn: true },
)
