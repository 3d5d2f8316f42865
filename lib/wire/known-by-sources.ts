import type { FeedHealth } from '#lib/wire/wire.ts'

type Read = Pick<FeedHealth, 'sources'>

/**
 * True once the requests were listed, even if stale. While false, "no requests" means "not known".
 */
export function areRequestsKnown({ sources }: Read): boolean {
  return ['live', 'reconnecting', 'stale'].includes(sources.csrs.state)
}

/** Whether Nodes or Machines were readable and are not now: they could speak against a request. */
export function isPartlyJudged({ sources: { nodes, machines } }: Read): boolean {
  return nodes.lost || machines.lost
}
