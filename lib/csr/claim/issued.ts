import type { Issuing } from '#lib/csr/claim/claim.ts'
import type {
  CertificateDifference,
  Csr,
  RequestReading,
  X509CertificateRequest,
} from '#lib/csr/model.ts'
import { CLIENT_AUTH, isKubeletSigner, SERVER_AUTH } from '#lib/csr/names.ts'
import { type IssuedCertificate, summaryOf } from '#lib/csr/reading/certificate.ts'

/**
 * Most lifetime that a signer may add for differing clocks; kube-controller-manager backdates 5
 * minutes.
 */
const MOST_BACKDATE_SECONDS = 60 * 60

/** Most values of each side of a difference. */
const MOST_VALUES = 50

/** Extended key usages by the API's names for usages. */
const EXTENDED: Readonly<Record<string, string>> = {
  [CLIENT_AUTH]: 'clientAuth',
  [SERVER_AUTH]: 'serverAuth',
  'code signing': 'codeSigning',
  'email protection': 'emailProtection',
  timestamping: 'timeStamping',
  'ocsp signing': 'OCSPSigning',
  any: 'anyExtendedKeyUsage',
}

/** The comparable parts of a request and its certificate. */
interface Pair {
  readonly csr: Csr
  readonly asked: X509CertificateRequest
  readonly issued: IssuedCertificate
}

/** One row per kind of difference, in the order in which they are shown. */
const SIDES: readonly {
  readonly what: string
  readonly asked: (pair: Pair) => readonly string[]
  readonly issued: (pair: Pair) => readonly string[]
}[] = [
  row('commonName', ({ subject }) => subject.commonNames),
  row('organization', ({ subject }) => subject.organizations),
  row('subject', ({ subject }) => subject.others),
  row('dnsNames', ({ dnsNames }) => dnsNames),
  row('ipAddresses', ({ ipAddresses }) => ipAddresses),
  row('otherNames', ({ emailAddresses, uris, otherNames }) => [
    ...emailAddresses,
    ...uris,
    ...otherNames,
  ]),
  row('key', ({ publicKey }) => [publicKey.fingerprint]),
  {
    what: 'extKeyUsage',
    asked: ({ csr }) => [...new Set(csr.usages.flatMap((usage) => EXTENDED[usage] ?? []))],
    issued: ({ issued }) => wordsOf(issued, 'extKeyUsage'),
  },
  {
    // A kubelet's certificate must never sign others, even if the request asked for it.
    what: 'authority',
    asked: () => [],
    issued: ({ issued }) => [
      ...wordsOf(issued, 'basicConstraints').filter((word) => word !== 'CA:FALSE'),
      ...wordsOf(issued, 'keyUsage').filter((word) => word === 'keyCertSign' || word === 'cRLSign'),
    ],
  },
]

/**
 * The issued certificate and its differences. Only the two kubelet signers are compared, as others
 * may change anything; an unfaithful request cannot be compared.
 */
export function issuingOf(
  csr: Csr,
  { faithful, x509cr }: RequestReading,
  readIssued: (certificate: string) => IssuedCertificate | null,
): Issuing {
  if (csr.certificate === null) return { certificate: null, differences: [] }
  const issued = readIssued(csr.certificate)
  const comparable = faithful && x509cr !== null && isKubeletSigner(csr.signerName)
  return {
    certificate: issued === null ? null : summaryOf(issued),
    differences: comparable ? differencesOf(csr, x509cr, issued) : [],
  }
}

/**
 * Differences between the certificate and the approved request; lists are compared as multisets, as
 * signers keep no order. An unreadable certificate counts as different.
 */
export function differencesOf(
  csr: Csr,
  asked: X509CertificateRequest,
  issued: IssuedCertificate | null,
): readonly CertificateDifference[] {
  if (issued === null) return [unreadable([])]
  const pair = { csr, asked, issued }
  const differences: CertificateDifference[] = []
  for (const side of SIDES) {
    const [before, after] = [side.asked(pair), side.issued(pair)]
    if (isSame(before, after)) continue
    differences.push({ what: side.what, asked: before, issued: after })
  }
  differences.push(...lifeOf(pair))
  if (issued.problems.length > 0) {
    differences.push(unreadable(issued.problems.map(({ code, detail }) => `${code} ${detail}`)))
  }
  return differences.map(bounded)
}

function row(
  what: string,
  values: (side: X509CertificateRequest | IssuedCertificate) => readonly string[],
): (typeof SIDES)[number] {
  return { what, asked: ({ asked }) => values(asked), issued: ({ issued }) => values(issued) }
}

function unreadable(issued: readonly string[]): CertificateDifference {
  return { what: 'unreadable', asked: [], issued }
}

/** The difference of lifetimes; without `expirationSeconds` any lifetime is right. */
function lifeOf({ csr: { expirationSeconds }, issued }: Pair): CertificateDifference[] {
  if (expirationSeconds === null) return []
  const seconds = (Date.parse(issued.notAfter) - Date.parse(issued.notBefore)) / 1_000
  if (seconds <= expirationSeconds + MOST_BACKDATE_SECONDS) return []
  return [{ what: 'lifetime', asked: [String(expirationSeconds)], issued: [String(seconds)] }]
}

/** The words of an extension's value; empty without the extension. */
function wordsOf({ extensions }: IssuedCertificate, name: string): readonly string[] {
  return extensions.find((extension) => extension.name === name)?.value.split(', ') ?? []
}

/** Cuts both sides, so that what either lacks comes first, then the same values of both. */
function bounded(difference: CertificateDifference): CertificateDifference {
  const { what, asked, issued } = difference
  if (Math.max(asked.length, issued.length) <= MOST_VALUES) return difference
  const [inAsked, inIssued] = [new Set(asked), new Set(issued)]
  const extra = {
    asked: asked.filter((value) => !inIssued.has(value)),
    issued: issued.filter((value) => !inAsked.has(value)),
  }
  const room = Math.max(0, MOST_VALUES - Math.max(extra.asked.length, extra.issued.length))
  const common = [...inAsked].filter((value) => inIssued.has(value)).slice(0, room)
  const listed = {
    asked: [...extra.asked.slice(0, MOST_VALUES), ...common],
    issued: [...extra.issued.slice(0, MOST_VALUES), ...common],
  }
  const unlisted = {
    asked: asked.length - listed.asked.length,
    issued: issued.length - listed.issued.length,
  }
  return { what, ...listed, unlisted }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  const sorted = b.toSorted()
  return a.toSorted().every((value, index) => value === sorted[index])
}
