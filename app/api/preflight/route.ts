import type { PreflightAnswer } from '#lib/live/wire.ts'
import { preflightBody } from '#lib/server/decide/decision-body.ts'
import { readBody } from '#lib/server/door/read-body.ts'
import { guarded, json } from '#lib/server/door/route-handler.ts'

/** The rows as they are now, judged anew, for what is about to be decided. */
export const POST = guarded(async ({ feed, now }, request) => {
  const reading = await readBody(request, preflightBody)
  if ('refusal' in reading) return reading.refusal
  const items = reading.body.items.map(({ uid, resourceVersion }) => {
    const row = feed.row(uid)
    if (row === null) return { uid, state: 'gone' as const, row }
    const same = row.resourceVersion === resourceVersion
    return { uid, state: same ? ('same' as const) : ('changed' as const), row }
  })
  const answer: PreflightAnswer = { serverTime: new Date(now()).toISOString(), items }
  return json(answer)
})
