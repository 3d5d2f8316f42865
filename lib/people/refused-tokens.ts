import { DAY_MS } from '#lib/csr/units-of-time.ts'
import { digest } from '#lib/people/session-store.ts'
import { endOfToken } from '#lib/people/token-end.ts'

/** Milliseconds for which a token is refused that does not name its end: OpenShift's last a day. */
const OPAQUE_MS = DAY_MS

/**
 * Tokens of a proxy whose session is over. The proxy keeps passing them on, and its cookie may
 * remain in a browser or be stolen.
 */
export function createRefusedTokens(now: () => number) {
  /** Ends of tokens, by the tokens' digests. */
  const ends = new Map<string, number>()
  const keyOf = (token: string) => digest(token).toString('base64')
  return {
    has: (token: string) => ends.has(keyOf(token)),
    /** Refuses the token until its end, or for a day where it names none. */
    add(token: string): void {
      for (const [key, end] of ends) if (end <= now()) ends.delete(key)
      const [first] = ends.keys()
      // Most refused tokens; beyond it the first is forgotten.
      if (first !== undefined && ends.size >= 10_000) ends.delete(first)
      ends.set(keyOf(token), endOfToken(token) ?? now() + OPAQUE_MS)
    },
  }
}
