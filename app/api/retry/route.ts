import { z } from 'zod'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded, noContent } from '#lib/web/door/route-handler.ts'

/** Cuts the waiting between attempts short, but for what the API server asks to wait. */
export const POST = guarded(async ({ retryNow }, request, { principal }) => {
  const reading = await readBody(request, z.strictObject({}))
  if ('refusal' in reading) return reading.refusal
  retryNow(principal)
  return noContent()
})
