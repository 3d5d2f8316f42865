import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'

/** Runs costly calls of one person one after the other, so that other people's go on. */
export interface PersonTurns {
  /** Rejects with the signal's reason where the caller has left before the turn comes. */
  run<Answer>(
    by: { readonly viewer: ViewerName },
    signal: AbortSignal,
    call: () => Promise<Answer>,
  ): Promise<Answer>
}

/** Key of a person: one for all their sessions, and of no other person. */
export function personOf({ name, uid = '' }: ViewerName): string {
  return `${uid} ${name}`
}

export function createPersonTurns(): PersonTurns {
  /** The last call under way of each person, by name and uid. */
  const lasts = new Map<string, Promise<void>>()
  return {
    async run({ viewer }, signal, call) {
      const person = personOf(viewer)
      const before = lasts.get(person)
      const { promise: mine, resolve: end } = Promise.withResolvers<void>()
      lasts.set(person, mine)
      try {
        await before
        signal.throwIfAborted()
        return await call()
      } finally {
        if (lasts.get(person) === mine) lasts.delete(person)
        end()
      }
    },
  }
}
