import { expect, it } from 'vitest'
import {
  type AutomaticApprover,
  type WhoActs,
  whoActs,
} from '#lib/csr/policy/automatic-approver.ts'

type Facts = Parameters<typeof whoActs>[0]

const trips = [{ scope: 'total', name: '', at: '2026-12-01T14:00:00Z' }] as const
const facts = (
  mode: Facts['mode'],
  approver: Partial<AutomaticApprover> = {},
  isBarred = false,
): Facts => ({
  mode,
  isBarred,
  approver: { presence: 'leading', paused: false, trips: [], ...approver },
})

it.each<[WhoActs, Facts]>([
  ['act', facts('act')],
  ['shadow', facts('shadow')],
  ['off', facts('off')],
  ['off', facts('off', { presence: 'absent' })],
  ['absent', facts('act', { presence: 'absent' })],
  ['leaderless', facts('shadow', { presence: 'leaderless' })],
  ['unknown', facts('act', { presence: 'unknown' })],
  ['barred', facts('act', {}, true)],
  ['brake', facts('act', { trips })],
  ['brake', facts('act', { trips, presence: 'leaderless' })],
  ['paused', facts('act', { paused: true })],
  ['paused', facts('act', { paused: true, trips })],
  ['act', facts('act', { paused: null })],
])('whoActs answers %s by the first reason that applies', (expected, asked) => {
  expect(whoActs(asked)).toBe(expected)
})
