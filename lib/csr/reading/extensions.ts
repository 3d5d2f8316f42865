import { visible } from '#lib/csr/escape.ts'
import type { RequestedExtension } from '#lib/csr/model.ts'
import { LONGEST_DNS_NAME } from '#lib/csr/name-syntax.ts'
import { contentOf, type DerElement, oidOf, readDerIn, TAG } from '#lib/csr/reading/der.ts'
import { firstOf, MOST_VALUES, type Report } from '#lib/csr/reading/reading-problems.ts'
import { NO_SANS, readSans, type Sans } from '#lib/csr/reading/subject-alternative-names.ts'

export interface Extensions {
  readonly extensions: readonly RequestedExtension[]
  readonly sans: Sans
}

export const NO_EXTENSIONS: Extensions = { extensions: [], sans: NO_SANS }

const SUBJECT_ALT_NAME = '2.5.29.17'

/** An extension's value in words, and whether a kubelet may ask for it. */
interface Meaning {
  readonly value: string
  readonly allowed: boolean
}

/** Readers of the extensions that a kubelet may ask for. */
const READERS: Readonly<
  Record<string, { readonly name: string; readonly read: (value: DerElement) => Meaning | null }>
> = {
  '2.5.29.15': { name: 'keyUsage', read: readKeyUsage },
  '2.5.29.19': { name: 'basicConstraints', read: readBasicConstraints },
  '2.5.29.37': { name: 'extKeyUsage', read: readExtKeyUsage },
}

/** Other extensions seen in requests: shown, never allowed. */
const NAMES: Readonly<Record<string, string>> = {
  '2.5.29.14': 'subjectKeyIdentifier',
  '2.5.29.30': 'nameConstraints',
  '2.5.29.32': 'certificatePolicies',
  '2.5.29.35': 'authorityKeyIdentifier',
  '2.5.29.36': 'policyConstraints',
  '1.3.6.1.5.5.7.1.24': 'tlsFeature',
}

const KEY_USAGES = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
]
const ALLOWED_KEY_USAGES = new Set(['digitalSignature', 'keyEncipherment'])

const EXT_KEY_USAGES: Readonly<Record<string, string>> = {
  '2.5.29.37.0': 'anyExtendedKeyUsage',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
}
const ALLOWED_EXT_KEY_USAGES = new Set(['serverAuth', 'clientAuth'])

/** Most bytes shown in hex: longer values are cut on screen; the PEM text has them whole. */
const MOST_HEX_BYTES = 64
const MOST_SANS_IN_TEXT = 20

/**
 * Reads an Extensions SEQUENCE up to its bound: each extension once, its value in words, SANs
 * apart.
 */
export function readExtensions(list: DerElement, report: Report): Extensions {
  const seen = new Set<string>()
  const extensions: RequestedExtension[] = []
  let sans = NO_SANS
  for (const element of firstOf('Extension', list.children, report)) {
    const parts = partsOf(element, report)
    if (parts === null) {
      report('structure', 'Extension')
      continue
    }
    const { oid, critical, value: octets } = parts
    if (seen.has(oid)) report('duplicateExtension', oid)
    seen.add(oid)
    if (oid === SUBJECT_ALT_NAME) {
      const root = readDerIn(octets, report)
      const allowed = root?.tag === TAG.sequence
      if (allowed) sans = readSans(root, report)
      else report('badExtension', 'subjectAltName')
      extensions.push({ oid, name: 'subjectAltName', critical, value: sanText(sans), allowed })
    } else {
      extensions.push({ oid, critical, ...readMeaning(oid, octets, report) })
    }
  }
  return { extensions, sans }
}

interface Parts {
  readonly oid: string
  readonly critical: boolean
  readonly value: DerElement
}

