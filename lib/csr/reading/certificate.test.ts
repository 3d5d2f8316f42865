import { X509Certificate } from 'node:crypto'
import { describe, expect, it, test } from 'vitest'
import { bodyOf, reparted, retag } from '#lib/csr/fixtures/der-edit.ts'
import * as der from '#lib/csr/fixtures/der-writer.ts'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import { makeRequest } from '#lib/csr/fixtures/make-csr.ts'
import { layPem } from '#lib/csr/fixtures/pem-layout.ts'
import { encodeName, type Name } from '#lib/csr/fixtures/request-der.ts'
import { readIssued, summaryOf } from '#lib/csr/reading/certificate.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'

const readCertificate = (bundle: string | null) => {
  const issued = readIssued(bundle)
  return issued === null ? null : summaryOf(issued)
}
const base64 = (text: string) => Buffer.from(text).toString('base64')
const block = (body: string) =>
  base64(`-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`)
const NONE = new Uint8Array()
const TEXT = Buffer.from(makeCertificate(), 'base64').toString()
const DER = new Uint8Array(Buffer.from(TEXT.replace(/-----.*-----/g, ''), 'base64'))

/** A certificate whose TBSCertificate fields are rewritten. */
function withFields(rewrite: (fields: Uint8Array[]) => readonly Uint8Array[]): string {
  return laid(reparted(DER, ([info = NONE, ...rest]) => [reparted(info, rewrite), ...rest]))
}

/** A certificate's fields in their order; each can be replaced. */
const FIELDS = [
  'version',
  'serial',
  'algorithm',
  'issuer',
  'validity',
  'subject',
  'key',
  'extensions',
] as const

function withField(name: (typeof FIELDS)[number], rewrite: (field: Uint8Array) => Uint8Array) {
  return withFields((fields) =>
    fields.map((field, i) => (FIELDS[i] === name ? rewrite(field) : field)),
  )
}

const laid = (bytes: Uint8Array) => base64(layPem(bytes, { label: 'CERTIFICATE' }))
const named = (name: Name) => () => encodeName(name)
/** A validity between two times of this type. */
const valid = (tag: number, from: string, to: string) =>
  withField('validity', () =>
    der.sequence(
      der.tlv(tag, Buffer.from(from, 'latin1')),
      der.tlv(tag, Buffer.from(to, 'latin1')),
    ),
  )
/** A bundle with a comment in front, so that its base64 has this many characters. */
const commented = (characters: number) =>
  base64(`${'#'.repeat((characters * 3) / 4 - TEXT.length - 1)}\n${TEXT}`)

