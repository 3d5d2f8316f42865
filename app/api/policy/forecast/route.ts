import { cause } from '#lib/csr/cause.ts'
import type { ShadowAnswer } from '#lib/live/policy.ts'
import { shadowQuery } from '#lib/server/documents/policy-body.ts'
import { problemResponse } from '#lib/server/door/problem.ts'
import { guarded, json } from '#lib/server/door/route-handler.ts'

/** What the policy in force would have done with each request of the last 24 hours. */
export const GET = guarded(async ({ policy, now }, request) => {
  const asked = shadowQuery.safeParse(Object.fromEntries(new URL(request.url).searchParams))
  if (!asked.success) return problemResponse('badRequest', cause('badForecastQuery'))
  const { show = null, q = '' } = asked.data
  const forecast = await policy.forecast({ compared: show, text: q }, request.signal)
  const answer: ShadowAnswer = { serverTime: new Date(now()).toISOString(), ...forecast }
  return json(answer)
})
