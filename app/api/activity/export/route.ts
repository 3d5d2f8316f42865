import { guarded } from '#lib/web/door/route-handler.ts'
import { exportedActivity } from '#lib/web/record/exported-activity.ts'
import { exportQuery, readQuery } from '#lib/web/views/rows/view-query.ts'

/** Every decision that the page's filter matches, as a file. */
export const GET = guarded(
  ({ feed, record, recordReads, now }, request, { principal, viewing }) => {
    const reading = readQuery(request.url, exportQuery)
    if ('refusal' in reading) return reading.refusal
    const context = { viewer: principal.viewer, now: now() }
    return exportedActivity(feed.views.rows, record, reading.asked, context, {
      viewing,
      inTurn: (read) => recordReads.run(principal, request.signal, read),
    })
  },
)
