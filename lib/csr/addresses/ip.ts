/**
 * IP addresses as bytes and as one canonical text, so that two spellings of one address are equal.
 * RFC 5952 text; IPv4-mapped IPv6 (`::ffff:192.0.2.1`) is unfolded to the IPv4 address it means.
 */

/** Prefix of IPv4-mapped addresses (RFC 4291 section 2.5.5.2). */
const MAPPED = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff)

/** The canonical text of an address; null for anything else (zones, leading zeros, CIDR, …). */
export function canonicalIp(text: string): string | null {
  const bytes = parseIp(text)
  return bytes === null ? null : ipText(bytes)
}

/** The canonical text of 4 or 16 address bytes; null for any other length. */
export function canonicalIpBytes(bytes: Uint8Array): string | null {
  if (bytes.length !== 4 && bytes.length !== 16) return null
  return ipText(unfold(bytes))
}

/** The 4 or 16 bytes of an address, IPv4-mapped IPv6 unfolded to 4; null for anything else. */
export function parseIp(text: string): Uint8Array | null {
  if (!text.includes(':')) return parseIpv4(text)
  const bytes = parseIpv6(text)
  return bytes === null ? null : unfold(bytes)
}

/**
 * Whether the address is in the prefix (`192.0.2.0/24`, `2001:db8::/32`), ignoring host bits like
 * Go's ParseCIDR. False for an unreadable address or prefix, or for another family.
 */
export function ipInPrefix(ip: string, cidr: string): boolean {
  const address = parseIp(ip)
  const prefix = readPrefix(cidr)
  return address !== null && prefix !== null && inPrefix(address, prefix)
}

/**
 * `ipInPrefix` for any of many addresses and prefixes, each read once: a request may have a
 * thousand addresses, a policy a hundred prefixes.
 */
export function ipsInPrefixes(ips: readonly string[], cidrs: readonly string[]): boolean[] {
  const prefixes = prefixesOf(cidrs)
  return ips.map((ip) => {
    const address = parseIp(ip)
    return address !== null && prefixes.some((prefix) => inPrefix(address, prefix))
  })
}

/** Read prefixes by their list: a policy's list is used for ten thousand requests. */
const readPrefixes = new WeakMap<readonly string[], readonly Prefix[]>()

function prefixesOf(cidrs: readonly string[]): readonly Prefix[] {
  const known = readPrefixes.get(cidrs)
  if (known !== undefined) return known
  const prefixes = cidrs.map(readPrefix).filter((prefix) => prefix !== null)
  readPrefixes.set(cidrs, prefixes)
  return prefixes
}

/** Whether the text is a readable prefix, for policies and settings. */
export function isPrefix(cidr: string): boolean {
  return readPrefix(cidr) !== null
}

export interface Prefix {
  readonly bytes: Uint8Array
  readonly bits: number
}

/** A parsed prefix with its host bits; null when unreadable. */
export function readPrefix(cidr: string): Prefix | null {
  const [text = '', length = '', ...more] = cidr.split('/', 3)
  if (more.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length)) return null
  const raw = text.includes(':') ? parseIpv6(text) : parseIpv4(text)
  if (raw === null) return null
  const bits = Number(length)
  if (bits > raw.length * 8) return null
  const bytes = unfold(raw)
  // `::ffff:10.0.0.0/104` is `10.0.0.0/8`; a shorter mapped prefix covers more than IPv4.
  if (bytes.length === raw.length) return { bytes, bits }
  return bits >= 96 ? { bytes, bits: bits - 96 } : { bytes: raw, bits }
}

export function inPrefix(address: Uint8Array, prefix: Prefix): boolean {
  if (address.length !== prefix.bytes.length) return false
  const whole = prefix.bits >> 3
  for (let i = 0; i < whole; i++) {
    if (address[i] !== prefix.bytes[i]) return false
  }
  const rest = prefix.bits & 7
  const mask = (0xff << (8 - rest)) & 0xff
  return ((address[whole] ?? 0) & mask) === ((prefix.bytes[whole] ?? 0) & mask)
}

/** Dotted decimal with four parts and no leading zeros, exactly as Go's netip reads. */
function parseIpv4(text: string): Uint8Array | null {
  // Fast path: most texts are names.
  if (!/^\d/.test(text)) return null
  const parts = text.split('.', 5)
  if (parts.length !== 4) return null
  const bytes = new Uint8Array(4)
  for (const [i, part] of parts.entries()) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part)) return null
    const value = Number(part)
    if (value > 255) return null
    bytes[i] = value
  }
  return bytes
}

function parseIpv6(text: string): Uint8Array | null {
  const gap = text.indexOf('::')
  const head = gap === -1 ? text : text.slice(0, gap)
  const tail = gap === -1 ? '' : text.slice(gap + 2)
  const before = parseGroups(head, gap === -1)
  const after = parseGroups(tail, true)
  if (before === null || after === null) return null
  const missing = 16 - before.length - after.length
  // `::` stands for at least one group of zeros.
  if (gap === -1 ? missing !== 0 : missing < 2) return null
  return Uint8Array.from([...before, ...new Array<number>(missing).fill(0), ...after])
}

/** The bytes of colon-separated groups; the last may be dotted decimal when `mayEndInIpv4`. */
function parseGroups(text: string, mayEndInIpv4: boolean): readonly number[] | null {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':', 9)
  for (const [i, group] of groups.entries()) {
    if (group.includes('.')) {
      const ipv4 = mayEndInIpv4 && i === groups.length - 1 ? parseIpv4(group) : null
      if (ipv4 === null) return null
      bytes.push(...ipv4)
      continue
    }
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return null
    const value = Number.parseInt(group, 16)
    bytes.push(value >> 8, value & 0xff)
  }
  return bytes
}

function unfold(bytes: Uint8Array): Uint8Array {
  return MAPPED.every((octet, i) => bytes[i] === octet) ? bytes.slice(MAPPED.length) : bytes
}

/** The canonical text of 4 or 16 bytes. */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups: number[] = []
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0))
  const gap = longestZeros(groups)
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':')
  if (gap === null) return hex(groups)
  return `${hex(groups.slice(0, gap.start))}::${hex(groups.slice(gap.start + gap.length))}`
}

/** RFC 5952 section 4.2: the longest run of two or more zero groups, the first of equals. */
function longestZeros(groups: readonly number[]): { start: number; length: number } | null {
  let best: { start: number; length: number } | null = null
  for (const start of groups.keys()) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length >= 2 && length > (best?.length ?? 0)) best = { start, length }
  }
  return best
}
