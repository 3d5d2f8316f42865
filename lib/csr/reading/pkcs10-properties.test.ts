import 'reflect-metadata'
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { Pkcs10CertificateRequest } from '@peculiar/x509'
import fc from 'fast-check'
import { describe, expect, it, test, vi } from 'vitest'
import { canonicalIpBytes } from '#lib/csr/addresses/ip.ts'
import type { KeyType } from '#lib/csr/fixtures/keys.ts'
import { makeRequest, makeRequestDer, type RequestOptions } from '#lib/csr/fixtures/make-csr.ts'
import { layPem } from '#lib/csr/fixtures/pem-layout.ts'
import { basicConstraints, extKeyUsage, keyUsage } from '#lib/csr/fixtures/request-der.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'

/** Thousands of signatures take a second, or ten on a busy machine. */
vi.setConfig({ testTimeout: 60_000 })

const KEY_TYPES: KeyType[] = ['P-256', 'P-384', 'RSA-2048', 'Ed25519']

const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 })
const text = fc
  .oneof(printable, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }))
  .filter((value) => !/\p{Cc}/u.test(value))
const dns = fc.string({ unit: fc.constantFrom(...'abz019-.*_@:/'), minLength: 1, maxLength: 30 })
const address = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
)

const options = fc.record({
  commonNames: fc.array(text, { maxLength: 3 }),
  organizations: fc.uniqueArray(text, { maxLength: 3 }),
  dnsNames: fc.array(dns, { maxLength: 5 }),
  ipAddresses: fc.array(address, { maxLength: 5 }),
  keyType: fc.constantFrom(...KEY_TYPES),
  extensions: fc.subarray([
    keyUsage(['digitalSignature']),
    extKeyUsage(['serverAuth']),
    basicConstraints(false),
  ]),
  pem: fc.record({
    newline: fc.constantFrom('\n' as const, '\r\n' as const),
    lineLength: fc.constantFrom(0, 1, 64, 76),
    finalNewline: fc.boolean(),
  }),
})

describe('readRequest', () => {
  test('readRequest reads back the request that was built', () => {
    fc.assert(
      fc.property(options, (built) => {
        const { faithful, problems, x509cr } = readRequest(makeRequest(built))
        expect(problems).toEqual([])
        expect(faithful).toBe(true)
        expect(x509cr?.subject.commonNames).toEqual(built.commonNames)
        expect(x509cr?.subject.organizations.toSorted()).toEqual(built.organizations.toSorted())
        expect(x509cr?.dnsNames).toEqual(built.dnsNames)
        expect(x509cr?.ipAddresses).toEqual(built.ipAddresses.map(canonicalIpBytes))
        expect(x509cr?.signatureValid).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  const mutated = fc.record({
    keyType: fc.constantFrom(...KEY_TYPES),
    cuts: fc.array(
      fc.record({
        at: fc.nat({ max: 2000 }),
        drop: fc.nat({ max: 3 }),
        insert: fc.uint8Array({ maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })

  test('a request changed in any byte is refused, or its signature is invalid', () => {
    fc.assert(
      fc.property(mutated, ({ keyType, cuts }) => {
        const whole = makeRequestDer({ keyType })
        const changed = cuts.reduce<Uint8Array>(splice, whole)
        if (Buffer.compare(changed, whole) === 0) return
        const pem = Buffer.from(layPem(changed)).toString('base64')
        const { faithful, x509cr } = readRequest(pem)
        expect(faithful && x509cr?.signatureValid === true).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })

  test('a PEM text changed in any byte is the same request or is refused', () => {
    const base64 = makeRequest({ keyName: 'mutated PEM' })
    const asked = readRequest(base64).x509cr
    const bytes = new Uint8Array(Buffer.from(base64, 'base64'))
    fc.assert(
      fc.property(mutated, ({ cuts }) => {
        const changed = cuts.reduce<Uint8Array>(splice, bytes)
        const { faithful, x509cr } = readRequest(Buffer.from(changed).toString('base64'))
        if (!faithful || x509cr?.signatureValid !== true) return
        expect(x509cr).toEqual(asked)
      }),
      { numRuns: 1000 },
    )
  })

  test('readRequest never throws, for any input', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String(),
      fc.uint8Array().map((bytes) => Buffer.from(layPem(bytes)).toString('base64')),
    )
    fc.assert(
      fc.property(anything, (request) => {
        expect(readRequest(request).faithful).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('other readers agree on what is faithful', () => {
  it.each<[string, RequestOptions]>([
    ['serving, ECDSA', {}],
    ['client, RSA', { kind: 'client', keyType: 'RSA-2048' }],
    ['Ed25519', { keyType: 'Ed25519' }],
    ['two O', { organizations: ['a', 'b'] }],
  ])('@peculiar/x509: %s', (_, options) => {
    const request = makeRequest(options)
    const peculiar = new Pkcs10CertificateRequest(Buffer.from(request, 'base64').toString())
    const { x509cr } = readRequest(request)
    const names = peculiar.subjectName
    expect(names.getField('CN')).toEqual(x509cr?.subject.commonNames)
    expect(names.getField('O')).toEqual(x509cr?.subject.organizations)
    expect(hash('sha256', Buffer.from(peculiar.publicKey.rawData), 'hex')).toBe(
      x509cr?.publicKey.fingerprint,
    )
  })

  const openssl = opensslVersion()
  it.skipIf(openssl === null).each<[string, RequestOptions]>([
    ['serving, ECDSA', { ipAddresses: ['198.51.100.11', '2001:db8::11'] }],
    ['client, RSA', { kind: 'client', keyType: 'RSA-2048' }],
    ['RSA-PSS', { keyType: 'RSA-2048', signature: 'RSA-PSS-SHA256' }],
    ['P-521', { keyType: 'P-521' }],
    ['Ed25519', { keyType: 'Ed25519' }],
  ])('openssl: %s', (_, options) => {
    const request = makeRequest(options)
    const args = ['req', '-noout', '-text', '-verify', '-nameopt', 'utf8,sep_multiline,sname']
    const printed = execFileSync('openssl', args, {
      input: Buffer.from(request, 'base64'),
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    const { x509cr } = readRequest(request)
    expect(x509cr?.signatureValid).toBe(true)
    for (const name of x509cr?.subject.commonNames ?? []) expect(printed).toContain(`CN=${name}`)
    for (const name of x509cr?.subject.organizations ?? []) expect(printed).toContain(`O=${name}`)
    for (const name of x509cr?.dnsNames ?? []) expect(printed).toContain(`DNS:${name}`)
    expect(printed.match(/IP Address:/g) ?? []).toHaveLength(x509cr?.ipAddresses.length ?? 0)
  })
})

function splice(
  bytes: Uint8Array,
  cut: { at: number; drop: number; insert: Uint8Array },
): Uint8Array {
  const at = cut.at % bytes.length
  return new Uint8Array(
    Buffer.concat([bytes.subarray(0, at), cut.insert, bytes.subarray(at + cut.drop)]),
  )
}

function opensslVersion(): string | null {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8' })
  } catch {
    return null
  }
}
