import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import type { PublicKeyInfo } from '#lib/csr/model.ts'
import {
  contentOf,
  type DerElement,
  encodingOf,
  octetsOfBits,
  oidOf,
  readDer,
  TAG,
} from '#lib/csr/reading/der.ts'
import type { Report } from '#lib/csr/reading/reading-problems.ts'

export interface PublicKey {
  readonly info: PublicKeyInfo
  /** Verifies the signature; null for an algorithm or key that no signer would accept. */
  readonly key: KeyObject | null
}

const RSA = '1.2.840.113549.1.1.1'
const ECDSA = '1.2.840.10045.2.1'
const ED25519 = '1.3.101.112'
const DSA = '1.2.840.10040.4.1'

/** Curves that Go knows, with the octets of one coordinate. */
const CURVES: Readonly<Record<string, { readonly name: string; readonly octets: number }>> = {
  '1.3.132.0.33': { name: 'P-224', octets: 28 },
  '1.2.840.10045.3.1.7': { name: 'P-256', octets: 32 },
  '1.3.132.0.34': { name: 'P-384', octets: 48 },
  '1.3.132.0.35': { name: 'P-521', octets: 66 },
}

/**
 * Go's crypto/tls refuses certificates with larger RSA keys (CVE-2023-29409).
 * Such keys are not verified with: 16,384 bits cost four times as much, and a flood need not sign.
 */
export const MOST_RSA_BITS = 8192

/** Go verifies with no larger exponent: 31 bits and a sign. */
const MOST_RSA_EXPONENT_OCTETS = 4

/**
 * Reads a SubjectPublicKeyInfo as strictly as Go: RSA with NULL parameters, ECDSA as an
 * uncompressed point on a named curve, Ed25519 without parameters. No other key can verify.
 */
export function readPublicKey(spki: DerElement, report: Report): PublicKey {
  const encoding = encodingOf(spki)
  const fingerprint = hash('sha256', encoding, 'hex')
  const [algorithm, bits] = spki.children
  const octets = octetsOfBits(bits)
  const oid = oidOf(algorithm?.children[0])
  const sound =
    spki.tag === TAG.sequence &&
    spki.children.length === 2 &&
    algorithm?.tag === TAG.sequence &&
    algorithm.children.length <= 2 &&
    oid !== ''
  if (!sound || octets === null) {
    report('publicKey', 'SubjectPublicKeyInfo')
    return { info: { algorithm: oid, parameter: '', fingerprint }, key: null }
  }

  const parameters = algorithm.children[1]
  const read = READERS[oid]
  if (read === undefined) return { info: { algorithm: oid, parameter: '', fingerprint }, key: null }
  const { name, parameter } = read(parameters, octets)
  const info = { algorithm: name, parameter: parameter ?? '', fingerprint }
  if (isTooLarge(info)) return { info, key: null }
  const key = parameter === null ? null : importKey(encoding)
  if (key === null) report('publicKey', name)
  return { info, key }
}

export function isTooLarge({ algorithm, parameter }: PublicKeyInfo): boolean {
  return algorithm === 'RSA' && Number(parameter) > MOST_RSA_BITS
}

/** A key that was read; `parameter` is null where readers may disagree about the key. */
interface KeyReading {
  readonly name: string
  readonly parameter: string | null
}

const READERS: Readonly<
  Record<string, (parameters: DerElement | undefined, octets: Uint8Array) => KeyReading>
> = {
  [RSA]: (parameters, octets) => {
    const bits = parameters?.tag === TAG.null ? rsaBits(octets) : null
    return { name: 'RSA', parameter: bits === null ? null : String(bits) }
  },
  [ECDSA]: (parameters, octets) => {
    const curve = CURVES[oidOf(parameters)]
    const sound = curve !== undefined && octets[0] === 4 && octets.length === 1 + 2 * curve.octets
    return { name: 'ECDSA', parameter: sound ? curve.name : null }
  },
  // Go refuses most DSA keys unread; no signer accepts the rest.
  [DSA]: () => ({ name: 'DSA', parameter: null }),
  [ED25519]: (parameters, octets) => ({
    name: 'Ed25519',
    // Stryker disable next-line all: OpenSSL refuses the same keys, but that is not for it to
    // decide
    parameter: parameters === undefined && octets.length === 32 ? '' : null,
  }),
}

/**
 * Bits of a sound RSAPublicKey: odd positive modulus, odd exponent from 3 to 2³¹−1. Null otherwise.
 */
function rsaBits(octets: Uint8Array): number | null {
  let faults = 0
  const root = readDer(octets, () => {
    faults++
  })
  if (root?.tag !== TAG.sequence || faults > 0) return null
  const [modulus, exponent, ...more] = root.children
  if (modulus?.tag !== TAG.integer || exponent?.tag !== TAG.integer || more.length > 0) return null
  const e = contentOf(exponent)
  if (e.length > MOST_RSA_EXPONENT_OCTETS) return null
  const value = Buffer.from(e).readIntBE(0, e.length)
  if (value < 3 || value % 2 === 0) return null
  const n = contentOf(modulus)
  const [first = 0] = n
  const isNegative = first >= 0x80
  const isEven = (n.at(-1) ?? 0) % 2 === 0
  const bits = 32 - Math.clz32(first) + (n.length - 1) * 8
  return isNegative || isEven ? null : bits
}

/**
 * The key, imported as PEM: for DER, Node first tries other forms by throwing errors, which costs
 * as much.
 */
function importKey(spki: Uint8Array): KeyObject | null {
  const base64 = Buffer.from(spki).toString('base64')
  try {
    return createPublicKey(`-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`)
  } catch {
    return null
  }
}
