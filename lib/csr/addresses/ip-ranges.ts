import { inPrefix, ipText, type Prefix, parseIp, readPrefix } from '#lib/csr/addresses/ip.ts'

/**
 * Special IP ranges with their sources. Used for addresses that no machine may ask for
 * (`lib/csr/checks/sans/reserved-names.ts`) and that are never dialled (`lib/csr/kubelets/evidence.ts`).
 */

export type IpKind =
  /** A cloud's metadata or credential service. */
  | 'metadata'
  | 'unspecified'
  | 'loopback'
  | 'linkLocal'
  | 'broadcast'
  | 'multicast'
  /** A range for protocols, not for machines. */
  | 'protocol'
  /** A range that is not assigned yet. */
  | 'future'
  /** A range for network benchmarks. Labs have machines there, so requests may have it. */
  | 'benchmarking'
  /**
   * The range of carrier-grade NAT. Some clusters have nodes there (Tailscale), so requests may
   * have it.
   */
  | 'shared'
  /** The usual ranges of machines (RFC 1918, RFC 4193). */
  | 'private'
  | 'global'

/** The first match counts. Documentation prefixes (RFC 5737, RFC 3849) count as `global`. */
const RANGES = [
  // AWS, Azure, Google, OpenStack and most others.
  ['metadata', '169.254.169.254/32', 'cloud metadata'],
  ['metadata', 'fe80::a9fe:a9fe/128', 'OpenStack metadata'],
  ['metadata', 'fd00:ec2::254/128', 'AWS metadata'],
  ['metadata', '169.254.170.2/32', 'AWS ECS credentials'],
  ['metadata', '169.254.170.23/32', 'AWS EKS Pod Identity'],
  ['metadata', 'fd00:ec2::23/128', 'AWS EKS Pod Identity'],
  ['metadata', 'fd20:ce::254/128', 'Google metadata'],
  ['metadata', '168.63.129.16/32', 'Azure wire server'],
  ['metadata', '100.100.100.200/32', 'Alibaba metadata'],
  ['metadata', 'fd00:100::100:200/128', 'Alibaba metadata'],
  ['metadata', '192.0.0.192/32', 'Oracle metadata'],
  ['metadata', 'fd00:c1::a9fe:a9fe/128', 'Oracle metadata'],
  ['metadata', '169.254.42.42/32', 'Scaleway metadata'],
  ['metadata', 'fd00:42::42/128', 'Scaleway metadata'],
  ['metadata', 'fd00:a9fe:a9fe::1/128', 'Linode metadata'],
  // Linux takes the whole range for this host.
  ['unspecified', '0.0.0.0/8', 'RFC 1122 section 3.2.1.3'],
  ['unspecified', '::/128', 'RFC 4291 section 2.5.2'],
  ['loopback', '127.0.0.0/8', 'RFC 1122 section 3.2.1.3'],
  ['loopback', '::1/128', 'RFC 4291 section 2.5.3'],
  ['linkLocal', '169.254.0.0/16', 'RFC 3927'],
  ['linkLocal', 'fe80::/10', 'RFC 4291 section 2.5.6'],
  ['broadcast', '255.255.255.255/32', 'RFC 919 section 7'],
  ['multicast', '224.0.0.0/4', 'RFC 5771'],
  ['multicast', 'ff00::/8', 'RFC 4291 section 2.7'],
  ['protocol', '192.0.0.0/24', 'RFC 6890 section 2.1'],
  // Local NAT64: an IPv4 address is inside, in a position that only the translator knows.
  ['protocol', '64:ff9b:1::/48', 'RFC 8215'],
  ['future', '240.0.0.0/4', 'RFC 1112 section 4'],
  ['benchmarking', '198.18.0.0/15', 'RFC 2544'],
  ['benchmarking', '2001:2::/48', 'RFC 5180'],
  ['shared', '100.64.0.0/10', 'RFC 6598'],
  ['private', '10.0.0.0/8', 'RFC 1918'],
  ['private', '172.16.0.0/12', 'RFC 1918'],
  ['private', '192.168.0.0/16', 'RFC 1918'],
  ['private', 'fc00::/7', 'RFC 4193'],
] as const satisfies readonly (readonly [kind: IpKind, cidr: string, source: string])[]

const READ_RANGES: readonly (readonly [IpKind, Prefix])[] = RANGES.flatMap(([kind, cidr]) => {
  const prefix = readPrefix(cidr)
  return prefix === null ? [] : [[kind, prefix] as const]
})

/** The range of an address; null for a text that is no address. */
export function ipKind(ip: string): IpKind | null {
  const address = parseIp(ip)
  if (address === null) return null
  return READ_RANGES.find(([, prefix]) => inPrefix(address, prefix))?.[0] ?? 'global'
}

/** An IPv6 form with an embedded IPv4 address, and the positions of its four bytes. */
interface Form {
  readonly has: (address: Uint8Array) => boolean
  readonly at: readonly [number, number, number, number]
  /** Whether the four bytes are inverted. */
  readonly isInverted?: true
}

const LAST = [12, 13, 14, 15] as const

/** IPv4-mapped IPv6 is absent: every parser here unfolds it. */
const FORMS: readonly Form[] = [
  // NAT64, RFC 6052.
  { has: within('64:ff9b::/96'), at: LAST },
  // 6to4, RFC 3056.
  { has: within('2002::/16'), at: [2, 3, 4, 5] },
  // Teredo, RFC 4380: the client's address.
  { has: within('2001::/32'), at: LAST, isInverted: true },
  // IPv4-compatible, RFC 4291 section 2.5.5.1.
  { has: within('::/96'), at: LAST },
  // IPv4-translated, RFC 2765.
  { has: within('::ffff:0:0:0/96'), at: LAST },
  // ISATAP, RFC 5214 section 6.1: the interface identifier, in any network.
  {
    has: (address) =>
      ((address[8] ?? 0) & 0xfd) === 0 &&
      address[9] === 0 &&
      address[10] === 0x5e &&
      address[11] === 0xfe,
    at: LAST,
  },
]

const NONE: readonly string[] = []

/** IPv4 addresses inside an IPv6 address, canonical; empty for IPv4 or no address. */
export function embeddedIpv4(ip: string): readonly string[] {
  if (!ip.includes(':')) return NONE
  const address = parseIp(ip)
  if (address === null || address.length !== 16) return NONE
  const found = FORMS.filter(({ has }) => has(address)).map(({ at, isInverted }) =>
    ipText(Uint8Array.from(at, (i) => (address[i] ?? 0) ^ (isInverted ? 0xff : 0))),
  )
  return found.length === 0 ? NONE : [...new Set(found)]
}

function within(cidr: string): Form['has'] {
  const prefix = readPrefix(cidr)
  return (address) => prefix !== null && inPrefix(address, prefix)
}
