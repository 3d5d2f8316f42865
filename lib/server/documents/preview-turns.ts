/** Previews read a day of requests. Those of one person follow each other, so that others' go on. */
export interface PreviewTurns {
  /** Rejects with the signal's reason where the asker has left before the turn comes. */
  run<Answer>(person: string, signal: AbortSignal, preview: () => Promise<Answer>): Promise<Answer>
}

export function createPreviewTurns(): PreviewTurns {
  /** End of the last preview of each person who has one under way. */
  const lasts = new Map<string, Promise<void>>()
  return {
    async run(person, signal, preview) {
      const before = lasts.get(person)
      const { promise: mine, resolve: end } = Promise.withResolvers<void>()
      lasts.set(person, mine)
      try {
        await before
        signal.throwIfAborted()
        return await preview()
      } finally {
        if (lasts.get(person) === mine) lasts.delete(person)
        end()
      }
    },
  }
}
