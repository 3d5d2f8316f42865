import type { ExpectedMatch } from '#lib/csr/policy/expected-list.ts'
import { findsAll, searchWords } from '#lib/query/search-words.ts'
import type { ListedMachine } from '#lib/query/wire.ts'

/** A machine that is expected, or that came without being so: a row of the page. */
export interface ExpectedRow {
  readonly name: string
  readonly state: 'missing' | 'arrived' | 'unexpected'
  /** Of the list; of a machine that is on none what its Node says. */
  readonly addresses: readonly string[]
  readonly role: string | null
  /** Null while it is missing. */
  readonly machine: ListedMachine | null
}

export const EXPECTED_FILTERS = ['all', 'missing', 'arrived', 'unexpected'] as const
export type ExpectedFilter = (typeof EXPECTED_FILTERS)[number]

/**
 * Every row, what needs a person first: who waits for a decision, whom the list does not have
 * first; then the missing, who arrived, and those that were there before the list.
 */
export function expectedRows(match: ExpectedMatch<ListedMachine>): readonly ExpectedRow[] {
  const unexpected = match.unexpected.map(unexpectedRow)
  const arrived = match.arrived.map(
    ({ machine: { name, addresses, role }, row }): ExpectedRow => ({
      name,
      state: 'arrived',
      addresses,
      role,
      machine: row,
    }),
  )
  const missing = match.missing.map(
    (machine): ExpectedRow => ({ ...machine, state: 'missing', machine: null }),
  )
  return [
    ...unexpected.filter(waits),
    ...arrived.filter(waits),
    ...missing,
    ...arrived.filter((row) => !waits(row)),
    ...unexpected.filter((row) => !waits(row)),
  ]
}

function unexpectedRow(machine: ListedMachine): ExpectedRow {
  const { name, node, machineObject } = machine
  return {
    name,
    state: 'unexpected',
    addresses: node?.addresses.map(({ address }) => address).filter((each) => each !== name) ?? [],
    role: node?.roles.join(',') || (machineObject?.role ?? null),
    machine,
  }
}

function waits({ machine }: ExpectedRow): boolean {
  return machine?.waiting === true
}

export function filterExpected(
  rows: readonly ExpectedRow[],
  text: string,
  filter: ExpectedFilter,
): readonly ExpectedRow[] {
  const words = searchWords(text)
  if (words.length === 0 && filter === 'all') return rows
  return rows.filter(({ name, state, addresses, role }) => {
    if (filter !== 'all' && state !== filter) return false
    return findsAll(words, [name, role, ...addresses])
  })
}
