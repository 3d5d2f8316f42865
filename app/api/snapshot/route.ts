import { guarded, takesGzip } from '#lib/web/door/route-handler.ts'
import { streamSnapshot } from '#lib/web/snapshot.ts'

const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  vary: 'accept-encoding',
} as const

/** Everything at one moment, for scripts. */
export const GET = guarded(async ({ feed, now }, request, { principal }) => {
  const plain = streamSnapshot(feed.moment(), principal, now())
  if (!takesGzip(request)) return new Response(plain, { headers: HEADERS })
  const packed = plain.pipeThrough(new CompressionStream('gzip'))
  return new Response(packed, { headers: { ...HEADERS, 'content-encoding': 'gzip' } })
})
