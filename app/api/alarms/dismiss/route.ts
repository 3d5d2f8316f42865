import { z } from 'zod'
import { ALARM_KINDS } from '#lib/csr/model.ts'
import { readBody } from '#lib/server/door/read-body.ts'
import { guarded, json } from '#lib/server/door/route-handler.ts'
import type { AlarmDismissed } from '#lib/wire/wire.ts'

/** Bound to request and kind: an alarm that was not on the screen is not dismissed. */
const body = z.strictObject({
  machine: z.string().max(512),
  uid: z.string().max(64),
  kind: z.enum(ALARM_KINDS).default('issuedOtherwise'),
})

/** A person has seen the alarm of a machine. */
export const POST = guarded(async ({ dismissAlarm }, request, { principal }) => {
  const reading = await readBody(request, body)
  if ('refusal' in reading) return reading.refusal
  const { machine, uid, kind } = reading.body
  return json({ dismissed: dismissAlarm(machine, uid, kind, principal) } satisfies AlarmDismissed)
})
