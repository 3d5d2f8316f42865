import { describe, expect, it, test } from 'vitest'
import { hasInvisible, visible } from '#lib/csr/escape.ts'
import { makeRequest, type RequestOptions } from '#lib/csr/fixtures/make-csr.ts'
import { nonCanonicalBase64 } from '#lib/csr/fixtures/pem-layout.ts'
import { dnsName } from '#lib/csr/fixtures/request-der.ts'
import { readRequest } from '#lib/csr/pkcs10.ts'

const read = (options: RequestOptions = {}) => readRequest(makeRequest(options))

/** A blocked event loop shows in the interface at 100 ms; a tenth of it leaves room for others. */
const BUDGET_MS = 50

describe('hostile input 4: two CNs', () => {
  it.each([
    ['in two RDNs', [[cn('system:node:first')], [cn('system:node:last')]]],
    ['in one RDN', [[cn('system:node:first'), cn('system:node:last')]]],
    ['the same twice', [[cn('system:node:first')], [cn('system:node:first')]]],
  ])('%s are both shown, so that no check can take one of them', (_, subject) => {
    expect(read({ subject }).x509cr?.subject.commonNames).toHaveLength(2)
  })
})

// An Ed25519 request always has the same length, here one with unused bits in its base64.
describe('hostile input 5: anything but one clean PEM block', () => {
  it.each<[string, RequestOptions]>([
    ['two blocks', { pem: { trailing: pemOf({ nodeName: 'worker-2' }) } }],
    ['another block first', { pem: { leading: pemOf({ nodeName: 'worker-2' }) } }],
    ['headers', { pem: { headers: ['Subject: CN=system:node:worker-2'] } }],
    ['text before', { pem: { leading: 'CN=system:node:worker-2\n' } }],
    ['bytes after', { pem: { trailing: '\0' } }],
    ['bytes after the DER', { trailingDer: Uint8Array.of(0) }],
    [
      'non-canonical base64 in the block',
      { keyType: 'Ed25519', pem: { body: nonCanonicalBase64 } },
    ],
    [
      'non-canonical base64 of spec.request',
      { keyType: 'Ed25519', rewriteBase64: nonCanonicalBase64 },
    ],
  ])('is not shown as faithful: %s', (_, options) => {
    const reading = read(options)
    expect(reading.faithful).toBe(false)
    expect(reading.problems.length).toBeGreaterThan(0)
  })
})

describe('hostile input 6: names that are none', () => {
  it.each<[string, RequestOptions, boolean, string[]]>([
    ['no CN', { commonNames: [] }, true, []],
    ['empty subject', { subject: [] }, true, []],
    ['CN as BMPString', { stringType: 'bmp' }, false, ['system:node:worker-1']],
    ['CN with NUL', { commonNames: ['system:node:a\0b'] }, false, ['system:node:a\0b']],
  ])('%s is read without a throw', (_, options, faithful, commonNames) => {
    const reading = read(options)
    expect(reading.faithful).toBe(faithful)
    expect(reading.x509cr?.subject.commonNames).toEqual(commonNames)
  })

  test('a right-to-left override in the CN comes through as it is, and is drawn visibly', () => {
    const [name = ''] = read({ commonNames: ['system:node:\u202ea'] }).x509cr?.subject
      .commonNames ?? ['']
    expect(hasInvisible(name)).toBe(true)
    expect(visible(name)).toBe('system:node:\\u202ea')
  })
})

describe('hostile input 10: another spelling of the same address', () => {
  it.each<[string, string | Uint8Array]>([
    ['as it is', '198.51.100.11'],
    ['IPv4-mapped', mapped(198, 51, 100, 11)],
  ])('IPv4 %s has one text', (_, address) => {
    const { faithful, x509cr } = read({ ipAddresses: [address] })
    expect(faithful).toBe(true)
    expect(x509cr?.ipAddresses).toEqual(['198.51.100.11'])
  })

  test('IPv6 has one text', () => {
    const ipAddresses = ['2001:DB8:0:0:0:0:0:1', '2001:db8::1']
    expect(read({ ipAddresses }).x509cr?.ipAddresses).toEqual(['2001:db8::1', '2001:db8::1'])
  })

  test('DNS names keep their spelling: comparing them is for the checks', () => {
    expect(read({ dnsNames: ['Worker-1.'] }).x509cr?.dnsNames).toEqual(['Worker-1.'])
  })
})

