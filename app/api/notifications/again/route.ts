import { z } from 'zod'
import { answered } from '#app/api/refusal.ts'
import { withBody } from '#app/api/with-body.ts'

const body = z.strictObject({ id: z.string().max(64) })

/** Sends a message again that was not delivered. */
export const POST = withBody(body, ({ notifications }, { id }, { principal }) =>
  answered(notifications.sendAgain(id, principal), 202),
)
