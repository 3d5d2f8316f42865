import { z } from 'zod'
import { answered } from '#app/api/refusal.ts'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded } from '#lib/web/door/route-handler.ts'

const body = z.strictObject({ id: z.string().max(64) })

/** Sends a message again that was not delivered. */
export const POST = guarded(async ({ notifications }, request, { principal }) => {
  const reading = await readBody(request, body)
  if ('refusal' in reading) return reading.refusal
  return answered(notifications.sendAgain(reading.body.id, principal), 202)
})
