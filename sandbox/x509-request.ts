import {
  dnsName,
  emailAddress,
  ipAddress,
  subjectAltName,
  uri,
} from '#lib/csr/fixtures/request-der.ts'
import type { X509CertificateRequest } from '#lib/csr/model.ts'
import { encodingOf, readDer } from '#lib/csr/reading/der.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'

/** A PKCS#10 request as the signers issue it: of several common names the last one counts. */
export interface ReadRequest
  extends Pick<X509CertificateRequest, 'dnsNames' | 'ipAddresses' | 'emailAddresses' | 'uris'> {
  readonly commonName: string
  readonly organizations: readonly string[]
  /** The encoded SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** Value of the SAN extension of the certificate; null for none. */
  readonly sanValue: Uint8Array | null
}

/** The request, or the reason that the API server refuses it. */
export function readAsSignersDo(request: string): ReadRequest | string {
  const { x509cr } = readRequest(request)
  const spki = spkiOf(request)
  if (x509cr === null || spki === undefined) return 'PEM block type must be CERTIFICATE REQUEST'
  if (!x509cr.signatureValid) return 'x509: verification failure'
  const { subject, dnsNames, ipAddresses, emailAddresses, uris } = x509cr
  const names = [
    ...dnsNames.map(dnsName),
    ...ipAddresses.map(ipAddress),
    ...emailAddresses.map(emailAddress),
    ...uris.map(uri),
  ]
  return {
    ...{ dnsNames, ipAddresses, emailAddresses, uris, spki },
    commonName: subject.commonNames.at(-1) ?? '',
    organizations: subject.organizations,
    sanValue: names.length === 0 ? null : subjectAltName(names).value,
  }
}

function spkiOf(request: string): Uint8Array | undefined {
  const pem = Buffer.from(request, 'base64').toString('latin1')
  const block = /-----BEGIN CERTIFICATE REQUEST-----([\s\S]*?)-----END/.exec(pem)?.[1] ?? ''
  const info = readDer(Buffer.from(block, 'base64'), () => {})?.children[0]
  return info?.children[2] && encodingOf(info.children[2])
}
