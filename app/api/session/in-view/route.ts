import { z } from 'zod'
import { proofOf } from '#lib/people/people.ts'
import { readBody } from '#lib/web/door/read-body.ts'
import { authorized, noContent } from '#lib/web/door/route-handler.ts'

/** A page of this session is visible, so the session counts as in use. */
export const POST = authorized(async ({ people }, request) => {
  const reading = await readBody(request, z.strictObject({}))
  if ('refusal' in reading) return reading.refusal
  people.seen(proofOf(request.headers))
  return noContent()
})
