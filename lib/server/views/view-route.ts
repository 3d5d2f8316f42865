import type { ZodType } from 'zod'
import type { ExpectedMachine } from '#lib/csr/policy/expected-list.ts'
import type { Topic } from '#lib/live/topics.ts'
import { guarded, json, notModified } from '#lib/server/door/route-handler.ts'
import type { Moment } from '#lib/server/feed/feed.ts'
import type { LiveViews } from '#lib/server/views/live-views.ts'
import type { Look } from '#lib/server/views/view-page.ts'
import { readQuery } from '#lib/server/views/view-query.ts'

interface ViewRoute<Asked> {
  readonly topic: Topic
  readonly query: ZodType<Asked>
  /** The answer but for what all views have in common. */
  readonly read: (views: LiveViews['rows'], asked: Asked, look: Look, state: ViewState) => object
}

/** The state that an answer is made of, beside the sorted rows. */
export interface ViewState extends Moment {
  /** Of the topic. */
  readonly revision: number
  /** The list in force; null without one. */
  readonly expected: readonly ExpectedMachine[] | null
}

/** A view over HTTP: 304 where the caller's `If-None-Match` is the answer that it would get. */
export function viewRoute<Asked extends object>({ topic, query, read }: ViewRoute<Asked>) {
  return guarded(({ feed, expected, now }, request) => {
    const reading = readQuery(request.url, query)
    if ('refusal' in reading) return reading.refusal
    const look = { viewer: feed.username, now: now() }
    const { revision, etag } = feed.views.stamp(topic, reading.asked, look)
    if (request.headers.get('if-none-match') === etag) return notModified(etag)
    const state = { ...feed.moment(), revision, expected: expected.current() }
    const answer = {
      epoch: feed.epoch,
      revision,
      serverTime: new Date(look.now).toISOString(),
      feed: state.feed,
      ...read(feed.views.rows, reading.asked, look, state),
    }
    return json(answer, 200, { etag })
  })
}
