import type { Random } from '#e2e/reader/random.ts'
import * as der from '#lib/csr/fixtures/der-writer.ts'
import { fixtureKey, type KeyType, type SignatureName } from '#lib/csr/fixtures/keys.ts'
import type { RequestOptions } from '#lib/csr/fixtures/make-csr.ts'
import type { PemLayout } from '#lib/csr/fixtures/pem-layout.ts'
import {
  attribute,
  basicConstraints,
  challengePassword,
  type ExtensionFixture,
  extensionRequest,
  extKeyUsage,
  type GeneralName,
  keyUsage,
  type Name,
  otherName,
  type StringType,
  subjectAltName,
} from '#lib/csr/fixtures/request-der.ts'

const GOOD_NAMES = ['system:node:worker-1', 'system:nodes', 'worker-1', 'a', 'Example, Inc.']
const ODD_NAMES = [
  '',
  ' ',
  'a ',
  'A&B',
  '*.example.com',
  'a@b',
  'naïve',
  '\ufeffa',
  'a\0b',
  'a\nb',
  'a\u0085b',
  '\u202ea',
  'a\u200b',
  '\uffff',
  '節點',
  '\u{1f600}',
  '"<>\\',
  'x'.repeat(300),
  Uint8Array.of(0xc3, 0x28),
  Uint8Array.of(0xed, 0xa0, 0x80),
  Uint8Array.of(0xc0, 0xaf),
  Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
  Uint8Array.of(0x80),
]
const ATTRIBUTES = [
  'CN',
  'O',
  'OU',
  'C',
  'L',
  'ST',
  'SERIALNUMBER',
  'emailAddress',
  '2.5.4.9',
  '2.5.4.17',
  '2.5.4.3.1',
  '0.9.2342.19200300.100.1.25',
  '1.2.3.4',
]
const STRING_TYPES: StringType[] = [
  'utf8',
  'printable',
  'ia5',
  'bmp',
  't61',
  'universal',
  'numeric',
]
const DNS = [
  'worker-1',
  'worker-1.example.com',
  'WORKER-1',
  'a.',
  '*.example.com',
  'localhost',
  'a_b',
]
const ODD_DNS = ['', ' ', 'a b', 'a\0b', 'wörker', 'a\nb', '.', '\x7f', '"', "'", 'x'.repeat(300)]
const IPS = ['10.0.0.1', '2001:db8::1', '0.0.0.0', '::', '::1', '127.0.0.1', '64:ff9b::a00:1']
const EMAILS = ['root@example.com', 'a', '"a b"@c', '', 'ü@example.com', 'a\0']
const URIS = [
  'spiffe://cluster.local/ns/default/sa/default',
  'https://example.com',
  'https://example.com/',
  'https://example.com/a.b/~c',
  'https://example.com/a/../b',
  'https://example.com//a',
  'https://EXAMPLE.com/',
  'https://example.com:443/',
  'https://user@example.com/',
  'https://[::1]/',
  'https://example.com./',
  'https://a_b/',
  'https://1.2.3.4/x',
  'https://-a/',
  'https://a..b/',
  'https://example.com/%41%2f',
  'https://example.com/?q=1#f',
  'https://example.com/?',
  'https://example.com/#',
  'HTTPS://example.com/',
  'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  'urn:',
  'urn::a',
  'mailto:root@example.com',
  'a:b',
  'a:..',
  'a:/b',
  'a:///b',
  'a://',
  'a://b',
  'a+b.c-1://d/e',
  '1a://b',
  '//b',
  'b',
  '',
  'a b',
  'https://ü/',
  'https://a\0/',
  'https://a/\x7f',
  'javascript:alert(1)',
]
const KEYS: KeyType[] = [
  'P-256',
  'P-256',
  'P-256',
  'Ed25519',
  'RSA-2048',
  'P-384',
  'P-224',
  'P-521',
]
const ODD_KEYS: KeyType[] = ['RSA-1024', 'secp256k1', 'Ed448', 'RSA-3072']
const SIGNATURES: Readonly<Partial<Record<KeyType, readonly SignatureName[]>>> = {
  'P-256': ['ECDSA-SHA256', 'ECDSA-SHA384', 'ECDSA-SHA512', 'ECDSA-SHA1'],
  'RSA-2048': [
    'RSA-SHA256',
    'RSA-SHA384',
    'RSA-SHA512',
    'RSA-PSS-SHA256',
    'RSA-PSS-SHA384',
    'RSA-PSS-SHA512',
    'RSA-SHA1',
    'RSA-MD5',
  ],
}
const LENGTHS: der.LengthForm[] = ['long', 'indefinite']
const OIDS = ['2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.37', '2.5.29.30', '1.2.3.4.5']

