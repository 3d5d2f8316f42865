import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import * as writer from '#lib/csr/fixtures/der-writer.ts'
import { describeAnswers } from '#lib/csr/fixtures/it-answers.ts'
import {
  contentOf,
  type DerElement,
  encodingOf,
  octetsOfBits,
  oidOf,
  readDer,
} from '#lib/csr/reading/der.ts'
import { problemList } from '#lib/csr/reading/reading-problems.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

function read(der: Uint8Array) {
  const { problems, report } = problemList()
  const root = readDer(der, report)
  return { root, problems: problems.map(({ code, detail }) => `${code} ${detail}`.trim()) }
}

describe('readDer', () => {
  it.each([
    ['BOOLEAN TRUE', '01 01 ff'],
    ['BOOLEAN FALSE', '01 01 00'],
    ['INTEGER 0', '02 01 00'],
    ['INTEGER 127', '02 01 7f'],
    ['INTEGER 128', '02 02 00 80'],
    ['INTEGER -128', '02 01 80'],
    ['INTEGER -129', '02 02 ff 7f'],
    ['an empty BIT STRING', '03 01 00'],
    ['a BIT STRING of 3 bits', '03 02 05 a0'],
    ['an empty OCTET STRING', '04 00'],
    ['NULL', '05 00'],
    ['an OID', '06 03 55 04 03'],
    ['an OID arc of 31 bits', '06 06 2a 87 ff ff ff 7f'],
    ['an OID arc of a zero octet in the middle', '06 04 2a 81 80 00'],
    ['an OID arc of two zero octets in the middle', '06 05 2a 81 80 80 00'],
    ['an OID of 64 octets', `06 40 ${'01'.repeat(64)}`],
    ['an OID before a [0]', '30 06 06 02 2a 03 80 00'],
    ['an empty SEQUENCE', '30 00'],
    ['a SET in order', '31 06 02 01 01 02 01 02'],
    ['a SET of two equals', '31 06 02 01 01 02 01 01'],
    ['a context tag, primitive', '82 02 00 00'],
    ['a context tag, constructed', 'a0 03 02 01 00'],
    ['a length of 128', `04 81 80 ${'00'.repeat(128)}`],
    ['a length of 256', `04 82 01 00 ${'00'.repeat(256)}`],
  ])('the DER reader reads %s', (_, hex) => {
    const { root, problems } = read(bytes(hex))
    expect(problems).toEqual([])
    expect(root === null ? null : encodingOf(root)).toEqual(bytes(hex))
  })

  const givenUp = (hex: string) => {
    const { root, problems } = read(bytes(hex))
    return root === null ? problems.join(', ') : 'read'
  }
  describeAnswers('gives up on', givenUp, {
    'truncated 0': {
      nothing: '',
      'a tag alone': '02',
      'too little content': '02 02 00',
      'too few octets of length': '04 82 01',
      'a length of two octets, the second missing': '04 82 00',
      'a length of four octets, three missing': '04 84 01',
    },
    'truncated 2': {
      'a child beyond its parent': '30 02 04 01 00',
      'a child of one octet': '30 01 05',
    },
    'indefiniteLength 0': { 'an indefinite length': '30 80 00 00' },
    'indefiniteLength 2': { 'an indefinite length inside': '30 04 30 80 00 00' },
    'nonMinimalLength 0': {
      'a length of five octets': '04 85 00 00 00 00 00',
      'the reserved length': '04 ff 00',
    },
    'badTag 0': {
      'end of contents': '00 00',
      'a tag of two octets': '1f 1f 00',
      'a high context tag': 'bf 1f 00',
      'a constructed OCTET STRING': '24 03 04 01 00',
      'a constructed UTF8String': '2c 03 0c 01 61',
      'a primitive SEQUENCE': '10 00',
      'a primitive SET': '11 00',
    },
  })

  const reported = (hex: string) => {
    const { root, problems } = read(bytes(hex))
    return root === null ? 'given up' : problems.join(', ')
  }
  describeAnswers('reads all the same, and reports', reported, {
    'trailingBytes 1': { 'bytes after': '05 00 00' },
    'nonMinimalLength 0': {
      'a length in long form': '04 81 01 00',
      'a length with a leading zero': `04 82 00 80 ${'00'.repeat(128)}`,
      'a length of 0 in long form': '04 81 00',
      'a length of four octets': '04 84 00 00 00 01 00',
    },
    'badValue 0': {
      'BOOLEAN 1': '01 01 01',
      'an empty BOOLEAN': '01 00',
      'a BOOLEAN of two octets': '01 02 ff ff',
      'an empty INTEGER': '02 00',
      'an INTEGER with a leading zero': '02 02 00 7f',
      'an INTEGER with a leading ff': '02 02 ff 80',
      'an ENUMERATED with a leading zero': '0a 02 00 01',
      'a NULL that is none': '05 01 00',
      'a BIT STRING without its first octet': '03 00',
      'eight unused bits': '03 02 08 00',
      'unused bits of nothing': '03 01 01',
      'an unused bit that is set': '03 02 01 01',
      'an empty OID': '06 00',
      'an OID that breaks off': '06 02 2a 86',
      'an OID that breaks off with a zero octet': '06 03 2a 81 80',
      'an OID that starts with a zero octet': '06 02 80 01',
      'an OID arc with a leading zero': '06 04 2a 80 86 48',
      'an OID arc of 32 bits': '06 06 2a 88 80 80 80 00',
      'an OID of 65 octets': `06 41 ${'01'.repeat(65)}`,
    },
    'badValue 2': { 'an empty INTEGER before another': '30 05 02 00 02 01 05' },
    'setOrder 5': { 'a SET out of order': '31 06 02 01 02 02 01 01' },
    'setOrder 6': { 'a SET whose longer element comes first': '31 07 02 02 00 80 02 01 01' },
    'setOrder 8': { 'a SET that is out of order late': '31 09 02 01 01 02 01 03 02 01 02' },
  })

  it.each([
    [24, []],
    [25, ['tooDeep 50']],
  ])('the DER reader goes %d levels down with the problems %j', (levels, problems) => {
    let der: Uint8Array = bytes('0500')
    for (let i = 0; i < levels; i++) der = writer.sequence(der)
    expect(read(der).problems).toEqual(problems)
  })

  test('input that is read without a problem equals its own canonical encoding', () => {
    fc.assert(
      fc.property(anyDer, fc.nat(), fc.nat({ max: 255 }), (der, at, octet) => {
        const changed = der.slice()
        changed[at % der.length] = octet
        const { root, problems } = read(changed)
        const isOnlyEncoding = Buffer.compare(rewrite(root), changed) === 0
        expect(problems.length > 0 || isOnlyEncoding).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('oidOf', () => {
  it.each([
    ['0.9.2342'],
    ['1.2.840.113549.1.1.11'],
    ['1.2.16384'],
    ['2.5.4.3'],
    ['2.16.840.1.101'],
    ['2.999.3'],
  ])('oidOf gives %s', (dotted) => {
    const der = dotted === '2.999.3' ? bytes('06 03 88 37 03') : new Uint8Array(writer.oid(dotted))
    expect(oidOf(read(der).root ?? undefined)).toBe(dotted)
  })

  test('oidOf is empty for all other elements', () => {
    expect(oidOf(undefined)).toBe('')
    expect(oidOf(read(bytes('0401 2a')).root ?? undefined)).toBe('')
  })
})

describe('octetsOfBits', () => {
  it.each([
    ['whole octets', '03 03 00 0102', bytes('0102')],
    ['none', '03 01 00', bytes('')],
    ['some bits', '03 02 01 02', null],
    ['an OCTET STRING', '04 03 00 0102', null],
  ])('octetsOfBits reads a BIT STRING, here of %s', (_, hex, octets) => {
    expect(octetsOfBits(read(bytes(hex)).root ?? undefined)).toEqual(octets)
  })
})

/** Trees of sound elements. */
const anyDer: fc.Arbitrary<Uint8Array> = fc.letrec<{ der: Uint8Array }>((tie) => ({
  der: fc.oneof(
    { depthSize: 'small' },
    fc.uint8Array({ maxLength: 200 }).map((content) => writer.octetString(content)),
    fc.nat().map((value) => writer.integer(value)),
    fc.boolean().map((value) => writer.boolean(value)),
    fc.constantFrom('1.2.840.113549', '2.5.29.17').map((dotted) => writer.oid(dotted)),
    fc.uint8Array({ maxLength: 9 }).map((content) => writer.bitString(content)),
    fc.array(tie('der'), { maxLength: 4 }).map((parts) => writer.sequence(...parts)),
    fc.array(tie('der'), { maxLength: 4 }).map((parts) => writer.setOf(...parts)),
  ),
})).der

function rewrite(element: DerElement | null): Uint8Array {
  if (element === null) return new Uint8Array()
  const children = element.children.map(rewrite)
  const isConstructed = (element.tag & 0x20) !== 0
  return writer.tlv(element.tag, isConstructed ? writer.concat(...children) : contentOf(element))
}
