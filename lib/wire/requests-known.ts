import type { FeedHealth } from '#lib/wire/wire.ts'

/**
 * True once the requests were listed, even if stale. While false, "no requests" means "not known".
 */
export function areRequestsKnown({ sources }: Pick<FeedHealth, 'sources'>): boolean {
  return ['live', 'reconnecting', 'stale'].includes(sources.csrs.state)
}
