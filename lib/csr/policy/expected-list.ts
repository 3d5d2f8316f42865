import { type AddressKey, dnsKey, hostKey } from '#lib/csr/addresses/addresses.ts'
import { domainsOf } from '#lib/csr/addresses/own-name.ts'
import { skeleton } from '#lib/csr/confusable.ts'
import { Groups } from '#lib/csr/groups.ts'

/** An expected machine of the admin's list. */
export interface ExpectedMachine {
  /** The node name that the machine will ask for. */
  readonly name: string
  /** IPs and DNS names, canonical, in the order of the list; empty if the list gives none. */
  readonly addresses: readonly string[]
  readonly role: string | null
}

/** Whether the list gives only names, and no address to any machine. */
export function isListOfNames(list: readonly ExpectedMachine[] | null): boolean {
  return list !== null && list.length > 0 && list.every(({ addresses }) => addresses.length === 0)
}

const NO_KEYS: ReadonlySet<AddressKey> = new Set()

/** The list of expected machines, indexed by name and by address. */
export class ExpectedIndex {
  readonly #machines = new Map<string, ExpectedMachine>()
  readonly #keys = new Map<string, ReadonlySet<AddressKey>>()
  readonly #holders = new Groups()
  /** The first listed name by skeleton. */
  readonly #looks = new Map<string, string>()
  readonly isListOfNames: boolean
  /** The first machine with a name directly under each domain. */
  readonly #domains = new Map<string, string>()

  constructor(list: readonly ExpectedMachine[]) {
    this.isListOfNames = isListOfNames(list)
    for (const machine of list) {
      // A node named by its own address owns that address.
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

  /** Keys of the machine's name and of its listed addresses. */
  keys(name: string): ReadonlySet<AddressKey> {
    return this.#keys.get(name) ?? NO_KEYS
  }

  /** A listed name with that skeleton; null for none. */
  lookingLike(looks: string): string | null {
    return this.#looks.get(looks) ?? null
  }

  /** Machines to which the list gives this address. */
  holding(address: AddressKey): Iterable<string> {
    return this.#holders.get(address)
  }

  /** A listed machine with a name directly under that domain; null for none. */
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

export function expectedChanges(
  before: readonly ExpectedMachine[],
  after: readonly ExpectedMachine[],
): {
  readonly added: readonly ExpectedMachine[]
  readonly removed: readonly ExpectedMachine[]
  /** Changed machines as they are after the change. */
  readonly changed: readonly ExpectedMachine[]
} {
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

/** Fields of a machine's row that the match needs. */
export interface ArrivedRow {
  readonly name: string
  readonly waiting: boolean
  readonly requests: readonly unknown[]
  readonly node: unknown
}

/** The expected list compared with the machines that arrived. */
export interface ExpectedMatch<Row extends ArrivedRow> {
  readonly arrived: readonly { readonly machine: ExpectedMachine; readonly row: Row }[]
  readonly missing: readonly ExpectedMachine[]
  /** Arrived machines that are not on the list, waiting ones first, then by name. */
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

/** A machine has arrived when it has a request or a Node; a Machine object alone does not count. */
export function hasArrived({ requests, node }: Pick<ArrivedRow, 'requests' | 'node'>): boolean {
  return requests.length > 0 || node !== null
}

function waitingFirst(a: ArrivedRow, b: ArrivedRow): number {
  if (a.waiting !== b.waiting) return a.waiting ? -1 : 1
  return a.name < b.name ? -1 : 1
}