describe('summaryOf', () => {
  test('summaryOf says what was issued', () => {
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

  test('summaryOf agrees with Node.js on names, times and serial number', () => {
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
    ['512 KiB', commented(512 * 1024)],
    ['version 1, which leaves the version out', withFields(([, ...fields]) => fields)],
    ['without extensions', withFields((fields) => fields.slice(0, -1))],
    ['with no extension', withField('extensions', () => der.tlv(0xa3, NONE))],
  ])('readCertificate reads %s', (_, bundle) => {
    expect(readCertificate(bundle)?.commonName).toBe('system:node:worker-1')
  })

  it.each<[string, string | null]>([
    ['no certificate yet', null],
    ['nothing', ''],
    ['not base64', '%%%'],
    ['not PEM', base64('hello')],
    ['a block of nonsense', block('MAA=')],
    ['a block that is no base64', block('A')],
    ['a block that is no DER', block('MAU=')],
    ['a request', makeRequest()],
    ['more than 512 KiB', commented(512 * 1024 + 4)],
    ['another tag', laid(retag(DER, 0xa0))],
    ['another tag of what is signed', laid(reparted(DER, ([info = NONE]) => [retag(info, 0xa0)]))],
    ['a serial number that is none', withField('serial', () => der.asn1Null())],
    ...FIELDS.slice(0, -1).map((name, i): [string, string] => [
      `no ${name} nor what follows`,
      withFields((fields) => fields.slice(0, i)),
    ]),
  ])('readCertificate gives null for %s', (_, bundle) => {
    expect(readCertificate(bundle)).toBeNull()
  })
})

describe('summaryOf of names in unknown forms', () => {
  const several = [[{ type: 'O', value: 'a' }], [{ type: 'O', value: 'b' }]]
  const twice = [[{ type: 'CN', value: 'a' }], [{ type: 'CN', value: 'b' }]]
  it.each([
    ['the last of two common names', withField('subject', named(twice)), { commonName: 'b' }],
    ['no common name', withField('subject', named(several)), { commonName: '' }],
    ['the last name of the issuer', withField('issuer', named(twice)), { issuer: 'b' }],
    ['the organizations of the issuer', withField('issuer', named(several)), { issuer: 'a, b' }],
    ['no name of the issuer', withField('issuer', named([])), { issuer: '' }],
  ])('readCertificate says %s', (_, bundle, summary) => {
    expect(readCertificate(bundle)).toMatchObject(summary)
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

  test('readIssued reads a different key when the signer changed it', () => {
    const issued = readIssued(makeCertificate({ keyName: 'somebody else' }))
    const asked = readRequest(makeRequest()).x509cr
    expect(issued?.publicKey.fingerprint).not.toBe(asked?.publicKey.fingerprint)
  })

  it('readIssued finds the extensions behind the unique identifiers', () => {
    const unique = der.tlv(0x81, Uint8Array.of(0, 1))
    const bundle = withFields((fields) => [...fields.slice(0, -1), unique, ...fields.slice(-1)])
    expect(readIssued(bundle)?.dnsNames).toEqual(['worker-1'])
  })

  const UTC = der.TAG.utcTime
  const GENERALIZED = der.TAG.generalizedTime

  it.each([
    ['to the last of two digits', UTC, '491231235959Z', '2049-12-31T23:59:59Z'],
    ['from the first of two digits', UTC, '500101000000Z', '1950-01-01T00:00:00Z'],
    ['in four digits', GENERALIZED, '20500101000000Z', '2050-01-01T00:00:00Z'],
    ['without an end', GENERALIZED, '99991231235959Z', '9999-12-31T23:59:59Z'],
  ])('readIssued reads a time %s', (_, tag, text, time) => {
    expect(readIssued(valid(tag, text, text))).toMatchObject({ notBefore: time, notAfter: time })
  })

  it.each([
    ['without seconds', UTC, '2611241200Z', '261124120000Z'],
    ['of a zone', UTC, '261124120000+0100', '261124120000Z'],
    ['of no zone', UTC, '261124120000', '261124120000Z'],
    ['with four digits for two', UTC, '20261124120000Z', '261124120000Z'],
    ['with two digits for four', GENERALIZED, '261124120000Z', '20261124120000Z'],
    ['with five digits for four', GENERALIZED, '120261124120000Z', '20261124120000Z'],
    ['with a fraction', GENERALIZED, '20261124120000.5Z', '20261124120000Z'],
    ['with text behind', GENERALIZED, '20261124120000Z0', '20261124120000Z'],
    ['of the thirteenth month', UTC, '261324120000Z', '261124120000Z'],
    ['beyond ASCII', UTC, '26112412000\u00b2Z', '261124120000Z'],
    ['of letters', GENERALIZED, 'abcd1124120000Z', '20261124120000Z'],
    ['of another type, in four digits', der.TAG.octetString, '20261124120000Z', '20261124120000Z'],
    ['of another type, in two digits', der.TAG.octetString, '261124120000Z', '261124120000Z'],
  ])('readIssued reads no time %s, at either end', (_, tag, odd, sound) => {
    expect(readIssued(valid(tag, odd, sound))).toBeNull()
    expect(readIssued(valid(tag, sound, odd))).toBeNull()
  })

  it.each<[string, string, readonly string[]]>([
    ['nothing', withField('extensions', () => der.tlv(0xa3, NONE)), []],
    [
      'a SET',
      withField('extensions', (field) => der.tlv(0xa3, retag(bodyOf(field), der.TAG.set))),
      [],
    ],
    [
      'something beside the list',
      withField('extensions', (field) =>
        der.tlv(0xa3, Buffer.concat([bodyOf(field), der.asn1Null()])),
      ),
      ['worker-1'],
    ],
    [
      'the list, and is there twice',
      withFields((fields) => [...fields, ...fields.slice(-1)]),
      ['worker-1'],
    ],
  ])('readIssued reads or reports the extensions field with %s', (_, bundle, dnsNames) => {
    const issued = readIssued(bundle)
    expect(issued?.problems).toContainEqual({ code: 'structure', detail: 'Extensions' })
    expect(issued?.dnsNames).toEqual(dnsNames)
  })

  it('readIssued reports departures from DER', () => {
    const issued = readIssued(
      withField('subject', named([[{ type: 'CN', value: 'a', as: 'bmp' }]])),
    )
    expect(issued?.problems).toEqual([{ code: 'stringType', detail: 'CN (BMPString)' }])
  })
})
