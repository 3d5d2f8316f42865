import { keysOf, type San } from '#lib/csr/claim.ts'
import { ipInPrefix, ipKind } from '#lib/csr/ip.ts'
import type { ReservedKeys } from '#lib/csr/reserved-keys.ts'

/** To whom a name or an address belongs that no machine may answer as. */
export type Reserved = 'cluster' | 'local' | 'wildcard' | 'apiServer' | 'serviceNetwork'

const LOCAL_KINDS: readonly ReturnType<typeof ipKind>[] = [
  'unspecified',
  'loopback',
  'linkLocal',
  'multicast',
  'broadcast',
]

/** Null for what a machine may have. */
export function reservedAs(san: San, facts: ReservedKeys): Reserved | null {
  const keys = keysOf(san)
  if (keys.some((key) => facts.apiServerKeys.has(key))) return 'apiServer'
  const address = keys.find((key) => key.startsWith('IP:'))
  if (address !== undefined) return reservedIp(address.slice('IP:'.length), facts)
  return reservedDns(san.key.slice('DNS:'.length))
}

function reservedIp(ip: string, facts: ReservedKeys): Reserved | null {
  if (LOCAL_KINDS.includes(ipKind(ip))) return 'local'
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
