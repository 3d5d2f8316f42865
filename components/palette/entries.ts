import { searchable } from '#lib/query/search-words.ts'
import type { ListedMachine, ListedRequest } from '#lib/query/wire.ts'

/** Something that can be found and chosen. */
export interface Entry {
  readonly id: string
  readonly group: 'commands' | 'machines' | 'requests' | 'nodes'
  /** As the cluster has it; commands in the page's language. */
  readonly name: string
  readonly hint: string
  readonly run: () => void
}

export interface Command {
  readonly id: string
  readonly name: string
  readonly hint: string
  readonly run: () => void
}

/** As many of a kind as fit on a screen: whoever has more to look through goes on typing. */
const PER_GROUP = 6

export interface SearchSpace {
  readonly commands: readonly Command[]
  readonly machines: readonly ListedMachine[]
  readonly requests: readonly ListedRequest[]
  readonly openMachine: (name: string) => void
  readonly openRequest: (uid: string) => void
}

/**
 * What matches: every word must occur. What is called so, or has this address, comes first, then names
 * that begin with it.
 */
export function findEntries(text: string, space: SearchSpace): readonly Entry[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const commands = space.commands
    .filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
    .map((command): Entry => ({ ...command, group: 'commands' }))
  if (words.length === 0) return commands

  const found = [
    best(space.machines.filter(isMachine), words, machineTexts, (machine) => ({
      ...entryOf(machine),
      group: 'machines',
      hint: machine.stage,
    })),
    best(space.requests, words, requestTexts, ({ uid, name, nodeName, requestor }) => ({
      id: `request ${uid}`,
      group: 'requests',
      name,
      hint: nodeName ?? requestor,
      run: () => space.openRequest(uid),
    })),
    best(space.machines.filter(isNode), words, machineTexts, (machine) => ({
      ...entryOf(machine),
      group: 'nodes',
      hint: machine.node?.status ?? '',
    })),
  ]
  const groups = found.toSorted((a, b) => Number(b.isExact) - Number(a.isExact))
  return [...commands, ...groups.flatMap(({ entries }) => entries)]

  function entryOf({ name }: ListedMachine): Pick<Entry, 'id' | 'name' | 'run'> {
    return { id: `machine ${name}`, name, run: () => space.openMachine(name) }
  }
}

function isMachine({ waiting, node }: ListedMachine): boolean {
  return waiting || node === null
}

function isNode(machine: ListedMachine): boolean {
  return !isMachine(machine)
}

/** What a row is found by, its name first. */
type Texts<Row> = (row: Row) => readonly string[]

const machineTexts: Texts<ListedMachine> = ({ name, node, machineObject }) => [
  name,
  ...(node?.addresses ?? []).map(({ address }) => address),
  machineObject?.name ?? '',
]

const requestTexts: Texts<ListedRequest> = ({ name, requestor }) => [name, requestor]

/** The best of a group, found without sorting ten thousand rows. */
function best<Row>(
  rows: readonly Row[],
  words: readonly string[],
  textsOf: Texts<Row>,
  entryOf: (row: Row) => Entry,
): { readonly entries: readonly Entry[]; readonly isExact: boolean } {
  const exact: Row[] = []
  const first: Row[] = []
  const rest: Row[] = []
  const [start = ''] = words
  const whole = words.join(' ')
  for (const row of rows) {
    const all = searchable(textsOf(row))
    if (!words.every((word) => all.includes(word))) continue
    if (all.split('\n').includes(whole)) exact.push(row)
    else if (all.startsWith(start)) first.push(row)
    else rest.push(row)
  }
  const entries = [...exact, ...first, ...rest].slice(0, PER_GROUP).map(entryOf)
  return { entries, isExact: exact.length > 0 }
}
