import { planBody } from '#lib/act/run-body.ts'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded, json } from '#lib/web/door/route-handler.ts'

/**
 * Makes a plan of an approval, which does not change any more. The server keeps it for the session.
 */
export const POST = guarded(async ({ runs }, request, caller) => {
  const reading = await readBody(request, planBody)
  if ('refusal' in reading) return reading.refusal
  return json(runs.plan(reading.body.selection, caller), 201)
})
