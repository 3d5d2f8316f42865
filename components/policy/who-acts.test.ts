import { expect, it } from 'vitest'
import { type WhoActs, whoActs } from '#components/policy/who-acts.ts'

type Told = Parameters<typeof whoActs>[0]
const LEADING = { presence: 'leading', holder: 'a-1', renewedAt: null, trips: [] } as const
const TRIP = { scope: 'total', name: '', at: '2026-12-01T14:00:00Z' } as const

const told = (mode: Told['policy']['automatic']['mode'], more: Partial<Told> = {}): Told => ({
  ...{ policy: { automatic: { mode } }, paused: false, barred: null, approver: LEADING },
  ...more,
})
const withApprover = (more: Partial<Told['approver']>) => ({ approver: { ...LEADING, ...more } })

it.each<[WhoActs, Told]>([
  ['act', told('act')],
  ['shadow', told('shadow')],
  ['off', told('off')],
  ['off', told('off', withApprover({ presence: 'absent' }))],
  ['absent', told('act', withApprover({ presence: 'absent' }))],
  ['leaderless', told('shadow', withApprover({ presence: 'leaderless' }))],
  ['unknown', told('act', withApprover({ presence: 'unknown' }))],
  ['barred', told('act', { barred: { detail: 'no', causes: [] } })],
  ['brake', told('act', withApprover({ trips: [TRIP] }))],
  ['brake', told('act', withApprover({ trips: [TRIP], presence: 'leaderless' }))],
  ['stopped', told('act', { paused: true })],
  ['stopped', told('act', { paused: true, ...withApprover({ trips: [TRIP] }) })],
  ['act', told('act', { paused: null })],
])('%s', (expected, answer) => {
  expect(whoActs(answer)).toBe(expected)
})
