import { guarded } from '#lib/web/door/route-handler.ts'

/** Metrics for Prometheus. */
export const GET = guarded(async ({ metrics }) => {
  return new Response(await metrics.text(), {
    headers: { 'content-type': metrics.contentType, 'cache-control': 'no-store' },
  })
})
