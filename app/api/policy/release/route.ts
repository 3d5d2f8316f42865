import { z } from 'zod'
import { withBody } from '#app/api/with-body.ts'
import { json } from '#lib/web/door/route-handler.ts'

/** Lets the automatic approver go on where its brake has stopped it. */
export const POST = withBody(z.strictObject({}), async ({ policy }, _body, { principal }) =>
  json(await policy.release(principal.actor)),
)
