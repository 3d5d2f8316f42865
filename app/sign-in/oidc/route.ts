import { nowhere, redirected } from '#app/sign-in/redirect.ts'
import { PEER_HEADER, proofOf } from '#lib/people/people.ts'
import { unguarded } from '#lib/web/door/route-handler.ts'

/** Sends the browser to the provider, and back to `to` once the person has signed in there. */
export const GET = unguarded(async ({ people }, { url, headers }) => {
  const to = new URL(url).searchParams.get('to') ?? '/'
  const begun = await people.beginSignIn(to, headers.get(PEER_HEADER) ?? '', proofOf(headers))
  return begun === null ? nowhere() : redirected(begun)
})
