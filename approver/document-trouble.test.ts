import { expect, it } from 'vitest'
import { documentNews, expectedTrouble, policyTrouble } from '#approver/document-trouble.ts'
import type { ExpectedState, InForce, PolicyState } from '#lib/cluster/documents.ts'
import { cause } from '#lib/csr/cause.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'

const UNREAD = { status: 'unread', text: null, version: null, causes: [], value: null } as const
const GONE = { status: 'absent', causes: [cause('fileAbsent', { path: '/p' })] } as const
const problem = (path: string) => ({
  ...{ line: 3, column: 5, path },
  cause: cause('fieldUnknown', { field: 'nope' }),
})
const NO_HEADER = { code: 'noHeader', line: 1, values: {} } as const
const TOO_SLOW = { code: 'tooSlow', line: null, values: {} } as const

it.each<[string, Partial<PolicyState>, string | null]>([
  ['not read yet', {}, 'not read yet'],
  ['gone', GONE, 'There is no file /p.'],
  ['in force', { status: 'read' }, null],
  [
    'refused',
    { status: 'read', problems: [problem(''), problem('spec')] },
    'Line 3, column 5: There is no field nope here. And 1 more.',
  ],
  [
    'refused in a field',
    { status: 'read', problems: [problem('spec.rules')] },
    'Line 3, column 5: spec.rules: There is no field nope here.',
  ],
])('the log words a policy that is %s', (_, state, words) => {
  const policyDocument = { ...UNREAD, problems: [], ...state }
  expect(policyTrouble({ policyDocument })).toBe(words)
})

it.each<[string, Partial<ExpectedState>, string | null]>([
  ['not read yet', {}, 'not read yet'],
  ['gone', GONE, 'There is no file /p.'],
  ['in memory', { status: 'absent' }, null],
  ['in force', { status: 'read' }, null],
  ['refused', { status: 'read', problems: [NO_HEADER, TOO_SLOW] }, 'line 1: noHeader (and 1 more)'],
  ['too slow to read', { status: 'read', problems: [TOO_SLOW] }, 'line -: tooSlow'],
])('the log words a list that is %s', (_, state, words) => {
  const expectedDocument = { ...UNREAD, problems: [], ...state }
  expect(expectedTrouble({ expectedDocument })).toBe(words)
})

const BEFORE: InForce = {
  ...{ policy: null, policySince: 0, isPolicyKnown: false, barred: null },
  ...{ expected: null, isExpectedKnown: false, paused: true, releasedAt: 0 },
  policyDocument: { ...UNREAD, problems: [] },
  expectedDocument: { ...UNREAD, problems: [] },
}
const BARRED = { ...BEFORE, barred: cause('requestGone') }
const REFUSED = { ...UNREAD, status: 'read', problems: [problem('')] } as const
const UNKNOWN_FIELD = 'Line 3, column 5: There is no field nope here.'

it.each<[string, InForce, Partial<InForce>, readonly object[]]>([
  ['nothing that is logged', BEFORE, { policySince: 1, releasedAt: 1, expected: [] }, []],
  [
    'another policy',
    BEFORE,
    { policy: DEFAULT_POLICY },
    [{ event: 'policy', policy: 'built-in', generation: 'built-in', mode: 'off' }],
  ],
  [
    'a refused policy',
    BEFORE,
    { policyDocument: REFUSED },
    [{ event: 'policyProblem', problem: UNKNOWN_FIELD }],
  ],
  [
    'a refused list',
    BEFORE,
    { expectedDocument: { ...UNREAD, status: 'read', problems: [NO_HEADER] } },
    [{ event: 'expectedProblem', problem: 'line 1: noHeader' }],
  ],
  ['the kill switch, off', BEFORE, { paused: false }, [{ event: 'resumed' }]],
  ['the kill switch, on', { ...BEFORE, paused: false }, {}, [{ event: 'paused' }]],
  ['a policy that may approve again', BARRED, {}, [{ event: 'policyUsable' }]],
])('the log tells of %s', (_, before, after, news) => {
  expect(documentNews({ ...BEFORE, ...after }, before)).toEqual(news)
})
