import { guarded } from '#lib/server/door/route-handler.ts'
import { streamSnapshot } from '#lib/server/feed/snapshot.ts'

const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
} as const

/** Everything at one moment, for scripts. */
export const GET = guarded(async ({ feed, now }, _request, { principal }) => {
  return new Response(streamSnapshot(feed.moment(), principal, now()), { headers: HEADERS })
})
