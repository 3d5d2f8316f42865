import { describe, expect, it, test } from 'vitest'
import { bodyOf, reparted, retag } from '#lib/csr/fixtures/der-edit.ts'
import * as der from '#lib/csr/fixtures/der-writer.ts'
import { describeAnswers } from '#lib/csr/fixtures/it-answers.ts'
import type { KeyType, SignatureName } from '#lib/csr/fixtures/keys.ts'
import { fixtureKey } from '#lib/csr/fixtures/keys.ts'
import { makeRequest, type RequestOptions } from '#lib/csr/fixtures/make-csr.ts'
import { nonCanonicalBase64 } from '#lib/csr/fixtures/pem-layout.ts'
import { problemWords } from '#lib/csr/fixtures/problem-words.ts'
import {
  attribute,
  challengePassword,
  dnsName,
  emailAddress,
  encodeExtension,
  extensionRequest,
  ipAddress,
  keyUsage,
  otherName,
  type StringType,
  subjectAltName,
  uri,
} from '#lib/csr/fixtures/request-der.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'

const read = (options: RequestOptions = {}) => readRequest(makeRequest(options))
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const NONE = new Uint8Array()
/** `[0]`, as constructed as a SEQUENCE. */
const CONTEXT = 0xa0
const SHA256_RSA = der.oid('1.2.840.113549.1.1.11')
const VALUE = der.tlv(der.TAG.utf8String, bytes('x'))
const CN = der.sequence(der.oid('2.5.4.3'), VALUE)
const PASSWORD = challengePassword('x')
const san = (...names: Parameters<typeof subjectAltName>[0]) => subjectAltName(names)

