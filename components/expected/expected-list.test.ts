import { describe, expect, it } from 'vitest'
import { expectedRows, filterExpected } from '#components/expected/expected-list.ts'
import { makeMachine } from '#components/machines/fixtures/make-machine.ts'
import { matchExpected } from '#lib/csr/policy/expected-list.ts'

const listed = (name: string, ...addresses: string[]) => ({ name, addresses, role: 'worker' })
const rows = expectedRows(
  matchExpected(
    [listed('joined'), listed('missing', '198.51.100.7'), listed('waits')],
    new Map(
      [
        makeMachine({ name: 'joined', waiting: false }),
        makeMachine({ name: 'old', waiting: false }),
        makeMachine({ name: 'stranger' }),
        makeMachine({ name: 'waits' }),
      ].map((machine) => [machine.name, machine]),
    ),
  ),
)

it('shows what needs a person first, and the strangers among that', () => {
  expect(rows.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'stranger unexpected',
    'waits arrived',
    'missing missing',
    'joined arrived',
    'old unexpected',
  ])
})

describe('the filter', () => {
  it.each([
    ['', 'all', ['stranger', 'waits', 'missing', 'joined', 'old']],
    ['', 'missing', ['missing']],
    ['', 'arrived', ['waits', 'joined']],
    ['', 'unexpected', ['stranger', 'old']],
    ['100.7', 'all', ['missing']],
    ['WORKER wait', 'all', ['waits']],
    ['wait', 'missing', []],
  ] as const)('"%s" among %s', (text, filter, names) => {
    expect(filterExpected(rows, text, filter).map(({ name }) => name)).toEqual(names)
  })
})
