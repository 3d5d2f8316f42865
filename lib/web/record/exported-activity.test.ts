import { expect, it } from 'vitest'
import { recordOn } from '#lib/journal/fixtures/record-on.ts'
import { NO_RECORD } from '#lib/journal/no-record.ts'
import type { StoredDecision } from '#lib/journal/record-store.ts'
import type { RunningRecord } from '#lib/journal/running-record.ts'
import type { RecordStore } from '#lib/journal/sql-store.ts'
import { exportedActivity } from '#lib/web/record/exported-activity.ts'
import { CONTEXT, viewsOf } from '#lib/web/views/fixtures/views-of.ts'
import { ago, makeMachine, makeRequest } from '#lib/wire/fixtures/cluster.ts'
import { EXPORT_FORMATS, type ExportFormat } from '#lib/wire/views.ts'

const decided = makeRequest({
  uid: 'u-1',
  status: 'Denied',
  verdict: null,
  decidedAt: ago(60),
  decider: 'kubectl',
  decisionNote: '=HYPERLINK("//x")\r\nnext',
})
const VIEWS = viewsOf({ machines: [makeMachine({ requests: [decided] })] })

/** A record of so many decisions, all with the same verdict. */
function recordOf(count: number, judged: object | null = null): RunningRecord {
  const all = Array.from({ length: count }, (_, at): StoredDecision => {
    return { at: count - at, id: count - at, body: { ...decided, uid: `u-${at}`, judged } }
  })
  const after: RecordStore['after'] = async (_, place, limit) =>
    all.filter(({ id }) => place === null || id < place.id).slice(0, limit)
  const writes = async ([uid = '']: readonly string[]) => [
    { uid, body: { event: 'decision.end', outcome: 'denied', auditId: 'audit-1' } },
  ]
  return recordOn({ after, writes })
}

const answer = (format: ExportFormat, record: RunningRecord, viewing: AbortSignal | null = null) =>
  exportedActivity(VIEWS, record, { format, text: '', decision: 'all' }, CONTEXT, {
    viewing,
    inTurn: (read) => read(),
  })

it('the CSV has no formula, and each cell stays within its quotes', async () => {
  const response = answer('csv', NO_RECORD)
  expect(response.headers.get('content-disposition')).toContain('countersign-activity.csv')
  const [head, row, rest] = (await response.text()).split('\r\n')
  expect(head).toMatch(/^"decidedAt","status","machine","request","uid",/)
  expect(row).toContain(`"${ago(60)}","Denied","worker-1","csr-4kz7p","u-1",`)
  expect(row).toContain(`"'=HYPERLINK(""//x"")\\u000d\\u000anext"`)
  expect(rest).toBe('')
})

it('the CSV has the reason of the verdict', async () => {
  const reason = { code: 'identity.machine', finding: 'otherCluster', values: { machine: 'm-7' } }
  const judged = { verdict: 'suspicious', failing: ['identity.machine'], reason }
  const [head, row] = (await answer('csv', recordOf(1, judged)).text()).split('\r\n')
  expect(head).toContain('"verdict","failing","reason"')
  expect(row).toContain('"suspicious","identity.machine","The Machine m-7 has this name')
})

it.each(EXPORT_FORMATS)('the export has the Audit-Id of a decision as %s', async (format) => {
  expect(await answer(format, recordOf(1)).text()).toMatch(/"audit-1"(\r\n|\}\]\n)$/)
})

it.each([0, 1, 500, 501])('the export streams all of %i decisions as JSON', async (count) => {
  const rows: unknown = await answer('json', recordOf(count)).json()
  expect(rows).toHaveLength(count)
  expect(rows).toEqual(
    Array.from({ length: count }, (_, at) => expect.objectContaining({ uid: `u-${at}` })),
  )
})

it('the export breaks off when the reader’s right to see ends', async () => {
  const over = new AbortController()
  const reader = answer('json', recordOf(2_000), over.signal).body?.getReader()
  expect((await reader?.read())?.done).toBe(false)
  over.abort()
  await expect(
    (async () => {
      while ((await reader?.read())?.done === false);
    })(),
  ).rejects.toThrow('The session is over.')
})
