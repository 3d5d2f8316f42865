import { z } from 'zod'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded, json } from '#lib/web/door/route-handler.ts'

/** Lets the automatic approver go on where its brake has stopped it. */
export const POST = guarded(async ({ policy }, request, { principal }) => {
  const reading = await readBody(request, z.strictObject({}))
  if ('refusal' in reading) return reading.refusal
  return json(await policy.release(principal.actor))
})
