import type { San } from '#lib/csr/claim.ts'
import { type IpKind, ipInPrefix, ipKind } from '#lib/csr/ip.ts'
import type { ReservedKeys } from '#lib/csr/world.ts'

/** To whom a name or an address belongs that no machine may answer as. */
export type Reserved = 'cluster' | 'local' | 'wildcard' | 'apiServer' | 'serviceNetwork'

const LOCAL_KINDS: readonly IpKind[] = [
  'unspecified',
  'loopback',
  'linkLocal',
  'multicast',
  'broadcast',
]

/** Null for what a machine may have. */
export function reservedAs(san: San, facts: ReservedKeys): Reserved | null {
  const { key, also } = san
  if (facts.apiServerKeys.has(key) || (also !== null && facts.apiServerKeys.has(also))) {
    return 'apiServer'
  }
  const ip = ipOf(key) ?? ipOf(also)
  if (ip !== null) return reservedIp(ip, facts)
  return reservedDns(key.slice('DNS:'.length))
}

function reservedIp(ip: string, facts: ReservedKeys): Reserved | null {
  const kind = ipKind(ip)
  if (kind !== null && LOCAL_KINDS.includes(kind)) return 'local'
  return facts.serviceNetworks.some((prefix) => ipInPrefix(ip, prefix)) ? 'serviceNetwork' : null
}

/** `name` is canonical: lower case, no trailing dot. */
function reservedDns(name: string): Reserved | null {
  if (name.includes('*')) return 'wildcard'
  const labels = name.split('.')
  if (labels[0] === 'kubernetes' || labels.indexOf('svc', 1) !== -1) return 'cluster'
  if (labels[0] === 'localhost' || labels.at(-1) === 'localhost') return 'local'
  return null
}

function ipOf(key: string | null): string | null {
  return key?.startsWith('IP:') === true ? key.slice('IP:'.length) : null
}
