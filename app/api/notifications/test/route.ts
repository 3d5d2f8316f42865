import { z } from 'zod'
import { answered } from '#app/api/refusal.ts'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded } from '#lib/web/door/route-handler.ts'

/** Sends a test to the webhook. */
export const POST = guarded(async ({ notifications }, request, { principal }) => {
  const reading = await readBody(request, z.strictObject({}))
  if ('refusal' in reading) return reading.refusal
  return answered(notifications.test(principal), 202)
})
