import { z } from 'zod'
import { answered } from '#app/api/refusal.ts'
import { readBody } from '#lib/server/door/read-body.ts'
import { guarded } from '#lib/server/door/route-handler.ts'
import { runAct } from '#lib/server/runs/run-body.ts'

/** Pauses, resumes, stops or dismisses a run. */
export const POST = guarded<{ id: string; act: string }>(
  async ({ runs }, request, caller, params) => {
    const reading = await readBody(request, z.strictObject({}))
    if ('refusal' in reading) return reading.refusal
    return answered(runs.act(params.id, runAct.parse(params.act), caller))
  },
)
