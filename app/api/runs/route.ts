import { answered } from '#app/api/refusal.ts'
import { withBody } from '#app/api/with-body.ts'
import { runBody } from '#lib/act/run-body.ts'
import { guarded, json } from '#lib/web/door/route-handler.ts'

/** The runs under way, and the latest that have ended. */
export const GET = guarded(({ runs }) => json({ runs: runs.list() }))

/** Starts a run: an approval of a plan, or a denial of requests. */
export const POST = withBody(runBody, ({ runs }, body, caller) =>
  answered(runs.start(body, caller), 201),
)
