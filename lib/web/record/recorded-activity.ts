import { z } from 'zod'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import type { StoredDecision } from '#lib/journal/record-store.ts'
import type { RunningRecord } from '#lib/journal/running-record.ts'
import type { RecordStore } from '#lib/journal/sql-store.ts'
import { timestamp } from '#lib/kube/transport/clock.ts'
import type { LiveViews } from '#lib/web/views/live-views.ts'
import { queryOf } from '#lib/web/views/requests/activity-view.ts'
import { requestListRow } from '#lib/web/views/rows/list-rows.ts'
import type { Page, ViewContext } from '#lib/web/views/rows/view-page.ts'
import type { Asked } from '#lib/web/views/rows/view-query.ts'
import type { ActivityRow, RecordedVerdict } from '#lib/wire/views.ts'

/**
 * A page of Activity from the record. Without a record, or while it cannot be read, the page has
 * the requests that the API server still has, and its counts have no record.
 */
export async function recordedActivity(
  views: Pick<LiveViews['rows'], 'activity'>,
  record: Pick<RunningRecord, 'read' | 'standing'>,
  asked: Asked<'activity'>,
  context: ViewContext,
): Promise<Page<'activity'>> {
  const page = await record.read((store) => pageOf(store, asked, context))
  const standing = record.standing()
  if (page === undefined || standing === null) return views.activity.page(asked, context)
  const { counts, ...answer } = page
  return { ...answer, from: asked.from, counts: { ...counts, record: standing } }
}

async function pageOf(store: RecordStore, asked: Asked<'activity'>, context: ViewContext) {
  const { total, counts, earliest, rows } = await store.page(queryOf(asked), asked.from, asked.to)
  const reachesBackTo = earliest === null ? null : timestamp(earliest)
  return {
    total,
    counts: { ...counts, reachesBackTo },
    rows: await activityRows(store, rows, context),
  }
}

/** Body of a `line` entry of a write that the API server took: lib/journal/audit.ts has it. */
const writtenLine = z.object({
  event: z.literal('decision.end'),
  outcome: z.enum(['approved', 'denied']),
  auditId: z.string(),
})

/** Decisions as rows of Activity, each with the Audit-Id of its write. */
export async function activityRows(
  store: Pick<RecordStore, 'writes'>,
  stored: readonly StoredDecision[],
  { viewer }: Pick<ViewContext, 'viewer'>,
): Promise<readonly ActivityRow[]> {
  const decisions = stored.map(
    ({ body }) => body as JudgedRequest & { readonly judged: RecordedVerdict | null },
  )
  const lines = await store.writes(decisions.map(({ uid }) => uid))
  const auditIds = new Map(
    lines.flatMap(({ uid, body }) => {
      const line = writtenLine.safeParse(body)
      return line.success ? [[uid, line.data.auditId]] : []
    }),
  )
  return decisions.map(({ judged, ...row }) => {
    const auditId = auditIds.get(row.uid) ?? null
    return { ...requestListRow(row, viewer), judged, auditId }
  })
}
