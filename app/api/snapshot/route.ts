import { guarded } from '#lib/server/door/route-handler.ts'
import { createPackedRows } from '#lib/server/feed/packed-rows.ts'
import { streamSnapshot, toSnapshot } from '#lib/server/feed/snapshot.ts'

const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
} as const
const packed = createPackedRows()

/** Everything at one moment: rows in full for scripts, by columns (`?packed`) for the browser. */
export const GET = guarded(async ({ feed, now }, request) => {
  const snapshot = toSnapshot(feed.moment(), now())
  if (new URL(request.url).searchParams.has('packed')) {
    return new Response(await packed(snapshot), { headers: HEADERS })
  }
  return new Response(streamSnapshot(snapshot), { headers: HEADERS })
})
