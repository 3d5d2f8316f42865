import type { JudgedRequest } from '#lib/csr/machine/rows.ts'
import { timestamp } from '#lib/kube/transport/clock.ts'
import type { DecisionsQuery, StoredDecision } from '#lib/server/record/record-store.ts'
import type { RunningRecord } from '#lib/server/record/running-record.ts'
import type { LiveViews } from '#lib/server/views/live-views.ts'
import { requestListRow } from '#lib/server/views/rows/list-rows.ts'
import { searchWords } from '#lib/server/views/rows/search-text.ts'
import type { Page, ViewContext } from '#lib/server/views/rows/view-page.ts'
import type { ActivityAsked } from '#lib/server/views/view-query.ts'
import type { ActivityCounts, ActivityRow, RecordedVerdict } from '#lib/wire/views.ts'

/**
 * A page of Activity from the record. Without one, or while it cannot be read, from the requests that
 * the API server still has; the answer's counts then have no record.
 */
export async function recordedActivity(
  views: Pick<LiveViews['rows'], 'activity'>,
  record: RunningRecord | null,
  asked: ActivityAsked,
  context: ViewContext,
): Promise<Page<ActivityRow, ActivityCounts>> {
  if (record === null) return views.activity.page(asked, context)
  const page = await record
    .store()
    ?.page(queryOf(asked), asked.from, asked.to)
    .catch(() => record.readFailed())
  if (!page) return views.activity.page(asked, context)
  const { total, counts, earliest, rows } = page
  const reachesBackTo = earliest === null ? null : timestamp(earliest)
  return {
    total,
    from: asked.from,
    counts: { ...counts, reachesBackTo, record: record.standing() },
    rows: rows.map((stored) => activityRow(stored, context)),
  }
}

export function queryOf({
  text,
  decision,
  origin,
  machine,
}: Omit<ActivityAsked, 'from' | 'to'>): DecisionsQuery {
  return { words: searchWords(text), decision, origin, machine }
}

/** Body of a `decision` entry: lib/server/record/recorder.ts writes it. */
type RecordedDecision = JudgedRequest & { readonly judged: RecordedVerdict | null }

export function activityRow(
  { body }: StoredDecision,
  { viewer }: Pick<ViewContext, 'viewer'>,
): ActivityRow {
  const { judged, ...row } = body as RecordedDecision
  return { ...requestListRow(row, viewer), judged }
}
