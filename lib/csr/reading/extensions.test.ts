import { expect, it } from 'vitest'
import { partsOf, retag } from '#lib/csr/fixtures/der-edit.ts'
import * as der from '#lib/csr/fixtures/der-writer.ts'
import { describeAnswers } from '#lib/csr/fixtures/it-answers.ts'
import { problemWords } from '#lib/csr/fixtures/problem-words.ts'
import {
  basicConstraints,
  dnsName,
  EXTENSION_OIDS,
  type ExtensionFixture,
  emailAddress,
  encodeExtension,
  extKeyUsage,
  ipAddress,
  keyUsage,
  otherName,
  subjectAltName,
  uri,
} from '#lib/csr/fixtures/request-der.ts'
import { readDer } from '#lib/csr/reading/der.ts'
import { type Extensions, readExtensions } from '#lib/csr/reading/extensions.ts'
import { problemList } from '#lib/csr/reading/reading-problems.ts'

const NONE = new Uint8Array()
/** `[0]`, as constructed as a SEQUENCE. */
const CONTEXT = 0xa0
const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))

function read(...extensions: readonly Uint8Array[]): Extensions & { words: readonly string[] } {
  const { problems, report } = problemList()
  const list = readDer(der.sequence(...extensions), report)
  if (list === null) throw new Error('The fixture is no DER.')
  const reading = readExtensions(list, report)
  return { ...reading, words: problemWords(problems) }
}

const usage = (bits: string): ExtensionFixture => ({
  oid: EXTENSION_OIDS.keyUsage,
  value: hex(bits),
})
const extended = (value: string) => ({ oid: EXTENSION_OIDS.extKeyUsage, value: hex(value) })
const constraints = (value: string) => ({ oid: EXTENSION_OIDS.basicConstraints, value: hex(value) })
const names = (count: number) => Array.from({ length: count }, (_, i) => `n${i}`)
const octets = (count: number): ExtensionFixture => ({
  oid: '1.2.3',
  value: new Uint8Array(count).fill(1),
})

it.each<[ExtensionFixture, string, string, boolean]>([
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
  [{ oid: '1.2.3.4.5', value: hex('68656c6c6f') }, '1.2.3.4.5', '68656c6c6f', false],
])('%o is %s %s, allowed: %s', (extension, name, value, allowed) => {
  const { extensions, words } = read(encodeExtension(extension))
  const critical = extension.critical === true
  expect(extensions).toEqual([{ oid: extension.oid, name, critical, value, allowed }])
  expect(words).toEqual([])
})

it.each<[string, ExtensionFixture, string, boolean]>([
  [
    'signing certificates beside',
    keyUsage(['digitalSignature', 'keyCertSign']),
    'digitalSignature, keyCertSign',
    false,
  ],
  [
    'all nine usages',
    usage('0303 07 ff80'),
    'digitalSignature, contentCommitment, keyEncipherment, dataEncipherment, keyAgreement, keyCertSign, cRLSign, encipherOnly, decipherOnly',
    false,
  ],
  ['the ninth usage alone', usage('0303 07 0080'), 'decipherOnly', false],
  [
    'code signing beside',
    extKeyUsage(['serverAuth', 'codeSigning']),
    'serverAuth, codeSigning',
    false,
  ],
  ['the longest path', basicConstraints(true, 127), 'CA:TRUE, pathlen:127', false],
  ['64 octets of a stranger', octets(64), '01'.repeat(64), false],
  ['65 octets of a stranger', octets(65), `${'01'.repeat(64)}…`, false],
  [
    'SANs of every kind',
    subjectAltName([
      otherName('1.2.3', 'x'),
      uri('urn:a:b'),
      emailAddress('a@b.c'),
      ipAddress('192.0.2.1'),
      dnsName('a'),
    ]),
    'DNS:a, IP:192.0.2.1, email:a@b.c, URI:urn:a:b, [0] 1.2.3',
    true,
  ],
  [
    '20 SANs',
    subjectAltName(names(20).map(dnsName)),
    names(20)
      .map((name) => `DNS:${name}`)
      .join(', '),
    true,
  ],
  [
    '21 SANs',
    subjectAltName(names(21).map(dnsName)),
    `${names(20)
      .map((name) => `DNS:${name}`)
      .join(', ')}, …`,
    true,
  ],
])('an extension has its value in words: %s', (_, extension, value, allowed) => {
  const { extensions, words } = read(encodeExtension(extension))
  expect(extensions).toMatchObject([{ value, allowed }])
  expect(words).toEqual([])
})

