import type { RunningFeed } from '#lib/server/feed.ts'
import { problemResponse } from '#lib/server/problem.ts'

/** Nobody knows it; and that is no answer while the cluster is not read. */
export function notFound(feed: Pick<RunningFeed, 'moment'>, detail: string): Response {
  const { state } = feed.moment().feed
  return state === 'live'
    ? problemResponse('notFound', detail)
    : problemResponse('notLive', `The cluster is not read now (${state}): it may be there.`)
}
