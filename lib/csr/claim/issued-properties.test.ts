import fc from 'fast-check'
import { expect, test } from 'vitest'
import { differences } from '#lib/csr/fixtures/differences.ts'
import type { CertificateOptions } from '#lib/csr/fixtures/make-certificate.ts'

const label = fc.stringMatching(/^[a-z0-9]{1,12}$/)
const ip = fc.oneof(fc.ipV4(), fc.ipV6())
const wishes = fc.record({
  nodeName: label,
  kind: fc.constantFrom('serving', 'client' as const),
  dnsNames: fc.array(label, { maxLength: 4 }),
  ipAddresses: fc.array(ip, { maxLength: 4 }),
  keyName: fc.constantFrom('one', 'two'),
  keyType: fc.constantFrom('P-256', 'RSA-2048', 'Ed25519' as const),
})

test('a certificate made from its request has no differences', () => {
  fc.assert(
    fc.property(wishes, (options) => {
      expect(differences(options, options)).toEqual([])
    }),
    { numRuns: 150 },
  )
})

test('a certificate from another request has differences', () => {
  const asText = ({ dnsNames = [], ipAddresses = [], ...rest }: CertificateOptions) =>
    JSON.stringify([rest, [...dnsNames].sort(), [...ipAddresses].sort()])
  fc.assert(
    fc.property(wishes, wishes, (asked, issued) => {
      fc.pre(asText(asked) !== asText(issued))
      // Another spelling of an address is no difference.
      const same = differences(asked, issued).length === 0
      expect(same && asked.ipAddresses.join() === issued.ipAddresses.join()).toBe(false)
    }),
    { numRuns: 150 },
  )
})
