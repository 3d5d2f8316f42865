import { isIpKey } from '#lib/csr/addresses/addresses.ts'
import { ipsInPrefixes } from '#lib/csr/addresses/ip.ts'
import { type IpKind, ipKind } from '#lib/csr/addresses/ip-ranges.ts'
import type { ReservedKeys } from '#lib/csr/addresses/reserved-keys.ts'
import { keysOf, type San } from '#lib/csr/claim/claim.ts'
import { isDnsSubdomain } from '#lib/csr/name-syntax.ts'

/** Why no machine may have a name or an address: its owner, or its spelling. */
export type Reserved =
  | 'cluster'
  | 'local'
  | 'metadata'
  | 'special'
  | 'wildcard'
  | 'apiServer'
  | 'serviceNetwork'
  /** An invalid DNS name: some programs would read it as an IP address. */
  | 'spelling'

/** Address ranges that no machine may ask for. */
const RESERVED_RANGES: Readonly<Partial<Record<IpKind, Reserved>>> = {
  metadata: 'metadata',
  unspecified: 'local',
  loopback: 'local',
  linkLocal: 'local',
  multicast: 'local',
  broadcast: 'local',
  protocol: 'special',
  future: 'special',
}

/** First labels that common distributions map to the machine itself in `/etc/hosts`. */
const LOCAL_LABELS: ReadonlySet<string> = new Set([
  'localhost',
  'localhost4',
  'localhost6',
  'ip6-localhost',
  'ip6-loopback',
  'ip6-localnet',
  'ip6-mcastprefix',
  'ip6-allnodes',
  'ip6-allrouters',
])

/** Names of the clouds' metadata services. */
const METADATA_NAMES: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
])

/** The URL standard's "ends in a number" rule: browsers read such a host as an IPv4 address. */
const NUMERIC_END = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/

/** The reason why no machine may have this SAN; null if it may. */
export function reservedAs(san: San, facts: ReservedKeys): Reserved | null {
  const keys = keysOf(san)
  for (const key of keys) {
    const reserved = isIpKey(key) ? reservedIp(key.slice('IP:'.length), facts) : null
    if (reserved !== null) return reserved
  }
  const name = san.kind === 'DNS' ? reservedDns(san.key.slice('DNS:'.length)) : null
  // The API server's certificate also has cluster names; for those `cluster` is the better reason.
  if (name !== null && name !== 'spelling') return name
  return keys.some((key) => facts.apiServerKeys.has(key)) ? 'apiServer' : name
}

function reservedIp(ip: string, facts: ReservedKeys): Reserved | null {
  const kind = ipKind(ip)
  const reserved = kind === null ? null : (RESERVED_RANGES[kind] ?? null)
  if (reserved !== null) return reserved
  const [isService] = ipsInPrefixes([ip], facts.serviceNetworks)
  return isService === true ? 'serviceNetwork' : null
}

/** `name` is canonical: lower case, without a trailing dot. */
function reservedDns(name: string): Reserved | null {
  if (name.includes('*')) return 'wildcard'
  const labels = name.split('.')
  const [first = ''] = labels
  if (first === 'kubernetes' || labels.indexOf('svc', 1) !== -1) return 'cluster'
  if (name === 'cluster.local' || name.endsWith('.cluster.local')) return 'cluster'
  if (LOCAL_LABELS.has(first) || labels.at(-1) === 'localhost') return 'local'
  if (METADATA_NAMES.has(name)) return 'metadata'
  return isDnsSubdomain(name) && !NUMERIC_END.test(name) ? null : 'spelling'
}
