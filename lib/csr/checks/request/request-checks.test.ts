import { describe, expect, it } from 'vitest'
import { requestFaithful } from '#lib/csr/checks/request/request-checks.ts'
import { ask, claimIn, resultOf } from '#lib/csr/fixtures/ask.ts'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import { rsaSpki } from '#lib/csr/fixtures/keys.ts'
import { makeContext, makeWorld } from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { basicConstraints, extKeyUsage, keyUsage } from '#lib/csr/fixtures/request-der.ts'
import { itTells } from '#lib/csr/fixtures/tells.ts'
import { PROBLEM_CODES, type ReadingProblemCode } from '#lib/csr/problem-codes.ts'

const OTHER = { signerName: 'example.com/mesh' } satisfies CsrOptions
const UNFAITHFUL = { pem: { leading: 'hello\n' } } satisfies CsrOptions
/** Larger than any certificate's key that Go's crypto/tls accepts. */
const TOO_LARGE = { keyType: 'RSA-2048', spki: rsaSpki(8_193) } satisfies CsrOptions
const NO_REQUEST = { request: 'bm90IGEgcmVxdWVzdA==' } satisfies CsrOptions

/** The reader's own tests have a request for each problem. */
const PROBLEMS = Object.fromEntries(PROBLEM_CODES.map((code) => [code, null])) as Readonly<
  Record<ReadingProblemCode, null>
>

/** An organizational unit beside what a kubelet asks for. */
const WITH_UNIT = {
  subject: [
    [{ type: 'O', value: 'system:nodes' }],
    [{ type: 'OU', value: 'rack2' }],
    [{ type: 'CN', value: 'system:node:worker-1' }],
  ],
} satisfies CsrOptions

describe('request.faithful', () => {
  itTells('request.faithful', {
    faithful: {},
    ...PROBLEMS,
    textBefore: {
      of: { pem: { leading: 'hello\n', trailing: 'bye' } },
      observed: ['fail textBefore hello', 'fail textAfter bye'],
      values: { detail: 'hello' },
    },
  })

  it.each(PROBLEM_CODES)('request.faithful fails with the reader’s problem: %s', (code) => {
    const csr = makeCsr()
    const world = makeWorld({ csrs: [csr] })
    const claim = claimIn(world, csr)
    const problems = [
      { code, detail: 'where' },
      { code: 'textAfter', detail: 'bye' },
    ] as const
    const reading = { ...claim.reading, faithful: false, problems }
    const answer = requestFaithful({ ...makeContext(), world, claim: { ...claim, reading } })
    expect(answer).toMatchObject({
      outcome: 'fail',
      finding: code,
      observed: [{ kind: code, value: 'where' }, { kind: 'textAfter' }],
      values: { detail: 'where' },
    })
  })

  const answer = (options: CsrOptions) => resultOf('request.faithful', makeCsr(options))
  itAnswers(answer, {
    'pass faithful': {
      'client request of a kubelet': { kind: 'client' },
      'any other signer': OTHER,
    },
  })
})

describe('a request that cannot be shown faithfully', () => {
  const unfaithful = makeCsr(UNFAITHFUL)
  it.each([
    'request.signature',
    'subject.commonName',
    'subject.nodeName',
    'subject.organization',
    'sans.kinds',
    'sans.reserved',
    'key.strength',
    'key.reuse',
  ] as const)('the check %s is unknown for a request that cannot be shown faithfully', (code) => {
    expect(resultOf(code, unfaithful)).toBe('unknown unreadable')
  })

  it('a request that cannot be shown faithfully still fails a check', () => {
    const csr = makeCsr({ ...UNFAITHFUL, organizations: ['system:masters'] })
    expect(resultOf('subject.organization', csr)).toBe('fail other')
  })

  it('a request that cannot be shown faithfully still shows its readable values', () => {
    expect(ask('subject.organization', unfaithful)?.observed).toMatchObject([
      { kind: 'O', value: 'system:nodes', outcome: 'pass' },
    ])
    expect(ask('policy.names', unfaithful)?.observed).toEqual([])
  })
})

