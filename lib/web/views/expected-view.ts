import {
  type ExpectedMachine,
  type ExpectedMatch,
  matchExpected,
} from '#lib/csr/policy/expected-list.ts'
import type { JudgedMachine } from '#lib/csr/rows/rows.ts'
import { standingFor, type ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import { searchText, searchWords } from '#lib/journal/search-text.ts'
import { countRows } from '#lib/web/views/rows/counted-rows.ts'
import { roleOf } from '#lib/web/views/rows/list-rows.ts'
import {
  listOf,
  matching,
  type Page,
  pageOf,
  type ViewContext,
  type ViewState,
} from '#lib/web/views/rows/view-page.ts'
import type { Asked } from '#lib/web/views/rows/view-query.ts'
import type { ExpectedCounts, ExpectedListRow } from '#lib/wire/views.ts'

interface MatchedRow extends Omit<ExpectedListRow, 'machine'> {
  readonly machine: JudgedMachine | null
}

interface ExpectedEntry {
  readonly row: MatchedRow
  readonly text: string
}

const COUNTED: Readonly<Record<keyof ExpectedCounts, (entry: ExpectedEntry) => boolean>> = {
  all: () => true,
  missing: ({ row }) => row.state === 'missing',
  arrived: ({ row }) => row.state === 'arrived',
  unexpected: ({ row }) => row.state === 'unexpected',
  waitingArrived: ({ row }) => row.state === 'arrived' && waits(row),
  waitingUnexpected: ({ row }) => row.state === 'unexpected' && waits(row),
}

/**
 * The list in force matched with the machines that arrived, once for each revision of the topic.
 */
export function createExpectedView(): (
  state: Pick<ViewState, 'expected' | 'revision' | 'rows'>,
  asked: Asked<'expected'>,
  context: ViewContext,
) => Page<'expected'> {
  let latest: {
    readonly list: readonly ExpectedMachine[] | null
    readonly revision: number
    readonly entries: readonly ExpectedEntry[]
  } | null = null
  return ({ expected: list, revision, rows }, asked, { viewer }) => {
    if (latest?.list !== list || latest.revision !== revision) {
      latest = { list, revision, entries: entriesOf(list ?? [], rows.machines, list === null) }
    }
    const { entries } = latest
    const test = asked.filter === 'all' ? null : COUNTED[asked.filter]
    const found = matching(listOf(entries), searchWords(asked.text), test)
    return pageOf(found, asked, countRows(entries, COUNTED), (entry) => rowFor(entry, viewer))
  }
}

/**
 * Machines that need a person first: waiting ones, unexpected before expected. Then missing
 * machines, machines that arrived, and machines older than the list.
 */
function entriesOf(
  list: readonly ExpectedMachine[],
  machines: ReadonlyMap<string, JudgedMachine>,
  isWithoutList: boolean,
): readonly ExpectedEntry[] {
  if (isWithoutList) return []
  const match: ExpectedMatch<JudgedMachine> = matchExpected(list, machines)
  const unexpected = match.unexpected.map(unexpectedRow)
  const arrived = match.arrived.map(({ machine, row }) => expectedRow(machine, row))
  const missing = match.missing.map((machine) => expectedRow(machine, null))
  return [
    ...unexpected.filter(waits),
    ...arrived.filter(waits),
    ...missing,
    ...arrived.filter((row) => !waits(row)),
    ...unexpected.filter((row) => !waits(row)),
  ].map((row) => ({ row, text: searchText([row.name, row.role, ...row.addresses]) }))
}

function expectedRow(
  { name, addresses, role }: ExpectedMachine,
  machine: JudgedMachine | null,
): MatchedRow {
  return { name, state: machine === null ? 'missing' : 'arrived', addresses, role, machine }
}

function unexpectedRow(machine: JudgedMachine): MatchedRow {
  const { name, node } = machine
  const addresses = (node?.addresses ?? []).map(({ address }) => address)
  return {
    name,
    state: 'unexpected',
    addresses: addresses.filter((address) => address !== name),
    role: roleOf(machine),
    machine,
  }
}

function rowFor({ row }: ExpectedEntry, viewer: ViewerName): ExpectedListRow {
  const { machine } = row
  if (machine === null) return { ...row, machine }
  const { stage, waiting, waitingForSigner } = machine
  const { verdict, reason } = standingFor(machine, viewer)
  return { ...row, machine: { stage, waiting, waitingForSigner, verdict, reason } }
}

function waits({ machine }: MatchedRow): boolean {
  return machine?.waiting === true
}
