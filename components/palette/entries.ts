import { visible } from '#lib/csr/escape.ts'
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

/** What matches: every word must occur, names that begin with the text come first. */
export function findEntries(text: string, space: SearchSpace): readonly Entry[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const entries: Entry[] = space.commands
    .filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
    .map((command) => ({ ...command, group: 'commands' }))
  if (words.length === 0) return entries

  const machines: Entry[] = []
  const nodes: Entry[] = []
  for (const machine of best(space.machines, machineText, words)) {
    const entry = {
      id: `machine ${machine.name}`,
      name: machine.name,
      run: () => space.openMachine(machine.name),
    }
    if (machine.waiting || machine.node === null) {
      machines.push({ ...entry, group: 'machines', hint: machine.stage })
    } else {
      nodes.push({ ...entry, group: 'nodes', hint: machine.node.status })
    }
  }
  const requests = best(space.requests, requestText, words).map(
    (request): Entry => ({
      id: `request ${request.uid}`,
      group: 'requests',
      name: request.name,
      hint: request.nodeName ?? request.requestor,
      run: () => space.openRequest(request.uid),
    }),
  )
  return [
    ...entries,
    ...machines.slice(0, PER_GROUP),
    ...requests.slice(0, PER_GROUP),
    ...nodes.slice(0, PER_GROUP),
  ]
}

function machineText({ name, node, machineObject }: ListedMachine): string {
  const addresses = node?.addresses.map(({ address }) => address).join(' ') ?? ''
  return `${name} ${addresses} ${machineObject?.name ?? ''}`.toLowerCase()
}

function requestText({ name, requestor }: ListedRequest): string {
  return `${visible(name)} ${requestor}`.toLowerCase()
}

/** Enough to fill every group, found without sorting ten thousand rows. */
function best<Row extends { readonly name: string }>(
  rows: readonly Row[],
  textOf: (row: Row) => string,
  words: readonly string[],
): readonly Row[] {
  const first: Row[] = []
  const rest: Row[] = []
  const [start = ''] = words
  for (const row of rows) {
    const text = textOf(row)
    if (!words.every((word) => text.includes(word))) continue
    if (text.startsWith(start)) first.push(row)
    else if (rest.length < 3 * PER_GROUP) rest.push(row)
    if (first.length >= 3 * PER_GROUP) break
  }
  return [...first, ...rest]
}
