import { describe, expect, it, test } from 'vitest'
import { makeRequest, type RequestOptions } from '#lib/csr/fixtures/make-csr.ts'
import { dnsName, subjectAltName } from '#lib/csr/fixtures/request-der.ts'
import type { ReadingProblemCode } from '#lib/csr/problem-codes.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'

const read = (options: RequestOptions = {}) => readRequest(makeRequest(options))

describe('hostile input 15: too many names', () => {
  test('a request with 250 SANs is read, one with 251 is not', () => {
    const names = Array.from({ length: 250 }, (_, i) => dnsName(`n${i}`))
    const most = { dnsNames: [], ipAddresses: [], otherSans: names }
    expect(read(most).faithful).toBe(true)
    const more = read({ ...most, otherSans: [...names, dnsName('one-more')] })
    expect(more.problems).toEqual([{ code: 'tooManyValues', detail: '251 SAN' }])
    expect(more.x509cr?.dnsNames).toHaveLength(250)
  })

  // A reading takes many times the request's memory while the request waits.
  const many = Array.from({ length: 1_500 }, (_, i) => `a${i}`)
  const unusual = many.map((_, i) => ({ oid: `1.2.3.${i}`, value: Uint8Array.of(5, 0) }))
  const sans = (names: readonly string[]) => [subjectAltName(names.map(dnsName))]
  test.each<[string, RequestOptions, ReadingProblemCode]>([
    ['common names', { commonNames: many }, 'tooManyValues'],
    ['organizations', { organizations: many }, 'tooManyValues'],
    [
      'other attributes',
      { subject: [many.map((value) => ({ type: 'OU', value }))] },
      'tooManyValues',
    ],
    ['extensions', { extensions: unusual }, 'tooManyValues'],
    [
      'names in many extension requests',
      { moreExtensionRequests: Array(8).fill(sans(many.slice(0, 250))) },
      'twoExtensionRequests',
    ],
  ])('a request with too many %s is refused, and the first are shown', (_, options, code) => {
    const { problems, x509cr } = read(options)
    expect(problems.map((problem) => problem.code)).toContain(code)
    const { subject, extensions = [], ...rest } = x509cr ?? {}
    const lists = [...Object.values(subject ?? {}), extensions, ...Object.values(rest)]
    const lengths = lists.filter((list) => Array.isArray(list)).map((list) => list.length)
    // The organization is one of the subject's attributes.
    expect([249, 250]).toContain(Math.max(...lengths))
  })

  it.each<[string, RequestOptions, string]>([
    ['a DNS name', { dnsNames: ['\u0001'.repeat(45_000)], ipAddresses: [] }, 'DNS 45000'],
    ['an e-mail address', { emailAddresses: [`a@${'b'.repeat(40_000)}`] }, 'e-mail 40002'],
    ['a URI', { uris: [`spiffe://a/${'b'.repeat(40_000)}`] }, 'URI 40011'],
    ['a common name', { commonNames: ['a'.repeat(44_000)] }, 'CN 44000'],
    ['an organization', { organizations: ['a'.repeat(44_000)] }, 'O 44000'],
    [
      'another attribute',
      { subject: [[{ type: 'OU', value: 'a'.repeat(44_000) }]] },
      '2.5.4.11 44000',
    ],
  ])(
    'a request with %s of more than 1,024 characters is refused, and cut',
    (_, options, detail) => {
      const reading = read(options)
      expect(reading.faithful).toBe(false)
      expect(reading.problems).toContainEqual({ code: 'tooLong', detail })
      expect(JSON.stringify(reading).length).toBeLessThan(6_000)
    },
  )

  it.each<[string, RequestOptions, boolean]>([
    ['1,024 characters', { uris: [`spiffe://a/${'b'.repeat(1_013)}`] }, true],
    ['one more', { uris: [`spiffe://a/${'b'.repeat(1_014)}`] }, false],
  ])('a URI is faithful up to its bound: %s', (_, options, faithful) => {
    expect(read(options).faithful).toBe(faithful)
  })

  it('an object identifier without an end is not read', () => {
    const oid = Array.from({ length: 400 }, () => '1').join('.')
    const reading = read({ extensions: [{ oid: `1.2.${oid}`, value: Uint8Array.of(5, 0) }] })
    expect(reading.problems).toContainEqual({ code: 'structure', detail: 'Extension' })
  })
})
