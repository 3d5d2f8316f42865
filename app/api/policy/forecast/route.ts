import { shadowQuery } from '#lib/web/documents/policy-body.ts'
import { guarded, json } from '#lib/web/door/route-handler.ts'
import { readQuery } from '#lib/web/views/rows/view-query.ts'
import type { ShadowAnswer } from '#lib/wire/policy-answers.ts'

/** Each request of the last 24 hours, beside the answer of the policy in force. */
export const GET = guarded(async ({ policy, previews, now }, request, { principal }) => {
  const reading = readQuery(request.url, shadowQuery)
  if ('refusal' in reading) return reading.refusal
  const { show, q, from, to } = reading.asked
  const { signal } = request
  const forecast = await previews.run(principal, signal, () =>
    policy.forecast({ compared: show, text: q, from, to }, signal),
  )
  const answer: ShadowAnswer = { serverTime: new Date(now()).toISOString(), ...forecast }
  return json(answer)
})
