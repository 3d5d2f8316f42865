import { answered } from '#app/api/refusal.ts'
import { guarded } from '#lib/web/door/route-handler.ts'

/** The plan as it was made, without the machines that have changed since. */
export const GET = guarded<{ id: string }>(({ runs }, _request, caller, { id }) =>
  answered(runs.planAgain(id, caller)),
)
