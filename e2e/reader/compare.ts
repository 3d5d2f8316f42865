import { hash } from 'node:crypto'
import type { RequestReading, X509CertificateRequest } from '#lib/csr/model.ts'
import type { GoReading } from '#sandbox/control-plane/go-reading.ts'

const COMMON_NAME = '2.5.4.3'
const ORGANIZATION = '2.5.4.10'

/** Go verifies SHA-1 in requests; our reader never does. RSA and ECDSA. */
const SHA1 = new Set(['1.2.840.113549.1.1.5', '1.2.840.10045.4.1'])

/**
 * Differences between our reading and Go's, in words. Empty for a refusal of ours, which may be
 * stricter than Go, never more lenient.
 */
export function differences(ours: RequestReading, go: GoReading): string[] {
  if (!ours.faithful || ours.x509cr === null) return []
  if (go.error !== undefined) return [`Go refuses: ${go.error}`]
  const { subject, publicKey } = ours.x509cr
  const found: string[] = []
  const compare = (what: string, our: unknown, theirs: unknown) => {
    if (JSON.stringify(our) !== JSON.stringify(theirs)) {
      found.push(`${what}: ours ${JSON.stringify(our)}, Go's ${JSON.stringify(theirs)}`)
    }
  }
  const values = (type: string) =>
    (go.names ?? []).filter((name) => name.type === type).map((name) => name.value)
  const others = (go.names ?? [])
    .filter((name) => name.type !== COMMON_NAME && name.type !== ORGANIZATION)
    .map((name) => `${name.type}=${String(name.value)}`)
  compare('CN', subject.commonNames.at(-1) ?? '', go.cn)
  compare('all CNs', subject.commonNames, values(COMMON_NAME))
  compare('O', subject.organizations, go.o ?? [])
  compare('other attributes', subject.others, others)
  compare('DNS', ours.x509cr.dnsNames, go.dns ?? [])
  compare('IP', ours.x509cr.ipAddresses, go.ips ?? [])
  compare('e-mail', ours.x509cr.emailAddresses, go.emails ?? [])
  compare('URI', ours.x509cr.uris, go.uris ?? [])
  compare(
    'extensions',
    ours.x509cr.extensions.map(({ oid }) => oid),
    go.extensions ?? [],
  )
  const spki = Buffer.from(go.rawPublicKey, 'base64')
  compare('key', publicKey.fingerprint, hash('sha256', spki, 'hex'))
  if (isNamed(publicKey.algorithm)) compare('key type', publicKey.algorithm, go.keyAlgorithm)
  return [...found, ...signatureDifferences(ours.x509cr, go)]
}

function signatureDifferences(ours: X509CertificateRequest, go: GoReading): string[] {
  const { signatureAlgorithm, signatureValid } = ours
  if (isNamed(signatureAlgorithm) && signatureAlgorithm !== go.signatureAlgorithm) {
    return [`signed by: ours ${signatureAlgorithm}, Go's ${go.signatureAlgorithm}`]
  }
  if (signatureValid === go.signatureValid) return []
  if (!signatureValid && SHA1.has(signatureAlgorithm)) return []
  return [`signature: ours ${signatureValid}, Go's ${go.signatureValid} (${signatureAlgorithm})`]
}

/** Whether our reader knows it by name; otherwise it only shows the OID. */
function isNamed(algorithm: string): boolean {
  return !/^\d/.test(algorithm)
}
