import { documentBody } from '#lib/web/documents/document-body.ts'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded, json } from '#lib/web/door/route-handler.ts'
import type { PolicyAnswer } from '#lib/wire/policy-answers.ts'

/** The policy in force, where it is stored, and whether this person may write it. */
export const GET = guarded(async ({ policy, now }, _request, { principal }) => {
  const answer: PolicyAnswer = {
    serverTime: new Date(now()).toISOString(),
    ...(await policy.answer(principal.actor)),
  }
  return json(answer)
})

/** Saves another text over the version that the caller read. */
export const POST = guarded(async ({ policy }, request, { principal }) => {
  const reading = await readBody(request, documentBody)
  if ('refusal' in reading) return reading.refusal
  return json(await policy.save(reading.body.text, reading.body.version, principal.actor))
})
