import { afterEach, expect, it } from 'vitest'
import { liveCluster } from '#lib/cluster/fixtures/scripted-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { makeEntry, RECORDED_AT } from '#lib/journal/fixtures/record-entries.ts'
import { recordOn, STANDING } from '#lib/journal/fixtures/record-on.ts'
import { NO_RECORD } from '#lib/journal/no-record.ts'
import type { RecordEntry } from '#lib/journal/record-store.ts'
import { recordedRequest } from '#lib/journal/recorded-request.ts'
import { createRecorder } from '#lib/journal/recorder.ts'
import { openSqlStore, type RecordStore } from '#lib/journal/sql-store.ts'
import { openSqlite } from '#lib/journal/sqlite-database.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'

const stores: RecordStore[] = []
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()))
})

async function recordOf(entries: readonly RecordEntry[]) {
  const store = await openSqlStore(openSqlite(':memory:'))
  stores.push(store)
  await store.append(entries)
  return recordOn(store)
}

let lines = 0
const line = (body: object) => {
  lines += 1
  return makeEntry('u', { key: `line/${lines}`, kind: 'line', body })
}
const begin = { event: 'decision.begin', requestId: 'r-1', who: 'kim.osei', decision: 'approve' }
const end = { ...begin, event: 'decision.end', outcome: 'approved', auditId: 'audit-1' }
const at = new Date(RECORDED_AT).toISOString()
const events = async (...entries: readonly RecordEntry[]) =>
  (await recordedRequest(await recordOf(entries), 'u')).events

it('the page has the request as the recorder described it when it was first seen', async () => {
  const csr = makeCsr()
  const { feed } = await liveCluster({ csrs: [csr] })
  const detail = feed.request(csr.uid, { name: '' })
  if (detail === null) throw new Error('not listed')
  const entries: RecordEntry[] = []
  const clock = manualClock()
  const recorder = createRecorder({
    add: (some) => entries.push(...some),
    request: () => detail,
    clock,
  })
  const { verdict, failing, reason } = detail
  const judged = { verdict, failing, reason }
  recorder.take([{ what: 'request', row: { ...detail, twoPeople: null }, judged }])
  clock.advance(20)
  const { seen, record, isCut } = await recordedRequest(await recordOf(entries), csr.uid)
  expect([record, isCut]).toEqual([STANDING, false])
  expect(seen).toMatchObject({ uid: csr.uid, name: detail.name, judged })
  expect(detail.checks.length).toBeGreaterThan(9)
  expect(seen?.described).toEqual({
    requestorDetail: detail.requestorDetail,
    usages: detail.usages,
    reading: {
      fingerprint: detail.fingerprint,
      problems: detail.reading.problems,
      x509cr: detail.reading.x509cr,
    },
    checks: detail.checks
      .filter(({ code }) => code !== 'requestor.self')
      .map((check) => ({ ...check, expected: [], observed: [] })),
  })
})

it('the page joins the lines before and after an attempt, in the order of the first', async () => {
  const other = { ...begin, requestId: 'r-2', who: 'ana.ruiz', decision: 'deny' }
  expect(
    await events(line(begin), line(other), line({ ...end, detail: 'why' }), line({ event: 'x' })),
  ).toEqual([
    {
      ...{ at, what: 'attempt', who: 'kim.osei', decision: 'approve' },
      ...{ outcome: 'approved', detail: 'why', auditId: 'audit-1' },
    },
    {
      ...{ at, what: 'attempt', who: 'ana.ruiz', decision: 'deny' },
      ...{ outcome: null, detail: null, auditId: null },
    },
  ])
})

it('the page has an attempt of which the record lost the beginning', async () => {
  expect(await events(line(end))).toMatchObject([{ what: 'attempt', outcome: 'approved', at }])
})

it('the page has decisions by any program or person, alarms, and the person who dismissed one', async () => {
  const decided = {
    ...{ status: 'Approved', decidedAt: at, decider: 'kubectl', decidedBy: null },
    ...{ proposedBy: null, decisionNote: 'by hand', decisionTooLong: false, failure: null },
  }
  const verdict = { verdict: 'refused', failing: ['usages'], reason: null }
  const alarm = { kind: 'alarm' } as const
  const differences = [{ what: 'key', asked: ['a'], issued: ['b'] }]
  const who = { decider: 'kubectl', decidedBy: null }
  expect(
    await events(
      makeEntry('u', { body: { ...decided, judged: verdict } }),
      makeEntry('u', {
        ...{ ...alarm, key: 'against' },
        body: { what: 'approvedAgainst', name: 'csr', ...verdict, ...who },
      }),
      makeEntry('u', { ...alarm, key: 'issued', body: { what: 'issuedOtherwise', differences } }),
      line({ event: 'alarm.dismissed', who: 'kim.osei' }),
    ),
  ).toEqual([
    { at, what: 'decision', judged: verdict, row: decided },
    { at, what: 'alarm', alarm: { kind: 'approvedAgainst', verdict: 'refused', reason: null } },
    { at, what: 'alarm', alarm: { kind: 'issuedOtherwise', differs: ['key'] } },
    { at, what: 'dismissed', who: 'kim.osei' },
  ])
})

it('the page leaves out what another version wrote, and says that there is more than a hundred', async () => {
  const many = Array.from({ length: 101 }, () => line({ ...end, requestId: 'r-3' }))
  const odd = [line({ ...end, outcome: 'magic' }), makeEntry('u', { body: { status: 7 } })]
  const record = await recordOf([...odd, ...many])
  const answer = await recordedRequest(record, 'u')
  expect(answer.isCut).toBe(true)
  expect(answer.seen).toBeNull()
  expect(answer.events.every(({ what }) => what === 'attempt')).toBe(true)
})

it.each([
  ['none is kept', NO_RECORD],
  ['it cannot be read', { ...NO_RECORD, standing: () => STANDING }],
])('a request has no record where %s', async (_, record) => {
  expect(await recordedRequest(record, 'u')).toMatchObject({ record: null, events: [] })
})
