import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { embeddedIpv4, ipKind } from '#lib/csr/addresses/ip-ranges.ts'

describe('ipKind', () => {
  const KINDS = {
    unspecified: '0.0.0.0 0.0.0.7 ::',
    loopback: '127.0.0.53 ::1 ::ffff:127.0.0.1',
    metadata: [
      '169.254.169.254 ::ffff:169.254.169.254 169.254.170.2 fd00:ec2::254',
      'fe80::a9fe:a9fe 100.100.100.200 192.0.0.192 168.63.129.16',
      'fd00:c1::a9fe:a9fe fd00:100::100:200 fd00:a9fe:a9fe::1',
    ].join(' '),
    linkLocal: '169.254.1.1 fe80::1 febf::1',
    global: [
      'fec0::1 192.0.1.0 64:ff9b:2::1 198.20.0.0',
      '100.128.0.0 172.32.0.0 198.51.100.11 2001:db8::1',
    ].join(' '),
    multicast: '224.0.0.1 ff02::1',
    broadcast: '255.255.255.255',
    protocol:
      '192.0.0.8 64:ff9b:1:c633:64:1500:: 64:ff9b:1:0:c6:3364:1500:: 64:ff9b:1:2:3::198.51.100.21',
    future: '240.0.0.1 255.255.255.254',
    benchmarking: '198.18.0.1 198.19.255.255',
    shared: '100.64.0.1 100.127.255.255',
    private: '10.0.0.1 172.31.255.255 192.168.1.1 fd00::1',
  }
  it.each(
    Object.entries(KINDS).flatMap(([kind, ips]) => ips.split(' ').map((ip) => [ip, kind] as const)),
  )('%s has the kind %s', (ip, kind) => {
    expect(ipKind(ip)).toBe(kind)
  })

  it('a text that is no address has no kind', () => {
    expect(ipKind('worker-1')).toBeNull()
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
  ])('embeddedIpv4 finds the address in %s', (_, ip, expected) => {
    expect(embeddedIpv4(ip)).toEqual(expected)
  })

  const octet = fc.nat(255)
  it('embeddedIpv4 finds any IPv4 address inside 6to4 and NAT64', () => {
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
