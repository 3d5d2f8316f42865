import { asks, asksMore, type Fault, has, hasMore } from '#e2e/approver/fault.ts'
import { APPROVER_USERNAME } from '#e2e/approver/installation.ts'
import { numbered, owns, renamed } from '#e2e/approver/story.ts'
import { makeRequest, nodeRequestor } from '#lib/csr/fixtures/make-csr.ts'
import { nonCanonicalBase64 } from '#lib/csr/fixtures/pem-layout.ts'
import { type ExtensionFixture, ipAddress } from '#lib/csr/fixtures/request-der.ts'
import type { CheckCode, Csr } from '#lib/csr/model.ts'

/** A certificate template name, which no kubelet asks for. */
const TEMPLATE: ExtensionFixture = {
  oid: '1.3.6.1.4.1.311.20.2',
  value: new Uint8Array([0x0c, 0x01, 0x41]),
}

/** Checks of serving requests that no fault here can fail, each with the reason. */
export const UNBROKEN = {
  'request.signature': 'such a request is filed, and the API server turns it away',
  'signer.inScope': 'a request for any other signer is no serving request',
} as const satisfies Partial<Record<CheckCode, string>>

/** Groups of a user who may file requests without being a node. */
const MASTERS = ['system:masters', 'system:authenticated']

const STRANGER: Csr['requestor'] = { username: 'mallory', uid: '', groups: MASTERS, extra: {} }

/** The approver's identity, with a right it does not have: to file requests. */
const APPROVER: Csr['requestor'] = {
  username: APPROVER_USERNAME,
  uid: '',
  groups: MASTERS,
  extra: {},
}

/** Checks about one node, which are silent for a request without a node's name. */
const ABOUT_A_NODE: readonly CheckCode[] = [
  'node.known',
  'sans.owned',
  'sans.foreign',
  'identity.machine',
  'identity.expected',
  'identity.liveCertificate',
  'policy.rules',
  'machine.alarm',
  'machine.denial',
  'node.localhost',
]
/**
 * Checks that are silent where the request's text is not trusted, so that the requestor cannot be
 * compared either.
 */
const ABOUT_ITS_NAME: readonly CheckCode[] = [...ABOUT_A_NODE, 'requestor.node']
/** Checks that are silent where there is no name, which then resembles no other name. */
const WITHOUT_A_NAME: readonly CheckCode[] = [...ABOUT_ITS_NAME, 'name.confusable']