describe('request.extensions', () => {
  const expected = ['subjectAltName', 'keyUsage', 'extKeyUsage', 'basicConstraints CA:FALSE']
  itTells('request.extensions', {
    usual: { expected, observed: ['pass subjectAltName DNS:worker-1, IP:198.51.100.11'] },
    unusual: {
      of: { kind: 'client', extensions: [keyUsage(['digitalSignature']), basicConstraints(true)] },
      expected,
      observed: ['pass keyUsage digitalSignature', 'fail basicConstraints CA:TRUE'],
      values: { extensions: 'basicConstraints' },
    },
    unreadable: { of: NO_REQUEST },
  })

  const answer = (options: CsrOptions) => resultOf('request.extensions', makeCsr(options))
  itAnswers(answer, {
    'pass usual': {
      none: { kind: 'client' },
      'those that kubelets may ask for': {
        extensions: [
          keyUsage(['digitalSignature']),
          extKeyUsage(['serverAuth']),
          basicConstraints(false),
        ],
      },
    },
    'fail unusual': {
      'one that nobody knows': { extensions: [{ oid: '1.2.3.4', value: new Uint8Array([5, 0]) }] },
    },
  })
})

describe('request.signature', () => {
  const values = { algorithm: 'ECDSA-SHA256' }
  itTells('request.signature', {
    valid: { observed: ['pass ECDSA-SHA256'], values },
    invalid: { of: { badSignature: true }, observed: ['fail ECDSA-SHA256'], values },
    keyTooLarge: {
      of: TOO_LARGE,
      observed: ['fail SHA256-RSA'],
      values: { algorithm: 'SHA256-RSA', key: 'RSA 8193' },
    },
    unreadable: { of: NO_REQUEST },
  })

  it('request.signature fails for a request of another signer, too', () => {
    const csr = makeCsr({ ...OTHER, badSignature: true })
    expect(resultOf('request.signature', csr)).toBe('fail invalid')
  })
})

describe('subject.commonName', () => {
  const two = ['system:node:worker-12', 'system:node:control-plane-0']
  itTells('subject.commonName', {
    one: { observed: ['pass CN system:node:worker-1'], values: { names: 'system:node:worker-1' } },
    none: { of: { commonNames: [] } },
    several: {
      of: { commonNames: two },
      observed: two.map((name) => `fail CN ${name}`),
      values: { names: two.join(', ') },
    },
    unprintable: {
      of: { commonNames: ['a\u200b'] },
      observed: ['fail CN a\u200b'],
      values: { names: 'a\u200b' },
    },
    unreadable: { of: NO_REQUEST },
  })

  const answer = (options: CsrOptions) => resultOf('subject.commonName', makeCsr(options))
  itAnswers(answer, {
    'fail none': { 'of another signer: none': { ...OTHER, commonNames: [] } },
    'fail several': {
      'twice the same': { commonNames: ['system:node:a', 'system:node:a'] },
    },
    'fail unprintable': {
      'with an override': { commonNames: ['system:node:\u202ea'] },
      'an empty one': { commonNames: [''] },
    },
  })
})

describe('subject.nodeName', () => {
  const named = (name: string): CsrOptions => ({ commonNames: [name] })
  const expected = ['system:node:<name>']
  itTells('subject.nodeName', {
    valid: {
      expected,
      observed: ['pass CN system:node:worker-1'],
      values: { names: 'system:node:worker-1' },
    },
    none: { of: { commonNames: [] }, expected },
    several: {
      of: { commonNames: ['system:node:a', 'system:node:b'] },
      expected,
      observed: ['fail CN system:node:a', 'fail CN system:node:b'],
      values: { names: 'system:node:a, system:node:b' },
    },
    noPrefix: {
      of: named('worker-1'),
      expected,
      observed: ['fail CN worker-1'],
      values: { names: 'worker-1' },
    },
    invalid: {
      of: named('system:node:Worker-1'),
      expected,
      observed: ['fail CN system:node:Worker-1'],
      values: { names: 'system:node:Worker-1' },
    },
    unreadable: { of: NO_REQUEST },
  })

  const answer = (options: CsrOptions) => resultOf('subject.nodeName', makeCsr(options))
  itAnswers(answer, {
    'pass valid': {
      'a subdomain': { nodeName: 'worker-1.rack2.example.com' },
      'of 253 characters': { nodeName: 'a'.repeat(253) },
    },
    'fail invalid': {
      'of 254 characters': named(`system:node:${'a'.repeat(254)}`),
      'nothing after the prefix': named('system:node:'),
      'an underscore': named('system:node:worker_1'),
      'a trailing dot': named('system:node:worker-1.'),
      'a trailing hyphen': named('system:node:worker-'),
    },
    'fail noPrefix': { 'prefix in capitals': named('System:Node:worker-1') },
  })
})

