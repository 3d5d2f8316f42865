import { describe, expect, it, test } from 'vitest'
import * as der from '#lib/csr/fixtures/der-writer.ts'
import type { KeyType, SignatureName } from '#lib/csr/fixtures/keys.ts'
import { fixtureKey } from '#lib/csr/fixtures/keys.ts'
import { makeRequest, type RequestOptions } from '#lib/csr/fixtures/make-csr.ts'
import { nonCanonicalBase64 } from '#lib/csr/fixtures/pem-layout.ts'
import {
  attribute,
  basicConstraints,
  challengePassword,
  dnsName,
  encodeExtension,
  extensionRequest,
  extKeyUsage,
  keyUsage,
  otherName,
  subjectAltName,
} from '#lib/csr/fixtures/request-der.ts'
import { readRequest } from '#lib/csr/pkcs10.ts'

const read = (options: RequestOptions = {}) => readRequest(makeRequest(options))
const codes = (options: RequestOptions) => read(options).problems.map((problem) => problem.code)
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const san = (...names: Parameters<typeof subjectAltName>[0]) => subjectAltName(names)

describe('a faithful request', () => {
  test('of a kubelet for serving', () => {
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

  test('of a bootstrapping kubelet asks for no extension at all', () => {
    const { faithful, x509cr } = read({ kind: 'client' })
    expect(faithful).toBe(true)
    expect(x509cr?.extensions).toEqual([])
    expect(x509cr?.dnsNames).toEqual([])
  })

  test('has the fingerprint of its PEM bytes', async () => {
    const pem = Buffer.from(makeRequest({ keyName: 'fingerprint' }), 'base64')
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', pem)).toString('hex')
    expect(readRequest(pem.toString('base64')).fingerprint).toBe(digest)
  })

  test('has the fingerprint of its public key', async () => {
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
  ])('with %s', (_, options) => {
    const { faithful, problems, x509cr } = read(options)
    expect({ faithful, problems }).toEqual({ faithful: true, problems: [] })
    expect(x509cr?.subject.commonNames).toEqual(['system:node:worker-1'])
    expect(x509cr?.dnsNames).toEqual(['worker-1'])
    expect(x509cr?.signatureValid).toBe(true)
  })

  test('keeps every name, in the order of the encoding', () => {
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

  test('keeps SANs of every kind apart, duplicates and all', () => {
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

  test('unfolds an IPv4-mapped address, as it would be issued', () => {
    const mapped = hex('00000000000000000000ffffc0000201')
    expect(read({ ipAddresses: [mapped] }).x509cr?.ipAddresses).toEqual(['192.0.2.1'])
  })
})

describe('extensions', () => {
  it.each([
    [keyUsage(['digitalSignature']), 'keyUsage', 'digitalSignature', true],
    [
      keyUsage(['digitalSignature', 'keyEncipherment']),
      'keyUsage',
      'digitalSignature, keyEncipherment',
      true,
    ],
    [keyUsage(['keyCertSign']), 'keyUsage', 'keyCertSign', false],
    [extKeyUsage(['serverAuth']), 'extKeyUsage', 'serverAuth', true],
    [extKeyUsage(['clientAuth', 'serverAuth']), 'extKeyUsage', 'clientAuth, serverAuth', true],
    [extKeyUsage(['any']), 'extKeyUsage', 'anyExtendedKeyUsage', false],
    [extKeyUsage(['1.2.3']), 'extKeyUsage', '1.2.3', false],
    [basicConstraints(false), 'basicConstraints', 'CA:FALSE', true],
    [basicConstraints(true), 'basicConstraints', 'CA:TRUE', false],
    [basicConstraints(true, 0), 'basicConstraints', 'CA:TRUE, pathlen:0', false],
    [{ oid: '2.5.29.30', value: hex('3000') }, 'nameConstraints', '3000', false],
    [{ oid: '1.2.3.4.5', value: bytes('hello') }, '1.2.3.4.5', '68656c6c6f', false],
  ])('%o is %s %s, allowed: %s', (extension, name, value, allowed) => {
    const { faithful, x509cr } = read({ kind: 'client', extensions: [extension] })
    expect(faithful).toBe(true)
    const critical = extension.critical === true
    expect(x509cr?.extensions).toEqual([{ oid: extension.oid, name, critical, value, allowed }])
  })

  it.each([
    ['usages in no bits', { oid: '2.5.29.15', value: hex('0301 00') }],
    ['trailing zero bits', { oid: '2.5.29.15', value: hex('0302 0080') }],
    ['usages in bytes', { oid: '2.5.29.15', value: hex('0401 80') }],
    ['no extended usage', { oid: '2.5.29.37', value: hex('3000') }],
    ['an extended usage that is none', { oid: '2.5.29.37', value: hex('3003 020101') }],
    ['CA:FALSE spelt out', { oid: '2.5.29.19', value: hex('3003 010100') }],
    ['a path length without CA', { oid: '2.5.29.19', value: hex('3003 020100') }],
    ['a negative path length', { oid: '2.5.29.19', value: hex('3006 0101ff 0201ff') }],
    ['a third constraint', { oid: '2.5.29.19', value: hex('3009 0101ff 020100 020100') }],
    ['SANs that are no SEQUENCE', { oid: '2.5.29.17', value: hex('3100') }],
  ])('with %s is refused', (_, extension) => {
    expect(codes({ kind: 'client', extensions: [extension] })).toEqual(['badExtension'])
  })

  test('with bytes after the value are refused', () => {
    const { value } = extKeyUsage(['serverAuth'])
    const extension = { oid: '2.5.29.37', value: der.concat(value, hex('0500')) }
    expect(codes({ kind: 'client', extensions: [extension] })).toEqual(['trailingBytes'])
  })
})

describe('a request that cannot be shown faithfully', () => {
  it.each<[string, RequestOptions, string[]]>([
    [
      'base64 with unused bits',
      { keyType: 'Ed25519', rewriteBase64: nonCanonicalBase64 },
      ['nonCanonicalBase64'],
    ],
    ['line breaks in the base64', { rewriteBase64: (text) => `${text}\n` }, ['notBase64']],
    ['the URL alphabet', { rewriteBase64: (text) => `_${text.slice(1)}` }, ['notBase64']],
    ['bytes after the request', { trailingDer: hex('0500') }, ['trailingBytes']],
    ['a long length outside', { outerLength: 'long' }, ['nonMinimalLength']],
    ['a long length inside', { infoLength: 'long' }, ['nonMinimalLength']],
    ['a long length of the subject', { subjectLength: 'long' }, ['nonMinimalLength']],
    ['an indefinite length outside', { outerLength: 'indefinite' }, ['indefiniteLength']],
    ['an indefinite length inside', { infoLength: 'indefinite' }, ['indefiniteLength']],
    ['an indefinite length of the subject', { subjectLength: 'indefinite' }, ['indefiniteLength']],
    ['no DER', { rewriteDer: () => bytes('hello, world') }, ['truncated']],
    ['half of it', { rewriteDer: (whole) => whole.slice(0, 100) }, ['truncated']],
    ['another SEQUENCE', { rewriteDer: () => der.sequence(der.integer(1)) }, ['structure']],
    ['a SET', { rewriteDer: () => der.set() }, ['structure']],
    ['an OID', { rewriteDer: () => der.oid('1.2.3') }, ['structure']],
    ['a fourth element', { rewriteDer: (whole) => append(whole, hex('0500')) }, ['structure']],
    ['another version', { version: 1 }, ['version']],
    ['a long version', { version: 256 }, ['version']],
    ['no attributes field', { noAttributes: true }, ['structure', 'structure']],
    ['a BMPString', { stringType: 'bmp' }, ['stringType', 'stringType']],
    ['a TeletexString', { stringType: 't61' }, ['stringType', 'stringType']],
    ['a UniversalString', { stringType: 'universal' }, ['stringType', 'stringType']],
    ['a NumericString', subject('1', 'numeric'), ['stringType']],
    ['an integer for a name', cnElement(der.integer(1)), ['stringType']],
    ['an asterisk in a PrintableString', subject('a*', 'printable'), ['badString']],
    ['an ampersand in a PrintableString', subject('a&b', 'printable'), ['badString']],
    ['an umlaut in an IA5String', subject('ü', 'ia5'), ['badString']],
    ['invalid UTF-8', subject(bytes('\u00c3\u0028'), 'utf8'), ['badString']],
    ['an overlong UTF-8 slash', subject(bytes('\u00c0\u00af'), 'utf8'), ['badString']],
    ['a UTF-8 surrogate', subject(hex('eda080'), 'utf8'), ['badString']],
    ['an empty name', subject(''), ['emptyValue']],
    ['a NUL in a name', subject('system:node:a\0b'), ['controlCharacter']],
    ['a newline in a name', subject('a\nb'), ['controlCharacter']],
    ['a C1 control in a name', subject('a\u0085b'), ['controlCharacter']],
    ['an empty RDN', { subject: [[]] }, ['structure']],
    ['an empty SAN', { emptySan: true }, ['emptySan']],
    ['an empty DNS name', { dnsNames: [''] }, ['badSan']],
    ['a NUL in a DNS name', { dnsNames: ['a\0.example.com'] }, ['badSan']],
    ['a blank in a DNS name', { dnsNames: ['a b'] }, ['badSan']],
    ['an umlaut in a DNS name', { dnsNames: ['wörker'] }, ['badSan']],
    ['an empty e-mail address', { emailAddresses: [''] }, ['badSan']],
    ['a URI that Go rewrites', { uris: ['HTTPS://example.com/a b'] }, ['badSan']],
    ['a URI with an odd host', { uris: ['https://example.com./'] }, ['badSan']],
    ['an address of 5 bytes', { ipAddresses: [new Uint8Array(5)] }, ['badSan']],
    ['an address of 8 bytes: a prefix', { ipAddresses: [new Uint8Array(8)] }, ['badSan']],
    ['no address', { ipAddresses: [new Uint8Array()] }, ['badSan']],
    ['a SAN of no kind', { otherSans: [{ tag: 9, value: 'x' }] }, ['badSan']],
    [
      'a DNS name in constructed form',
      { otherSans: [{ tag: 0x22, value: hex('0c0178') }] },
      ['badSan'],
    ],
    ['the SAN extension twice', { extensions: [san(dnsName('worker-2'))] }, ['duplicateExtension']],
    ['another extension twice', twice(keyUsage(['digitalSignature'])), ['duplicateExtension']],
    [
      'two extensionRequests',
      { moreExtensionRequests: [[san(dnsName('worker-2'))]] },
      ['twoExtensionRequests'],
    ],
    [
      'the same extensionRequest twice',
      { kind: 'client', attributes: doubled() },
      ['twoExtensionRequests'],
    ],
    [
      'two values in an extensionRequest',
      { kind: 'client', attributes: [twoValues()] },
      ['twoExtensionRequests'],
    ],
    [
      "Microsoft's extensionRequest",
      { attributes: [attribute('1.3.6.1.4.1.311.2.1.14', der.sequence())] },
      ['otherExtensionRequest'],
    ],
    [
      'an extensionRequest of nothing',
      { kind: 'client', attributes: [extensionRequest([])] },
      ['structure'],
    ],
    ['an attribute without value', { attributes: [attribute('1.2.3')] }, ['structure']],
    ['an attribute that is none', { attributes: [der.octetString(bytes('x'))] }, ['structure']],
    [
      'an attribute twice',
      { attributes: [challengePassword('a'), challengePassword('b')] },
      ['duplicateAttribute'],
    ],
    ['an explicit critical FALSE', { sanCritical: 'explicitFalse' }, ['explicitDefault']],
    ['a critical flag of 1', { sanCritical: 1 }, ['badValue']],
    ['an extension of four parts', { kind: 'client', attributes: [oddExtension()] }, ['structure']],
    ['a key on an unknown curve', { keyType: 'secp256k1' }, ['publicKey']],
    ['a key that is none', { spki: der.sequence(der.integer(1)) }, ['publicKey']],
    ['an RSA key without NULL', { spki: rsa({ parameters: [] }) }, ['publicKey']],
    ['an even RSA exponent', { spki: rsa({ exponent: 65536 }) }, ['publicKey']],
    ['an RSA exponent of 1', { spki: rsa({ exponent: 1 }) }, ['publicKey']],
    ['a huge RSA exponent', { spki: rsa({ exponent: 2n ** 32n + 1n }) }, ['publicKey']],
    ['an even RSA modulus', { spki: rsa({ modulus: 2n ** 2047n }) }, ['publicKey']],
    ['an RSA modulus of 20,000 bits', { spki: rsa({ modulus: 2n ** 20000n + 1n }) }, ['publicKey']],
    ['bytes after an RSA key', { spki: rsa({ after: hex('0500') }) }, ['publicKey']],
    ['a point off the curve', { spki: point(4, 64) }, ['publicKey']],
    ['a compressed point', { spki: point(2, 32) }, ['publicKey']],
    ['no point', { spki: point(0, 0) }, ['publicKey']],
    ['a DSA key', { spki: dsa() }, ['publicKey']],
    ['Ed25519 parameters', { spki: ed25519(32, der.asn1Null()) }, ['publicKey']],
    ['a short Ed25519 key', { spki: ed25519(31) }, ['publicKey']],
  ])('because of %s', (_, options, problems) => {
    const reading = read(options)
    expect(reading.problems.map((problem) => problem.code)).toEqual(problems)
    expect(reading.faithful).toBe(false)
  })

  test('says where', () => {
    expect(read({ dnsNames: ['a\nb'] }).problems).toEqual([
      { code: 'badSan', detail: 'DNS a\\u000ab' },
    ])
    expect(read(subject('')).problems).toEqual([{ code: 'emptyValue', detail: 'CN' }])
    expect(read({ stringType: 'bmp' }).problems[0]).toEqual({
      code: 'stringType',
      detail: 'O (BMPString)',
    })
  })

  test('does not say the same thing a thousand times', () => {
    const dnsNames = Array.from({ length: 900 }, (_, i) => `bad ${i}`)
    expect(read({ dnsNames }).problems).toHaveLength(20)
  })

  test('is refused when its attributes are out of order', () => {
    const reading = read({
      attributes: [challengePassword('x')],
      rewriteDer: (whole) => swapAttributes(whole),
    })
    expect(reading.problems.map((problem) => problem.code)).toEqual(['setOrder'])
  })

  it.each<[string, RequestOptions]>([
    ['text around it', { pem: { leading: 'hello\n', trailing: 'hello' } }],
    ['a long length', { outerLength: 'long' }],
    ['a BMPString', { stringType: 'bmp' }],
    ['a second extensionRequest', { moreExtensionRequests: [[keyUsage(['cRLSign'])]] }],
  ])('still shows what could be made out: %s', (_, options) => {
    const { faithful, x509cr } = read(options)
    expect(faithful).toBe(false)
    expect(x509cr?.subject.commonNames).toEqual(['system:node:worker-1'])
    expect(x509cr?.dnsNames).toEqual(['worker-1'])
  })
})

describe('the signature', () => {
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
  ])('of %s by %s: %s %s, valid: %s', (keyType, signature, algorithm, parameter, valid) => {
    const { faithful, x509cr } = read({ keyType, signature })
    expect(faithful).toBe(true)
    expect(x509cr?.publicKey).toMatchObject({ algorithm, parameter })
    expect(x509cr?.signatureValid).toBe(valid)
  })

  it.each<[string, RequestOptions]>([
    ['of another key', { signedBy: 'somebody else' }],
    ['damaged, ECDSA', { badSignature: true }],
    ['damaged, RSA', { badSignature: true, keyType: 'RSA-2048' }],
    ['damaged, Ed25519', { badSignature: true, keyType: 'Ed25519' }],
    ['of an algorithm of another key type', { spki: fixtureKey('other', 'RSA-2048').spki }],
  ])('%s is invalid', (_, options) => {
    const { faithful, x509cr } = read(options)
    expect(faithful).toBe(true)
    expect(x509cr?.signatureValid).toBe(false)
  })

  test('is invalid when the request was changed after signing', () => {
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

  it.each<[string, (whole: Uint8Array) => Uint8Array]>([
    ['unused bits', (whole) => retail(whole, (_, bits) => [der.bitString(evenBits(bits), 1)])],
    ['RSA parameters left out', (whole) => retail(whole, (_, bits) => [noParameters(), bits])],
  ])('in an odd encoding is a problem: %s', (_, rewriteDer) => {
    const { problems } = read({ keyType: 'RSA-2048', rewriteDer })
    expect(problems.map((problem) => problem.code)).toEqual(['signature'])
  })
})

// ── Odd parts for the tables above ───────────────────────────────────────────────────────────

function subject(value: string | Uint8Array, as?: 'utf8' | 'ia5' | 'printable' | 'numeric') {
  return { subject: [[{ type: 'CN', value, ...(as === undefined ? {} : { as }) }]] }
}

/** A name whose value is any element: the subject is written by hand into the request. */
function cnElement(value: Uint8Array): RequestOptions {
  const name = der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), value)))
  return {
    rewriteDer: (whole) => {
      const [info, ...rest] = children(whole)
      const [version, , ...fields] = children(info)
      const parts = [version, name, ...fields].filter((part) => part !== undefined)
      return der.sequence(der.sequence(...parts), ...rest)
    },
  }
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

function oddExtension(): Uint8Array {
  const { value } = keyUsage(['digitalSignature'])
  const parts = [der.oid('2.5.29.15'), der.boolean(true), der.octetString(value), der.asn1Null()]
  return attribute('1.2.840.113549.1.9.14', der.sequence(der.sequence(...parts)))
}

function rsa(odd: {
  parameters?: Uint8Array[]
  modulus?: bigint
  exponent?: bigint | number
  after?: Uint8Array
}): Uint8Array {
  const { parameters = [der.asn1Null()], modulus = 2n ** 2047n + 1n, exponent = 65537 } = odd
  const key = der.sequence(der.integer(modulus), der.integer(exponent))
  const algorithm = der.sequence(der.oid('1.2.840.113549.1.1.1'), ...parameters)
  return der.sequence(algorithm, der.bitString(der.concat(key, odd.after ?? new Uint8Array())))
}

function point(form: number, octets: number): Uint8Array {
  const algorithm = der.sequence(der.oid('1.2.840.10045.2.1'), der.oid('1.2.840.10045.3.1.7'))
  return der.sequence(
    algorithm,
    der.bitString(Uint8Array.of(form, ...new Uint8Array(octets).fill(1))),
  )
}

function ed25519(octets: number, ...parameters: Uint8Array[]): Uint8Array {
  const algorithm = der.sequence(der.oid('1.3.101.112'), ...parameters)
  return der.sequence(algorithm, der.bitString(new Uint8Array(octets)))
}

function dsa(): Uint8Array {
  const algorithm = der.sequence(der.oid('1.2.840.10040.4.1'))
  return der.sequence(algorithm, der.bitString(der.integer(5)))
}

/** The elements inside a SEQUENCE, SET or `[0]`, as bytes. */
function children(whole: Uint8Array | undefined): Uint8Array[] {
  const parts: Uint8Array[] = []
  if (whole === undefined) return parts
  for (let at = header(whole, 0).from; at < whole.length; ) {
    const { end } = header(whole, at)
    parts.push(whole.slice(at, end))
    at = end
  }
  return parts
}

function header(bytes: Uint8Array, at: number): { from: number; end: number } {
  const first = bytes[at + 1] ?? 0
  const octets = first < 0x80 ? 0 : first & 0x7f
  let length = octets === 0 ? first : 0
  for (let i = 0; i < octets; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0)
  const from = at + 2 + octets
  return { from, end: from + length }
}

function append(whole: Uint8Array, element: Uint8Array): Uint8Array {
  return der.sequence(...children(whole), element)
}

function swapAttributes(whole: Uint8Array): Uint8Array {
  const [info, ...rest] = children(whole)
  const fields = children(info)
  const attributes = der.tlv(0xa0, der.concat(...children(fields.at(-1)).reverse()))
  return der.sequence(der.sequence(...fields.slice(0, -1), attributes), ...rest)
}

/** Rewrites signatureAlgorithm and signature; one element means the signature alone. */
function retail(
  whole: Uint8Array,
  rewrite: (algorithm: Uint8Array, bits: Uint8Array) => Uint8Array[],
): Uint8Array {
  const [info = hex(''), algorithm = hex(''), bits = hex('')] = children(whole)
  const tail = rewrite(algorithm, bits)
  return der.sequence(info, ...(tail.length === 1 ? [algorithm] : []), ...tail)
}

function evenBits(bits: Uint8Array): Uint8Array {
  const octets = bits.slice(header(bits, 0).from + 1)
  octets[octets.length - 1] = (octets.at(-1) ?? 0) & 0xfe
  return octets
}

function noParameters(): Uint8Array {
  return der.sequence(der.oid('1.2.840.113549.1.1.11'))
}
