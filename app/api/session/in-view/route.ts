import { z } from 'zod'
import { readBody } from '#lib/server/door/read-body.ts'
import { guarded, noContent } from '#lib/server/door/route-handler.ts'

/** A page of this session is visible: the session is in use. */
export const POST = guarded(async ({ sessions }, request) => {
  const reading = await readBody(request, z.strictObject({}))
  if ('refusal' in reading) return reading.refusal
  sessions.seen(request.headers.get('authorization') ?? undefined)
  return noContent()
})