describe('hostile input 15: too much of it', () => {
  const tenThousand = Array.from({ length: 10_000 }, (_, i) => `node-${i}.example.com`)
  it.each<[string, string, string]>([
    ['10,000 SANs', makeRequest({ dnsNames: tenThousand }), 'tooLarge'],
    ['1.4 MB', makeRequest({ pem: { leading: 'x'.repeat(1_050_000) } }), 'tooLarge'],
    ['1.4 MB of nonsense', '*'.repeat(1_400_000), 'notBase64'],
    ['a name of 1 MB', makeRequest({ commonNames: ['a'.repeat(1_000_000)] }), 'tooLarge'],
    ['7,000 short SANs', makeRequest({ otherSans: shortNames(7_000) }), 'tooManySans'],
    ['3,600 BEGIN lines', textOf('-----BEGIN CERTIFICATE REQUEST-----\n', 1_800), 'twoBlocks'],
    ['64 KB of lines', textOf('-----BEGIN CERTIFICATE REQUEST-----\n\n\n:\n', 1_600), 'twoBlocks'],
    ['20,000 nested elements', nested(20_000), 'tooDeep'],
    ['an RSA key of 16,384 bits, to verify with', rsaRequest(16_384), 'none'],
    ['24,000 empty elements', elements(24_000), 'structure'],
  ])('%s is answered at once', (_, request, code) => {
    const reading = readRequest(request)
    // The best of three: what it takes is meant, not what else the machine does.
    const took = Math.min(...[1, 2, 3].map(() => timeOf(() => readRequest(request))))
    expect(reading.fingerprint).toMatch(/^[0-9a-f]{64}$/)
    const codes = reading.problems.map((problem) => problem.code)
    expect(codes.length === 0 ? 'none' : codes).toContain(code)
    expect(took).toBeLessThan(BUDGET_MS)
  })

  test('1,000 SANs are still read, one more is not', () => {
    const names = Array.from({ length: 1_000 }, (_, i) => dnsName(`n${i}`))
    const most = { dnsNames: [], ipAddresses: [], otherSans: names }
    expect(read(most).faithful).toBe(true)
    const more = read({ ...most, otherSans: [...names, dnsName('one-more')] })
    expect(more.problems).toEqual([{ code: 'tooManySans', detail: '1001' }])
    expect(more.x509cr?.dnsNames).toHaveLength(1_000)
  })
})

function timeOf(work: () => void): number {
  const started = performance.now()
  work()
  return performance.now() - started
}

function cn(value: string) {
  return { type: 'CN', value }
}

function pemOf(options: RequestOptions): string {
  return Buffer.from(makeRequest(options), 'base64').toString('latin1')
}

function mapped(...ipv4: number[]): Uint8Array {
  return Uint8Array.from([...new Array<number>(10).fill(0), 255, 255, ...ipv4])
}

function shortNames(count: number) {
  return Array.from({ length: count }, () => dnsName('a'))
}

function textOf(line: string, times: number): string {
  return Buffer.from(line.repeat(times)).toString('base64')
}

function nested(levels: number): string {
  // Each level is a SEQUENCE around all that follows it, of which only the innermost is short.
  let length = 0
  const parts: Buffer[] = []
  for (let i = 0; i < levels / 10; i++) {
    const header = length < 128 ? [0x30, length] : [0x30, 0x82, length >> 8, length & 0xff]
    parts.push(Buffer.from(header))
    length += header.length
  }
  const bytes = new Uint8Array(Buffer.concat(parts.reverse()))
  return makeRequest({ rewriteDer: () => bytes })
}

function elements(count: number): string {
  const content = Buffer.alloc(count * 2 - 8, Buffer.from([0x05, 0x00]))
  const header = Buffer.from([0x30, 0x82, content.length >> 8, content.length & 0xff])
  return makeRequest({ rewriteDer: () => new Uint8Array(Buffer.concat([header, content])) })
}

function rsaRequest(bits: number): string {
  const modulus = Buffer.alloc(bits / 8, 0xff)
  const octets = (bytes: Buffer) => [(bytes.length >> 8) & 0xff, bytes.length & 0xff]
  const wrap = (tag: number, bytes: Buffer) =>
    Buffer.concat([Buffer.from([tag, 0x82, ...octets(bytes)]), bytes])
  const integer = wrap(0x02, Buffer.concat([Buffer.from([0]), modulus]))
  const exponent = Buffer.from('02047fffffff', 'hex')
  const key = wrap(0x30, Buffer.concat([integer, exponent]))
  const algorithm = Buffer.from('300d06092a864886f70d0101010500', 'hex')
  const bitString = wrap(0x03, Buffer.concat([Buffer.from([0]), key]))
  const spki = new Uint8Array(wrap(0x30, Buffer.concat([algorithm, bitString])))
  return makeRequest({ spki, keyType: 'RSA-2048' })
}
