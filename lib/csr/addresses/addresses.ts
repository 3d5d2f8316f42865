import { canonicalIp } from '#lib/csr/addresses/ip.ts'
import type { MachineObject, Node, NodeAddress } from '#lib/csr/model.ts'
import { EXTERNAL_DNS, EXTERNAL_IP, HOSTNAME, INTERNAL_DNS, INTERNAL_IP } from '#lib/csr/names.ts'

/**
 * Addresses as keys, so that two spellings of one address are equal: `DNS:worker-1.example.com`
 * (lower case, one trailing dot dropped), `IP:2001:db8::1` (canonical, IPv4-mapped unfolded).
 */
export type AddressKey = string

export function dnsKey(name: string): AddressKey {
  return `DNS:${canonicalDns(name)}`
}

/** The key of an IP address; null for a text that is no IP address. */
export function ipKey(text: string): AddressKey | null {
  const ip = canonicalIp(text)
  return ip === null ? null : `IP:${ip}`
}

export function isIpKey(key: AddressKey): boolean {
  return key.startsWith('IP:')
}

/**
 * The key of a URL's host: a name, an IPv4 address, or an IPv6 address with or without brackets.
 */
export function hostKey(host: string): AddressKey {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  return ipKey(bare) ?? dnsKey(bare)
}

/** Lower case in ASCII only (the Kelvin sign is not `k`), without one trailing dot. */
export function canonicalDns(name: string): string {
  const lower = name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
}

/** `worker-1` of `worker-1.example.com`; null for an IP address or an empty label. */
export function firstLabel(name: string): string | null {
  const dot = name.indexOf('.')
  const label = dot === -1 ? name : name.slice(0, dot)
  return label === '' || canonicalIp(name) !== null ? null : label
}

/** Keys of a Node: its addresses and its name. */
export function nodeKeys(node: Node): Set<AddressKey> {
  return addressKeys(node.addresses).add(dnsKey(node.name))
}

export function machineKeys(machine: MachineObject): Set<AddressKey> {
  return addressKeys(machine.addresses)
}

/** Names under which a Machine expects its node. */
export function internalDnsNames(machine: MachineObject): Set<string> {
  const names = new Set<string>()
  for (const { type, address } of machine.addresses) {
    if (type === INTERNAL_DNS) names.add(canonicalDns(address))
  }
  return names
}

function addressKeys(addresses: readonly NodeAddress[]): Set<AddressKey> {
  const keys = new Set<AddressKey>()
  for (const { type, address } of addresses) {
    const key = addressKey(type, address)
    if (key !== null) keys.add(key)
  }
  return keys
}

/**
 * The key of an object's address; null for an empty address, an unreadable IP, or an unknown type.
 */
function addressKey(type: string, address: string): AddressKey | null {
  if (address === '') return null
  switch (type) {
    case INTERNAL_IP:
    case EXTERNAL_IP:
      return ipKey(address)
    case HOSTNAME:
      return ipKey(address) ?? dnsKey(address)
    case INTERNAL_DNS:
    case EXTERNAL_DNS:
      return dnsKey(address)
    default:
      return null
  }
}
