import { problemResponse } from '#lib/refusals/problem.ts'
import { guarded } from '#lib/web/door/route-handler.ts'
import { readQuery, scriptQuery } from '#lib/web/views/rows/view-query.ts'

/** The ticked machines of the plan as a script that approves by name. */
export const GET = guarded<{ id: string }>(async ({ runs, previews }, request, caller, { id }) => {
  const reading = readQuery(request.url, scriptQuery)
  if ('refusal' in reading) return reading.refusal
  const make = async () => runs.planScript(id, reading.asked, caller)
  const answer = await previews.run(caller.principal, request.signal, make)
  if ('refused' in answer) return problemResponse(answer.refused, answer.why)
  return new Response(answer.script, {
    headers: {
      'content-type': 'text/x-shellscript; charset=utf-8',
      'content-disposition': 'attachment; filename="countersign-plan.sh"',
      'cache-control': 'no-store',
    },
  })
})
