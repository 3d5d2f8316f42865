import { hash } from 'node:crypto'
import { expect, it, test } from 'vitest'
import { bodyOf, partsOf, reparted, retag } from '#lib/csr/fixtures/der-edit.ts'
import * as der from '#lib/csr/fixtures/der-writer.ts'
import { fixtureKey, type KeyType } from '#lib/csr/fixtures/keys.ts'
import { problemWords } from '#lib/csr/fixtures/problem-words.ts'
import { readDer } from '#lib/csr/reading/der.ts'
import { readPublicKey } from '#lib/csr/reading/public-key.ts'
import { problemList } from '#lib/csr/reading/reading-problems.ts'

const ECDSA = '1.2.840.10045.2.1'
const P256 = der.oid('1.2.840.10045.3.1.7')
const NONE = new Uint8Array()
/** `[0]`, as constructed as a SEQUENCE. */
const CONTEXT = 0xa0

function read(spki: Uint8Array) {
  const { problems, report } = problemList()
  const element = readDer(spki, () => {})
  if (element === null) throw new Error('The fixture is no DER.')
  const { info, key } = readPublicKey(element, report)
  return { ...info, usable: key !== null, problems: problemWords(problems) }
}

const spkiOf = (type: KeyType) => fixtureKey('public key', type).spki

function spki(algorithm: readonly Uint8Array[], key: Uint8Array): Uint8Array {
  return der.sequence(der.sequence(...algorithm), der.bitString(key))
}

const ecdsa = (curve: readonly Uint8Array[], point: Uint8Array) =>
  spki([der.oid(ECDSA), ...curve], point)

/** The point of a real key: its form, and both coordinates. */
function realPoint(): { readonly x: Uint8Array; readonly y: Uint8Array; readonly parity: number } {
  const [, bits = NONE] = partsOf(spkiOf('P-256'))
  const [x, y] = [bodyOf(bits).slice(2, 34), bodyOf(bits).slice(34)]
  return { x, y, parity: (y.at(-1) ?? 0) % 2 }
}

const { x, y, parity } = realPoint()
const ones = (octets: number) => new Uint8Array(octets).fill(1)

interface RsaKey {
  readonly parameters?: readonly Uint8Array[]
  readonly modulus?: Uint8Array
  readonly exponent?: Uint8Array
  /** Instead of the SEQUENCE of the two. */
  readonly key?: Uint8Array
}

const MODULUS = der.integer(2n ** 2047n + 1n)
const EXPONENT = der.integer(65537)

function rsa({ parameters = [der.asn1Null()], modulus, exponent, key }: RsaKey): Uint8Array {
  const pair = der.sequence(modulus ?? MODULUS, exponent ?? EXPONENT)
  return spki([der.oid('1.2.840.113549.1.1.1'), ...parameters], key ?? pair)
}

it.each<[KeyType, string, string]>([
  ['RSA-1024', 'RSA', '1024'],
  ['RSA-2048', 'RSA', '2048'],
  ['P-224', 'ECDSA', 'P-224'],
  ['P-256', 'ECDSA', 'P-256'],
  ['P-384', 'ECDSA', 'P-384'],
  ['P-521', 'ECDSA', 'P-521'],
  ['Ed25519', 'Ed25519', ''],
])('%s is read: %s %s', (type, algorithm, parameter) => {
  const fingerprint = hash('sha256', spkiOf(type), 'hex')
  const reading = { algorithm, parameter, fingerprint, usable: true, problems: [] }
  expect(read(spkiOf(type))).toEqual(reading)
})

test('a key of another algorithm is named by its OID, and is no problem: it verifies nothing', () => {
  expect(read(spkiOf('Ed448'))).toMatchObject({
    algorithm: '1.3.101.113',
    parameter: '',
    usable: false,
    problems: [],
  })
})

it.each<[string, Uint8Array, string]>([
  ['no SEQUENCE', retag(spkiOf('P-256'), CONTEXT), ECDSA],
  ['empty', der.sequence(), ''],
  ['a third part', reparted(spkiOf('P-256'), (parts) => [...parts, der.asn1Null()]), ECDSA],
  ['no key', reparted(spkiOf('P-256'), ([algorithm = NONE]) => [algorithm]), ECDSA],
  ['an algorithm that is no SEQUENCE', algorithmOf((whole) => retag(whole, CONTEXT)), ECDSA],
  ['an algorithm of three parts', algorithmOf((whole) => append(whole, P256)), ECDSA],
  ['an algorithm without OID', algorithmOf(() => der.sequence(der.asn1Null())), ''],
  ['an empty algorithm', algorithmOf(() => der.sequence()), ''],
  ['a key in an OCTET STRING', keyOf((bits) => retag(bits, der.TAG.octetString)), ECDSA],
  ['a key with an unused bit', keyOf(() => der.bitString(Uint8Array.of(4, 0), 1)), ECDSA],
])('readPublicKey refuses what is no SubjectPublicKeyInfo: %s', (_, whole, algorithm) => {
  expect(read(whole)).toEqual({
    algorithm,
    parameter: '',
    fingerprint: hash('sha256', whole, 'hex'),
    usable: false,
    problems: ['publicKey SubjectPublicKeyInfo'],
  })
})