describe('subject.organization', () => {
  const expected = ['system:nodes']
  itTells('subject.organization', {
    exact: { expected, observed: ['pass O system:nodes'], values: { subject: 'O=system:nodes' } },
    other: {
      of: { organizations: ['system:nodes', 'system:masters'] },
      expected,
      observed: ['fail O system:nodes', 'fail O system:masters'],
      values: { subject: 'O=system:nodes, O=system:masters' },
    },
    moreAttributes: {
      of: WITH_UNIT,
      expected,
      observed: ['pass O system:nodes', 'fail 2.5.4.11=rack2'],
      values: { subject: 'O=system:nodes, 2.5.4.11=rack2' },
    },
    unreadable: { of: NO_REQUEST },
  })

  const answer = (options: CsrOptions) => resultOf('subject.organization', makeCsr(options))
  itAnswers(answer, {
    'fail other': {
      none: { organizations: [] },
      another: { organizations: ['system:masters'] },
      twice: { organizations: ['system:nodes', 'system:nodes'] },
    },
  })
})

describe('usages', () => {
  const usages = (...given: string[]): CsrOptions => ({ usages: given })
  itTells('usages', {
    exact: {
      of: usages('digital signature', 'key encipherment', 'server auth'),
      expected: ['digital signature', 'server auth'],
      observed: [
        'pass usage digital signature',
        'pass usage key encipherment',
        'pass usage server auth',
      ],
      values: { usages: 'digital signature, key encipherment, server auth' },
    },
    other: {
      of: { kind: 'client', ...usages('digital signature', 'server auth') },
      expected: ['digital signature', 'client auth'],
      observed: ['pass usage digital signature', 'fail usage server auth'],
      values: { usages: 'digital signature, server auth' },
    },
  })

  const answer = (options: CsrOptions) => resultOf('usages', makeCsr(options))
  itAnswers(answer, {
    'pass exact': {
      serving: {},
      client: { kind: 'client' },
      'with key encipherment, in any order': usages(
        'server auth',
        'key encipherment',
        'digital signature',
      ),
      'one twice': usages('server auth', 'server auth', 'digital signature'),
    },
    'fail other': {
      'client auth for serving': usages('digital signature', 'client auth'),
      'no digital signature': usages('server auth', 'key encipherment'),
      'one more': usages('digital signature', 'server auth', 'cert sign'),
      none: usages(),
    },
  })
})

describe('sans.kinds', () => {
  itTells('sans.kinds', {
    none: { of: { kind: 'client' }, values: { sans: '' } },
    hosts: {
      expected: ['DNS', 'IP'],
      observed: ['pass DNS worker-1', 'pass IP 198.51.100.11'],
      values: { sans: '' },
    },
    unexpected: {
      of: { kind: 'client', dnsNames: ['worker-1'], ipAddresses: ['198.51.100.11'] },
      observed: ['fail DNS worker-1', 'fail IP 198.51.100.11'],
      values: { sans: 'DNS:worker-1, IP:198.51.100.11' },
    },
    missing: {
      of: { dnsNames: [], ipAddresses: [] },
      expected: ['DNS', 'IP'],
      values: { sans: '' },
    },
    otherKind: {
      of: { dnsNames: [], emailAddresses: ['root@example.com'], uris: ['spiffe://x/y'] },
      expected: ['DNS', 'IP'],
      observed: ['pass IP 198.51.100.11', 'fail e-mail root@example.com', 'fail URI spiffe://x/y'],
      values: { sans: 'e-mail:root@example.com, URI:spiffe://x/y' },
    },
    unreadable: { of: NO_REQUEST },
  })

  it('sans.kinds shows no more than 40 SANs of a kind', () => {
    const dnsNames = Array.from({ length: 41 }, (_, i) => `name-${i}`)
    const shown = ask('sans.kinds', makeCsr({ dnsNames, ipAddresses: ['198.51.100.11'] }))?.observed
    expect(shown?.map(({ value }) => value)).toEqual([...dnsNames.slice(0, 40), '198.51.100.11'])
  })

  const answer = (options: CsrOptions) => resultOf('sans.kinds', makeCsr(options))
  itAnswers(answer, {
    'pass hosts': { 'DNS only': { ipAddresses: [] }, 'IP only': { dnsNames: [] } },
    'fail otherKind': {
      'an e-mail address': { emailAddresses: ['root@example.com'] },
      'a URI': { uris: ['spiffe://example.com/x'] },
    },
    'fail unexpected': {
      'client: a DNS name': { kind: 'client', dnsNames: ['worker-1'] },
      'client: an IP': { kind: 'client', ipAddresses: ['198.51.100.11'] },
      'renewal: a URI': { kind: 'renewal', uris: ['spiffe://x/y'] },
    },
  })
})
