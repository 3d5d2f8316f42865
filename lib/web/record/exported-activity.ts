import { knownDecider } from '#lib/csr/decider.ts'
import { tableCell, visible } from '#lib/csr/escape.ts'
import type { DecisionPlace } from '#lib/journal/record-store.ts'
import type { RunningRecord } from '#lib/journal/running-record.ts'
import type { RecordStore } from '#lib/journal/sql-store.ts'
import { type FileReader, streamedFile } from '#lib/journal/streamed-file.ts'
import { inEnglish } from '#lib/messages/english.ts'
import { activityRows } from '#lib/web/record/recorded-activity.ts'
import type { LiveViews } from '#lib/web/views/live-views.ts'
import { queryOf } from '#lib/web/views/requests/activity-view.ts'
import type { ViewContext } from '#lib/web/views/rows/view-page.ts'
import type { Asked } from '#lib/web/views/rows/view-query.ts'
import type { ActivityRow, ExportFormat } from '#lib/wire/views.ts'

type Filter = Omit<Asked<'activity'>, 'from' | 'to'>

/** Rows of one read, so that a page does not wait for an export of a million. */
const ROWS_AT_ONCE = 500

/** Columns of the table, with the text of each cell. */
const COLUMNS: readonly (readonly [string, (row: ActivityRow) => string | null | undefined])[] = [
  ['decidedAt', ({ decidedAt }) => decidedAt],
  ['status', ({ status }) => status],
  ['machine', ({ nodeName }) => nodeName],
  ['request', ({ name }) => name],
  ['uid', ({ uid }) => uid],
  ['signerName', ({ signerName }) => signerName],
  ['requestor', ({ requestor }) => requestor],
  ['createdAt', ({ createdAt }) => createdAt],
  ['verdict', ({ judged }) => judged?.verdict ?? null],
  ['failing', ({ judged }) => judged?.failing.join(' ') ?? null],
  ['reason', ({ judged }) => judged?.reason && inEnglish([judged.reason])],
  ['decider', (row) => knownDecider(row)],
  ['decidedBy', ({ decidedBy }) => decidedBy],
  ['proposedBy', ({ proposedBy }) => proposedBy],
  ['note', ({ decisionNote }) => decisionNote],
  ['failure', ({ failure }) => failure],
  ['auditId', ({ auditId }) => auditId],
]

const FORMATS: Readonly<
  Record<
    ExportFormat,
    {
      readonly type: string
      readonly head: string
      readonly between: string
      readonly end: string
      readonly of: (row: ActivityRow) => string
    }
  >
> = {
  csv: {
    type: 'text/csv; charset=utf-8; header=present',
    head: lineOf(COLUMNS.map(([name]) => name)),
    between: '',
    end: '',
    of: (row) => lineOf(COLUMNS.map(([, cell]) => cell(row) ?? '')),
  },
  json: {
    type: 'application/json; charset=utf-8',
    head: '[',
    between: ',\n',
    end: ']\n',
    of: (row) => JSON.stringify(row),
  },
}

/** A CSV line. No cell is a formula, and none extends into the next. */
function lineOf(cells: readonly string[]): string {
  const quoted = cells.map((cell) => `"${tableCell(visible(cell)).replaceAll('"', '""')}"`)
  return `${quoted.join(',')}\r\n`
}

/** The decisions that match the filter, streamed while they are read. */
export function exportedActivity(
  views: Pick<LiveViews['rows'], 'activity'>,
  record: Pick<RunningRecord, 'store'>,
  { format, ...filter }: Filter & { readonly format: ExportFormat },
  context: ViewContext,
  reader: FileReader,
): Response {
  const { type, head, between, end, of } = FORMATS[format]
  const store = record.store()
  const pages =
    store === null ? listed(views, filter, context) : recorded(store, filter, context, reader)
  async function* texts(): AsyncGenerator<string> {
    yield head
    let isFirst = true
    for await (const rows of pages) {
      const lines = rows.map(of).join(between)
      yield isFirst ? lines : `${between}${lines}`
      isFirst = false
    }
    yield end
  }
  const file = { type, name: `countersign-activity.${format}` }
  return streamedFile(texts(), file, reader.viewing)
}

async function* recorded(
  store: RecordStore,
  filter: Filter,
  context: ViewContext,
  reader: FileReader,
): AsyncGenerator<readonly ActivityRow[]> {
  const query = queryOf(filter)
  let place: DecisionPlace | null = null
  const next = async () => {
    const stored = await store.after(query, place, ROWS_AT_ONCE)
    place = stored.at(-1) ?? null
    return place === null ? [] : activityRows(store, stored, context)
  }
  for (;;) {
    const rows = await reader.inTurn(next)
    if (rows.length > 0) yield rows
    if (rows.length < ROWS_AT_ONCE) return
  }
}

async function* listed(
  views: Pick<LiveViews['rows'], 'activity'>,
  filter: Filter,
  context: ViewContext,
): AsyncGenerator<readonly ActivityRow[]> {
  const { rows } = views.activity.page({ ...filter, from: 0, to: Number.MAX_SAFE_INTEGER }, context)
  if (rows.length > 0) yield rows
}
