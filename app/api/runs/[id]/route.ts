import { answered } from '#app/api/refusal.ts'
import { guarded } from '#lib/web/door/route-handler.ts'
import { readQuery, runQuery } from '#lib/web/views/rows/view-query.ts'

/** One run with a page of its lines, those that need a person first. */
export const GET = guarded<{ id: string }>(({ runs }, { url }, caller, { id }) => {
  const reading = readQuery(url, runQuery)
  if ('refusal' in reading) return reading.refusal
  return answered(runs.page(id, reading.asked.from, caller))
})
