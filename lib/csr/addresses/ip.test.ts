import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  canonicalIp,
  canonicalIpBytes,
  ipInPrefix,
  ipsInPrefixes,
  isPrefix,
  parseIp,
} from '#lib/csr/addresses/ip.ts'

describe('canonicalIp', () => {
  it.each([
    ['IPv4 as it is', '192.0.2.1', '192.0.2.1'],
    ['lower case', '2001:DB8::A', '2001:db8::a'],
    ['leading zeros of a group dropped', '2001:0db8::0001', '2001:db8::1'],
    ['the longest run of zeros folded', '2001:db8:0:0:1:0:0:0', '2001:db8:0:0:1::'],
    ['the first of two equal runs folded', '2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['a single zero group kept', '2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['a gap of one group unfolded', '1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['unspecified', '0:0:0:0:0:0:0:0', '::'],
    ['loopback', '0:0:0:0:0:0:0:1', '::1'],
    ['IPv4-mapped unfolded', '::ffff:192.0.2.1', '192.0.2.1'],
    ['IPv4-mapped in hex unfolded', '::FFFF:c000:201', '192.0.2.1'],
    ['IPv4-mapped written in full', '0:0:0:0:0:ffff:7f00:1', '127.0.0.1'],
    ['IPv4 at the end of IPv6', '64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['IPv4 at the end of IPv6 in full', '1:2:3:4:5:6:192.0.2.1', '1:2:3:4:5:6:c000:201'],
    [
      'the longest text there is',
      '0001:0001:0001:0001:0001:0001:255.255.255.255',
      '1:1:1:1:1:1:ffff:ffff',
    ],
    ['half the mark of IPv4-mapped', '::ff00:c000:201', '::ff00:c000:201'],
    ['the other half', '::ff:c000:201', '::ff:c000:201'],
    ['the mark after something else', '1::ffff:c000:201', '1::ffff:c000:201'],
    ['IPv4-compatible is not IPv4-mapped', '::192.0.2.1', '::c000:201'],
  ])('canonicalIp writes %s: %s as %s', (_, text, canonical) => {
    expect(canonicalIp(text)).toBe(canonical)
  })

  it.each([
    '',
    ' 192.0.2.1',
    '192.0.2.1 ',
    '192.0.2',
    '192.0.2.1.1',
    '192.0.2.256',
    '192.0.02.1',
    '0x7f.0.0.1',
    '2130706433',
    '192.0.2.1/24',
    '192.0.2.-1',
    '1.2.3.٤',
    'fe80::1%eth0',
    '1::2::3',
    '1:::2',
    ':1::2',
    '::1:',
    ':',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '[::1]',
    '::ffff:192.0.2.1.',
    'worker-1',
  ])('%j is no address', (text) => {
    expect(canonicalIp(text)).toBeNull()
  })

  test('any 4 or 16 bytes have one text that reads back as the same address', () => {
    const address = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc
        .array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 })
        .map((bytes) => Uint8Array.from(bytes)),
    )
    fc.assert(
      fc.property(address, (bytes) => {
        const text = canonicalIpBytes(bytes) ?? ''
        expect(isIP(text)).not.toBe(0)
        expect(canonicalIp(text)).toBe(text)
        expect(canonicalIpBytes(parseIp(text) ?? new Uint8Array())).toBe(text)
      }),
    )
  })

  test('canonicalIp takes a text as an address only if Node.js does', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789abF:.'), maxLength: 24 })
    fc.assert(
      fc.property(text, (text) => {
        expect(canonicalIp(text) !== null).toBe(isIP(text) !== 0)
      }),
    )
  })

  it('bytes of other lengths have no text', () => {
    expect([0, 3, 5, 15, 17].map((n) => canonicalIpBytes(new Uint8Array(n)))).toEqual(
      new Array(5).fill(null),
    )
  })
})

describe('ipInPrefix', () => {
  it.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['192.0.2.127', '192.0.2.0/25', true],
    ['192.0.2.128', '192.0.2.0/25', false],
    ['192.0.2.1', '192.0.2.1/32', true],
    ['192.0.2.2', '192.0.2.1/32', false],
    ['203.0.113.9', '0.0.0.0/0', true],
    ['192.0.2.99', '192.0.2.5/24', true],
    ['2001:db8::1', '2001:db8::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['2001:db8::1', '0.0.0.0/0', false],
    ['192.0.2.1', '::/0', false],
    ['::ffff:10.1.2.3', '10.0.0.0/8', true],
    ['10.1.2.3', '::ffff:10.0.0.0/104', true],
    ['11.1.2.3', '::ffff:10.0.0.0/104', false],
    ['11.1.2.3', '::ffff:10.0.0.0/95', false],
    ['203.0.113.9', '::ffff:0.0.0.0/96', true],
    ['2001:db8::1:0', '2001:db8::/112', false],
    ['2001:db8::ffff', '2001:db8::/112', true],
    ['10.1.2.3', 'worker-1/8', false],
    ['10.1.2.3', '/8', false],
    ['worker-1', '10.0.0.0/8', false],
    ['10.1.2.3', '10.0.0.0', false],
    ['10.1.2.3', '10.0.0.0/33', false],
    ['10.1.2.3', '10.0.0.0/08', false],
    ['10.1.2.3', '10.0.0.0/', false],
    ['10.1.2.3', '10.0.0.0/8/8', false],
    ['2001:db8::1', '2001:db8::/129', false],
  ])('%s lies in %s: %s', (ip, cidr, inside) => {
    expect(ipInPrefix(ip, cidr)).toBe(inside)
    expect(ipsInPrefixes([ip, ip], ['none', cidr])).toEqual([inside, inside])
  })

  it.each([
    ['10.0.0.0/8', true],
    ['2001:db8::/32', true],
    ['10.0.0.0', false],
    ['10.0.0.0/33', false],
  ])('%s is a prefix: %s', (cidr, readable) => {
    expect(isPrefix(cidr)).toBe(readable)
  })
})
