import { answered } from '#app/api/refusal.ts'
import { runBody } from '#lib/act/run-body.ts'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded, json } from '#lib/web/door/route-handler.ts'

/** The runs under way, and the latest that have ended. */
export const GET = guarded(({ runs }) => json({ runs: runs.list() }))

/** Starts a run: an approval of a plan, or a denial of requests. */
export const POST = guarded(async ({ runs }, request, caller) => {
  const reading = await readBody(request, runBody)
  if ('refusal' in reading) return reading.refusal
  return answered(runs.start(reading.body, caller), 201)
})
