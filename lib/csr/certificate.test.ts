import { X509Certificate } from 'node:crypto'
import { describe, expect, it, test } from 'vitest'
import { readIssued, summaryOf } from '#lib/csr/certificate.ts'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import { makeRequest } from '#lib/csr/fixtures/make-csr.ts'
import { readRequest } from '#lib/csr/pkcs10.ts'

const readCertificate = (bundle: string | null) => {
  const issued = readIssued(bundle)
  return issued === null ? null : summaryOf(issued)
}
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('summaryOf', () => {
  test('says what was issued', () => {
    const summary = readCertificate(makeCertificate({ ipAddresses: ['2001:DB8::1'] }))
    expect(summary).toMatchObject({
      commonName: 'system:node:worker-1',
      dnsNames: ['worker-1'],
      ipAddresses: ['2001:db8::1'],
      notBefore: '2026-11-24T12:00:00Z',
      notAfter: '2027-11-24T12:00:00Z',
      serialNumber: '2a17',
      issuer: 'kube-csr-signer_@1795521600',
    })
  })

  test('agrees with node on names, times and serial number', () => {
    const summary = readCertificate(makeCertificate({ serialNumber: 0xfedcba9876543210n }))
    const certificate = new X509Certificate(summary?.pem ?? '')
    expect(Date.parse(summary?.notAfter ?? '')).toBe(certificate.validToDate.getTime())
    expect(Date.parse(summary?.notBefore ?? '')).toBe(certificate.validFromDate.getTime())
    expect(BigInt(`0x${summary?.serialNumber}`)).toBe(BigInt(`0x${certificate.serialNumber}`))
    expect(certificate.subject).toContain(`CN=${summary?.commonName}`)
    expect(certificate.subjectAltName).toBe('DNS:worker-1, IP Address:198.51.100.11')
  })

  it.each([
    ['the first of a bundle', makeCertificate({ withCa: true })],
    ['past a comment', base64(`subject=x\n${Buffer.from(makeCertificate(), 'base64').toString()}`)],
  ])('reads %s', (_, bundle) => {
    expect(readCertificate(bundle)?.commonName).toBe('system:node:worker-1')
  })

  it.each([
    ['no certificate yet', null],
    ['nothing', ''],
    ['not base64', '%%%'],
    ['not PEM', base64('hello')],
    ['a block of nonsense', base64('-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----')],
    ['a request', makeRequest()],
    ['far too much', 'A'.repeat(4_000_000)],
  ])('is null for %s', (_, bundle) => {
    expect(readCertificate(bundle)).toBeNull()
  })
})

describe('readIssued', () => {
  it.each([
    ['serving', 'serving'],
    ['client', 'client'],
  ] as const)('compares with the %s request it was issued for', (_, kind) => {
    const options = { kind, nodeName: 'compare', keyType: 'RSA-2048' } as const
    const issued = readIssued(makeCertificate(options))
    const asked = readRequest(makeRequest(options)).x509cr
    expect(issued?.problems).toEqual([])
    expect(issued?.subject).toEqual(asked?.subject)
    expect(issued?.dnsNames).toEqual(asked?.dnsNames)
    expect(issued?.ipAddresses).toEqual(asked?.ipAddresses)
    expect(issued?.publicKey).toEqual(asked?.publicKey)
  })

  test('tells another key from the one asked for', () => {
    const issued = readIssued(makeCertificate({ keyName: 'somebody else' }))
    const asked = readRequest(makeRequest()).x509cr
    expect(issued?.publicKey.fingerprint).not.toBe(asked?.publicKey.fingerprint)
  })
})
