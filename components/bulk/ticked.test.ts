import { expect, it } from 'vitest'
import {
  firstTicks,
  machinesOf,
  offeredGroups,
  optionsOf,
  requestsOf,
  tickedGroups,
} from '#components/bulk/ticked.ts'
import type { PlanAnswer, PlanGroup } from '#lib/wire/run-answers.ts'

const group = (count: number, superseded: number): PlanGroup => ({
  ...{ count, requests: count, superseded, awaitsServing: 0, signers: [], names: [], rows: [] },
  staying: { count: 0, rows: [] },
})
const groups: PlanAnswer['groups'] = {
  verified: group(1, 2),
  plausible: group(1, 1),
  rebootstrapping: group(1, 0),
}

const roles = { controlPlane: group(3, 0), platform: group(0, 0), worker: group(4, 1) }

it.each([
  [['verified'], 1, 1, 3],
  [['verified', 'plausible'], 2, 2, 5],
  [['verified', 'rebootstrapping'], 2, 2, 4],
  [['verified', 'plausible', 'rebootstrapping'], 3, 3, 6],
  [[], 0, 0, 0],
] as const)(
  'a plan ticked with %j approves %i machines, %i requests, and %i with the older ones',
  (ticks, machines, few, all) => {
    const ticked = tickedGroups({ groups, roles: null }, new Set(ticks))
    const counts = [false, true].map((superseded) => requestsOf(ticked, superseded))
    expect([machinesOf(ticked), ...counts]).toEqual([machines, few, all])
  },
)

it('a plan by trust has its verified machines ticked, a plan by role nothing', () => {
  expect([...firstTicks({ groups, roles: null })]).toEqual(['verified'])
  expect([...firstTicks({ groups, roles })]).toEqual([])
})

it('a plan by role offers the roles that have a machine, and its run takes the ticked ones', () => {
  const plan = { groups, roles }
  expect(offeredGroups(plan).map(({ name }) => name)).toEqual(['controlPlane', 'worker'])
  const more = { superseded: true, followMinutes: 15, knowsShutdown: true }
  expect(optionsOf(plan, new Set(['worker', 'controlPlane']), more)).toEqual({
    ...{ verified: false, plausible: false, rebootstrapping: false, ...more },
    roles: ['controlPlane', 'worker'],
  })
  expect(optionsOf({ groups, roles: null }, new Set(['verified']), more)).toEqual({
    ...{ verified: true, plausible: false, rebootstrapping: false },
    ...{ superseded: true, followMinutes: 15 },
  })
})
