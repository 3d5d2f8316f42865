import { type AddressKey, firstLabel, ipKey } from '#lib/csr/addresses/addresses.ts'

/**
 * Names of a node under a domain: the whole name or its first label. Names are canonical
 * (addresses.ts).
 */

/** `example.com` of `worker-1.example.com`; null for a single label, and for an IP address. */
export function domainOf(name: string): string | null {
  const dot = name.indexOf('.')
  return dot === -1 || dot === name.length - 1 || ipKey(name) !== null ? null : name.slice(dot + 1)
}

/** The domains of the DNS names among the keys. */
export function domainsOf(keys: Iterable<AddressKey>): Set<string> {
  const domains = new Set<string>()
  for (const key of keys) {
    const domain = key.startsWith('DNS:') ? domainOf(key.slice('DNS:'.length)) : null
    if (domain !== null) domains.add(domain)
  }
  return domains
}

/** The domains (two at most) under which `name` is the node's name or its first label. */
export function domainsAfter(nodeName: string, name: string): readonly string[] {
  const label = firstLabel(nodeName)
  const starts = new Set([`${nodeName}.`, `${label ?? nodeName}.`])
  const fitting = [...starts].filter((start) => name.startsWith(start))
  return fitting.map((start) => name.slice(start.length))
}