function partsOf(element: DerElement, report: Report): Parts | null {
  const oid = oidOf(element.children[0])
  const value = element.children.at(-1)
  if (element.tag !== TAG.sequence || oid === '' || value?.tag !== TAG.octetString) return null
  if (element.children.length === 2) return { oid, critical: false, value }
  const flag = element.children[1]
  if (element.children.length !== 3 || flag?.tag !== TAG.boolean) return null
  const critical = flag.source[flag.from] !== 0
  if (!critical) report('explicitDefault', `${oid} critical`)
  return { oid, critical, value }
}

function readMeaning(oid: string, value: DerElement, report: Report): Meaning & { name: string } {
  const reader = READERS[oid]
  if (reader !== undefined) {
    const root = readDerIn(value, report)
    const meaning = root === null ? null : reader.read(root)
    if (meaning !== null) return { name: reader.name, ...meaning }
    report('badExtension', reader.name)
  }
  const name = reader?.name ?? NAMES[oid] ?? oid
  return { name, value: hexOf(contentOf(value)), allowed: false }
}

/**
 * Reads named bits without trailing zero bits (X.690 11.2.2): one encoding for one set of usages.
 */
function readKeyUsage(value: DerElement): Meaning | null {
  if (value.tag !== TAG.bitString) return null
  const bits = contentOf(value)
  const unused = bits[0] ?? 0
  const length = (bits.length - 1) * 8 - unused
  const isSet = (bit: number) => ((bits[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0
  if (length < 1 || length > KEY_USAGES.length || !isSet(length - 1)) return null
  const usages = KEY_USAGES.filter((_, bit) => isSet(bit))
  return {
    value: usages.join(', '),
    allowed: usages.every((usage) => ALLOWED_KEY_USAGES.has(usage)),
  }
}

function readExtKeyUsage(value: DerElement): Meaning | null {
  if (value.tag !== TAG.sequence || value.children.length === 0) return null
  if (value.children.length > MOST_VALUES) return null
  const oids = value.children.map(oidOf)
  if (oids.includes('')) return null
  const usages = oids.map((oid) => EXT_KEY_USAGES[oid] ?? oid)
  return {
    value: usages.join(', '),
    allowed: usages.every((usage) => ALLOWED_EXT_KEY_USAGES.has(usage)),
  }
}

function readBasicConstraints(value: DerElement): Meaning | null {
  if (value.tag !== TAG.sequence) return null
  const [first, second] = value.children
  if (first === undefined) return { value: 'CA:FALSE', allowed: true }
  // FALSE is the default, which DER leaves out; a path length without CA has no meaning.
  const isCa = first.tag === TAG.boolean && first.source[first.from] === 0xff
  if (!isCa || value.children.length > 2) return null
  if (second === undefined) return { value: 'CA:TRUE', allowed: false }
  const length = contentOf(second)
  if (second.tag !== TAG.integer || length.length !== 1 || (length[0] ?? 0) > 0x7f) return null
  return { value: `CA:TRUE, pathlen:${length[0]}`, allowed: false }
}

/** The first few SANs as openssl writes them; the request's own fields hold them all. */
function sanText(sans: Sans): string {
  const names = [
    ...sans.dnsNames.map((name) => `DNS:${name}`),
    ...sans.ipAddresses.map((name) => `IP:${name}`),
    ...sans.emailAddresses.map((name) => `email:${name}`),
    ...sans.uris.map((name) => `URI:${name}`),
    ...sans.otherNames,
  ]
  const more = names.length > MOST_SANS_IN_TEXT ? ', …' : ''
  const shown = names.slice(0, MOST_SANS_IN_TEXT).map((name) => {
    return name.length <= LONGEST_DNS_NAME ? name : `${name.slice(0, LONGEST_DNS_NAME)}…`
  })
  return shown.map(visible).join(', ') + more
}

function hexOf(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, MOST_HEX_BYTES)
  const hex = Array.from(shown, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return bytes.length > MOST_HEX_BYTES ? `${hex}…` : hex
}
