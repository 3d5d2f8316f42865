import type { Feed } from '#lib/wire/wire.ts'

/**
 * Whether the requests were read, be it a while ago. Before that, and once they may not be read, a
 * machine that has none may have any: nobody can say that it waits for nothing.
 */
export function areRequestsKnown({ sources }: Pick<Feed, 'sources'>): boolean {
  return ['live', 'reconnecting', 'stale'].includes(sources.csrs.state)
}