/** Every known way in which a serving request can be wrong by one thing. */
export const FAULTS: readonly Fault[] = [
  {
    ...asks('text before the PEM block', 'request.faithful', () => ({
      pem: { leading: 'hello\n' },
    })),
    hides: ABOUT_ITS_NAME,
  },
  {
    ...asks('a PEM header', 'request.faithful', () => ({
      pem: { headers: ['Proc-Type: 4,ENCRYPTED'] },
    })),
    hides: ABOUT_ITS_NAME,
  },
  {
    ...asks('text after the PEM block', 'request.faithful', () => ({
      pem: { trailing: 'hello\n' },
    })),
    hides: ABOUT_ITS_NAME,
  },
  {
    ...asks('a second PEM block, of another node', 'request.faithful', (_, victim) => ({
      pem: { trailing: pemOf(victim().nodeName) },
    })),
    hides: ABOUT_ITS_NAME,
  },
  {
    ...asks('base64 that is not canonical', 'request.faithful', () => ({ pem: { body: loose } })),
    hides: ABOUT_ITS_NAME,
  },
  {
    ...asks('bytes after the DER', 'request.faithful', () => ({
      trailingDer: Uint8Array.of(0x05, 0x00),
    })),
    turnedAway: true,
    hides: ABOUT_ITS_NAME,
  },
  {
    ...asks('its subject in BMPStrings', 'request.faithful', () => ({ stringType: 'bmp' })),
    replaces: 'name',
    hides: ABOUT_ITS_NAME,
  },
  {
    ...asks('a NUL in its common name', 'request.faithful', ({ nodeName }) => ({
      commonNames: [`system:node:${nodeName}\0`],
      requestor: STRANGER,
    })),
    replaces: 'name',
    hides: ABOUT_ITS_NAME,
  },
  asks('an extension that no kubelet asks for', 'request.extensions', () => ({
    extensions: [TEMPLATE],
  })),
  {
    ...asks('a signature that is not its own', 'request.signature', () => ({ badSignature: true })),
    turnedAway: true,
  },
  {
    ...asks('two common names', 'subject.commonName', ({ nodeName }, victim) => ({
      commonNames: [`system:node:${victim().nodeName}`, `system:node:${nodeName}`],
    })),
    replaces: 'name',
    hides: ABOUT_ITS_NAME,
  },
  // The API server accepts requests of a node only for its own name, of other users for any or
  // none.
  {
    ...asks('no common name', 'subject.commonName', () => ({ commonNames: [] })),
    turnedAway: true,
    replaces: 'name',
    hides: WITHOUT_A_NAME,
  },
  {
    ...asks('no common name, of a stranger', 'subject.commonName', () => ({
      commonNames: [],
      requestor: STRANGER,
    })),
    replaces: 'name',
    hides: WITHOUT_A_NAME,
  },
  {
    ...asks('an empty subject, of a stranger', 'subject.commonName', () => ({
      subject: [],
      requestor: STRANGER,
    })),
    replaces: 'name',
    hides: WITHOUT_A_NAME,
  },
  {
    // A Cyrillic о: no Node can have such a name, so no machine can be made with it.
    ...asks('another node’s name but for a Cyrillic letter', 'name.confusable', (_, victim) => ({
      commonNames: [`system:node:${victim().nodeName.replace('o', '\u043e')}`],
      requestor: STRANGER,
    })),
    reportedBy: 'subject.nodeName',
    replaces: 'name',
    hides: ABOUT_A_NODE,
  },
  {
    ...asks('no node’s name', 'subject.nodeName', ({ nodeName }) => ({ commonNames: [nodeName] })),
    turnedAway: true,
    replaces: 'name',
    hides: ABOUT_A_NODE,
  },
  {
    ...asks('a node’s name that no Node can have', 'subject.nodeName', ({ nodeName }) => ({
      commonNames: [`system:node:Bad_${nodeName}`],
      requestor: nodeRequestor(`Bad_${nodeName}`),
    })),
    replaces: 'name',
    // The name that resembles another's is not in the request any more.
    hides: [...ABOUT_A_NODE, 'name.confusable'],
  },
  asks('a second organization', 'subject.organization', () => ({
    organizations: ['system:masters', 'system:nodes'],
  })),
  asks('client auth beside server auth', 'usages', () => ({
    usages: ['digital signature', 'server auth', 'client auth'],
  })),
  {
    ...asks('neither a name nor an address', 'sans.kinds', () => ({
      dnsNames: [],
      ipAddresses: [],
    })),
    sans: 'none',
  },
  asks('an e-mail address', 'sans.kinds', () => ({ emailAddresses: ['root@example.com'] })),
  asks('a URI', 'sans.kinds', () => ({ uris: ['spiffe://cluster/ns/kube-system'] })),
  {
    ...asks('another node’s requestor', 'requestor.node', (_, victim) => ({
      requestor: nodeRequestor(victim().nodeName),
    })),
    turnedAway: true,
  },
  asks('a stranger’s requestor', 'requestor.node', () => ({
    requestor: STRANGER,
  })),
  asks('the right name without the nodes’ group', 'requestor.node', ({ filing }) => ({
    requestor: { ...nodeRequestor(filing.nodeName ?? ''), groups: MASTERS },
  })),
  asks('the node itself in one group more', 'requestor.node', ({ filing }) => {
    const { requestor = nodeRequestor(filing.nodeName ?? '') } = filing
    return { requestor: { ...requestor, groups: [...requestor.groups, 'system:masters'] } }
  }),
  {
    ...asks('the approver’s own identity', 'requestor.self', () => ({ requestor: APPROVER })),
    reportedBy: 'requestor.node',
  },
  {
    ...has('no Node', 'node.known', (story) => ({ ...story, node: null })),
    // Its Machine is linked to no Node, and its port is unknown.
    hides: ['identity.machine', 'identity.liveCertificate'],
  },
  has('a Node that is being deleted', 'node.known', (story) => ({
    ...story,
    nodeIs: 'beingDeleted',
  })),
  has('a Node that is younger than it', 'node.known', (story) => ({ ...story, nodeIs: 'younger' })),
  asksMore('an address that is nobody’s', 'sans.owned', ({ filing }) => ({
    ipAddresses: [...filing.ipAddresses, '10.77.255.254'],
  })),
  // DNS is never asked: a name that fails or resolves changes nothing.
  asksMore('a name that does not resolve', 'sans.owned', ({ filing }) => ({
    dnsNames: [...filing.dnsNames, 'nobody.invalid'],
  })),
  asksMore('another node’s address', 'sans.foreign', ({ filing }, victim) => ({
    ipAddresses: [...filing.ipAddresses, victim().address],
  })),
  asksMore('another node’s address, IPv4 in IPv6', 'sans.foreign', (_, victim) => ({
    otherSans: [ipAddress(mapped(victim().address))],
  })),
  asksMore('another node’s address inside NAT64', 'sans.foreign', (_, victim) => ({
    otherSans: [ipAddress(nat64(victim().address))],
  })),
  asksMore('another node’s name under a domain', 'sans.foreign', ({ filing }, victim) => ({
    dnsNames: [...filing.dnsNames, `${victim().nodeName}.prod.example.com`],
  })),
  hasMore('another node’s address that it claims itself', 'sans.foreign', (story, victim) =>
    owns(story, { type: 'InternalIP', address: victim().address }),
  ),
  asksMore('another node’s name', 'sans.foreign', ({ filing }, victim) => ({
    dnsNames: [...filing.dnsNames, `${victim().nodeName.toUpperCase()}.`],
  })),
  asksMore('the API server’s name', 'sans.reserved', ({ filing }) => ({
    dnsNames: [...filing.dnsNames, 'kubernetes.default.svc'],
  })),
  asksMore('the address of a cloud’s metadata', 'sans.reserved', ({ filing }) => ({
    ipAddresses: [...filing.ipAddresses, '169.254.169.254'],
  })),
  asksMore('a name that programs read as an address', 'sans.reserved', ({ filing }) => ({
    dnsNames: [...filing.dnsNames, '127.1'],
  })),
  // A list with such a name is refused.
  hasMore('such a name that it claims itself', 'sans.reserved', (story) => ({
    ...owns(story, { type: 'InternalDNS', address: integerOf(numbered(story, '127.77')) }),
    expected: story.expected,
  })),
  hasMore('a loopback address inside 6to4 that it claims itself', 'sans.reserved', (story) =>
    owns(story, { type: 'InternalIP', address: sixToFour(numbered(story, '127.77')) }),
  ),
  asksMore('a wildcard', 'sans.reserved', ({ filing }) => ({
    dnsNames: [...filing.dnsNames, '*.example.com'],
  })),
  hasMore('a loopback address that it claims itself', 'sans.reserved', (story) =>
    owns(story, { type: 'InternalIP', address: numbered(story, '127.77') }),
  ),
  {
    ...hasMore('an address that its Machine does not have', 'identity.machine', (story) => ({
      ...owns(story, { type: 'InternalIP', address: numbered(story, '10.78') }),
      machine: story.machine,
    })),
    replaces: 'machine',
  },
  {
    ...has('two Machines that say its Node is theirs', 'identity.machine', (story) => ({
      ...story,
      machineTwice: true,
    })),
    replaces: 'machine',
  },
  has('another node’s certificate on its port', 'identity.liveCertificate', (story) => ({
    ...story,
    presents: 'another node’s',
  })),
  {
    ...has('no Machine, and no line in the list', 'identity.expected', (story) => ({
      ...story,
      machine: null,
      expected: null,
    })),
    replaces: 'machine',
  },
  has('a Machine, and no line in the list', 'identity.expected', (story) => ({
    ...story,
    expected: null,
  })),
  hasMore('an address that the list does not give it', 'identity.expected', (story) => ({
    ...owns(story, { type: 'InternalIP', address: numbered(story, '10.79') }),
    expected: story.expected,
  })),
  hasMore('an address that the list gives to another', 'identity.expected', (story, victim) => ({
    ...owns(story, { type: 'InternalIP', address: victim().promised }),
    expected: story.expected,
  })),
  hasMore('an address outside the policy’s prefixes', 'policy.addresses', (story) =>
    owns(story, { type: 'ExternalIP', address: numbered(story, '10.99') }),
  ),
  hasMore('a name outside the policy’s patterns', 'policy.names', (story) =>
    owns(story, { type: 'ExternalDNS', address: `${story.nodeName}.example.org` }),
  ),
  asks('a life of ten years', 'policy.expiration', () => ({ expirationSeconds: 315_360_000 })),
  hasMore('what the admin’s own rule forbids', 'policy.rules', (story) =>
    owns(story, { type: 'ExternalDNS', address: `db-${story.nodeName}` }),
  ),
  {
    ...asks('a weak key', 'key.strength', () => ({ keyType: 'RSA-1024' })),
    replaces: 'key',
  },
  {
    ...asks('another machine’s key', 'key.reuse', () => ({
      keyName: 'one-key-for-all',
      keyType: 'P-256',
    })),
    replaces: 'key',
  },
  has('another certificate in its hands than was approved', 'machine.alarm', (story) => ({
    ...story,
    alarmed: true,
  })),
  has('a request before it that a person has denied', 'machine.denial', (story) => ({
    ...story,
    deniedBefore: true,
  })),
  has('a name that looks like another node’s', 'name.confusable', (story, victim) =>
    renamed(story, victim().nodeName.replace('o', '0')),
  ),
  {
    ...has('a name that is none yet', 'node.localhost', (story) => {
      const own = (name: string) => name.toLowerCase().replace(/\.$/, '') === story.nodeName
      const { filing, ...rest } = renamed(story, 'localhost')
      // As a DNS name it is reserved as well; a request without any name asks for its address.
      const dnsNames = story.filing.dnsNames.filter((name) => !own(name))
      const isBare = dnsNames.length === 0 && filing.ipAddresses.length === 0
      const ipAddresses =
        isBare && story.filing.dnsNames.length > 0 ? [story.address] : filing.ipAddresses
      return { ...rest, filing: { ...filing, dnsNames, ipAddresses } }
    }),
    oneMachine: true,
  },
]

