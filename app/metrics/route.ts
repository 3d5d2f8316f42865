import { guarded } from '#lib/server/route-handler.ts'

/** Prometheus. */
export const GET = guarded(async ({ metrics }) => {
  return new Response(await metrics.text(), {
    headers: { 'content-type': metrics.contentType, 'cache-control': 'no-store' },
  })
})
