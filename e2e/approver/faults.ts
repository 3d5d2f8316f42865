import { type CsrOptions, nodeRequestor } from '#lib/csr/fixtures/make-csr.ts'
import { type ExtensionFixture, ipAddress } from '#lib/csr/fixtures/request-der.ts'
import type { CheckCode, NodeAddress } from '#lib/csr/model.ts'

/** One serving request and what the cluster knows of its machine. */
export interface Story {
  readonly nodeName: string
  /** Null: there is no such Node. */
  readonly node: readonly NodeAddress[] | null
  /** Null: there is no Machine for it. */
  readonly machine: readonly NodeAddress[] | null
  readonly filing: CsrOptions & {
    readonly dnsNames: readonly string[]
    readonly ipAddresses: readonly string[]
  }
}

/** Another machine of the cluster, with a name and an address of its own. */
export interface Victim {
  readonly nodeName: string
  readonly address: string
}

/** One thing that is wrong with a serving request, and the check that has to see it. */
export interface Fault {
  readonly name: string
  /** Null: no check fails, there is only nothing that confirms the machine. */
  readonly check: CheckCode | null
  /** The API server itself takes no such request. */
  readonly turnedAway?: true
  readonly apply: (story: Story, victim: Victim) => Story
}

/** Of a certificate template name, which no kubelet asks for. */
const TEMPLATE: ExtensionFixture = {
  oid: '1.3.6.1.4.1.311.20.2',
  value: new Uint8Array([0x0c, 0x01, 0x41]),
}

/** Every way, known to us, in which a serving request can be wrong by one thing. */
export const FAULTS: readonly Fault[] = [
  asks('text before the PEM block', 'request.faithful', () => ({ pem: { leading: 'hello\n' } })),
  asks('a PEM header', 'request.faithful', () => ({
    pem: { headers: ['Proc-Type: 4,ENCRYPTED'] },
  })),
  asks('text after the PEM block', 'request.faithful', () => ({ pem: { trailing: 'hello\n' } })),
  asks('an extension that no kubelet asks for', 'request.extensions', () => ({
    extensions: [TEMPLATE],
  })),
  {
    ...asks('a signature that is not its own', 'request.signature', () => ({ badSignature: true })),
    turnedAway: true,
  },
  asks('two common names', 'subject.commonName', ({ nodeName }, victim) => ({
    commonNames: [`system:node:${victim.nodeName}`, `system:node:${nodeName}`],
  })),
  {
    ...asks('no node’s name', 'subject.nodeName', ({ nodeName }) => ({ commonNames: [nodeName] })),
    turnedAway: true,
  },
  asks('a second organization', 'subject.organization', () => ({
    organizations: ['system:masters', 'system:nodes'],
  })),
  asks('client auth beside server auth', 'usages', () => ({
    usages: ['digital signature', 'server auth', 'client auth'],
  })),
  asks('an e-mail address', 'sans.kinds', () => ({ emailAddresses: ['root@example.com'] })),
  asks('a URI', 'sans.kinds', () => ({ uris: ['spiffe://cluster/ns/kube-system'] })),
  {
    ...asks('another node’s requestor', 'requestor.node', (_, victim) => ({
      requestor: nodeRequestor(victim.nodeName),
    })),
    turnedAway: true,
  },
  asks('a stranger’s requestor', 'requestor.node', () => ({
    requestor: {
      username: 'mallory',
      uid: '',
      groups: ['system:masters', 'system:authenticated'],
      extra: {},
    },
  })),
  { name: 'no Node', check: 'node.known', apply: (story) => ({ ...story, node: null }) },
  asks('an address that is nobody’s', 'sans.owned', ({ filing }) => ({
    ipAddresses: [...filing.ipAddresses, '10.77.255.254'],
  })),
  asks('another node’s address', 'sans.foreign', ({ filing }, { address }) => ({
    ipAddresses: [...filing.ipAddresses, address],
  })),
  asks('another node’s address, IPv4 in IPv6', 'sans.foreign', (_, { address }) => ({
    otherSans: [ipAddress(mapped(address))],
  })),
  {
    name: 'another node’s address that it claims itself',
    check: 'sans.foreign',
    apply: (story, { address }) => owns(story, { type: 'InternalIP', address }),
  },
  asks('another node’s name', 'sans.foreign', ({ filing }, victim) => ({
    dnsNames: [...filing.dnsNames, `${victim.nodeName.toUpperCase()}.`],
  })),
  asks('the API server’s name', 'sans.reserved', ({ filing }) => ({
    dnsNames: [...filing.dnsNames, 'kubernetes.default.svc'],
  })),
  {
    name: 'a loopback address that it claims itself',
    check: 'sans.reserved',
    apply: (story) => owns(story, { type: 'InternalIP', address: '127.0.0.1' }),
  },
  {
    name: 'an address that its Machine does not have',
    check: 'identity.machine',
    apply: (story) => ({ ...owns(story, second(story)), machine: story.machine }),
  },
  {
    name: 'an address outside the policy’s prefixes',
    check: 'policy.addresses',
    apply: (story) => owns(story, { type: 'ExternalIP', address: numbered(story, '10.99') }),
  },
  {
    name: 'a name outside the policy’s patterns',
    check: 'policy.names',
    apply: (story) =>
      owns(story, { type: 'ExternalDNS', address: `${story.nodeName}.example.org` }),
  },
  asks('a life of ten years', 'policy.expiration', () => ({ expirationSeconds: 315_360_000 })),
  {
    name: 'what the admin’s own rule forbids',
    check: 'policy.rules',
    apply: (story) => owns(story, { type: 'ExternalDNS', address: `db-${story.nodeName}` }),
  },
  asks('a weak key', 'key.strength', () => ({ keyType: 'RSA-1024' })),
  asks('another machine’s key', 'key.reuse', () => ({
    keyName: 'one-key-for-all',
    keyType: 'P-256',
  })),
  {
    name: 'a name that looks like another node’s',
    check: 'name.confusable',
    apply: (story, victim) => renamed(story, victim.nodeName.replace('o', '0')),
  },
  { name: 'no Machine', check: null, apply: (story) => ({ ...story, machine: null }) },
]