/** Options of a request in which each part is usually valid, and rarely odd. */
export function randomOptions(random: Random): RequestOptions {
  const { once, pick } = random
  const keyType = pick(once(8) ? ODD_KEYS : KEYS)
  const signatures = SIGNATURES[keyType]
  return {
    kind: pick(['serving', 'serving', 'client']),
    keyName: `generated-${random.below(4)}`,
    keyType,
    ...(signatures !== undefined && once(3) ? { signature: pick(signatures) } : {}),
    ...(once(3) ? { subject: randomSubject(random) } : {}),
    ...(once(24) ? { stringType: pick(STRING_TYPES) } : {}),
    ...(once(2) ? { dnsNames: random.list(0, 4, () => pick(once(12) ? ODD_DNS : DNS)) } : {}),
    ...(once(2) ? { ipAddresses: random.list(0, 4, () => randomIp(random)) } : {}),
    ...(once(6) ? { emailAddresses: random.list(1, 2, () => pick(EMAILS)) } : {}),
    ...(once(8) ? { uris: random.list(1, 2, () => pick(URIS)) } : {}),
    ...(once(12) ? { otherSans: random.list(1, 3, () => randomSan(random)) } : {}),
    ...(once(8)
      ? { sanCritical: pick([true, true, true, true, 'explicitFalse', 1] as const) }
      : {}),
    ...(once(30) ? { emptySan: true } : {}),
    ...(once(3) ? { extensions: random.list(1, 3, () => randomExtension(random)) } : {}),
    ...(once(30)
      ? { moreExtensionRequests: [random.list(0, 2, () => randomExtension(random))] }
      : {}),
    ...(once(12) ? { attributes: random.list(1, 2, () => randomAttribute(random)) } : {}),
    ...(once(60) ? { noAttributes: true } : {}),
    ...(once(40) ? { version: pick([1, 2, 128, 256, 2 ** 40]) } : {}),
    ...(once(30) ? { spki: randomSpki(random) } : {}),
    ...(once(20) ? { badSignature: true } : {}),
    ...(once(40) ? { outerLength: pick(LENGTHS) } : {}),
    ...(once(40) ? { infoLength: pick(LENGTHS) } : {}),
    ...(once(40) ? { subjectLength: pick(LENGTHS) } : {}),
    ...(once(40) ? { trailingDer: random.bytes(1 + random.below(3)) } : {}),
    ...(once(3) ? { pem: randomLayout(random) } : {}),
    ...(once(30) ? { rewriteBase64: randomRewrite(random) } : {}),
  }
}

function randomSubject(random: Random): Name {
  const { once, pick } = random
  return random.list(0, 4, () =>
    random.list(once(20) ? 0 : 1, once(4) ? 3 : 1, () => ({
      type: pick(once(3) ? ATTRIBUTES : ['CN', 'O']),
      value: pick(once(8) ? ODD_NAMES : GOOD_NAMES),
      ...(once(12) ? { as: pick(STRING_TYPES) } : {}),
    })),
  )
}

function randomIp(random: Random): string | Uint8Array {
  if (!random.once(6)) return random.pick(IPS)
  const mapped = Uint8Array.of(...new Array<number>(10).fill(0), 255, 255, ...random.bytes(4))
  return random.pick([mapped, random.bytes(4), random.bytes(16), random.bytes(random.below(20))])
}

function randomSan(random: Random): GeneralName {
  return random.pick<GeneralName>([
    otherName('1.3.6.1.4.1.311.20.2.3', 'user@example.com'),
    { tag: 8, value: Uint8Array.of(0x2a, 0x03) },
    { tag: 4, value: der.sequence() },
    { tag: 4, value: der.sequence(der.sequence(der.set())) },
    { tag: 3, value: new Uint8Array() },
    { tag: 5, value: der.concat(der.tlv(0xa1, der.tlv(0x0c, Uint8Array.of(0x61)))) },
    { tag: 9, value: 'x' },
    { tag: 30, value: 'x' },
    { tag: 0x22, value: der.tlv(0x16, Uint8Array.of(0x61)) },
    { tag: 0x27, value: der.octetString(random.bytes(4)) },
    { tag: random.below(31), value: random.bytes(random.below(6)) },
  ])
}

function randomExtension(random: Random): ExtensionFixture {
  const { once, pick } = random
  const extension = pick<ExtensionFixture>([
    keyUsage(['digitalSignature']),
    keyUsage(['digitalSignature', 'keyEncipherment']),
    keyUsage(['keyCertSign']),
    extKeyUsage(['serverAuth']),
    extKeyUsage(['clientAuth', 'any']),
    basicConstraints(false),
    basicConstraints(true),
    basicConstraints(true, 3),
    subjectAltName([{ tag: 2, value: pick(DNS) }]),
    { oid: pick(OIDS), value: random.bytes(random.below(8)) },
    { oid: pick(OIDS), value: der.sequence() },
  ])
  return once(6) ? { ...extension, critical: pick([true, false, 'explicitFalse', 1]) } : extension
}

function randomAttribute(random: Random): Uint8Array {
  const requests = extensionRequest([randomExtension(random)])
  return random.pick([
    challengePassword('secret'),
    attribute('1.2.840.113549.1.9.2', der.tlv(0x0c, Uint8Array.of(0x61))),
    attribute('1.3.6.1.4.1.311.2.1.14', der.sequence()),
    attribute('1.2.3'),
    attribute('1.2.840.113549.1.9.14'),
    attribute('1.2.840.113549.1.9.14', der.sequence(), der.sequence(der.sequence())),
    attribute('1.2.840.113549.1.9.14', der.set()),
    requests,
    der.sequence(der.oid('1.2.840.113549.1.9.14'), der.sequence()),
    der.octetString(random.bytes(3)),
    der.asn1Null(),
  ])
}