describe('a faithful request', () => {
  test('the serving request of a kubelet is read', () => {
    expect(read({ ipAddresses: ['198.51.100.11', '2001:DB8:0:0::11'] })).toMatchObject({
      faithful: true,
      problems: [],
      x509cr: {
        subject: {
          commonNames: ['system:node:worker-1'],
          organizations: ['system:nodes'],
          others: [],
        },
        dnsNames: ['worker-1'],
        ipAddresses: ['198.51.100.11', '2001:db8::11'],
        emailAddresses: [],
        uris: [],
        otherNames: [],
        extensions: [
          {
            oid: '2.5.29.17',
            name: 'subjectAltName',
            critical: false,
            allowed: true,
            value: 'DNS:worker-1, IP:198.51.100.11, IP:2001:db8::11',
          },
        ],
        publicKey: { algorithm: 'ECDSA', parameter: 'P-256' },
        signatureAlgorithm: 'ECDSA-SHA256',
        signatureValid: true,
      },
    })
  })

  test('the request of a bootstrapping kubelet asks for no extension at all', () => {
    const { faithful, x509cr } = read({ kind: 'client' })
    expect(faithful).toBe(true)
    expect(x509cr?.extensions).toEqual([])
    expect(x509cr?.dnsNames).toEqual([])
  })

  test('a request has the fingerprint of its PEM bytes', async () => {
    const pem = Buffer.from(makeRequest({ keyName: 'fingerprint' }), 'base64')
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', pem)).toString('hex')
    expect(readRequest(pem.toString('base64')).fingerprint).toBe(digest)
  })

  test('a request has the fingerprint of its public key', async () => {
    const { spki } = fixtureKey('key fingerprint', 'P-256')
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(spki)))
    const { x509cr } = read({ keyName: 'key fingerprint' })
    expect(x509cr?.publicKey.fingerprint).toBe(digest.toString('hex'))
  })

  it.each<[string, RequestOptions]>([
    ['CRLF', { pem: { newline: '\r\n' } }],
    ['no final newline', { pem: { finalNewline: false } }],
    ['one long line', { pem: { lineLength: 0 } }],
    ['UTF8String', { stringType: 'utf8' }],
    ['PrintableString', { stringType: 'printable' }],
    ['IA5String', { stringType: 'ia5' }],
    ['a challenge password, which no signer reads', { attributes: [challengePassword('x')] }],
    ['a critical SAN', { sanCritical: true }],
    ['a large key', { keyType: 'RSA-4096' }],
  ])('a request with %s is read without a problem', (_, options) => {
    const { faithful, problems, x509cr } = read(options)
    expect({ faithful, problems }).toEqual({ faithful: true, problems: [] })
    expect(x509cr?.subject.commonNames).toEqual(['system:node:worker-1'])
    expect(x509cr?.dnsNames).toEqual(['worker-1'])
    expect(x509cr?.signatureValid).toBe(true)
  })

  test('a request keeps every name, in the order of the encoding', () => {
    const subject = [
      [{ type: 'CN', value: 'first' }],
      [{ type: 'OU', value: 'ops' }],
      [
        { type: 'O', value: 'b' },
        { type: 'O', value: 'a' },
      ],
      [{ type: 'CN', value: 'last' }],
      [{ type: '1.2.3.4', value: 'naïve', as: 'utf8' as const }],
    ]
    expect(read({ subject })).toMatchObject({
      faithful: true,
      x509cr: {
        subject: {
          commonNames: ['first', 'last'],
          // DER orders the values of one RDN.
          organizations: ['a', 'b'],
          others: ['2.5.4.11=ops', '1.2.3.4=naïve'],
        },
      },
    })
  })

  test('a request keeps SANs of every kind apart, duplicates and all', () => {
    const { faithful, x509cr } = read({
      dnsNames: ['b', 'a', 'b'],
      ipAddresses: ['10.0.0.2', '10.0.0.1', '::ffff:10.0.0.1'],
      emailAddresses: ['root@example.com'],
      uris: ['spiffe://cluster.local/ns/default/sa/default', 'urn:uuid:1-2'],
      otherSans: [
        otherName('1.3.6.1.4.1.311.20.2.3', 'user@example.com'),
        { tag: 8, value: hex('2a 03') },
        { tag: 4, value: der.sequence() },
      ],
    })
    expect(faithful).toBe(true)
    expect(x509cr).toMatchObject({
      dnsNames: ['b', 'a', 'b'],
      ipAddresses: ['10.0.0.2', '10.0.0.1', '10.0.0.1'],
      emailAddresses: ['root@example.com'],
      uris: ['spiffe://cluster.local/ns/default/sa/default', 'urn:uuid:1-2'],
      otherNames: ['[0] 1.3.6.1.4.1.311.20.2.3', '[8]', '[4]'],
    })
  })

  test('an IPv4-mapped address is unfolded, as it would be issued', () => {
    const mapped = hex('00000000000000000000ffffc0000201')
    expect(read({ ipAddresses: [mapped] }).x509cr?.ipAddresses).toEqual(['192.0.2.1'])
  })
})

