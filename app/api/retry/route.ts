import { z } from 'zod'
import { withBody } from '#app/api/with-body.ts'
import { noContent } from '#lib/web/door/route-handler.ts'

/** Ends the waits between attempts, except those that the API server asked for. */
export const POST = withBody(z.strictObject({}), ({ retryNow }, _body, { principal }) => {
  retryNow(principal)
  return noContent()
})
