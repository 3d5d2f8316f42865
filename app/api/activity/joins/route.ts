import { recordedJoins } from '#lib/journal/recorded-joins.ts'
import { guarded, json } from '#lib/web/door/route-handler.ts'
import { joinsQuery, readQuery } from '#lib/web/views/rows/view-query.ts'

/** Joins of each day, and how long they took. */
export const GET = guarded(async ({ record, recordReads, now }, request, { principal }) => {
  const reading = readQuery(request.url, joinsQuery)
  if ('refusal' in reading) return reading.refusal
  const read = () => recordedJoins(record, reading.asked, now())
  return json(await recordReads.run(principal, request.signal, read))
})
