import { type AddressKey, dnsKey, hostKey } from '#lib/csr/addresses.ts'
import { skeleton } from '#lib/csr/confusable.ts'
import { Groups } from '#lib/csr/groups.ts'
import type { MachineRow } from '#lib/csr/machine/rows.ts'
import { domainsOf } from '#lib/csr/own-name.ts'

/** A machine that the admin expects, as the list has it. */
export interface ExpectedMachine {
  /** The node name it will ask for. */
  readonly name: string
  /** IPs and DNS names, canonical, in the order of the list; empty where it gives none. */
  readonly addresses: readonly string[]
  readonly role: string | null
}

/** Whether the list gives a name to each machine, and nothing else to any. */
export function isListOfNames(list: readonly ExpectedMachine[] | null): boolean {
  return list !== null && list.length > 0 && list.every(({ addresses }) => addresses.length === 0)
}

const NO_KEYS: ReadonlySet<AddressKey> = new Set()

/** A list of expected machines, by name and by address. */
export class ExpectedIndex {
  readonly #machines = new Map<string, ExpectedMachine>()
  readonly #keys = new Map<string, ReadonlySet<AddressKey>>()
  readonly #holders = new Groups()
  /** By what it looks like, the first name of the list. */
  readonly #looks = new Map<string, string>()
  readonly isListOfNames: boolean
  /** By domain, the first machine of the list that has a name under it. */
  readonly #domains = new Map<string, string>()

  constructor(list: readonly ExpectedMachine[]) {
    this.isListOfNames = isListOfNames(list)
    for (const machine of list) {
      // A node may be called by its own address: then that is its as well.
      const named = [dnsKey(machine.name), hostKey(machine.name)]
      const keys = new Set([...named, ...machine.addresses.map(hostKey)])
      this.#machines.set(machine.name, machine)
      this.#keys.set(machine.name, keys)
      const look = skeleton(machine.name)
      if (!this.#looks.has(look)) this.#looks.set(look, machine.name)
      for (const key of keys) this.#holders.add(key, machine.name)
      for (const domain of domainsOf(keys)) {
        if (!this.#domains.has(domain)) this.#domains.set(domain, machine.name)
      }
    }
  }

  machine(name: string): ExpectedMachine | null {
    return this.#machines.get(name) ?? null
  }

  machines(): readonly ExpectedMachine[] {
    return [...this.#machines.values()]
  }

  /** What the machine may answer as: its name, and the addresses that the list gives it. */
  keys(name: string): ReadonlySet<AddressKey> {
    return this.#keys.get(name) ?? NO_KEYS
  }

  /** A name of the list that looks like this; null for none. */
  lookingLike(looks: string): string | null {
    return this.#looks.get(looks) ?? null
  }

  /** The machines to which the list gives this address. */
  holding(address: AddressKey): Iterable<string> {
    return this.#holders.get(address)
  }

  /** A machine of the list with a name directly under that domain; null for none. */
  givesDomain(domain: string): string | null {
    return this.#domains.get(domain) ?? null
  }

  givesSameDomains({ domains }: ExpectedIndex): boolean {
    return (
      this.#domains.size === domains.size && [...domains].every((one) => this.#domains.has(one))
    )
  }

  get domains(): ReadonlySet<string> {
    return new Set(this.#domains.keys())
  }
}

/** What became of a list: each in the order of the list, machines without an entry by name. */
export interface ExpectedChanges {
  readonly added: readonly ExpectedMachine[]
  readonly removed: readonly ExpectedMachine[]
  /** As they are after the change. */
  readonly changed: readonly ExpectedMachine[]
}

export function expectedChanges(
  before: readonly ExpectedMachine[],
  after: readonly ExpectedMachine[],
): ExpectedChanges {
  const earlier = new Map(before.map((machine) => [machine.name, machine]))
  const later = new Set(after.map(({ name }) => name))
  const added: ExpectedMachine[] = []
  const changed: ExpectedMachine[] = []
  for (const machine of after) {
    const known = earlier.get(machine.name)
    if (known === undefined) added.push(machine)
    else if (!sameMachine(known, machine)) changed.push(machine)
  }
  return { added, changed, removed: before.filter(({ name }) => !later.has(name)) }
}

function sameMachine(a: ExpectedMachine, b: ExpectedMachine): boolean {
  return a.role === b.role && a.addresses.join(' ') === b.addresses.join(' ')
}

/** What the match needs of a machine's row, as the server or the browser holds it. */
export interface ArrivedRow
  extends Pick<MachineRow, 'name' | 'stage' | 'waiting' | 'verdict' | 'reason'> {
  readonly requests: readonly unknown[]
  readonly node: unknown
}

/** An expected list against what arrived. */
export interface ExpectedMatch<Row extends ArrivedRow> {
  readonly arrived: readonly { readonly machine: ExpectedMachine; readonly row: Row }[]
  readonly missing: readonly ExpectedMachine[]
  /** Arrived without being on the list; those that wait for a decision first, then by name. */
  readonly unexpected: readonly Row[]
}

export function matchExpected<Row extends ArrivedRow>(
  list: readonly ExpectedMachine[],
  rows: ReadonlyMap<string, Row>,
): ExpectedMatch<Row> {
  const arrived: { machine: ExpectedMachine; row: Row }[] = []
  const missing: ExpectedMachine[] = []
  const listed = new Set<string>()
  for (const machine of list) {
    listed.add(machine.name)
    const row = rows.get(machine.name)
    if (row !== undefined && hasArrived(row)) arrived.push({ machine, row })
    else missing.push(machine)
  }
  const unexpected: Row[] = []
  for (const row of rows.values()) {
    if (!listed.has(row.name) && hasArrived(row)) unexpected.push(row)
  }
  return { arrived, missing, unexpected: unexpected.sort(waitingFirst) }
}

/** A Machine object alone is a wish: the machine has arrived when it asks, or when it is a Node. */
export function hasArrived({ requests, node }: Pick<ArrivedRow, 'requests' | 'node'>): boolean {
  return requests.length > 0 || node !== null
}

function waitingFirst(a: ArrivedRow, b: ArrivedRow): number {
  if (a.waiting !== b.waiting) return a.waiting ? -1 : 1
  return a.name < b.name ? -1 : 1
}