describe('a request that cannot be shown faithfully', () => {
  const problemsOf = (options: RequestOptions) => {
    const { faithful, problems } = read(options)
    return faithful ? 'faithful' : problemWords(problems).join(', ')
  }
  describeAnswers('because of', problemsOf, {
    'nonCanonicalBase64 spec.request': {
      'base64 with unused bits': { keyType: 'Ed25519', rewriteBase64: nonCanonicalBase64 },
    },
    'notBase64 spec.request': {
      'line breaks in the base64': { rewriteBase64: (text) => `${text}\n` },
      'the URL alphabet': { rewriteBase64: (text) => `_${text.slice(1)}` },
    },
    'trailingBytes 2': { 'bytes after the request': { trailingDer: hex('0500') } },
    'nonMinimalLength 0': { 'a long length outside': { outerLength: 'long' } },
    'nonMinimalLength 4': { 'a long length inside': { infoLength: 'long' } },
    'nonMinimalLength 10': { 'a long length of the subject': { subjectLength: 'long' } },
    'indefiniteLength 0': { 'an indefinite length outside': { outerLength: 'indefinite' } },
    'indefiniteLength 4': { 'an indefinite length inside': { infoLength: 'indefinite' } },
    'indefiniteLength 10': {
      'an indefinite length of the subject': { subjectLength: 'indefinite' },
    },
    'truncated 0': {
      'no DER': { rewriteDer: () => bytes('hello, world') },
      'half of it': { rewriteDer: (whole) => whole.slice(0, 100) },
    },
    'structure CertificationRequest': {
      'another SEQUENCE': { rewriteDer: () => der.sequence(der.integer(1)) },
      'a SET': { rewriteDer: () => der.set() },
      'an OID': { rewriteDer: () => der.oid('1.2.3') },
      'a fourth element': whole((parts) => [...parts, der.asn1Null()]),
      'another tag': { rewriteDer: (bytes) => retag(bytes, CONTEXT) },
      'nothing inside': { rewriteDer: () => der.sequence() },
      'no signature': whole(([info = NONE, algorithm = NONE]) => [info, algorithm]),
      'another tag of what is signed': whole(([info = NONE, ...rest]) => [
        retag(info, CONTEXT),
        ...rest,
      ]),
      'nothing that is signed': info(() => []),
      'no subject': info(([version = NONE]) => [version]),
      'no key': info(([version = NONE, subject = NONE]) => [version, subject]),
      'a subject that is no SEQUENCE': info(([version = NONE, subject = NONE, ...rest]) => [
        version,
        retag(subject, CONTEXT),
        ...rest,
      ]),
    },
    'structure CertificationRequestInfo': {
      'a fifth field': info((fields) => [...fields, der.asn1Null()]),
    },
    version: {
      'a version that is no INTEGER': info(([version = NONE, ...fields]) => [
        retag(version, der.TAG.octetString),
        ...fields,
      ]),
      'another version': { version: 1 },
      'a long version': { version: 256 },
    },
    'structure CertificationRequestInfo, structure attributes': {
      'no attributes field': { noAttributes: true },
    },
    'stringType O (BMPString), stringType CN (BMPString)': { 'a BMPString': { stringType: 'bmp' } },
    'stringType O (TeletexString), stringType CN (TeletexString)': {
      'a TeletexString': { stringType: 't61' },
    },
    'stringType O (UniversalString), stringType CN (UniversalString)': {
      'a UniversalString': { stringType: 'universal' },
    },
    'stringType CN (NumericString)': { 'a NumericString': subject('1', 'numeric') },
    'stringType CN (0x02)': { 'an integer for a name': cnElement(der.integer(1)) },
    'badString CN': {
      'an asterisk in a PrintableString': subject('a*', 'printable'),
      'an ampersand in a PrintableString': subject('a&b', 'printable'),
      'the first octet beyond ASCII in an IA5String': subject(hex('80'), 'ia5'),
      'an umlaut in an IA5String': subject('ü', 'ia5'),
      'invalid UTF-8': subject(bytes('\u00c3\u0028'), 'utf8'),
      'an overlong UTF-8 slash': subject(bytes('\u00c0\u00af'), 'utf8'),
      'a UTF-8 surrogate': subject(hex('eda080'), 'utf8'),
    },
    'emptyValue CN': { 'an empty name': subject('') },
    'controlCharacter CN': {
      'a NUL in a name': subject('system:node:a\0b'),
      'a newline in a name': subject('a\nb'),
      'a C1 control in a name': subject('a\u0085b'),
    },
    'structure RDN': {
      'an empty RDN': { subject: [[]] },
      'an RDN that is no SET': rdn(retag(der.set(CN), CONTEXT)),
    },
    'structure AttributeTypeAndValue': {
      'a name that is no SEQUENCE': rdn(der.set(retag(CN, CONTEXT))),
      'a name without a type': rdn(der.set(der.sequence(der.asn1Null(), VALUE))),
      'a name without a value': rdn(der.set(der.sequence(der.oid('2.5.4.3')))),
      'a name of three parts': rdn(der.set(reparted(CN, (parts) => [...parts, VALUE]))),
    },
    'emptyValue 2.5.4.11': { 'an empty unit': { subject: [[{ type: 'OU', value: '' }]] } },
    emptySan: { 'an empty SAN': { emptySan: true } },
    'badSan DNS\\u0020': { 'an empty DNS name': { dnsNames: [''] } },
    'badSan DNS a\\u0000.example.com': { 'a NUL in a DNS name': { dnsNames: ['a\0.example.com'] } },
    'badSan DNS a b': { 'a blank in a DNS name': { dnsNames: ['a b'] } },
    'badSan DNS wÃ¶rker': { 'an umlaut in a DNS name': { dnsNames: ['wörker'] } },
    [`badSan DNS _ ${'x'.repeat(78)}…`]: {
      'a DNS name of 81 characters': { dnsNames: [`_ ${'x'.repeat(79)}`] },
    },
    'badSan e-mail\\u0020': { 'an empty e-mail address': { emailAddresses: [''] } },
    'badSan URI HTTPS://example.com/a b': {
      'a URI that Go rewrites': { uris: ['HTTPS://example.com/a b'] },
    },
    'badSan URI https://example.com./': {
      'a URI with an odd host': { uris: ['https://example.com./'] },
    },
    'badSan IP 00:00:00:00:00': { 'an address of 5 bytes': { ipAddresses: [new Uint8Array(5)] } },
    'badSan IP 00:00:00:00:00:00:00:00': {
      'an address of 8 bytes: a prefix': { ipAddresses: [new Uint8Array(8)] },
    },
    [`badSan IP 0a${':0a'.repeat(31)}`]: {
      'an address of 33 bytes': { ipAddresses: [new Uint8Array(33).fill(10)] },
    },
    'badSan IP\\u0020': { 'no address': { ipAddresses: [new Uint8Array()] } },
    'badSan 0x89': { 'a SAN of no kind': { otherSans: [{ tag: 9, value: 'x' }] } },
    'badSan 0x02': {
      'an INTEGER for a SAN': {
        kind: 'client',
        extensions: [{ oid: '2.5.29.17', value: der.sequence(der.integer(1)) }],
      },
    },
    'badSan 0xa2': {
      'a DNS name in constructed form': { otherSans: [{ tag: 0x22, value: hex('0c0178') }] },
    },
    'duplicateExtension 2.5.29.17': {
      'the SAN extension twice': { extensions: [san(dnsName('worker-2'))] },
    },
    'duplicateExtension 2.5.29.15': {
      'another extension twice': twice(keyUsage(['digitalSignature'])),
    },
    twoExtensionRequests: {
      'two extensionRequests': { moreExtensionRequests: [[san(dnsName('worker-2'))]] },
      'the same extensionRequest twice': { kind: 'client', attributes: doubled() },
      'two values in an extensionRequest': { kind: 'client', attributes: [twoValues()] },
    },
    'otherExtensionRequest 1.3.6.1.4.1.311.2.1.14': {
      "Microsoft's extensionRequest": {
        attributes: [attribute('1.3.6.1.4.1.311.2.1.14', der.sequence())],
      },
    },
    'structure Extensions': {
      'an extensionRequest of nothing': { kind: 'client', attributes: [extensionRequest([])] },
      'an extensionRequest that is no SEQUENCE': attributes(
        attribute('1.2.840.113549.1.9.14', der.set(encodeExtension(san(dnsName('a'))))),
      ),
    },
    'structure Attribute': {
      'an attribute without value': { attributes: [attribute('1.2.3')] },
      'an attribute in another tag': attributes(retag(PASSWORD, CONTEXT)),
      'an attribute without values': attributes(der.sequence(der.oid('1.2.3'))),
      'an attribute of three parts': attributes(append(PASSWORD, der.asn1Null())),
      'an attribute without type': attributes(
        der.sequence(der.asn1Null(), der.set(der.asn1Null())),
      ),
      'attribute values that are no SET': attributes(
        der.sequence(der.oid('1.2.3'), der.sequence(der.asn1Null())),
      ),
      'an attribute that is none': { attributes: [der.octetString(bytes('x'))] },
    },
    'structure attributes': {
      'attributes in a SET': info((fields) => [
        ...fields.slice(0, 3),
        retag(fields[3] ?? NONE, der.TAG.set),
      ]),
    },
    'setOrder 203': {
      'attributes out of order': info((fields) => [
        ...fields.slice(0, 3),
        swapped(fields[3] ?? NONE),
      ]),
    },
    'duplicateAttribute 1.2.840.113549.1.9.7': {
      'an attribute twice': { attributes: [challengePassword('a'), challengePassword('b')] },
    },
    'explicitDefault 2.5.29.17 critical': {
      'an explicit critical FALSE': { sanCritical: 'explicitFalse' },
    },
    'badValue 183': { 'a critical flag of 1': { sanCritical: 1 } },
    'publicKey ECDSA': { 'a key on an unknown curve': { keyType: 'secp256k1' } },
    'publicKey SubjectPublicKeyInfo': {
      'a key that is none': { spki: der.sequence(der.integer(1)) },
    },
  })

  it.each<[string, RequestOptions, object]>([
    [
      'a DNS name beyond ASCII, octet by octet',
      { dnsNames: ['\u00fc'] },
      { dnsNames: ['\u00c3\u00bc'] },
    ],
    [
      'an address of no length in hex',
      { ipAddresses: [hex('0a0b0c0d0e')] },
      { ipAddresses: ['0a:0b:0c:0d:0e'] },
    ],
    ['a SAN of no kind', { otherSans: [{ tag: 9, value: 'x' }] }, { otherNames: ['[9]'] }],
    ['an otherName without OID', { otherSans: [{ tag: 0, value: NONE }] }, { otherNames: ['[0]'] }],
    [
      'the OID of an otherName alone',
      { otherSans: [{ tag: 4, value: der.oid('1.2.3') }] },
      { otherNames: ['[4]'] },
    ],
    [
      'a BMPString by its characters, and half a one not',
      subject(hex('0061 0142 63'), 'bmp'),
      { subject: { commonNames: ['a\u0142'] } },
    ],
    [
      'a TeletexString octet by octet',
      subject(hex('61 fc'), 't61'),
      { subject: { commonNames: ['a\u00fc'] } },
    ],
  ])('readRequest shows %s', (_, options, x509cr) => {
    expect(read(options).x509cr).toMatchObject(x509cr)
  })

  it('a request is read up to 64 KiB of text', () => {
    const textOf = (octets: number) => Buffer.from('x'.repeat(octets)).toString('base64')
    expect(problemWords(readRequest(textOf(65_536)).problems)).toEqual(['notPem BEGIN'])
    expect(readRequest(textOf(65_537))).toMatchObject({
      faithful: false,
      problems: [{ code: 'tooLarge', detail: '65537' }],
      x509cr: null,
    })
  })

  it('both of two extensionRequests are shown, as signers disagree which one counts', () => {
    const first = {
      emailAddresses: ['a@b.c'],
      uris: ['urn:a:b'],
      otherSans: [{ tag: 8, value: hex('2a03') }],
    }
    const second = [
      keyUsage(['cRLSign']),
      san(
        dnsName('worker-2'),
        emailAddress('d@e.f'),
        ipAddress('198.51.100.12'),
        uri('urn:c:d'),
        otherName('1.2.3', 'x'),
      ),
    ]
    const { x509cr } = read({ ...first, moreExtensionRequests: [second] })
    const values = {
      dnsNames: ['worker-1', 'worker-2'],
      ipAddresses: ['198.51.100.11', '198.51.100.12'],
      emailAddresses: ['a@b.c', 'd@e.f'],
      uris: ['urn:a:b', 'urn:c:d'],
      otherNames: ['[8]', '[0] 1.2.3'],
    }
    expect(x509cr).toMatchObject(values)
    expect(x509cr?.extensions.map(({ name }) => name)).toEqual([
      'subjectAltName',
      'keyUsage',
      'subjectAltName',
    ])
  })

  test('a repeated problem is reported once', () => {
    const dnsNames = Array.from({ length: 900 }, (_, i) => `bad ${i}`)
    expect(read({ dnsNames }).problems).toHaveLength(20)
  })

  it.each<[string, RequestOptions]>([
    ['text around it', { pem: { leading: 'hello\n', trailing: 'hello' } }],
    ['a long length', { outerLength: 'long' }],
    ['a BMPString', { stringType: 'bmp' }],
    ['a second extensionRequest', { moreExtensionRequests: [[keyUsage(['cRLSign'])]] }],
  ])('an unfaithful request still shows its common name: %s', (_, options) => {
    const { faithful, x509cr } = read(options)
    expect(faithful).toBe(false)
    expect(x509cr?.subject.commonNames).toEqual(['system:node:worker-1'])
    expect(x509cr?.dnsNames).toEqual(['worker-1'])
  })
})

