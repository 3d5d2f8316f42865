import { hash } from 'node:crypto'
import type { RequestReading, X509CertificateRequest } from '#lib/csr/model.ts'
import { readBase64 } from '#lib/csr/reading/base64.ts'
import {
  type DerElement,
  encodingOf,
  expectSetOrder,
  oidOf,
  readDer,
  TAG,
} from '#lib/csr/reading/der.ts'
import { type Extensions, NO_EXTENSIONS, readExtensions } from '#lib/csr/reading/extensions.ts'
import { readPem } from '#lib/csr/reading/pem.ts'
import { readPublicKey } from '#lib/csr/reading/public-key.ts'
import { MOST_VALUES, problemList, type Report } from '#lib/csr/reading/reading-problems.ts'
import { readSignature } from '#lib/csr/reading/signature.ts'
import { trimmed } from '#lib/csr/reading/trimmed.ts'
import { readName } from '#lib/csr/reading/x509-name.ts'

/**
 * Longest PEM text that is read, in bytes: a few milliseconds of work. A kubelet's request has
 * 500 (ECDSA) to 1,800 (RSA 4096); Kubernetes bounds a pod's PKCS#10 at 10 KiB, etcd at 1.5 MB.
 */
export const MOST_REQUEST_BYTES = 64 * 1024

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14'
/** Microsoft's OID for the same attribute: OpenSSL honours it, Go ignores it. */
const OTHER_EXTENSION_REQUEST = '1.3.6.1.4.1.311.2.1.14'

/** INTEGER 0 */
const VERSION_1 = Uint8Array.of(TAG.integer, 1, 0)

const latin1 = new TextDecoder('latin1')

/**
 * Reads `spec.request` (base64 of PEM) strictly, never throws. Input that Go's `encoding/pem` or
 * `crypto/x509` would refuse, skip, drop or choose among is a problem. Checks judge the values.
 */
export function readRequest(request: string): RequestReading {
  const { problems, report } = problemList()
  const outer = readBase64(request)
  if (outer.fault === 'unusedBits') report('nonCanonicalBase64', 'spec.request')
  else if (outer.fault !== null) report('notBase64', 'spec.request')
  const x509cr = outer.bytes === null ? null : readText(outer.bytes, report)
  return {
    fingerprint: fingerprintOf(outer.bytes, request),
    faithful: problems.length === 0 && x509cr !== null,
    problems: trimmed(problems),
    x509cr,
  }
}

/**
 * SHA-256 of the decoded `spec.request`, lower-case hex; of the text itself if it is not base64.
 */
export function requestFingerprint(request: string): string {
  return fingerprintOf(readBase64(request).bytes, request)
}

function fingerprintOf(bytes: Uint8Array | null, request: string): string {
  return hash('sha256', bytes ?? request, 'hex')
}

function readText(bytes: Uint8Array, report: Report): X509CertificateRequest | null {
  if (bytes.length > MOST_REQUEST_BYTES) {
    report('tooLarge', String(bytes.length))
    return null
  }
  const der = readPem(latin1.decode(bytes), 'CERTIFICATE REQUEST', report)
  const root = der === null ? null : readDer(der, report)
  if (root === null) return null
  const x509cr = readCertificationRequest(root, report)
  if (x509cr === null) report('structure', 'CertificationRequest')
  return x509cr
}

/**
 * CertificationRequest and CertificationRequestInfo, RFC 2986 section 4; null for anything else.
 */
function readCertificationRequest(root: DerElement, report: Report): X509CertificateRequest | null {
  const [info, algorithm, signature] = root.children
  if (root.tag !== TAG.sequence || info?.tag !== TAG.sequence) return null
  if (algorithm === undefined || signature === undefined) return null
  const [version, subject, spki, attributes] = info.children
  if (version === undefined || subject?.tag !== TAG.sequence || spki === undefined) return null

  // Go ignores extra elements at the end of a SEQUENCE, as those of a newer version.
  if (root.children.length > 3) report('structure', 'CertificationRequest')
  if (info.children.length !== 4) report('structure', 'CertificationRequestInfo')
  if (Buffer.compare(encodingOf(version), VERSION_1) !== 0) report('version', '')

  const name = readName(subject, report)
  const publicKey = readPublicKey(spki, report)
  const { extensions, sans } = readAttributes(attributes, report)
  const { algorithm: signatureAlgorithm, valid } = readSignature(
    algorithm,
    signature,
    info,
    publicKey.key,
    report,
  )
  return {
    subject: name,
    ...sans,
    extensions,
    publicKey: publicKey.info,
    signatureAlgorithm,
    signatureValid: valid,
  }
}

/** Reads `[0] IMPLICIT SET OF Attribute`; a signer reads only the one extensionRequest. */
function readAttributes(attributes: DerElement | undefined, report: Report): Extensions {
  if (attributes?.tag !== 0xa0) {
    report('structure', 'attributes')
    return NO_EXTENSIONS
  }
  expectSetOrder(attributes, report)
  const seen = new Set<string>()
  let found = NO_EXTENSIONS
  for (const attribute of attributes.children) {
    const [type, values] = attribute.children
    const oid = oidOf(type)
    const list = values?.children[0]
    const sound =
      attribute.tag === TAG.sequence &&
      attribute.children.length === 2 &&
      values?.tag === TAG.set &&
      list !== undefined
    if (!sound || oid === '') {
      report('structure', 'Attribute')
      continue
    }
    const again = seen.has(oid)
    seen.add(oid)
    if (oid === OTHER_EXTENSION_REQUEST) report('otherExtensionRequest', oid)
    else if (oid !== EXTENSION_REQUEST && again) report('duplicateAttribute', oid)
    if (oid !== EXTENSION_REQUEST) continue
    if (again || values.children.length > 1) report('twoExtensionRequests', '')
    if (list.tag !== TAG.sequence || list.children.length === 0) report('structure', 'Extensions')
    else found = joined(found, readExtensions(list, report))
  }
  return found
}

/**
 * Joins several extensionRequests, within the bound. They are refused, but shown together: Go reads
 * them all.
 */
function joined(a: Extensions, b: Extensions): Extensions {
  const both = <T>(these: readonly T[], those: readonly T[]) =>
    [...these, ...those].slice(0, MOST_VALUES)
  return {
    extensions: both(a.extensions, b.extensions),
    sans: {
      dnsNames: both(a.sans.dnsNames, b.sans.dnsNames),
      ipAddresses: both(a.sans.ipAddresses, b.sans.ipAddresses),
      emailAddresses: both(a.sans.emailAddresses, b.sans.emailAddresses),
      uris: both(a.sans.uris, b.sans.uris),
      otherNames: both(a.sans.otherNames, b.sans.otherNames),
    },
  }
}
