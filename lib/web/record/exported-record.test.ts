import { expect, it } from 'vitest'
import { makeEntry, RECORDED_AT } from '#lib/journal/fixtures/record-entries.ts'
import { openSqlStore } from '#lib/journal/sql-store.ts'
import { openSqlite } from '#lib/journal/sqlite-database.ts'
import { exportedRecord } from '#lib/web/record/exported-record.ts'

async function exported(count: number, machine?: string): Promise<readonly unknown[]> {
  const store = await openSqlStore(openSqlite(':memory:'))
  const signIn = { event: 'session.begin', who: 'kim.osei' }
  await store.append([
    makeEntry('s', {
      ...{ kind: 'line', uid: null, machine: null, at: 0 },
      ...{ person: 'kim.osei', body: signIn },
    }),
    makeEntry('day', { kind: 'shadow' }),
    ...Array.from({ length: count }, (_, n) => makeEntry(`u${n}`, { machine: 'worker-1' })),
  ])
  const response = exportedRecord(store, machine, { viewing: null, inTurn: (read) => read() })
  expect(response.headers.get('content-disposition')).toContain('countersign-record.jsonl')
  const text = await response.text()
  await store.close()
  return text
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line))
}

it('the export has one object a line, with a sign-in among them', async () => {
  const [signIn, decision] = await exported(1)
  const recordedAt = new Date(RECORDED_AT).toISOString()
  expect(signIn).toEqual({
    ...{ kind: 'line', recordedAt, at: null, uid: null, machine: null, person: 'kim.osei' },
    body: { event: 'session.begin', who: 'kim.osei' },
  })
  expect(decision).toEqual({
    ...{ kind: 'decision', recordedAt, at: recordedAt, uid: 'u0', machine: 'worker-1' },
    ...{ person: null, body: { uid: 'u0' } },
  })
})

it.each([0, 199, 200, 401])('the export has each of %i decisions once', async (count) => {
  expect(await exported(count)).toHaveLength(count + 1)
  expect(await exported(count, 'worker-1')).toHaveLength(count)
})
