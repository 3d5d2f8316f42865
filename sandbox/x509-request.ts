import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { canonicalIpBytes } from '#lib/csr/addresses/ip.ts'
import {
  contentOf,
  type DerElement,
  encodingOf,
  octetsOfBits,
  oidOf,
  readDer,
} from '#lib/csr/reading/der.ts'

/**
 * A PKCS#10 request as Go's crypto/x509 reads it for the signers: the first PEM block counts, and
 * the last common name wins. The dashboard's own reader is strict.
 */
export interface ReadRequest {
  readonly commonName: string
  readonly organizations: readonly string[]
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
  readonly emailAddresses: readonly string[]
  readonly uris: readonly string[]
  /** The encoded SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** Value of the SAN extension, to be copied into the certificate; null for none. */
  readonly sanValue: Uint8Array | null
}

const BLOCK =
  /-----BEGIN ([A-Z0-9 ]+)-----\s*\n((?:[^\n:]+:[^\n]*\n)*\n?)([\s\S]*?)-----END \1-----/

/** The last answer: a request is read several times in a row when it is filed. */
let last: { readonly request: string; readonly answer: ReadRequest | string } | null = null

/** The request, or the reason that Go refuses it. */
export function readAsSignersDo(request: string): ReadRequest | string {
  if (last?.request !== request) last = { request, answer: read(request) }
  return last.answer
}

function read(request: string): ReadRequest | string {
  const pem = Buffer.from(request, 'base64').toString('latin1').replaceAll('\r\n', '\n')
  const block = BLOCK.exec(pem)
  if (block === null || block[1] !== 'CERTIFICATE REQUEST') {
    return 'PEM block type must be CERTIFICATE REQUEST'
  }
  const bytes = new Uint8Array(Buffer.from(block[3] ?? '', 'base64'))
  const faults: string[] = []
  const root = readDer(bytes, (code) => faults.push(code))
  const [info, algorithm, bits] = root?.children ?? []
  const [, subject, spki, attributes] = info?.children ?? []
  const signature = octetsOfBits(bits)
  if (faults.length > 0 || !info || !algorithm || !subject || !spki || signature === null) {
    return `asn1: structure error: ${faults[0] ?? 'not a certification request'}`
  }
  const key = publicKey(encodingOf(spki))
  if (key === null) return 'x509: unsupported public key'
  const hash = HASHES[oidOf(algorithm.children[0])]
  if (hash === undefined) return 'x509: cannot verify signature: algorithm unimplemented'
  if (!verify(hash, encodingOf(info), key, signature)) {
    return key.asymmetricKeyType === 'rsa'
      ? 'crypto/rsa: verification error'
      : 'x509: ECDSA verification failure'
  }
  const san = extensionOf(attributes, '2.5.29.17')
  return {
    commonName: valuesOf(subject, '2.5.4.3').at(-1) ?? '',
    organizations: valuesOf(subject, '2.5.4.10'),
    dnsNames: namesOf(san, 0x82).map(text),
    ipAddresses: namesOf(san, 0x87).map((bytes) => canonicalIpBytes(bytes) ?? ''),
    emailAddresses: namesOf(san, 0x81).map(text),
    uris: namesOf(san, 0x86).map(text),
    spki: encodingOf(spki),
    sanValue: san,
  }
}

const HASHES: Record<string, string | null> = {
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.3.101.112': null,
}

function publicKey(der: Uint8Array): KeyObject | null {
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
  } catch {
    return null
  }
}

function valuesOf(name: DerElement, type: string): string[] {
  return name.children
    .flatMap((rdn) => rdn.children)
    .filter((attribute) => oidOf(attribute.children[0]) === type)
    .map((attribute) => (attribute.children[1] ? text(contentOf(attribute.children[1])) : ''))
}

/** Value of the last requested extension of that type. */
function extensionOf(attributes: DerElement | undefined, type: string): Uint8Array | null {
  const extensions = (attributes?.children ?? [])
    .filter((attribute) => oidOf(attribute.children[0]) === '1.2.840.113549.1.9.14')
    .flatMap((attribute) => attribute.children[1]?.children[0]?.children ?? [])
  const found = extensions.filter((one) => oidOf(one.children[0]) === type).at(-1)
  const value = found?.children.at(-1)
  return value === undefined ? null : contentOf(value)
}

function namesOf(san: Uint8Array | null, tag: number): Uint8Array[] {
  if (san === null) return []
  const names = readDer(san, () => {})?.children ?? []
  return names.filter((name) => name.tag === tag).map(contentOf)
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8')
}
