import { pauseBody } from '#lib/web/documents/policy-body.ts'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded, json } from '#lib/web/door/route-handler.ts'

/** The kill switch: stops the automatic approver, or lets it go on. */
export const POST = guarded(async ({ policy }, request, { principal }) => {
  const reading = await readBody(request, pauseBody)
  if ('refusal' in reading) return reading.refusal
  const { paused, why } = reading.body
  return json(await policy.pause(paused, principal.actor, why))
})
