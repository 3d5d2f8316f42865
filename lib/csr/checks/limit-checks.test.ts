import { describe, expect, it } from 'vitest'
import { ask, told } from '#lib/csr/fixtures/ask.ts'
import { rsaSpki } from '#lib/csr/fixtures/keys.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { itTells } from '#lib/csr/fixtures/tells.ts'
import { DEFAULT_POLICY, isSignerApprovable, type Policy } from '#lib/csr/policy/policy.ts'

type Case = readonly [what: string, options: CsrOptions, policy: Partial<Policy>, expected: string]

const DAY = 24 * 60 * 60
const prefixes = (...allowedAddresses: string[]) => ({ allowedAddresses })
const names = (...allowedNames: string[]) => ({ allowedNames })
const NO_REQUEST = { request: 'bm90IGEgcmVxdWVzdA==' } satisfies CsrOptions

describe('policy.addresses', () => {
  const two = ['198.51.100.11', '203.0.113.1']
  itTells('policy.addresses', {
    anyAllowed: { outcome: 'pass' },
    allowed: {
      policy: prefixes('198.51.100.0/24'),
      outcome: 'pass',
      expected: ['198.51.100.0/24'],
      observed: ['pass IP 198.51.100.11'],
    },
    outside: {
      of: { ipAddresses: two },
      policy: prefixes('198.51.100.0/24'),
      outcome: 'fail',
      expected: ['198.51.100.0/24'],
      observed: ['pass IP 198.51.100.11', 'fail IP 203.0.113.1'],
      values: { sans: '203.0.113.1' },
    },
    unreadable: { of: NO_REQUEST, policy: prefixes('10.0.0.0/8'), outcome: 'unknown' },
  })

  it.each<Case>([
    ['no rule', {}, {}, 'pass anyAllowed'],
    ['inside', {}, prefixes('198.51.100.0/24'), 'pass allowed'],
    ['inside one of them', {}, prefixes('10.0.0.0/8', '198.51.100.0/24'), 'pass allowed'],
    ['outside', {}, prefixes('10.0.0.0/8'), 'fail outside'],
    [
      'one outside',
      { ipAddresses: ['198.51.100.11', '203.0.113.1'] },
      prefixes('198.51.100.0/24'),
      'fail outside',
    ],
    [
      'spelt as a DNS name',
      { dnsNames: ['203.0.113.1'] },
      prefixes('198.51.100.0/24'),
      'fail outside',
    ],
    ['a prefix nobody can read', {}, prefixes('198.51.100.0'), 'fail outside'],
    ['client', { kind: 'client' }, prefixes('10.0.0.0/8'), '-'],
  ])('%s', (_, options, policy, expected) => {
    const context = { policy: { ...DEFAULT_POLICY, ...policy } }
    expect(told('policy.addresses', makeCsr(options), {}, context)).toBe(expected)
  })
})

describe('policy.names', () => {
  itTells('policy.names', {
    anyAllowed: { outcome: 'pass' },
    allowed: {
      policy: names('db-*', 'worker-*'),
      outcome: 'pass',
      expected: ['db-*', 'worker-*'],
      observed: ['pass DNS worker-1'],
    },
    outside: {
      of: { dnsNames: ['worker-1', 'db-1'] },
      policy: names('worker-*'),
      outcome: 'fail',
      expected: ['worker-*'],
      observed: ['pass DNS worker-1', 'fail DNS db-1'],
      values: { sans: 'db-1' },
    },
    unreadable: { of: NO_REQUEST, policy: names('worker-*'), outcome: 'unknown' },
  })

  it.each<Case>([
    ['no rule', {}, {}, 'pass anyAllowed'],
    ['matches', {}, names('worker-*'), 'pass allowed'],
    ['in capitals with a dot', { dnsNames: ['Worker-1.'] }, names('WORKER-*.'), 'pass allowed'],
    ['only a part', { dnsNames: ['worker-1.evil.com'] }, names('worker-*'), 'fail outside'],
    ['one does not', { dnsNames: ['worker-1', 'db-1'] }, names('worker-*'), 'fail outside'],
  ])('%s', (_, options, policy, expected) => {
    const context = { policy: { ...DEFAULT_POLICY, ...policy } }
    expect(told('policy.names', makeCsr(options), {}, context)).toBe(expected)
  })
})

