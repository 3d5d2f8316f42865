import { problemResponse } from '#lib/server/door/problem.ts'
import { json } from '#lib/server/door/route-handler.ts'
import type { Refusal } from '#lib/server/runs/runs.ts'

/** What was asked for, or why it is not done. */
export function answered(answer: object | Refusal, status = 200): Response {
  return 'refused' in answer ? problemResponse(answer.refused, answer.why) : json(answer, status)
}
