import { withBody } from '#app/api/with-body.ts'
import { documentBody } from '#lib/web/documents/document-body.ts'
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
export const POST = withBody(documentBody, async ({ policy }, { text, version }, { principal }) =>
  json(await policy.save(text, version, principal.actor)),
)
