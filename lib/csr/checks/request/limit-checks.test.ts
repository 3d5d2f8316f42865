import { describe, expect, it } from 'vitest'
import { ask, resultOf } from '#lib/csr/fixtures/ask.ts'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import { rsaSpki } from '#lib/csr/fixtures/keys.ts'
import { makeMachineObject, makeNode, type WorldOptions } from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { itTells } from '#lib/csr/fixtures/tells.ts'
import type { CheckCode } from '#lib/csr/model.ts'
import { DEFAULT_POLICY, isSignerListed, type Policy } from '#lib/csr/policy/policy.ts'

const DAY = 24 * 60 * 60
const prefixes = (...allowedAddresses: string[]) => ({ allowedAddresses })
const names = (...allowedNames: string[]) => ({ allowedNames })
const NO_REQUEST = { request: 'bm90IGEgcmVxdWVzdA==' } satisfies CsrOptions
const under =
  (code: CheckCode) =>
  ([options, policy = {}]: [CsrOptions, Partial<Policy>?]) =>
    resultOf(code, makeCsr(options), {}, { policy: { ...DEFAULT_POLICY, ...policy } })

describe('policy.addresses', () => {
  const two = ['198.51.100.11', '203.0.113.1']
  itTells('policy.addresses', {
    anyAllowed: {},
    allowed: {
      policy: prefixes('198.51.100.0/24'),
      expected: ['198.51.100.0/24'],
      observed: ['pass IP 198.51.100.11'],
    },
    outside: {
      of: { ipAddresses: two },
      policy: prefixes('198.51.100.0/24'),
      expected: ['198.51.100.0/24'],
      observed: ['pass IP 198.51.100.11', 'fail IP 203.0.113.1'],
      values: { sans: '203.0.113.1' },
    },
    unreadable: { of: NO_REQUEST, policy: prefixes('10.0.0.0/8') },
  })

  itAnswers(under('policy.addresses'), {
    'pass allowed': { 'inside one of them': [{}, prefixes('10.0.0.0/8', '198.51.100.0/24')] },
    'fail outside': {
      'spelt as a DNS name': [{ dnsNames: ['203.0.113.1'] }, prefixes('198.51.100.0/24')],
      'a prefix nobody can read': [{}, prefixes('198.51.100.0')],
    },
  })
})

describe('policy.names', () => {
  itTells('policy.names', {
    anyAllowed: {},
    allowed: {
      policy: names('db-*', 'worker-*'),
      expected: ['db-*', 'worker-*'],
      observed: ['pass DNS worker-1'],
    },
    outside: {
      of: { dnsNames: ['worker-1', 'db-1'] },
      policy: names('worker-*'),
      expected: ['worker-*'],
      observed: ['pass DNS worker-1', 'fail DNS db-1'],
      values: { sans: 'db-1' },
    },
    unreadable: { of: NO_REQUEST, policy: names('worker-*') },
  })

  itAnswers(under('policy.names'), {
    'pass allowed': {
      'in capitals with a dot': [{ dnsNames: ['Worker-1.'] }, names('WORKER-*.')],
    },
    'fail outside': { 'only a part': [{ dnsNames: ['worker-1.evil.com'] }, names('worker-*')] },
  })
})

