import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import { personKey } from '#lib/people/person-key.ts'

export type SlowCalls = ReturnType<typeof createSlowCalls>

/**
 * Runs the slow calls of one person one after the other, so that other people's go on, and `inAll`
 * calls at a time. People whose call is next take turns.
 */
export function createSlowCalls(inAll: number) {
  /** The last call under way of each person, by their key. */
  const lasts = new Map<string, Promise<void>>()
  /** Calls that are next of their person and wait for a place, in order. */
  const waiting: (() => void)[] = []
  let free = inAll

  async function enter(): Promise<void> {
    if (free > 0) free -= 1
    else await new Promise<void>((begin) => waiting.push(begin))
  }

  /** Gives the place to the call that waits longest. */
  function leave(): void {
    const begin = waiting.shift()
    if (begin === undefined) free += 1
    else begin()
  }

  return {
    /** Rejects with the signal's reason, if there is a signal, where its caller has left before. */
    async run<Answer>(
      { viewer }: { readonly viewer: ViewerName },
      signal: AbortSignal | null,
      call: () => Promise<Answer>,
    ): Promise<Answer> {
      const person = personKey(viewer)
      const before = lasts.get(person)
      const { promise: mine, resolve: end } = Promise.withResolvers<void>()
      lasts.set(person, mine)
      try {
        await before
        await enter()
        try {
          signal?.throwIfAborted()
          return await call()
        } finally {
          leave()
        }
      } finally {
        if (lasts.get(person) === mine) lasts.delete(person)
        end()
      }
    },
  }
}
