import { wordedRequest } from '#app/api/check-texts.ts'
import { notFound } from '#app/api/not-found.ts'
import { cause } from '#lib/csr/cause.ts'
import { guarded, taggedJson } from '#lib/web/door/route-handler.ts'

/** One request: decoded, with every check and the certificate if it was issued. */
export const GET = guarded<{ uid: string }>(({ feed }, asking, { principal }, { uid }) => {
  const request = feed.request(uid, principal.viewer)
  if (request === null) return notFound(feed, cause('noSuchRequest'))
  return taggedJson(asking, wordedRequest(request))
})
