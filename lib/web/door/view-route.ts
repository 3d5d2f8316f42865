import type { ZodType } from 'zod'
import { cause } from '#lib/csr/cause.ts'
import { ONLOOKER } from '#lib/csr/verdict/viewer-overlay.ts'
import { isSearchTooLong } from '#lib/journal/record-store.ts'
import type { Principal } from '#lib/people/principal.ts'
import { problemResponse } from '#lib/refusals/problem.ts'
import { guarded, jsonBytes, notModified, takesGzip } from '#lib/web/door/route-handler.ts'
import { createSharedBytes } from '#lib/web/door/shared-bytes.ts'
import type { LiveViews } from '#lib/web/views/live-views.ts'
import type { Page, ViewContext, ViewState } from '#lib/web/views/rows/view-page.ts'
import { type Asked, LISTS, readQuery } from '#lib/web/views/rows/view-query.ts'
import type { Topic } from '#lib/wire/topics.ts'
import type { ListName } from '#lib/wire/views.ts'

type Read<Query, Answer> = (
  views: LiveViews['rows'],
  asked: Query,
  context: ViewContext,
  state: ViewState,
) => Answer | Promise<Answer>

interface ViewRoute<Query> {
  readonly topic: Topic
  readonly query: ZodType<Query>
  /** The part of the answer that the view computes. */
  readonly read: Read<Query, object>
  /** Whether calls of one person run one after the other. */
  readonly inTurn?: boolean
  /** Fields only for this caller: an answer with them is never shared. */
  readonly own?: (principal: Principal, state: ViewState) => object
}

/** A list over HTTP: `read` makes the page of its matching rows. */
export function listRoute<Name extends ListName>(
  list: Name,
  read: Read<Asked<Name>, Page<Name>>,
  options: Pick<ViewRoute<Asked<Name>>, 'inTurn'> = {},
) {
  return viewRoute({ topic: list, query: LISTS[list], read, ...options })
}

/** A view over HTTP. Answers 304 where `If-None-Match` has the ETag of the current answer. */
export function viewRoute<Query extends object>(route: ViewRoute<Query>) {
  const { topic, query, read, own, inTurn = false } = route
  const bytes = createSharedBytes()
  return guarded(async ({ feed, expected, record, recordReads, now }, request, { principal }) => {
    const reading = readQuery(request.url, query)
    if ('refusal' in reading) return reading.refusal
    const { viewer: person } = principal
    const viewer = own === undefined ? feed.views.rows.parties.standing(person) : person
    const audience = viewer === ONLOOKER ? ONLOOKER : principal
    const context = { viewer, now: now() }
    // Two sessions of one person may have different rights: a proxy's next token begins another
    // session.
    const { approval, signers } = principal.access
    const rights = own === undefined ? {} : { approval, signers }
    const { revision, etag } = feed.views.stamp(topic, { ...reading.asked, ...rights }, context)
    if (request.headers.get('if-none-match') === etag) return notModified(etag)
    const answer = { audience, etag, takesGzip: takesGzip(request), now: context.now }
    const make = async () => {
      const moment = feed.moment()
      const state = { ...moment, revision, expected: expected.current(), record }
      return {
        epoch: feed.epoch,
        revision,
        serverTime: new Date(context.now).toISOString(),
        feed: state.feed,
        ...own?.(principal, state),
        ...(await read(feed.views.rows, reading.asked, context, state)),
      }
    }
    try {
      const ask = () => bytes(answer, make)
      const body = inTurn ? await recordReads.run(principal, request.signal, ask) : await ask()
      return jsonBytes(body, etag)
    } catch (error) {
      if (!isSearchTooLong(error)) throw error
      return problemResponse('searchTooLong', cause('searchTooLong'))
    }
  })
}
