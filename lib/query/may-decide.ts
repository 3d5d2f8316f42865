import { type CodeFor, codeNow, rightsOf, viewOf } from '#lib/csr/approval/may-act-now.ts'
import { NOT_TRIED } from '#lib/wire/not-tried.ts'
import type { Summary } from '#lib/wire/views.ts'
import type { FeedHealth } from '#lib/wire/wire.ts'

export type DecisionsOff = CodeFor<'page'>
export type CannotDecide = CodeFor<'button'>

/** Reason that nothing can be decided now, whatever the rights; null while the feed is live. */
export function whyDecisionsOff(feed: Pick<FeedHealth, 'state'>): DecisionsOff | null {
  return codeNow('page', viewOf(feed))
}

/** Reason that a request of this signer cannot be decided now; null where it can. */
export function whyCannotDecide(
  feed: Pick<FeedHealth, 'state'>,
  summary: Pick<Summary, 'cluster' | 'record'> | null,
  signerName: string,
): CannotDecide | null {
  if (summary === null) return whyDecisionsOff(feed) ?? 'notLive'
  const { cluster, record } = summary
  const isSilent = record?.required === true && record.troubleSince !== null
  return codeNow('button', {
    ...viewOf(feed),
    ...rightsOf(cluster.access, [signerName]),
    record: isSilent ? NOT_TRIED.record.why : null,
  })
}
