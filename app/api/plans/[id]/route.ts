import { answered } from '#app/api/refusal.ts'
import { guarded } from '#lib/server/door/route-handler.ts'

/** The plan as it was made, less what has changed since. */
export const GET = guarded<{ id: string }>(({ feed, runs, sessions }, { headers }, { id }) => {
  const owner = sessions.ending(headers.get('authorization') ?? undefined)
  return answered(runs.planAgain(id, owner, feed.viewer))
})
