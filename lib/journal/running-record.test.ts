import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { liveCluster } from '#lib/cluster/fixtures/scripted-cluster.ts'
import { cause } from '#lib/csr/cause.ts'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import { approved, KIM } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { makeEntry } from '#lib/journal/fixtures/record-entries.ts'
import { SearchTooLong } from '#lib/journal/record-store.ts'
import { startRecord } from '#lib/journal/running-record.ts'
import { openSqlStore } from '#lib/journal/sql-store.ts'
import { openSqlite } from '#lib/journal/sqlite-database.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-record-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Waits for a thread, as long as the test may take. */
async function once(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2))
}

it('an alarm outlives its request and the process, until a person dismisses it', async () => {
  const path = join(folder, 'record.sqlite')
  const before = await openSqlStore(openSqlite(path))
  const body = { request: 'csr-gone', differences: [{ what: 'key', asked: ['a'], issued: ['b'] }] }
  const alarm = { kind: 'alarm', machine: 'worker-9' } as const
  const approval = {
    ...{ what: 'approvedAgainst', name: 'csr-8', verdict: 'refused', failing: ['usages'] },
    ...{ reason: null, decider: 'kubectl', decidedBy: null },
  }
  const alone = { ...alarm, machine: null }
  await before.append([
    makeEntry('alone', {
      ...{ ...alone, key: 'approvedAgainst/alone', body: { ...approval, name: 'csr-alone' } },
    }),
    makeEntry('alone', {
      ...{ ...alone, key: 'alarm/alone', body: { ...body, request: 'csr-alone' } },
    }),
    makeEntry('gone', { ...alarm, key: 'alarm/gone', body }),
    makeEntry('odd', { ...alarm, key: 'alarm/odd', body: { request: 7 } }),
    makeEntry('against', {
      ...alarm,
      key: 'approvedAgainst/against',
      machine: 'worker-8',
      body: approval,
    }),
    makeEntry('unnamed', {
      ...{ ...alarm, key: 'approvedAgainst/unnamed', machine: 'worker-7' },
      body: { ...approval, name: '' },
    }),
  ])
  await before.close()

  const cluster = await liveCluster()
  const record = startRecord({
    setting: { place: { kind: 'file', path }, required: true, days: 1, bytes: 2 ** 30 },
    server: 'https://api.example.com:6443',
    feed: () => cluster.feed,
    clock: manualClock(),
    onState() {},
  })
  expect(record.unable()).toEqual(cause('recordSilent'))
  await once(() => record.store() !== null)
  expect(record.unable()).toBeNull()
  const restored = vi.spyOn(cluster.feed, 'restoreAlarms')
  record.feedIs('live')
  await once(() => restored.mock.calls.length > 0)
  await cluster.turn()
  const { rows } = cluster.feed.moment()
  expect(rows.machines.get('worker-9')?.alarm).toMatchObject({ uid: 'gone', differs: ['key'] })
  const against = { kind: 'approvedAgainst', uid: 'against', decider: 'kubectl' }
  expect(rows.machines.get('worker-8')?.alarm).toMatchObject(against)
  expect(rows.machines.get('worker-7')?.alarm).toMatchObject({ request: 'unnamed' })
  const nameless = { machine: null, request: 'csr-alone', uid: 'alone' }
  expect(rows.alarms.get('approvedAgainst/alone')).toMatchObject(nameless)
  expect(rows.alarms.get('issuedOtherwise/alone')).toMatchObject({ ...nameless, differs: ['key'] })

  const dismissed = { event: 'alarm.dismissed', machine: 'worker-9', who: 'kim.osei' }
  record.line({ ...dismissed, alarm: 'issuedOtherwise', uid: 'gone' })
  record.line({ ...dismissed, alarm: 'approvedAgainst', uid: 'against' })
  record.line({ ...dismissed, machine: null, alarm: 'approvedAgainst', uid: 'alone' })
  await record.stop(new Promise(() => {}))
  const after = await openSqlStore(openSqlite(path))
  const { raised: kept } = await after.alarms()
  expect(kept.map(({ uid, machine }) => [uid, machine])).toEqual([
    ['odd', 'worker-9'],
    ['alone', null],
    ['unnamed', 'worker-7'],
  ])
  await after.close()
})