const hexRefused = (extension: ExtensionFixture) => {
  const { extensions, words } = read(encodeExtension(extension))
  const value = Buffer.from(extension.value).toString('hex')
  expect(extensions).toMatchObject([{ value, allowed: false }])
  return words.join(', ')
}
describeAnswers('a value in another form is shown in hex, and refused', hexRefused, {
  'badExtension keyUsage': {
    'usages in no bits': usage('0301 00'),
    'trailing zero bits': usage('0302 0080'),
    'ten usages': usage('0303 06 8040'),
    'usages in an OCTET STRING': usage('0402 0780'),
  },
  'truncated 11, badExtension keyUsage': { 'usages in no DER': usage('') },
  'badExtension extKeyUsage': {
    'extended usages in a SET': extended('3105 0603550403'),
    'extended usages that are none': extended('3003 020101'),
    'no extended usage': extended('3000'),
  },
  'badExtension basicConstraints': {
    'CA:FALSE spelt out': constraints('3003 010100'),
    'a path length without CA': constraints('3003 020100'),
    'a third constraint': constraints('3009 0101ff 020100 020100'),
    'constraints in a SET': constraints('3100'),
    'an INTEGER for CA': constraints('3003 0201ff'),
    'a path length in octets': constraints('3006 0101ff 040100'),
    'a path length of 128': constraints('3007 0101ff 02020080'),
    'a path length of -128': constraints('3006 0101ff 020180'),
  },
})

it.each<[string, string, string[]]>([
  ['no SEQUENCE', '3100', ['badExtension subjectAltName']],
  ['no DER', '', ['truncated 11', 'badExtension subjectAltName']],
])('SANs in %s are none, and refused', (_, value, problems) => {
  const extension = { oid: EXTENSION_OIDS.subjectAltName, value: hex(value) }
  const { extensions, sans, words } = read(encodeExtension(extension))
  expect(extensions).toMatchObject([{ name: 'subjectAltName', value: '', allowed: false }])
  expect(sans.dnsNames).toEqual([])
  expect(words).toEqual(problems)
})

it('bytes after a value are a problem, and the value is shown', () => {
  const { oid, value } = extKeyUsage(['serverAuth'])
  const { extensions, words } = read(
    encodeExtension({ oid, value: der.concat(value, hex('0500')) }),
  )
  expect(extensions).toMatchObject([{ value: 'serverAuth', allowed: true }])
  expect(words).toEqual(['trailingBytes 2'])
})

const SOUND = encodeExtension(keyUsage(['digitalSignature']))
const [OID = NONE, FLAG = NONE, VALUE = NONE] = partsOf(SOUND)

it.each<[string, Uint8Array]>([
  ['no SEQUENCE', retag(SOUND, CONTEXT)],
  ['empty', der.sequence()],
  ['an OID alone', der.sequence(OID)],
  ['a value alone', der.sequence(VALUE)],
  ['no OID first', der.sequence(der.asn1Null(), VALUE)],
  ['no OCTET STRING last', der.sequence(OID, FLAG, der.asn1Null())],
  ['no BOOLEAN between', der.sequence(OID, der.integer(1), VALUE)],
  ['four parts', der.sequence(OID, FLAG, VALUE, VALUE)],
])('an element is refused as no Extension: %s', (_, extension) => {
  const { extensions, words } = read(extension)
  expect(extensions).toEqual([])
  expect(words).toEqual(['structure Extension'])
})

it('the reader continues after an element that is no Extension', () => {
  expect(read(der.sequence(), SOUND).extensions).toMatchObject([{ name: 'keyUsage' }])
})