describe('policy.serving', () => {
  const client = { kind: 'client' } as const
  const limits = (policy: Partial<Policy>) => ({ limitClients: true, ...policy })
  const listed = (...addresses: string[]) => ({
    expected: [{ name: 'worker-1', addresses, role: null }],
  })
  itTells('policy.serving', {
    anyAllowed: { of: client, policy: { limitClients: true } },
    within: { of: client, policy: names('worker-*') },
    nameWillFail: {
      of: client,
      policy: names('db-*'),
      expected: ['db-*'],
      observed: ['unknown CN worker-1'],
      values: { node: 'worker-1' },
    },
    nameOutside: {
      of: client,
      policy: limits(names('db-*')),
      expected: ['db-*'],
      observed: ['fail CN worker-1'],
      values: { node: 'worker-1' },
    },
    addressesWillFail: {
      of: client,
      around: listed('203.0.113.1', '203.0.113.2'),
      policy: prefixes('198.51.100.0/24'),
      expected: ['198.51.100.0/24'],
      observed: ['unknown IP 203.0.113.1', 'unknown IP 203.0.113.2'],
      values: { node: 'worker-1', sans: '203.0.113.1, 203.0.113.2' },
    },
    addressesOutside: {
      of: client,
      around: listed('203.0.113.1'),
      policy: limits(prefixes('198.51.100.0/24')),
      expected: ['198.51.100.0/24'],
      observed: ['fail IP 203.0.113.1'],
      values: { node: 'worker-1', sans: '203.0.113.1' },
    },
    noName: { of: { ...client, commonNames: [] }, policy: names('db-*') },
  })

  type Asked = [Partial<Policy>, WorldOptions?, CsrOptions?]
  const answer = ([policy, around = {}, odd = {}]: Asked) =>
    resultOf('policy.serving', makeCsr({ ...client, ...odd }), around, {
      policy: { ...DEFAULT_POLICY, ...policy },
    })
  const fixed = { machines: [makeMachineObject({ ips: ['203.0.113.1'] })] }
  itAnswers(answer, {
    '-': { 'a serving request has its own checks': [names('db-*'), {}, { kind: 'serving' }] },
    'pass within': {
      'one listed address is inside': [
        limits(prefixes('198.51.100.0/24')),
        listed('198.51.100.7', '203.0.113.1'),
      ],
      'its Machine has an address inside': [
        limits(prefixes('198.51.100.0/24')),
        { ...listed('203.0.113.1'), machines: [makeMachineObject()] },
      ],
      'no address is known beforehand': [limits(prefixes('198.51.100.0/24')), listed()],
      'only some of its Machine’s addresses are known': [
        limits(prefixes('198.51.100.0/24')),
        { machines: [makeMachineObject({ ips: ['203.0.113.1'], cut: ['status.addresses'] })] },
      ],
      'in capitals': [limits(names('WORKER-*'))],
      'the addresses of another machine': [
        limits(prefixes('198.51.100.0/24')),
        { expected: [{ name: 'worker-2', addresses: ['203.0.113.1'], role: null }] },
      ],
    },
    'fail addressesOutside': {
      'those of its Machine': [limits(prefixes('198.51.100.0/24')), fixed],
      'a mapped IPv6 spelling of one outside': [
        limits(prefixes('198.51.100.0/24')),
        listed('::ffff:203.0.113.1'),
      ],
    },
    'fail nameOutside': {
      'the name under another domain': [
        limits(names('*.example.com')),
        {},
        { nodeName: 'worker-1.example.com.evil.org' },
      ],
    },
    'unknown nameWillFail': {
      'a renewal, which no policy holds back by it': [
        limits(names('db-*')),
        { nodes: [makeNode()] },
        { kind: 'renewal' },
      ],
    },
  })
})

describe('policy.expiration', () => {
  itTells('policy.expiration', {
    unset: {},
    within: {
      of: { expirationSeconds: 3600 },
      policy: { maxExpirationSeconds: 7200 },
      values: { seconds: '3600', max: '7200' },
    },
    tooLong: {
      of: { expirationSeconds: 7201 },
      policy: { maxExpirationSeconds: 7200 },
      observed: ['fail 7201'],
      values: { seconds: '7201', max: '7200' },
    },
  })

  itAnswers(under('policy.expiration'), {
    'pass within': { '366 days': [{ expirationSeconds: 366 * DAY }] },
    'fail tooLong': {
      'a second more': [{ expirationSeconds: 366 * DAY + 1 }],
      'client too': [{ kind: 'client', expirationSeconds: 3650 * DAY }],
    },
  })
})

describe('key.strength', () => {
  const expected = ['RSA 2048–8192', 'ECDSA P-256', 'ECDSA P-384', 'ECDSA P-521', 'Ed25519']
  itTells('key.strength', {
    strong: { expected, observed: ['pass ECDSA P-256'], values: { key: 'ECDSA P-256' } },
    weak: {
      of: { keyType: 'RSA-1024' },
      expected,
      observed: ['fail RSA 1024'],
      values: { key: 'RSA 1024' },
    },
    tooLarge: {
      of: { keyType: 'RSA-2048', spki: rsaSpki(8_193) },
      expected,
      observed: ['fail RSA 8193'],
      values: { key: 'RSA 8193' },
    },
    unreadable: { of: NO_REQUEST },
  })

  it('key.strength shows a key without a size by its algorithm', () => {
    const result = ask('key.strength', makeCsr({ keyType: 'Ed25519' }))
    expect(result?.values).toEqual({ key: 'Ed25519' })
  })

  const answer = (options: CsrOptions) => resultOf('key.strength', makeCsr(options))
  itAnswers(answer, {
    'pass strong': {
      'P-384': { keyType: 'P-384' },
      'P-521': { keyType: 'P-521' },
      Ed25519: { keyType: 'Ed25519' },
      'RSA of 2,048 bits': { keyType: 'RSA-2048' },
      'RSA of 8,192 bits': { keyType: 'RSA-2048', spki: rsaSpki(8_192) },
    },
    'fail weak': { 'P-224': { keyType: 'P-224' }, Ed448: { keyType: 'Ed448' } },
  })
})

it.each([
  ['kubernetes.io/kubelet-serving', [], true],
  ['kubernetes.io/kube-apiserver-client-kubelet', [], true],
  ['kubernetes.io/kube-apiserver-client', [], false],
  ['example.com/mesh', ['example.com/mesh'], true],
  ['example.com/mesh', ['example.com/*'], false],
])('requests of %s with %j allowed may be decided: %s', (signer, allowedSigners, decidable) => {
  expect(isSignerListed(signer, { ...DEFAULT_POLICY, allowedSigners })).toBe(decidable)
})
