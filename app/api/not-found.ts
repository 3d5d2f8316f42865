import type { RunningFeed } from '#lib/cluster/feed.ts'
import { type Cause, cause } from '#lib/csr/cause.ts'
import { problemResponse } from '#lib/refusals/problem.ts'

/** Nobody knows it; and that is no answer while the cluster is not read. */
export function notFound(feed: Pick<RunningFeed, 'moment'>, why: Cause): Response {
  return feed.moment().feed.state === 'live' ? problemResponse('notFound', why) : notLive(feed)
}

export function notLive(feed: Pick<RunningFeed, 'moment'>): Response {
  return problemResponse('notLive', cause('clusterNotRead', { state: feed.moment().feed.state }))
}
