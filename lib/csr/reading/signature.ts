import { constants, type KeyObject, verify } from 'node:crypto'
import { type DerElement, encodingOf, octetsOfBits, oidOf, TAG } from '#lib/csr/reading/der.ts'
import type { Report } from '#lib/csr/reading/reading-problems.ts'

export interface SignatureReading {
  /**
   * The algorithm's name in Go: `ECDSA-SHA256`, `SHA256-RSA`, `SHA256-RSAPSS`, `Ed25519`; otherwise
   * the OID.
   */
  readonly algorithm: string
  readonly valid: boolean
}

interface Algorithm {
  readonly name: string
  readonly keyType: 'rsa' | 'ec' | 'ed25519'
  readonly digest: string | null
  /** Octets of the salt: Go requires the digest's length; null for PKCS#1 v1.5. */
  readonly salt: number | null
}

/**
 * Algorithms by the whole AlgorithmIdentifier in hex: one encoding for each. Absent on purpose:
 * MD5, SHA-1 (Go still verifies it in requests; a kubelet never uses it), Ed448, DSA.
 */
const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map([
  ['300d06092a864886f70d01010b0500', row('rsa', 'SHA256-RSA', 'sha256')],
  ['300d06092a864886f70d01010c0500', row('rsa', 'SHA384-RSA', 'sha384')],
  ['300d06092a864886f70d01010d0500', row('rsa', 'SHA512-RSA', 'sha512')],
  [pss('01', '20'), row('rsa', 'SHA256-RSAPSS', 'sha256', 32)],
  [pss('02', '30'), row('rsa', 'SHA384-RSAPSS', 'sha384', 48)],
  [pss('03', '40'), row('rsa', 'SHA512-RSAPSS', 'sha512', 64)],
  ['300a06082a8648ce3d040302', row('ec', 'ECDSA-SHA256', 'sha256')],
  ['300a06082a8648ce3d040303', row('ec', 'ECDSA-SHA384', 'sha384')],
  ['300a06082a8648ce3d040304', row('ec', 'ECDSA-SHA512', 'sha512')],
  ['300506032b6570', row('ed25519', 'Ed25519', null)],
])

/** OIDs of the algorithms above: a different encoding of their parameters is a fault. */
const OIDS = new Set([
  '1.2.840.113549.1.1.10',
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
  '1.3.101.112',
])

/** Least bits of an RSA key: Go refuses smaller ones. */
const LEAST_RSA_BITS = 1024

/** Verifies the signed element, in its own encoding, with the request's own key. */
export function readSignature(
  algorithm: DerElement,
  bits: DerElement,
  signed: DerElement,
  key: KeyObject | null,
  report: Report,
): SignatureReading {
  const oid = oidOf(algorithm.children[0])
  const known = ALGORITHMS.get(Buffer.from(encodingOf(algorithm)).toString('hex'))
  if (algorithm.tag !== TAG.sequence || oid === '') report('structure', 'AlgorithmIdentifier')
  else if (known === undefined && OIDS.has(oid)) report('signature', oid)
  const signature = octetsOfBits(bits)
  if (signature === null) report('signature', 'BIT STRING')
  if (known === undefined) return { algorithm: oid, valid: false }
  const usable = key !== null && signature !== null && suits(key, known)
  const valid = usable && isValid(encodingOf(signed), signature, key, known)
  return { algorithm: known.name, valid }
}

function suits(key: KeyObject, algorithm: Algorithm): boolean {
  if (key.asymmetricKeyType !== algorithm.keyType) return false
  // Reading the key's details costs a fifth of a verification, so only RSA keys are asked for them.
  if (algorithm.keyType !== 'rsa') return true
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_RSA_BITS
}

function isValid(
  signed: Uint8Array,
  signature: Uint8Array,
  key: KeyObject,
  algorithm: Algorithm,
): boolean {
  const { digest, salt } = algorithm
  try {
    // A bare key, not an object: Node tries an object by throwing errors, a third of a
    // verification.
    if (salt === null) return verify(digest, signed, key, signature)
    const padding = constants.RSA_PKCS1_PSS_PADDING
    return verify(digest, signed, { key, padding, saltLength: salt }, signature)
  } catch {
    // OpenSSL throws for a key that it cannot use.
    return false
  }
}

function row(
  keyType: Algorithm['keyType'],
  name: string,
  digest: string | null,
  salt: number | null = null,
): Algorithm {
  return { name, keyType, digest, salt }
}

/** RSASSA-PSS: a SHA-2 digest, MGF1 with the same digest, a salt of its length, default trailer. */
function pss(digest: string, salt: string): string {
  const sha2 = `300d06096086480165030402${digest}0500`
  const mgf1 = `301a06092a864886f70d010108${sha2}`
  return `304106092a864886f70d01010a3034a00f${sha2}a11c${mgf1}a2030201${salt}`
}