describe('the signature of a request', () => {
  const ecdsa = der.sequence(der.oid('1.2.840.10045.4.3.2'))

  it.each<[KeyType, SignatureName, string, string, boolean]>([
    ['P-224', 'ECDSA-SHA256', 'ECDSA', 'P-224', true],
    ['P-256', 'ECDSA-SHA256', 'ECDSA', 'P-256', true],
    ['P-256', 'ECDSA-SHA512', 'ECDSA', 'P-256', true],
    ['P-384', 'ECDSA-SHA384', 'ECDSA', 'P-384', true],
    ['P-521', 'ECDSA-SHA512', 'ECDSA', 'P-521', true],
    ['P-256', 'ECDSA-SHA1', 'ECDSA', 'P-256', false],
    ['RSA-2048', 'RSA-SHA256', 'RSA', '2048', true],
    ['RSA-2048', 'RSA-SHA384', 'RSA', '2048', true],
    ['RSA-2048', 'RSA-SHA512', 'RSA', '2048', true],
    ['RSA-2048', 'RSA-PSS-SHA256', 'RSA', '2048', true],
    ['RSA-2048', 'RSA-PSS-SHA384', 'RSA', '2048', true],
    ['RSA-2048', 'RSA-PSS-SHA512', 'RSA', '2048', true],
    ['RSA-2048', 'RSA-SHA1', 'RSA', '2048', false],
    ['RSA-2048', 'RSA-MD5', 'RSA', '2048', false],
    ['RSA-3072', 'RSA-SHA256', 'RSA', '3072', true],
    ['RSA-1024', 'RSA-SHA256', 'RSA', '1024', true],
    ['Ed25519', 'Ed25519', 'Ed25519', '', true],
    ['Ed448', 'Ed448', '1.3.101.113', '', false],
  ])(
    'a signature of %s by %s has the key %s %s and is valid: %s',
    (keyType, signature, algorithm, parameter, valid) => {
      const { faithful, x509cr } = read({ keyType, signature })
      expect(faithful).toBe(true)
      expect(x509cr?.publicKey).toMatchObject({ algorithm, parameter })
      expect(x509cr?.signatureValid).toBe(valid)
    },
  )

  it.each<[string, RequestOptions]>([
    ['of another key', { signedBy: 'somebody else' }],
    ['damaged, ECDSA', { badSignature: true }],
    ['damaged, RSA', { badSignature: true, keyType: 'RSA-2048' }],
    ['damaged, Ed25519', { badSignature: true, keyType: 'Ed25519' }],
    ['by an RSA key that Go finds too small', { keyType: 'RSA-512' }],
    ['of RSA, said to be ECDSA', { keyType: 'RSA-2048', ...tail((_, bits) => [ecdsa, bits]) }],
    ['of an algorithm of another key type', { spki: fixtureKey('other', 'RSA-2048').spki }],
  ])('a signature is invalid: %s', (_, options) => {
    const { faithful, x509cr } = read(options)
    expect(faithful).toBe(true)
    expect(x509cr?.signatureValid).toBe(false)
  })

  test('the signature is invalid when the request was changed after signing', () => {
    const rewriteDer = (whole: Uint8Array) => {
      const changed = Buffer.from(whole)
      changed.write('worker-9', changed.indexOf('worker-1'))
      return new Uint8Array(changed)
    }
    const { faithful, x509cr } = read({ rewriteDer })
    expect(faithful).toBe(true)
    expect(x509cr?.subject.commonNames).toEqual(['system:node:worker-9'])
    expect(x509cr?.signatureValid).toBe(false)
  })

  const problemsOfRsa = (options: RequestOptions) => {
    const { faithful, problems, x509cr } = read({ keyType: 'RSA-2048', ...options })
    if (faithful || x509cr?.signatureValid !== false) return 'faithful or valid'
    return problemWords(problems).join(', ')
  }
  describeAnswers('in an odd encoding', problemsOfRsa, {
    'signature BIT STRING': {
      'unused bits': tail((algorithm, bits) => [algorithm, evenBits(bits)]),
      'an OCTET STRING': tail((algorithm, bits) => [algorithm, retag(bits, der.TAG.octetString)]),
    },
    'signature 1.2.840.113549.1.1.11': {
      'RSA parameters left out': tail((_, bits) => [der.sequence(SHA256_RSA), bits]),
    },
    'structure AlgorithmIdentifier': {
      'an algorithm that is no SEQUENCE': tail((algorithm, bits) => [
        retag(algorithm, CONTEXT),
        bits,
      ]),
      'an algorithm without OID': tail((_, bits) => [der.sequence(der.asn1Null()), bits]),
    },
  })
})

