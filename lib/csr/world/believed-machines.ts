import { firstLabel, internalDnsNames, machineKeys } from '#lib/csr/addresses/addresses.ts'
import { Groups } from '#lib/csr/groups.ts'
import type { MachineObject } from '#lib/csr/model.ts'
import { isCut } from '#lib/csr/reading/request-reading.ts'
import { milliseconds } from '#lib/csr/time.ts'

/** A Machine with its derived keys. */
export interface IndexedMachine {
  readonly machine: MachineObject
  readonly createdAt: number | null
  readonly keys: ReadonlySet<string>
  readonly dnsNames: ReadonlySet<string>
  /** Names by which the Machine knows its node: that of its nodeRef and the expected ones. */
  readonly names: ReadonlySet<string>
}

export function indexMachine(machine: MachineObject): IndexedMachine {
  const dnsNames = internalDnsNames(machine)
  const names = new Set(dnsNames)
  if (machine.nodeRef !== null) names.add(machine.nodeRef.name)
  const createdAt = milliseconds(machine.createdAt)
  return { machine, createdAt, keys: machineKeys(machine), dnsNames, names }
}

/** Believed Machines by name and address. All lookups answer with uids. */
export class BelievedMachines {
  readonly #all = new Map<string, IndexedMachine>()
  readonly #byAddress = new Groups()
  readonly #byNodeRef = new Groups()
  readonly #byDns = new Groups()
  readonly #byLabel = new Groups()
  readonly #cut = new Set<string>()

  has(uid: string): boolean {
    return this.#all.has(uid)
  }

  all(): Iterable<IndexedMachine> {
    return this.#all.values()
  }

  holding(address: string): Iterable<string> {
    return this.#byAddress.get(address)
  }

  /** Machines whose nodeRef is this node. */
  referringTo(nodeName: string): Iterable<string> {
    return this.#byNodeRef.get(nodeName)
  }

  /** Machines whose InternalDNS is this name. */
  named(nodeName: string): Iterable<string> {
    return this.#byDns.get(nodeName)
  }

  hasName(name: string): boolean {
    return this.#byNodeRef.has(name) || this.#byDns.has(name)
  }

  labelled(label: string): Iterable<string> {
    return this.#byLabel.get(label)
  }

  /** Machines whose addresses were cut when they were stored. */
  withMore(): ReadonlySet<string> {
    return this.#cut
  }

  /** When the first Machine of this name was created; null for no such time. */
  establishedAt(name: string): number | null {
    let earliest: number | null = null
    for (const groups of [this.#byNodeRef, this.#byDns]) {
      for (const uid of groups.get(name)) {
        const createdAt = this.#all.get(uid)?.createdAt ?? null
        if (createdAt !== null && (earliest === null || createdAt < earliest)) earliest = createdAt
      }
    }
    return earliest
  }

  add(indexed: IndexedMachine): void {
    const { machine, keys, dnsNames, names } = indexed
    const { uid, nodeRef } = machine
    this.#all.set(uid, indexed)
    for (const key of keys) this.#byAddress.add(key, uid)
    for (const name of dnsNames) this.#byDns.add(name, uid)
    if (nodeRef !== null) this.#byNodeRef.add(nodeRef.name, uid)
    for (const label of labelsOf(names)) this.#byLabel.add(label, uid)
    if (isCut(machine, 'status.addresses')) this.#cut.add(uid)
  }

  delete({ machine: { uid, nodeRef }, keys, dnsNames, names }: IndexedMachine): void {
    if (!this.#all.delete(uid)) return
    for (const key of keys) this.#byAddress.delete(key, uid)
    for (const name of dnsNames) this.#byDns.delete(name, uid)
    if (nodeRef !== null) this.#byNodeRef.delete(nodeRef.name, uid)
    for (const label of labelsOf(names)) this.#byLabel.delete(label, uid)
    this.#cut.delete(uid)
  }
}

function* labelsOf(names: Iterable<string>): Iterable<string> {
  for (const name of names) {
    const label = firstLabel(name)
    if (label !== null) yield label
  }
}