it('an alarm that a person dismissed stays so after a start, while its request is listed', async () => {
  const path = join(folder, 'dismissed.sqlite')
  const csr = makeCsr()
  const certificate = makeCertificate({ dnsNames: ['worker-1', 'api'] })
  const { feed, turn } = await liveCluster({ csrs: [{ ...approved(csr), certificate }] })
  expect(feed.machine('worker-1', KIM)?.alarms).toMatchObject([{ uid: csr.uid }])
  const before = await openSqlStore(openSqlite(path))
  const body = { request: csr.name, differences: [] }
  const fields = { machine: 'worker-1', body }
  await before.append([
    makeEntry(csr.uid, { ...fields, kind: 'alarm', key: `alarm/${csr.uid}` }),
    makeEntry(csr.uid, { ...fields, kind: 'line', key: `dismissed/${csr.uid}` }),
  ])
  await before.close()
  const record = startRecord({
    setting: { place: { kind: 'file', path }, required: false, days: 1, bytes: 2 ** 30 },
    server: 'https://api.example.com:6443',
    feed: () => feed,
    clock: manualClock(),
    onState() {},
  })
  await once(() => record.store() !== null)
  record.feedIs('live')
  await once(() => feed.machine('worker-1', KIM)?.alarms.length === 0)
  await turn()
  expect(feed.moment().rows.machines.get('worker-1')?.alarm).toBeNull()
  await record.stop(new Promise(() => {}))
})

/** A record in memory, of a live cluster, with its store. */
async function openRecord() {
  const { feed, clock } = await liveCluster()
  const revision = () =>
    feed.views.stamp('activity', {}, { viewer: { name: '' }, now: clock.now() }).revision
  const [before, retries] = [revision(), manualClock()]
  const record = startRecord({
    setting: { place: { kind: 'memory' }, required: false, days: 1, bytes: 2 ** 30 },
    server: 'https://api.example.com:6443',
    feed: () => feed,
    clock: retries,
    onState() {},
  })
  await once(() => record.store() !== null)
  const store = record.store()
  if (store === null) throw new Error('no store')
  return { record, store, before, revision, retries }
}

const lost = () => Promise.reject(new Error('ECONNREFUSED'))

it('Activity is read again once the record is open', async () => {
  const { record, before, revision } = await openRecord()
  expect(revision()).toBeGreaterThan(before)
  await record.stop(new Promise(() => {}))
})

it('Activity is read again once the record has the Audit-Id of a decision', async () => {
  const { record, store, revision } = await openRecord()
  const opened = revision()
  record.line({ event: 'decision.end', uid: 'u', auditId: 'audit-1' })
  await once(() => revision() > opened)
  expect(await store.writes(['u'])).toHaveLength(1)
  const written = revision()
  record.line({ event: 'session.begin', who: 'kim.osei' })
  await record.stop(new Promise(() => {}))
  expect(revision()).toBe(written)
})

it('Activity is read again once a lost record answers', async () => {
  const { record, store, revision, retries } = await openRecord()
  const before = revision()
  vi.spyOn(store, 'runNotes').mockRejectedValueOnce(new Error('ECONNREFUSED'))
  expect(await record.read(lost)).toBeUndefined()
  await once(() => retries.alarms.includes(1_000))
  expect(revision()).toBe(before)
  retries.advance(1_000)
  await once(() => revision() > before)
  await record.stop(new Promise(() => {}))
})

it('a search that took too long is an error of its own, and no loss of the record', async () => {
  const { record, store } = await openRecord()
  const probed = vi.spyOn(store, 'runNotes')
  const search = record.read(() => Promise.reject(new SearchTooLong('2 s')))
  await expect(search).rejects.toThrow(SearchTooLong)
  expect(probed).not.toHaveBeenCalled()
  await record.stop(new Promise(() => {}))
})

it('Activity is not read again where the record answers at once after a failed read', async () => {
  const { record, store, revision } = await openRecord()
  const before = revision()
  const { calls } = vi.spyOn(store, 'runNotes').mock
  await once(() => {
    void record.read(lost)
    return calls.length > 1
  })
  expect(revision()).toBe(before)
  await record.stop(new Promise(() => {}))
})
