import { unguarded } from '#lib/web/door/route-handler.ts'

/** The process answers. */
export const GET = unguarded(
  () => new Response('ok\n', { headers: { 'cache-control': 'no-store' } }),
)
