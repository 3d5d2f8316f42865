import { answered } from '#app/api/refusal.ts'
import { actBody, goOnBody, runAct } from '#lib/act/run-body.ts'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded } from '#lib/web/door/route-handler.ts'

/** Pauses, resumes, stops or dismisses a run, or begins its next group. */
export const POST = guarded<{ id: string; act: string }>(
  async ({ runs }, request, caller, params) => {
    const act = runAct.parse(params.act)
    const reading = await readBody(request, act === 'goOn' ? goOnBody : actBody)
    if ('refusal' in reading) return reading.refusal
    return answered(runs.act(params.id, act, caller, reading.body.next))
  },
)