function randomSpki(random: Random): Uint8Array {
  const rsa = der.oid('1.2.840.113549.1.1.1')
  const ec = der.oid('1.2.840.10045.2.1')
  const modulus = 2n ** 2047n + 1n
  const rsaKey = (n: bigint, e: bigint, ...more: Uint8Array[]) =>
    der.sequence(
      der.sequence(rsa, der.asn1Null()),
      der.bitString(der.concat(der.sequence(der.integer(n), der.integer(e), ...more))),
    )
  const { spki } = fixtureKey('foreign', 'P-256')
  return random.pick([
    rsaKey(modulus, 65537n),
    rsaKey(modulus, 3n),
    rsaKey(modulus, 2n),
    rsaKey(modulus, 1n),
    rsaKey(modulus, 0n),
    rsaKey(modulus, 2n ** 31n - 1n),
    rsaKey(modulus, 2n ** 31n + 1n),
    rsaKey(modulus, 2n ** 70n + 1n),
    rsaKey(modulus + 1n, 65537n),
    rsaKey(5n, 65537n),
    rsaKey(0n, 65537n),
    rsaKey(modulus, 65537n, der.integer(1)),
    der.sequence(
      der.sequence(rsa),
      der.bitString(der.sequence(der.integer(modulus), der.integer(3))),
    ),
    der.sequence(der.sequence(ec, der.oid('1.2.840.10045.3.1.7')), der.bitString(random.bytes(65))),
    der.sequence(der.sequence(ec), der.bitString(spki.slice(-65))),
    der.sequence(
      der.sequence(ec, der.oid('1.2.840.10045.3.1.7')),
      der.bitString(der.concat(Uint8Array.of(2), spki.slice(-64, -32))),
    ),
    der.sequence(der.sequence(ec, der.oid('1.2.840.10045.3.1.7')), der.bitString(Uint8Array.of(0))),
    der.sequence(der.sequence(der.oid('1.3.101.112')), der.bitString(random.bytes(32))),
    der.sequence(
      der.sequence(der.oid('1.3.101.112'), der.asn1Null()),
      der.bitString(random.bytes(32)),
    ),
    der.sequence(der.sequence(der.oid('1.3.101.110')), der.bitString(random.bytes(32))),
    der.sequence(der.sequence(der.oid('1.2.840.113549.1.1.10')), der.bitString(random.bytes(9))),
    der.sequence(der.sequence(der.oid('1.2.840.10040.4.1')), der.bitString(der.integer(5))),
    spki,
  ])
}

function randomLayout(random: Random): PemLayout {
  const { once, pick } = random
  const other = '-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n'
  return {
    ...(once(2) ? { newline: pick(['\n', '\r\n', '\r\n', '\r\n', '\r'] as const) } : {}),
    ...(once(2) ? { lineLength: pick([0, 1, 63, 64, 76, 1000]) } : {}),
    ...(once(2) ? { finalNewline: once(2) } : {}),
    ...(once(8)
      ? { label: pick(['NEW CERTIFICATE REQUEST', 'CERTIFICATE', '', 'X'] as const) }
      : {}),
    ...(once(12) ? { headers: [pick(['A: b', 'Proc-Type: 4,ENCRYPTED', ':', 'a'])] } : {}),
    ...(once(8)
      ? { leading: pick(['\n', ' ', 'x\n', '\ufeff', other, '\0', '-----BEGIN X-----\n']) }
      : {}),
    ...(once(8) ? { trailing: pick(['\n', ' ', 'x', other, '\0', '\r\n', '\t\n']) } : {}),
    ...(once(12) ? { body: pick(BODIES) } : {}),
  }
}

const BODIES: readonly ((base64: string) => string)[] = [
  (base64) => base64.replace(/=+$/, ''),
  (base64) => `${base64}=`,
  (base64) => base64.replaceAll('+', '-').replaceAll('/', '_'),
  (base64) => base64.replace('A', 'A '),
  (base64) => base64.replace('A', 'A\t'),
  (base64) => base64.replace('A', 'A\r'),
  (base64) => base64.replace('A', 'A\n\n'),
  (base64) => `\n${base64}`,
  (base64) => `${base64}\n`,
  (base64) => base64.replace(/.(=*)$/, '/$1'),
  (base64) => `${base64}AAAA`,
]

function randomRewrite(random: Random): (base64: string) => string {
  return random.pick([
    (base64: string) => base64.replace(/=+$/, ''),
    (base64: string) => `${base64}\n`,
    (base64: string) => base64.replace('L', 'L\r\n'),
    (base64: string) => ` ${base64}`,
    (base64: string) => base64.replace(/.(=*)$/, '/$1'),
    (base64: string) => `${base64}AAAA`,
  ])
}
