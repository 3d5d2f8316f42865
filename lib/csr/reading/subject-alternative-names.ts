import { canonicalIpBytes } from '#lib/csr/addresses/ip.ts'
import type { X509CertificateRequest } from '#lib/csr/model.ts'
import { boundedValue } from '#lib/csr/reading/bounded-value.ts'
import { cutText } from '#lib/csr/reading/cut-text.ts'
import { contentOf, type DerElement, oidOf } from '#lib/csr/reading/der.ts'
import { asciiText, guessedText } from '#lib/csr/reading/der-text.ts'
import { firstOf, type Report } from '#lib/csr/reading/reading-problems.ts'
import { trimmed } from '#lib/csr/reading/trimmed.ts'

export type Sans = Pick<
  X509CertificateRequest,
  'dnsNames' | 'ipAddresses' | 'emailAddresses' | 'uris' | 'otherNames'
>

export const NO_SANS: Sans = {
  dnsNames: [],
  ipAddresses: [],
  emailAddresses: [],
  uris: [],
  otherNames: [],
}

/** Printable ASCII without the space: IA5String without invisible characters. */
const PRINTABLE_IA5 = /^[!-~]+$/

/**
 * URIs that Go's parser writes back unchanged: lower-case scheme, plain host, no
 * percent-encoding, user or port. SPIFFE IDs and URNs pass; other URIs are reported.
 */
const PLAIN_URI =
  /^[a-z][a-z0-9+.-]*:(?:\/\/[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?:\/[\w.~-]+)*|[\w.~-]+(?::[\w.~-]+)*)$/

/** Whether a GeneralName of this number is constructed. */
const CONSTRUCTED = [true, false, false, true, true, true, false, false, false]

const KIND = {
  email: 1,
  dns: 2,
  uri: 6,
  ip: 7,
  registeredId: 8,
} as const

/**
 * Reads a subjectAltName's GeneralNames up to the bound, each kind in the order of the encoding.
 * Addresses in canonical text (IPv4-mapped IPv6 is issued as IPv4).
 */
export function readSans(value: DerElement, report: Report): Sans {
  if (value.children.length === 0) report('emptySan', '')
  const dnsNames: string[] = []
  const ipAddresses: string[] = []
  const emailAddresses: string[] = []
  const uris: string[] = []
  const otherNames: string[] = []
  for (const name of firstOf('SAN', value.children, report)) {
    const kind = kindOf(name)
    if (kind === null) {
      report('badSan', `0x${name.tag.toString(16).padStart(2, '0')}`)
      otherNames.push(`[${name.tag & 0x1f}]`)
      continue
    }
    if (kind === KIND.dns) dnsNames.push(readText(name, 'DNS', PRINTABLE_IA5, report))
    else if (kind === KIND.email)
      emailAddresses.push(readText(name, 'e-mail', PRINTABLE_IA5, report))
    else if (kind === KIND.uri) uris.push(readText(name, 'URI', PLAIN_URI, report))
    else if (kind === KIND.ip) ipAddresses.push(readIp(name, report))
    else otherNames.push(otherText(name, kind))
  }
  return {
    dnsNames: trimmed(dnsNames),
    ipAddresses: trimmed(ipAddresses),
    emailAddresses: trimmed(emailAddresses),
    uris: trimmed(uris),
    otherNames: trimmed(otherNames),
  }
}

/** The number of a well-formed GeneralName: 0 to 8 with the form it must have. Null otherwise. */
function kindOf(name: DerElement): number | null {
  const kind = name.tag & 0x1f
  const constructed = CONSTRUCTED[kind]
  if (constructed === undefined) return null
  return name.tag === (constructed ? 0xa0 : 0x80) + kind ? kind : null
}

function readText(name: DerElement, label: string, pattern: RegExp, report: Report): string {
  const bytes = contentOf(name)
  const text = asciiText(bytes) ?? guessedText(name.tag, bytes)
  if (!pattern.test(text)) report('badSan', `${label} ${cutText(text, 80)}`)
  return boundedValue(label, text, report)
}

function readIp(name: DerElement, report: Report): string {
  const bytes = contentOf(name)
  const text = canonicalIpBytes(bytes)
  if (text !== null) return text
  const hex = Array.from(bytes.subarray(0, 32), (byte) => byte.toString(16).padStart(2, '0'))
  report('badSan', `IP ${hex.join(':')}`)
  return hex.join(':')
}

/**
 * The text of any other SAN: `[0] 1.3.6.1.4.1.311.20.2.3` for an otherName, `[8] 1.2.3` for a
 * registered ID, else `[n]`.
 */
function otherText(name: DerElement, kind: number): string {
  const oid = oidOf(name.children[0])
  return kind === 0 && oid !== '' ? `[0] ${oid}` : `[${kind}]`
}
