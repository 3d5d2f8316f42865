import { z } from 'zod'
import { withBody } from '#app/api/with-body.ts'
import { cause } from '#lib/csr/cause.ts'
import { ALARM_KINDS } from '#lib/csr/model.ts'
import { problemResponse } from '#lib/refusals/problem.ts'
import { json } from '#lib/web/door/route-handler.ts'
import type { AlarmDismissed } from '#lib/wire/wire.ts'

/** The request and the kind of alarm: an alarm that was not on screen is not dismissed. */
const body = z.strictObject({
  uid: z.string().max(64),
  kind: z.enum(ALARM_KINDS).default('issuedOtherwise'),
})

/** Dismisses a request's alarm for a person who has seen it. */
export const POST = withBody(body, ({ dismissAlarm }, alarm, { principal }) => {
  const dismissed = dismissAlarm(alarm, principal)
  if (dismissed === null) return problemResponse('notAllowed', cause('mayNotDismiss'))
  return json({ dismissed } satisfies AlarmDismissed)
})
