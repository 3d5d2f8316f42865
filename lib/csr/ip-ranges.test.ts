import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { embeddedIpv4, ipKind } from '#lib/csr/ip-ranges.ts'

describe('ipKind', () => {
  it.each([
    ['0.0.0.0', 'unspecified'],
    ['0.0.0.7', 'unspecified'],
    ['::', 'unspecified'],
    ['127.0.0.53', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['169.254.169.254', 'metadata'],
    ['::ffff:169.254.169.254', 'metadata'],
    ['169.254.170.2', 'metadata'],
    ['fd00:ec2::254', 'metadata'],
    ['fe80::a9fe:a9fe', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['192.0.0.192', 'metadata'],
    ['168.63.129.16', 'metadata'],
    ['fd00:c1::a9fe:a9fe', 'metadata'],
    ['fd00:100::100:200', 'metadata'],
    ['fd00:a9fe:a9fe::1', 'metadata'],
    ['169.254.1.1', 'linkLocal'],
    ['fe80::1', 'linkLocal'],
    ['febf::1', 'linkLocal'],
    ['fec0::1', 'global'],
    ['224.0.0.1', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['192.0.0.8', 'protocol'],
    ['192.0.1.0', 'global'],
    ['64:ff9b:1:c633:64:1500::', 'protocol'],
    ['64:ff9b:1:0:c6:3364:1500::', 'protocol'],
    ['64:ff9b:1:2:3::198.51.100.21', 'protocol'],
    ['64:ff9b:2::1', 'global'],
    ['240.0.0.1', 'future'],
    ['255.255.255.254', 'future'],
    ['198.18.0.1', 'benchmarking'],
    ['198.19.255.255', 'benchmarking'],
    ['198.20.0.0', 'global'],
    ['100.64.0.1', 'shared'],
    ['100.127.255.255', 'shared'],
    ['100.128.0.0', 'global'],
    ['10.0.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.0', 'global'],
    ['192.168.1.1', 'private'],
    ['fd00::1', 'private'],
    ['198.51.100.11', 'global'],
    ['2001:db8::1', 'global'],
    ['worker-1', null],
  ])('%s: %s', (ip, kind) => {
    expect(ipKind(ip)).toBe(kind)
  })
})

describe('embeddedIpv4', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['NAT64', '64:ff9b::198.51.100.21', ['198.51.100.21']],
    ['NAT64 in hexadecimal', '64:FF9B::c633:6415', ['198.51.100.21']],
    ['another prefix', '64:ff9c::198.51.100.21', []],
    ['6to4', '2002:c633:6415::1', ['198.51.100.21']],
    ['Teredo', '2001:0:c000:201:0:0:39cc:9bea', ['198.51.100.21']],
    ['IPv4-compatible', '::198.51.100.21', ['198.51.100.21']],
    ['IPv4-translated', '::ffff:0:198.51.100.21', ['198.51.100.21']],
    ['ISATAP', '2001:db8::5efe:198.51.100.21', ['198.51.100.21']],
    ['ISATAP of a global address', '2001:db8::200:5efe:198.51.100.21', ['198.51.100.21']],
    ['IPv4-mapped: it is the IPv4 address', '::ffff:198.51.100.21', []],
    ['an ordinary IPv6 address', '2001:db8::c633:6415', []],
    ['an IPv4 address', '198.51.100.21', []],
    ['no address', 'worker-1:10250', []],
  ])('%s', (_, ip, expected) => {
    expect(embeddedIpv4(ip)).toEqual(expected)
  })

  const octet = fc.nat(255)
  it('finds any IPv4 address inside 6to4 and NAT64', () => {
    fc.assert(
      fc.property(fc.tuple(octet, octet, octet, octet), ([a, b, c, d]) => {
        const hex = (high: number, low: number) => ((high << 8) | low).toString(16)
        const ipv4 = `${a}.${b}.${c}.${d}`
        expect(embeddedIpv4(`2002:${hex(a, b)}:${hex(c, d)}:1::1`)).toEqual([ipv4])
        expect(embeddedIpv4(`64:ff9b::${ipv4}`)).toEqual([ipv4])
      }),
    )
  })
})
