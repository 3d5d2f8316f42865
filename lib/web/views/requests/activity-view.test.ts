import { expect, it } from 'vitest'
import {
  DECIDED_NAMES,
  DECISION_CASES,
  OF_MACHINE,
  OF_OTHERS,
} from '#lib/journal/fixtures/decision-cases.ts'
import { CONTEXT, FIRST, viewsOf } from '#lib/web/views/fixtures/views-of.ts'
import type { Asked } from '#lib/web/views/rows/view-query.ts'
import { ago, makeMachine, makeRequest } from '#lib/wire/fixtures/cluster.ts'

const requests = [makeRequest({ uid: 'waits', name: 'waits' }), ...OF_MACHINE]
const VIEWS = viewsOf({ machines: [makeMachine({ requests })], others: OF_OTHERS })
const ANY: Asked<'activity'> = { ...FIRST, decision: 'all' }
const answer = (odd: Partial<Asked<'activity'>> = {}) =>
  VIEWS.activity.page({ ...ANY, ...odd }, CONTEXT)

it.each(DECISION_CASES)('Activity finds %s', (_, { words = [], ...odd }, expected) => {
  const { rows, total } = answer({ ...odd, text: words.join(' ').toUpperCase() })
  expect(rows.map(({ name }) => name)).toEqual(expected)
  expect(total).toBe(expected.length)
})

it('Activity has a page of the decided requests', () => {
  const { rows } = answer({ from: 2, to: 4 })
  expect(rows.map(({ name }) => name)).toEqual(DECIDED_NAMES.slice(2, 4))
})

it('Activity counts what each decision filter would show, and says how far back the list goes', () => {
  expect(answer({ text: 'nothing' }).counts).toEqual({
    all: 7,
    approved: 5,
    denied: 1,
    failed: 2,
    against: 0,
    reachesBackTo: ago(300),
  })
  expect(viewsOf({}).activity.page(ANY, CONTEXT).counts.reachesBackTo).toBeNull()
})
