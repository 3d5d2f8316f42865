import { expect, it } from 'vitest'
import { machinesOf, requestsOf, tickedGroups } from '#components/bulk/ticked.ts'
import type { PlanAnswer, PlanGroup } from '#lib/query/domain-types.ts'

const group = (count: number, superseded: number): PlanGroup => ({
  ...{ count, requests: count, superseded, awaitsServing: 0, signers: [], names: [], rows: [] },
  staying: { count: 0, rows: [] },
})
const groups: PlanAnswer['groups'] = {
  verified: group(1, 2),
  plausible: group(1, 1),
  rebootstrapping: group(1, 0),
}

it.each([
  [{ verified: true, plausible: false, rebootstrapping: false }, 1, 1, 3],
  [{ verified: true, plausible: true, rebootstrapping: false }, 2, 2, 5],
  [{ verified: true, plausible: false, rebootstrapping: true }, 2, 2, 4],
  [{ verified: true, plausible: true, rebootstrapping: true }, 3, 3, 6],
  [{ verified: false, plausible: false, rebootstrapping: false }, 0, 0, 0],
])('with %j: %i machines, %i requests, %i with the older ones', (ticks, machines, few, all) => {
  const ticked = tickedGroups({ groups }, ticks)
  const counts = [false, true].map((superseded) => requestsOf(ticked, { superseded }))
  expect([machinesOf(ticked), ...counts]).toEqual([machines, few, all])
})
