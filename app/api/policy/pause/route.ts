import { withBody } from '#app/api/with-body.ts'
import { pauseBody } from '#lib/web/documents/policy-body.ts'
import { json } from '#lib/web/door/route-handler.ts'

/** The kill switch: stops the automatic approver, or lets it go on. */
export const POST = withBody(pauseBody, async ({ policy }, { paused, why }, { principal }) =>
  json(await policy.pause(paused, principal.actor, why)),
)
