import { nowhere, redirected } from '#app/sign-in/redirect.ts'
import { unguarded } from '#lib/server/door/route-handler.ts'

/** Sends the browser to the provider, and back to `to` once the person has signed in there. */
export const GET = unguarded(async ({ people }, { url }) => {
  const begun = await people.beginSignIn(new URL(url).searchParams.get('to') ?? '/')
  return begun === null ? nowhere() : redirected(begun)
})