// ── Odd parts for the tables above ───────────────────────────────────────────────────────────

function subject(value: string | Uint8Array, as?: StringType) {
  return { subject: [[{ type: 'CN', value, ...(as === undefined ? {} : { as }) }]] }
}

/** A request whose CertificationRequestInfo fields are rewritten. */
function info(rewrite: (fields: Uint8Array[]) => readonly Uint8Array[]): RequestOptions {
  return whole(([info = NONE, ...rest]) => [reparted(info, rewrite), ...rest])
}

/** A request whose outer fields are rewritten. */
function whole(rewrite: (parts: Uint8Array[]) => readonly Uint8Array[]): RequestOptions {
  return { rewriteDer: (whole) => reparted(whole, rewrite) }
}

/** A name whose value is any element. */
function cnElement(value: Uint8Array): RequestOptions {
  return rdn(der.set(der.sequence(der.oid('2.5.4.3'), value)))
}

function rdn(...rdns: readonly Uint8Array[]): RequestOptions {
  return info(([version = NONE, , ...fields]) => [version, der.sequence(...rdns), ...fields])
}

function twice(extension: ReturnType<typeof keyUsage>): RequestOptions {
  return { extensions: [extension, extension] }
}

function doubled(): Uint8Array[] {
  const one = extensionRequest([keyUsage(['digitalSignature'])])
  return [one, one]
}

