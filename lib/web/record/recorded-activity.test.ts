import { afterEach, describe, expect, it } from 'vitest'
import { decisionEntries } from '#lib/journal/fixtures/decision-cases.ts'
import { makeEntry } from '#lib/journal/fixtures/record-entries.ts'
import { recordOn, STANDING } from '#lib/journal/fixtures/record-on.ts'
import { NO_RECORD } from '#lib/journal/no-record.ts'
import { openSqlStore, type RecordStore } from '#lib/journal/sql-store.ts'
import { openSqlite } from '#lib/journal/sqlite-database.ts'
import { recordedActivity } from '#lib/web/record/recorded-activity.ts'
import { CONTEXT, FIRST, viewsOf } from '#lib/web/views/fixtures/views-of.ts'
import { ago, makeMachine, makeRequest } from '#lib/wire/fixtures/cluster.ts'

const ANY = { ...FIRST, decision: 'all' } as const
const gone = makeRequest({
  uid: 'gone',
  name: 'csr-gone',
  status: 'Denied',
  verdict: null,
  decidedAt: ago(9_000),
  decider: 'kubectl',
})
const listed = makeRequest({ ...gone, uid: 'listed', name: 'csr-listed', decidedAt: ago(60) })
const VIEWS = viewsOf({ machines: [makeMachine({ requests: [listed] })] })

const stores: RecordStore[] = []
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()))
})

/** A record of two decided requests, one of which the cluster has deleted since. */
async function recordOf() {
  const store = await openSqlStore(openSqlite(':memory:'))
  stores.push(store)
  await store.append(decisionEntries([listed, gone]))
  return recordOn(store)
}

describe('Activity', () => {
  it('Activity has what the cluster has deleted, in the shape of a listed request', async () => {
    const { rows, total, counts } = await recordedActivity(VIEWS, await recordOf(), ANY, CONTEXT)
    const [fresh] = VIEWS.activity.page(ANY, CONTEXT).rows
    const was = { decidedAt: ago(9_000) }
    expect(rows).toEqual([
      { ...fresh, judged: null, auditId: null },
      { ...fresh, ...was, uid: 'gone', name: 'csr-gone', judged: null, auditId: null },
    ])
    expect(total).toBe(2)
    expect(counts).toEqual({
      ...{ all: 2, approved: 0, denied: 2, failed: 0, against: 0 },
      reachesBackTo: new Date(Date.parse(ago(9_000))).toISOString(),
      record: STANDING,
    })
  })

  it('Activity has the Audit-Id of the write that the API server accepted, whatever else was tried', async () => {
    const record = await recordOf()
    const line = (uid: string, n: number, body: object) =>
      makeEntry(uid, { key: `line/${n}`, kind: 'line', body: { event: 'decision.end', ...body } })
    await record
      .store()
      ?.append([
        line('gone', 1, { outcome: 'denied', auditId: 'audit-1' }),
        line('gone', 2, { outcome: 'already', auditId: 'audit-2' }),
        line('listed', 3, { event: 'decision.begin', outcome: 'denied', auditId: 'audit-3' }),
      ])
    const { rows } = await recordedActivity(VIEWS, record, ANY, CONTEXT)
    expect(rows.map(({ uid, auditId }) => [uid, auditId])).toEqual([
      ['listed', null],
      ['gone', 'audit-1'],
    ])
  })

  it.each([
    ['while the record cannot be read', { ...NO_RECORD, standing: () => STANDING }],
    ['where no record is kept', NO_RECORD],
  ])('has what the cluster lists, and speaks of no record, %s', async (_, record) => {
    const { rows, counts } = await recordedActivity(VIEWS, record, ANY, CONTEXT)
    expect(rows.map(({ uid }) => uid)).toEqual(['listed'])
    expect(counts).not.toHaveProperty('record')
  })
})
