import { cause } from '#lib/csr/cause.ts'
import { proofOf } from '#lib/people/people.ts'
import { problemResponse } from '#lib/refusals/problem.ts'
import { authorize, rightToSee, unguarded } from '#lib/web/door/route-handler.ts'

/**
 * Ready once the first sync is done and the views are live. Each missing part is named in fixed
 * words. Only a caller who may see the cluster gets the cluster's own words for the reason.
 */
export const GET = unguarded(async (running, request) => {
  const readiness = running.feed.readiness()
  if (readiness.ready) return new Response('ok\n', { headers: { 'cache-control': 'no-store' } })
  const proof = proofOf(request.headers)
  const caller = authorize(running, proof) === null ? await running.people.caller(proof) : null
  const maySee = caller !== null && rightToSee(running, caller) === 'may'
  const causes = maySee ? readiness.causes : []
  return problemResponse('notReady', [cause('notReadyYet', { why: readiness.why }), ...causes])
})