function twoValues(): Uint8Array {
  const value = der.sequence(encodeExtension(keyUsage(['digitalSignature'])))
  return attribute('1.2.840.113549.1.9.14', value, value)
}

/** The request of a client, with these attributes alone. */
function attributes(...list: readonly Uint8Array[]): RequestOptions {
  return { kind: 'client', attributes: list }
}

function append(whole: Uint8Array, part: Uint8Array): Uint8Array {
  return reparted(whole, (parts) => [...parts, part])
}

/** The extensionRequest and a password the wrong way round. */
function swapped(attributes: Uint8Array): Uint8Array {
  return der.tlv(CONTEXT, der.concat(bodyOf(attributes), PASSWORD))
}

/** Rewrites signatureAlgorithm and signature. */
function tail(
  rewrite: (algorithm: Uint8Array, bits: Uint8Array) => readonly Uint8Array[],
): RequestOptions {
  return whole(([info = NONE, algorithm = NONE, bits = NONE]) => [
    info,
    ...rewrite(algorithm, bits),
  ])
}

function evenBits(bits: Uint8Array): Uint8Array {
  const octets = bodyOf(bits).slice(1)
  octets[octets.length - 1] = (octets.at(-1) ?? 0) & 0xfe
  return der.bitString(octets, 1)
}
