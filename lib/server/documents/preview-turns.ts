import type { ViewerName } from '#lib/csr/machine/viewer-overlay.ts'

/** Previews read a day of requests. Those of one person follow each other, so that others' go on. */
export interface PreviewTurns {
  /** Rejects with the signal's reason where the asker has left before the turn comes. */
  run<Answer>(
    by: { readonly viewer: ViewerName },
    signal: AbortSignal,
    preview: () => Promise<Answer>,
  ): Promise<Answer>
}

export function createPreviewTurns(): PreviewTurns {
  /** End of the last preview of each person who has one under way, by name and uid. */
  const lasts = new Map<string, Promise<void>>()
  return {
    async run({ viewer: { name, uid = '' } }, signal, preview) {
      const person = `${uid} ${name}`
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
