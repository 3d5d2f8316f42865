import type { CsrOptions } from '#lib/csr/fixtures/make-csr.ts'
import type { NodeAddress } from '#lib/csr/model.ts'

/** One serving request and the facts about its machine. */
export interface Story {
  readonly nodeName: string
  /** First address of the machine, where `openPorts` answers. */
  readonly address: string
  /** Null: the Node does not exist. */
  readonly node: readonly NodeAddress[] | null
  /** `younger`: the Node came after the request. */
  readonly nodeIs?: 'beingDeleted' | 'younger'
  /** Null: there is no Machine for it. */
  readonly machine: readonly NodeAddress[] | null
  /** Another Machine claims the Node as well. */
  readonly machineTwice?: true
  /** Answer of its port. Default: no certificate yet. */
  readonly presents?: 'another node’s'
  /** Addresses for it on the list of expected machines; null: it is not on the list. */
  readonly expected: readonly string[] | null
  /** An earlier certificate of the machine differs from the approved request. */
  readonly alarmed?: true
  /** A person has denied it the same certificate. */
  readonly deniedBefore?: true
  readonly filing: CsrOptions & {
    readonly dnsNames: readonly string[]
    readonly ipAddresses: readonly string[]
  }
}

/** Another machine of the cluster, with a name and an address of its own. */
export interface Victim {
  readonly nodeName: string
  readonly address: string
  /** An address that the list gives it, and that it does not have yet. */
  readonly promised: string
}

/** Replaces parts of the request. */
export function files(story: Story, odd: CsrOptions): Story {
  return { ...story, filing: { ...story.filing, ...odd } as Story['filing'] }
}

/** Adds an address to its Node, its Machine and its line in the list, and asks for it. */
export function owns(story: Story, address: NodeAddress): Story {
  const key = address.type.endsWith('IP') ? 'ipAddresses' : 'dnsNames'
  return {
    ...story,
    node: story.node && [...story.node, address],
    machine: story.machine && [...story.machine, address],
    expected: story.expected && [...story.expected, address.address],
    filing: { ...story.filing, [key]: [...story.filing[key], address.address] },
  }
}

/** An address of its own in another network. */
export function numbered({ address }: Story, network: string): string {
  return address.replace(/^\d+\.\d+/, network)
}

export function renamed(story: Story, nodeName: string): Story {
  const forms = [
    [story.nodeName, nodeName],
    [`system:node:${story.nodeName}`, `system:node:${nodeName}`],
    // Upper-case names with a final dot, as one kind of machine asks for them.
    [`${story.nodeName.toUpperCase()}.`, `${nodeName.toUpperCase()}.`],
  ] as const
  const swap = (text: string) => forms.find(([from]) => from === text)?.[1] ?? text
  const { commonNames, requestor } = story.filing
  const all = (addresses: readonly NodeAddress[] | null) =>
    addresses?.map(({ type, address }) => ({ type, address: swap(address) })) ?? null
  return {
    ...story,
    nodeName,
    node: all(story.node),
    machine: all(story.machine),
    filing: {
      ...story.filing,
      nodeName,
      ...(commonNames && { commonNames: commonNames.map(swap) }),
      ...(requestor && { requestor: { ...requestor, username: swap(requestor.username) } }),
      dnsNames: story.filing.dnsNames.map(swap),
    },
  }
}
