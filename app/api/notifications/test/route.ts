import { z } from 'zod'
import { answered } from '#app/api/refusal.ts'
import { withBody } from '#app/api/with-body.ts'

/** Sends a test to the webhook. */
export const POST = withBody(z.strictObject({}), ({ notifications }, _body, { principal }) =>
  answered(notifications.test(principal), 202),
)
