import { documentBody } from '#lib/web/documents/document-body.ts'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded, json } from '#lib/web/door/route-handler.ts'
import type { PolicyAnswer } from '#lib/wire/policy-answers.ts'

/** The policy in force, where it is kept, and whether it may be written from here. */
export const GET = guarded(async ({ policy, now }, _request, { principal }) => {
  const answer: PolicyAnswer = {
    serverTime: new Date(now()).toISOString(),
    ...(await policy.answer(principal.actor)),
  }
  return json(answer)
})

/** Another text, bound to the version of the one that it replaces. */
export const POST = guarded(async ({ policy }, request, { principal }) => {
  const reading = await readBody(request, documentBody)
  if ('refusal' in reading) return reading.refusal
  return json(await policy.save(reading.body.text, reading.body.version, principal.actor))
})
