import type {
  CertificateSummary,
  PublicKeyInfo,
  RequestedExtension,
  X509CertificateRequest,
} from '#lib/csr/model.ts'
import type { ReadingProblem } from '#lib/csr/problem-codes.ts'
import { readBase64 } from '#lib/csr/reading/base64.ts'
import { contentOf, type DerElement, readDer, TAG } from '#lib/csr/reading/der.ts'
import { asciiText } from '#lib/csr/reading/der-text.ts'
import { type Extensions, NO_EXTENSIONS, readExtensions } from '#lib/csr/reading/extensions.ts'
import { readPem } from '#lib/csr/reading/pem.ts'
import { readPublicKey } from '#lib/csr/reading/public-key.ts'
import { problemList, type Report } from '#lib/csr/reading/reading-problems.ts'
import type { Sans } from '#lib/csr/reading/subject-alternative-names.ts'
import { readName } from '#lib/csr/reading/x509-name.ts'

/** An issued certificate in the terms of the request, so that the two can be compared. */
export interface IssuedCertificate extends Sans {
  /** The first block of the bundle. */
  readonly pem: string
  readonly subject: X509CertificateRequest['subject']
  readonly issuer: X509CertificateRequest['subject']
  /** RFC 3339, UTC. */
  readonly notBefore: string
  readonly notAfter: string
  /** Lower-case hex. */
  readonly serialNumber: string
  readonly publicKey: PublicKeyInfo
  readonly extensions: readonly RequestedExtension[]
  /** Departures from strict DER: each is a reason to doubt the values. */
  readonly problems: readonly ReadingProblem[]
}

/**
 * Most characters of a bundle that are read: it holds a handful of certificates, and etcd would
 * take
 * 1.5 MB.
 */
export const MOST_BUNDLE_CHARACTERS = 512 * 1024

const BLOCK = /-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\r\n]+-----END CERTIFICATE-----/

const latin1 = new TextDecoder('latin1')

/** The few fields that the pages show. */
export function summaryOf(issued: IssuedCertificate): CertificateSummary {
  const { pem, dnsNames, ipAddresses, notBefore, notAfter, serialNumber } = issued
  return {
    pem,
    // A foreign signer may issue several common names: TLS stacks take the last.
    commonName: issued.subject.commonNames.at(-1) ?? '',
    dnsNames,
    ipAddresses,
    notBefore,
    notAfter,
    serialNumber,
    issuer: issued.issuer.commonNames.at(-1) ?? issued.issuer.organizations.join(', '),
  }
}

/** The first certificate of `status.certificate` (base64 of a PEM bundle); null when unreadable. */
export function readIssued(base64Pem: string | null): IssuedCertificate | null {
  if (base64Pem === null || base64Pem.length > MOST_BUNDLE_CHARACTERS) return null
  const { bytes } = readBase64(base64Pem)
  const pem = bytes === null ? null : (BLOCK.exec(latin1.decode(bytes))?.[0] ?? null)
  if (pem === null) return null
  const { problems, report } = problemList()
  const der = readPem(pem, 'CERTIFICATE', report)
  const root = der === null ? null : readDer(der, report)
  const contents = root === null ? null : readContents(root, report)
  return contents === null ? null : { pem, ...contents, problems }
}

/** Certificate and TBSCertificate, RFC 5280 section 4.1. */
function readContents(
  root: DerElement,
  report: Report,
): Omit<IssuedCertificate, 'pem' | 'problems'> | null {
  const info = root.children[0]
  if (root.tag !== TAG.sequence || info?.tag !== TAG.sequence) return null
  // Version 1 omits the version field.
  const fields = info.children[0]?.tag === 0xa0 ? info.children.slice(1) : info.children
  const [serial, , issuer, validity, subject, spki, ...rest] = fields
  const notBefore = readTime(validity?.children[0])
  const notAfter = readTime(validity?.children[1])
  if (serial?.tag !== TAG.integer || issuer === undefined || subject === undefined) return null
  if (spki === undefined || notBefore === null || notAfter === null) return null
  const { sans, extensions } = readExtensionField(rest, report)
  return {
    ...sans,
    subject: readName(subject, report),
    issuer: readName(issuer, report),
    notBefore,
    notAfter,
    serialNumber: Buffer.from(contentOf(serial)).toString('hex'),
    publicKey: readPublicKey(spki, report).info,
    extensions,
  }
}

/** Reads the optional field [3]: one field that holds one SEQUENCE. */
function readExtensionField(fields: readonly DerElement[], report: Report): Extensions {
  const [field, ...more] = fields.filter(({ tag }) => tag === 0xa3)
  if (field === undefined) return NO_EXTENSIONS
  const [list, ...besides] = field.children
  if (list?.tag !== TAG.sequence || besides.length > 0 || more.length > 0) {
    report('structure', 'Extensions')
  }
  return list?.tag === TAG.sequence ? readExtensions(list, report) : NO_EXTENSIONS
}

/** UTCTime or GeneralizedTime with seconds and `Z`, the only forms RFC 5280 allows. */
function readTime(element: DerElement | undefined): string | null {
  if (element === undefined) return null
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(fullTime(element))
  if (match === null) return null
  const [, year, month, day, hour, minute, second] = match
  const time = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
  return Number.isNaN(Date.parse(time)) ? null : time
}

/** The text of a time with a four-digit year; '' for any other type. */
function fullTime(element: DerElement): string {
  const text = asciiText(contentOf(element)) ?? ''
  if (element.tag === TAG.generalizedTime) return text
  // RFC 5280 4.1.2.5.1: two digits mean 1950 to 2049.
  const century = text < '50' ? '20' : '19'
  return element.tag === TAG.utcTime ? century + text : ''
}
