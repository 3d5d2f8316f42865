import type { RunningFeed } from '#lib/cluster/feed.ts'
import { type Cause, cause } from '#lib/csr/cause.ts'
import { problemResponse } from '#lib/refusals/problem.ts'

/** Answers that there is no such object; while the cluster is not read, that this is not known. */
export function notFound(feed: Pick<RunningFeed, 'moment'>, why: Cause): Response {
  return feed.moment().feed.state === 'live' ? problemResponse('notFound', why) : notLive(feed)
}

export function notLive(feed: Pick<RunningFeed, 'moment'>): Response {
  return problemResponse('notLive', cause('clusterNotRead', { state: feed.moment().feed.state }))
}
