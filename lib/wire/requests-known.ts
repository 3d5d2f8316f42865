import type { Feed } from '#lib/wire/wire.ts'

/**
 * True once the requests were listed, even if stale. While false, "no requests" means "not known".
 */
export function areRequestsKnown({ sources }: Pick<Feed, 'sources'>): boolean {
  return ['live', 'reconnecting', 'stale'].includes(sources.csrs.state)
}
