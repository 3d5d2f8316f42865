import { z } from 'zod'
import { readBody } from '#lib/server/door/read-body.ts'
import { guarded, json } from '#lib/server/door/route-handler.ts'
import type { AlarmDismissed } from '#lib/wire/wire.ts'

/** Bound to the request: an alarm that was not on the screen is not dismissed. */
const body = z.strictObject({ machine: z.string().max(512), uid: z.string().max(64) })

/** A person has seen the alarm of a machine. */
export const POST = guarded(async ({ dismissAlarm }, request, { principal }) => {
  const reading = await readBody(request, body)
  if ('refusal' in reading) return reading.refusal
  const { machine, uid } = reading.body
  return json({ dismissed: dismissAlarm(machine, uid, principal) } satisfies AlarmDismissed)
})
