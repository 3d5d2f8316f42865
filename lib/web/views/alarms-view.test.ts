import { expect, it } from 'vitest'
import { makeAgainst, makeIssuedOtherwise } from '#lib/csr/fixtures/make-rows.ts'
import { alarmKey } from '#lib/csr/rows/rows.ts'
import { viewsOf } from '#lib/web/views/fixtures/views-of.ts'
import { ago } from '#lib/wire/fixtures/cluster.ts'

const differences = [{ what: 'key', asked: ['a'], issued: ['b'] }]
const ALARMS = [
  makeAgainst({ uid: 'alone', machine: null, since: ago(60) }),
  { ...makeIssuedOtherwise({ uid: 'alone', machine: null, since: ago(5) }), differences },
  makeAgainst({ uid: 'of-machine', since: ago(30) }),
]
const { alarms } = viewsOf({ alarms: ALARMS })
const FIRST = { from: 0, to: 100 }

it('alarms of machines and of requests without one are in one list, the newest first', () => {
  const { rows, total, counts } = alarms.page(FIRST)
  expect([total, counts]).toEqual([3, { all: 3, dropped: 0 }])
  expect(rows.map(alarmKey)).toEqual([
    'issuedOtherwise/alone',
    'approvedAgainst/of-machine',
    'approvedAgainst/alone',
  ])
  expect(alarms.page({ from: 1, to: 2 }).rows.map(({ uid }) => uid)).toEqual(['of-machine'])
})

it('a list has no differences, and the alarms of one request have them', () => {
  expect(alarms.page(FIRST).rows[0]).toMatchObject({ differences: [] })
  const { rows, total } = alarms.page({ ...FIRST, uid: 'alone' })
  expect(total).toBe(2)
  expect(rows).toEqual([ALARMS[1], ALARMS[0]])
  expect(alarms.page({ ...FIRST, uid: 'another' }).rows).toEqual([])
})
