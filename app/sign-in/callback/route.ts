import { nowhere, redirected } from '#app/sign-in/redirect.ts'
import { PEER_HEADER, proofOf } from '#lib/people/people.ts'
import { unguarded } from '#lib/web/door/route-handler.ts'

/** The browser's return from the provider. */
export const GET = unguarded(async ({ people }, { url, headers }) => {
  const { pathname, search } = new URL(url)
  const from = headers.get(PEER_HEADER) ?? ''
  const finished = await people.finishSignIn(`${pathname}${search}`, proofOf(headers), from)
  return finished === null ? nowhere() : redirected(finished)
})
