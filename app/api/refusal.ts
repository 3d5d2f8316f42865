import type { Refusal } from '#lib/people/people.ts'
import { problemResponse } from '#lib/refusals/problem.ts'
import { json } from '#lib/web/door/route-handler.ts'

/** Answers with the value, or with the problem that prevented it. */
export function answered(answer: object | Refusal, status = 200): Response {
  return 'refused' in answer ? problemResponse(answer.refused, answer.why) : json(answer, status)
}
