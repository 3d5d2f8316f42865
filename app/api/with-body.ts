import type { ZodType } from 'zod'
import type { Caller } from '#lib/people/principal.ts'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded } from '#lib/web/door/route-handler.ts'
import type { Running } from '#lib/web/door/running.ts'

/** A guarded handler that is given the valid JSON body of its request. */
export function withBody<Body>(
  schema: ZodType<Body>,
  handler: (
    running: Running,
    body: Body,
    caller: Caller,
    request: Request,
  ) => Response | Promise<Response>,
) {
  return guarded(async (running, request, caller) => {
    const reading = await readBody(request, schema)
    if ('refusal' in reading) return reading.refusal
    return handler(running, reading.body, caller, request)
  })
}
