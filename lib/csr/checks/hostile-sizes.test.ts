import { describe, expect, it } from 'vitest'
import { rsaSpki } from '#lib/csr/fixtures/keys.ts'
import { makeRequest } from '#lib/csr/fixtures/make-csr.ts'
import { leastMs, timesYardstick } from '#lib/csr/fixtures/processor-time.ts'
import { dnsName } from '#lib/csr/fixtures/request-der.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'

/** Users notice a blocked event loop at 100 ms, which is about as many times the yardstick. */
const BUDGET = 100

describe('hostile input 15: requests too large to check quickly', () => {
  const tenThousand = Array.from({ length: 10_000 }, (_, i) => `node-${i}.example.com`)
  it.each<[string, string, string]>([
    ['10,000 SANs', makeRequest({ dnsNames: tenThousand }), 'tooLarge'],
    ['1.4 MB', makeRequest({ pem: { leading: 'x'.repeat(1_050_000) } }), 'tooLarge'],
    ['1.4 MB of nonsense', '*'.repeat(1_400_000), 'notBase64'],
    ['a name of 1 MB', makeRequest({ commonNames: ['a'.repeat(1_000_000)] }), 'tooLarge'],
    ['7,000 short SANs', makeRequest({ otherSans: shortNames(7_000) }), 'tooManyValues'],
    ['3,600 BEGIN lines', textOf('-----BEGIN CERTIFICATE REQUEST-----\n', 1_800), 'twoBlocks'],
    ['64 KB of lines', textOf('-----BEGIN CERTIFICATE REQUEST-----\n\n\n:\n', 1_600), 'twoBlocks'],
    ['20,000 nested elements', nested(20_000), 'tooDeep'],
    ['an RSA key of 8,192 bits, to verify with', rsa(8_192), 'none'],
    ['an RSA key of 16,384 bits', rsa(16_384), 'none'],
    ['a key on P-384, to verify with', makeRequest({ keyType: 'P-384' }), 'none'],
    ['a key on P-521, to verify with', makeRequest({ keyType: 'P-521' }), 'none'],
    ['24,000 empty elements', elements(24_000), 'structure'],
  ])('%s is read within the budget', (_, request, code) => {
    const reading = readRequest(request)
    expect(reading.fingerprint).toMatch(/^[0-9a-f]{64}$/)
    const codes = reading.problems.map((problem) => problem.code)
    expect(codes.length === 0 ? 'none' : codes).toContain(code)
    expect(timesYardstick(BUDGET, () => readRequest(request))).toBeLessThan(BUDGET)
  })

  it('no signature is verified with an RSA key of 16,384 bits, the costliest', () => {
    const [larger, smaller] = [rsa(16_384), rsa(8_192)].map((request) =>
      leastMs(() => readRequest(request)),
    )
    expect(larger).toBeLessThan(smaller ?? 0)
  })
})

function shortNames(count: number) {
  return Array.from({ length: count }, () => dnsName('a'))
}

function textOf(line: string, times: number): string {
  return Buffer.from(line.repeat(times)).toString('base64')
}

function nested(levels: number): string {
  // Each level is a SEQUENCE around all that follows; only the innermost is short.
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

/** The signature is wrong but of the right length: another length would not be verified at all. */
function rsa(bits: number): string {
  const signatureValue = new Uint8Array(bits / 8).fill(1)
  return makeRequest({ spki: rsaSpki(bits), keyType: 'RSA-2048', signatureValue })
}
