import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import { personKey } from '#lib/people/person-key.ts'

export type SlowCalls = ReturnType<typeof createSlowCalls>

/** Runs the slow calls of one person one after the other, so that other people's go on. */
export function createSlowCalls() {
  /** The last call under way of each person, by their key. */
  const lasts = new Map<string, Promise<void>>()
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
        signal?.throwIfAborted()
        return await call()
      } finally {
        if (lasts.get(person) === mine) lasts.delete(person)
        end()
      }
    },
  }
}