function pemOf(nodeName: string): string {
  return Buffer.from(makeRequest({ nodeName }), 'base64').toString('latin1')
}

/** Base64 that lenient readers take for the same: with unused bits set, or with a blank. */
function loose(base64: string): string {
  return base64.endsWith('=')
    ? nonCanonicalBase64(base64)
    : `${base64.slice(0, 8)} ${base64.slice(8)}`
}

/** The integer that `inet_aton` reads as that address. */
function integerOf(ipv4: string): string {
  return String(Buffer.from(ipv4.split('.').map(Number)).readUInt32BE())
}

/** The address in 6to4 form (RFC 3056). */
function sixToFour(ipv4: string): string {
  const bytes = Buffer.from(ipv4.split('.').map(Number))
  return `2002:${bytes.readUInt16BE(0).toString(16)}:${bytes.readUInt16BE(2).toString(16)}::1`
}

/** The address in NAT64 form (RFC 6052). */
function nat64(ipv4: string): Uint8Array {
  return new Uint8Array([0, 0x64, 0xff, 0x9b, ...Array(8).fill(0), ...ipv4.split('.').map(Number)])
}

/** Sixteen octets with the meaning of the four. */
function mapped(ipv4: string): Uint8Array {
  return new Uint8Array([...Array(10).fill(0), 0xff, 0xff, ...ipv4.split('.').map(Number)])
}
