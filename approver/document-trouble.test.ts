import { expect, it } from 'vitest'
import { expectedTrouble, policyTrouble } from '#approver/document-trouble.ts'
import type { ExpectedState, PolicyState } from '#lib/cluster/documents.ts'
import { cause } from '#lib/csr/cause.ts'

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