it.each<[string, Uint8Array, string, string]>([
  ['on a curve that Go does not know', spkiOf('secp256k1'), 'ECDSA', ''],
  ['on no curve', ecdsa([], Uint8Array.of(4)), 'ECDSA', ''],
  [
    'a point off the curve',
    ecdsa([P256], der.concat(Uint8Array.of(4), ones(64))),
    'ECDSA',
    'P-256',
  ],
  [
    'a point in compressed form',
    ecdsa([P256], der.concat(Uint8Array.of(2 + parity), x)),
    'ECDSA',
    '',
  ],
  [
    'a point in hybrid form',
    ecdsa([P256], der.concat(Uint8Array.of(6 + parity), x, y)),
    'ECDSA',
    '',
  ],
  ['a point and a half', ecdsa([P256], der.concat(Uint8Array.of(4), x, y, y)), 'ECDSA', ''],
  ['the point at infinity', ecdsa([P256], Uint8Array.of(0)), 'ECDSA', ''],
  ['no point', ecdsa([P256], NONE), 'ECDSA', ''],
  ['of DSA', spki([der.oid('1.2.840.10040.4.1')], der.integer(5)), 'DSA', ''],
  ['of Ed25519 with parameters', ed25519(32, der.asn1Null()), 'Ed25519', ''],
  ['of Ed25519, one octet short', ed25519(31), 'Ed25519', ''],
])('a key verifies nothing: %s', (_, whole, algorithm, parameter) => {
  const problems = [`publicKey ${algorithm}`]
  expect(read(whole)).toMatchObject({ algorithm, parameter, usable: false, problems })
})

it.each<[string, RsaKey, number]>([
  ['the least exponent', { exponent: der.integer(3) }, 2048],
  ['the greatest exponent', { exponent: der.integer(2n ** 31n - 1n) }, 2048],
  ['a modulus of 1,023 bits', { modulus: der.integer(2n ** 1022n + 1n) }, 1023],
  ['a modulus of 2,041 bits', { modulus: der.integer(2n ** 2040n + 1n) }, 2041],
  ['a modulus of 8,192 bits', { modulus: der.integer(2n ** 8191n + 1n) }, 8192],
])('RSA is read with %s', (_, odd, bits) => {
  expect(read(rsa(odd))).toMatchObject({ parameter: String(bits), usable: true, problems: [] })
})

it.each([8_193, 16_384, 16_385])('RSA of %i bits is no problem, and verifies nothing', (bits) => {
  const modulus = der.integer(2n ** BigInt(bits - 1) + 1n)
  expect(read(rsa({ modulus }))).toMatchObject({
    algorithm: 'RSA',
    parameter: String(bits),
    usable: false,
    problems: [],
  })
})

it.each<[string, RsaKey]>([
  ['no NULL', { parameters: [] }],
  ['an OID for the NULL', { parameters: [P256] }],
  ['a key that is no DER', { key: NONE }],
  ['a key that is no SEQUENCE', { key: retag(der.sequence(MODULUS, EXPONENT), CONTEXT) }],
  ['an empty key', { key: der.sequence() }],
  ['no exponent', { key: der.sequence(MODULUS) }],
  ['a third number', { key: der.sequence(MODULUS, EXPONENT, der.integer(1)) }],
  ['bytes after the key', { key: der.concat(der.sequence(MODULUS, EXPONENT), der.asn1Null()) }],
  ['a modulus that is no INTEGER', { modulus: retag(MODULUS, der.TAG.octetString) }],
  ['an even modulus', { modulus: der.integer(2n ** 2047n + 2n) }],
  ['a modulus of zero', { modulus: der.integer(0) }],
  ['a negative modulus', { modulus: der.tlv(der.TAG.integer, Uint8Array.of(0x80, ...ones(255))) }],
  ['an exponent that is no INTEGER', { exponent: retag(EXPONENT, der.TAG.octetString) }],
  ['an exponent of 1', { exponent: der.integer(1) }],
  ['an even exponent', { exponent: der.integer(65536) }],
  ['a negative exponent', { exponent: der.tlv(der.TAG.integer, Uint8Array.of(0x80, 1)) }],
  ['an exponent of 32 bits', { exponent: der.integer(2n ** 31n + 1n) }],
  ['an exponent of 65 bits', { exponent: der.integer(2n ** 64n + 1n) }],
])('RSA is refused with %s', (_, odd) => {
  const problems = ['publicKey RSA']
  expect(read(rsa(odd))).toMatchObject({ algorithm: 'RSA', parameter: '', usable: false, problems })
})

/** A sound key but for its AlgorithmIdentifier. */
function algorithmOf(rewrite: (algorithm: Uint8Array) => Uint8Array): Uint8Array {
  return reparted(spkiOf('P-256'), ([algorithm = NONE, bits = NONE]) => [rewrite(algorithm), bits])
}

/** A sound key but for its BIT STRING. */
function keyOf(rewrite: (bits: Uint8Array) => Uint8Array): Uint8Array {
  return reparted(spkiOf('P-256'), ([algorithm = NONE, bits = NONE]) => [algorithm, rewrite(bits)])
}

function append(whole: Uint8Array, part: Uint8Array): Uint8Array {
  return reparted(whole, (parts) => [...parts, part])
}

function ed25519(octets: number, ...parameters: Uint8Array[]): Uint8Array {
  return spki([der.oid('1.3.101.112'), ...parameters], new Uint8Array(octets))
}
