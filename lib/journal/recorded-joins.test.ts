import { expect, it } from 'vitest'
import { makeEntry } from '#lib/journal/fixtures/record-entries.ts'
import { recordOn, STANDING } from '#lib/journal/fixtures/record-on.ts'
import { NO_RECORD } from '#lib/journal/no-record.ts'
import { recordedJoins } from '#lib/journal/recorded-joins.ts'
import { openSqlStore } from '#lib/journal/sql-store.ts'
import { openSqlite } from '#lib/journal/sqlite-database.ts'

const NOW = Date.parse('2026-11-24T14:00:00Z')
const MINUTE = 60_000
const join = (at: string, minutes: number | null) =>
  makeEntry(at, {
    ...{ kind: 'join', at: Date.parse(at) },
    took: minutes === null ? null : minutes * MINUTE,
  })
const arrival = (at: string) =>
  makeEntry(at, { kind: 'request', at: Date.parse(at), person: 'bootstrapper' })

it('joins are counted by the reader’s days, with the times of half of them and of 95 of 100', async () => {
  const store = await openSqlStore(openSqlite(':memory:'))
  await store.append([
    join('2026-11-22T12:00:00Z', 5),
    join('2026-11-22T23:30:00Z', 7),
    join('2026-11-23T10:00:00Z', 4),
    join('2026-11-23T11:00:00Z', 90),
    join('2026-11-23T12:00:00Z', null),
    arrival('2026-11-23T09:00:00Z'),
    arrival('2026-11-24T13:00:00Z'),
  ])
  const answer = await recordedJoins(recordOn(store), { days: 3, offset: 60 }, NOW)
  await store.close()
  expect(answer).toEqual({
    serverTime: '2026-11-24T14:00:00.000Z',
    record: STANDING,
    days: [
      { day: '2026-11-22', waiting: 0, joined: 1, late: 0, p50: 300, p95: 300, longest: 300 },
      { day: '2026-11-23', waiting: 1, joined: 4, late: 1, p50: 420, p95: 5_400, longest: 5_400 },
      { day: '2026-11-24', waiting: 1, joined: 0, late: 0, p50: null, p95: null, longest: null },
    ],
    all: { waiting: 2, joined: 5, late: 1, p50: 300, p95: 5_400, longest: 5_400 },
  })
})

it('without a record no machine joined in any day', async () => {
  const none = { waiting: 0, joined: 0, late: 0, p50: null, p95: null, longest: null }
  expect(await recordedJoins(NO_RECORD, { days: 1, offset: 0 }, NOW)).toEqual({
    serverTime: '2026-11-24T14:00:00.000Z',
    record: null,
    days: [{ day: '2026-11-24', ...none }],
    all: none,
  })
})
