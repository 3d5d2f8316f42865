import { haltBody } from '#lib/server/decide/decision-body.ts'
import { readBody } from '#lib/server/door/read-body.ts'
import { guarded, noContent } from '#lib/server/door/route-handler.ts'

/** A person's pause or stop of a bulk whose own tab may be frozen: nothing more of it is begun. */
export const POST = guarded(async ({ decisions }, request) => {
  const reading = await readBody(request, haltBody)
  if ('refusal' in reading) return reading.refusal
  decisions.halt(reading.body.run)
  return noContent()
})
