import { toldRequest } from '#app/api/check-texts.ts'
import { notFound } from '#app/api/not-found.ts'
import { cause } from '#lib/csr/cause.ts'
import { guarded, json } from '#lib/server/door/route-handler.ts'

/** One request: decoded, with every check and the certificate if it was issued. */
export const GET = guarded<{ uid: string }>(({ feed }, _request, { uid }) => {
  const request = feed.request(uid)
  return request === null ? notFound(feed, cause('noSuchRequest')) : json(toldRequest(request))
})
