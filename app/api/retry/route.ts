import { z } from 'zod'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded, noContent } from '#lib/web/door/route-handler.ts'

/** Ends the waits between attempts, except those that the API server asked for. */
export const POST = guarded(async ({ retryNow }, request, { principal }) => {
  const reading = await readBody(request, z.strictObject({}))
  if ('refusal' in reading) return reading.refusal
  retryNow(principal)
  return noContent()
})
