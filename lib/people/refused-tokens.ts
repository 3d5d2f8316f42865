import { DAY_MS } from '#lib/csr/units-of-time.ts'
import { digest } from '#lib/people/session-store.ts'
import { endOfToken } from '#lib/people/token-end.ts'
import { OF_PEOPLE, ofTheMost } from '#lib/refusals/limits.ts'

/** Milliseconds for which a token is refused that does not name its end: OpenShift's last a day. */
const OPAQUE_MS = DAY_MS

/**
 * Tokens of a proxy whose session is over. The proxy keeps passing them on, and its cookie may
 * remain in a browser or be stolen.
 */
export function createRefusedTokens(now: () => number) {
  /** Tokens by their digests. */
  const refused = new Map<string, { readonly person: string; readonly end: number }>()
  const keyOf = (token: string) => digest(token).toString('base64')

  function forgetFirst(): void {
    const [first] = ofTheMost(refused, ([, { person }]) => person)
    if (first !== undefined) refused.delete(first[0])
  }

  return {
    has: (token: string) => refused.has(keyOf(token)),
    /** Refuses the person's token until its end, or for a day where it names none. */
    add(token: string, person: string): void {
      for (const [key, { end }] of refused) if (end <= now()) refused.delete(key)
      if (refused.size >= OF_PEOPLE.refusedTokens.inAll) forgetFirst()
      refused.set(keyOf(token), { person, end: endOfToken(token) ?? now() + OPAQUE_MS })
    },
  }
}
