import { packInSteps } from '#lib/live/pack.ts'
import { guarded, json } from '#lib/server/route-handler.ts'
import { streamSnapshot, toSnapshot } from '#lib/server/snapshot.ts'

/** Everything at one moment: rows in full for scripts, by columns (`?packed`) for the browser. */
export const GET = guarded(async ({ feed }, request) => {
  const snapshot = toSnapshot(feed.moment(), Date.now())
  if (new URL(request.url).searchParams.has('packed')) {
    return json(await inTurns(packInSteps(snapshot)))
  }
  return new Response(streamSnapshot(snapshot), {
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  })
})

/** Takes the steps with a turn of the event loop between them; rows do not change meanwhile. */
async function inTurns<T>(steps: Generator<unknown, T, undefined>): Promise<T> {
  for (;;) {
    const { value, done } = steps.next()
    if (done === true) return value
    await new Promise((resolve) => setImmediate(resolve))
  }
}