function asks(
  name: string,
  check: CheckCode,
  odd: (story: Story, victim: Victim) => CsrOptions,
): Fault {
  return {
    name,
    check,
    apply: (story, victim) => ({
      ...story,
      filing: { ...story.filing, ...odd(story, victim) } as Story['filing'],
    }),
  }
}

/** Its Node and its Machine have one address more, and it asks for that too. */
function owns(story: Story, address: NodeAddress): Story {
  const key = address.type.endsWith('IP') ? 'ipAddresses' : 'dnsNames'
  return {
    ...story,
    node: story.node && [...story.node, address],
    machine: story.machine && [...story.machine, address],
    filing: { ...story.filing, [key]: [...story.filing[key], address.address] },
  }
}

function second(story: Story): NodeAddress {
  return { type: 'InternalIP', address: numbered(story, '10.78') }
}

/** The sixteen octets that mean the same as its four. */
function mapped(ipv4: string): Uint8Array {
  return new Uint8Array([...Array(10).fill(0), 0xff, 0xff, ...ipv4.split('.').map(Number)])
}

/** An address of its own in another network. */
function numbered({ node, filing }: Story, network: string): string {
  const own = node?.[0]?.address ?? filing.ipAddresses[0] ?? ''
  return own.replace(/^\d+\.\d+/, network)
}

function renamed(story: Story, nodeName: string): Story {
  const swap = (text: string) =>
    text === story.nodeName
      ? nodeName
      : text === `system:node:${story.nodeName}`
        ? `system:node:${nodeName}`
        : text
  const { commonNames, requestor } = story.filing
  const all = (addresses: readonly NodeAddress[] | null) =>
    addresses?.map(({ type, address }) => ({ type, address: swap(address) })) ?? null
  return {
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
