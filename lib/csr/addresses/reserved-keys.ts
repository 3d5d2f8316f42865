import { hostKey } from '#lib/csr/addresses/addresses.ts'

/** Names and addresses that belong to the cluster, never to a machine. */
export interface Reserved {
  /** Host names and IP addresses of the API server, without ports. */
  readonly apiServerHosts: readonly string[]
  /** CIDR prefixes of Services. */
  readonly serviceNetworks: readonly string[]
  /** Whether the Service networks are known, so that the lists are complete. */
  readonly areNetworksKnown: boolean
}

/** The reserved values as keys to compare with. */
export interface ReservedKeys {
  readonly apiServerKeys: ReadonlySet<string>
  readonly serviceNetworks: readonly string[]
  readonly areNetworksKnown: boolean
}

/** Reserved keys before anything is known. */
export const NOTHING_RESERVED: ReservedKeys = {
  apiServerKeys: new Set(),
  serviceNetworks: [],
  areNetworksKnown: false,
}

export function reservedKeys(reserved: Reserved): ReservedKeys {
  const { apiServerHosts, serviceNetworks, areNetworksKnown } = reserved
  return { apiServerKeys: new Set(apiServerHosts.map(hostKey)), serviceNetworks, areNetworksKnown }
}

export function isSameReserved(a: ReservedKeys, b: ReservedKeys): boolean {
  return (
    a.areNetworksKnown === b.areNetworksKnown &&
    haveSameMembers(a.apiServerKeys, b.apiServerKeys) &&
    haveSameMembers(new Set(a.serviceNetworks), new Set(b.serviceNetworks))
  )
}

function haveSameMembers(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((member) => b.has(member))
}
