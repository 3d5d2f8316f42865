import { cause } from '#lib/csr/cause.ts'
import { problemResponse } from '#lib/server/problem.ts'
import { unguarded } from '#lib/server/route-handler.ts'

/** The first sync is done and what is shown is live. */
export const GET = unguarded(({ feed }) => {
  const readiness = feed.readiness()
  return readiness.ready
    ? new Response('ok\n', { headers: { 'cache-control': 'no-store' } })
    : problemResponse('notReady', [
        cause('notReadyYet', { why: readiness.why }),
        ...readiness.causes,
      ])
})
