import { unguarded } from '#lib/web/door/route-handler.ts'

/** Answers while the process runs. */
export const GET = unguarded(
  () => new Response('ok\n', { headers: { 'cache-control': 'no-store' } }),
)