describe('policy.expiration', () => {
  itTells('policy.expiration', {
    unset: { outcome: 'pass' },
    within: {
      of: { expirationSeconds: 3600 },
      policy: { maxExpirationSeconds: 7200 },
      outcome: 'pass',
      values: { seconds: '3600', max: '7200' },
    },
    tooLong: {
      of: { expirationSeconds: 7201 },
      policy: { maxExpirationSeconds: 7200 },
      outcome: 'fail',
      observed: ['fail 7201'],
      values: { seconds: '7201', max: '7200' },
    },
  })

  it.each<Case>([
    ['unset', {}, {}, 'pass unset'],
    ['366 days', { expirationSeconds: 366 * DAY }, {}, 'pass within'],
    ['a second more', { expirationSeconds: 366 * DAY + 1 }, {}, 'fail tooLong'],
    ['client too', { kind: 'client', expirationSeconds: 3650 * DAY }, {}, 'fail tooLong'],
    [
      'a stricter policy',
      { expirationSeconds: 2 * DAY },
      { maxExpirationSeconds: DAY },
      'fail tooLong',
    ],
    ['of another signer', { signerName: 'example.com/x' }, {}, '-'],
  ])('%s', (_, options, policy, expected) => {
    const context = { policy: { ...DEFAULT_POLICY, ...policy } }
    expect(told('policy.expiration', makeCsr(options), {}, context)).toBe(expected)
  })
})

describe('key.strength', () => {
  const expected = ['RSA 2048–8192', 'ECDSA P-256', 'ECDSA P-384', 'ECDSA P-521', 'Ed25519']
  itTells('key.strength', {
    strong: {
      outcome: 'pass',
      expected,
      observed: ['pass ECDSA P-256'],
      values: { key: 'ECDSA P-256' },
    },
    weak: {
      of: { keyType: 'RSA-1024' },
      outcome: 'fail',
      expected,
      observed: ['fail RSA 1024'],
      values: { key: 'RSA 1024' },
    },
    tooLarge: {
      of: { keyType: 'RSA-2048', spki: rsaSpki(8_193) },
      outcome: 'fail',
      expected,
      observed: ['fail RSA 8193'],
      values: { key: 'RSA 8193' },
    },
    unreadable: { of: NO_REQUEST, outcome: 'unknown' },
  })

  it('shows a key without a size by its algorithm', () => {
    const result = ask('key.strength', makeCsr({ keyType: 'Ed25519' }))
    expect(result?.values).toEqual({ key: 'Ed25519' })
  })

  it.each([
    ['P-256', 'pass strong'],
    ['P-384', 'pass strong'],
    ['P-521', 'pass strong'],
    ['Ed25519', 'pass strong'],
    ['RSA-2048', 'pass strong'],
    ['RSA-1024', 'fail weak'],
    ['P-224', 'fail weak'],
    ['Ed448', 'fail weak'],
  ] as const)('%s', (keyType, expected) => {
    expect(told('key.strength', makeCsr({ keyType }))).toBe(expected)
  })

  it('RSA of 8,192 bits', () => {
    const csr = makeCsr({ keyType: 'RSA-2048', spki: rsaSpki(8_192) })
    expect(told('key.strength', csr)).toBe('pass strong')
  })
})

it.each([
  ['kubernetes.io/kubelet-serving', [], true],
  ['kubernetes.io/kube-apiserver-client-kubelet', [], true],
  ['kubernetes.io/kube-apiserver-client', [], false],
  ['example.com/mesh', ['example.com/mesh'], true],
  ['example.com/mesh', ['example.com/*'], false],
])('requests of %s with %j allowed may be approved: %s', (signer, allowedSigners, approvable) => {
  expect(isSignerApprovable(signer, { ...DEFAULT_POLICY, allowedSigners })).toBe(approvable)
})
