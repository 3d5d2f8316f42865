import { withBody } from '#app/api/with-body.ts'
import { planBody } from '#lib/act/run-body.ts'
import { json } from '#lib/web/door/route-handler.ts'

/**
 * Makes a plan of an approval, which does not change any more. The server keeps it for the session.
 */
export const POST = withBody(planBody, ({ runs }, { selection }, caller) =>
  json(runs.plan(selection, caller), 201),
)
