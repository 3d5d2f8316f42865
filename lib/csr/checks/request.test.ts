import { describe, expect, it } from 'vitest'
import { ask, told } from '#lib/csr/fixtures/ask.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { basicConstraints, extKeyUsage, keyUsage } from '#lib/csr/fixtures/request-der.ts'

type Case = readonly [what: string, options: CsrOptions, expected: string]

const OTHER = { signerName: 'example.com/mesh' } satisfies CsrOptions

describe('request.faithful', () => {
  it.each<Case>([
    ['serving request of a kubelet', {}, 'pass faithful'],
    ['client request of a kubelet', { kind: 'client' }, 'pass faithful'],
    ['any other signer', OTHER, 'pass faithful'],
    ['text before the block', { pem: { leading: 'hello\n' } }, 'fail unfaithful'],
    ['no PKCS#10 at all', { request: 'bm90IGEgcmVxdWVzdA==' }, 'fail unfaithful'],
    ['text after the block', { pem: { trailing: 'hello' } }, 'fail unfaithful'],
    ['PEM headers', { pem: { headers: ['Proc-Type: 4'] } }, 'fail unfaithful'],
  ])('%s', (_, options, expected) => {
    expect(told('request.faithful', makeCsr(options))).toBe(expected)
  })

  it('names the first problem', () => {
    const result = ask('request.faithful', makeCsr({ pem: { leading: 'hello\n' } }))
    expect(result?.values.problem).toBe('textBefore')
  })
})

describe('a request that cannot be shown faithfully passes nothing that it holds', () => {
  const unfaithful = makeCsr({ pem: { leading: 'hello\n' } })
  it.each([
    'request.signature',
    'subject.commonName',
    'subject.nodeName',
    'subject.organization',
    'sans.kinds',
    'sans.reserved',
    'key.strength',
    'key.reuse',
  ] as const)('%s', (code) => {
    expect(told(code, unfaithful)).toBe('unknown unreadable')
  })
})

describe('request.extensions', () => {
  it.each<Case>([
    ['SANs only', {}, 'pass usual'],
    ['none', { kind: 'client' }, 'pass usual'],
    [
      'those that kubelets may ask for',
      {
        extensions: [
          keyUsage(['digitalSignature']),
          extKeyUsage(['serverAuth']),
          basicConstraints(false),
        ],
      },
      'pass usual',
    ],
    ['to be a CA', { extensions: [basicConstraints(true)] }, 'fail unusual'],
    [
      'one that nobody knows',
      { extensions: [{ oid: '1.2.3.4', value: new Uint8Array([5, 0]) }] },
      'fail unusual',
    ],
    ['of another signer', OTHER, '-'],
  ])('%s', (_, options, expected) => {
    expect(told('request.extensions', makeCsr(options))).toBe(expected)
  })
})

describe('request.signature', () => {
  it.each<Case>([
    ['by its own key', {}, 'pass valid'],
    ['damaged', { badSignature: true }, 'fail invalid'],
    ['by another key', { signedBy: 'somebody else' }, 'fail invalid'],
    ['of another signer too', { ...OTHER, badSignature: true }, 'fail invalid'],
  ])('%s', (_, options, expected) => {
    expect(told('request.signature', makeCsr(options))).toBe(expected)
  })
})

describe('subject.commonName', () => {
  it.each<Case>([
    ['one', {}, 'pass one'],
    ['none', { commonNames: [] }, 'fail none'],
    ['two', { commonNames: ['system:node:a', 'system:node:b'] }, 'fail several'],
    ['twice the same', { commonNames: ['system:node:a', 'system:node:a'] }, 'fail several'],
    ['of another signer: none', { ...OTHER, commonNames: [] }, 'fail none'],
    ['with an override', { commonNames: ['system:node:\u202ea'] }, 'fail unprintable'],
    ['with a zero-width space', { commonNames: ['system:node:a\u200b'] }, 'fail unprintable'],
  ])('%s', (_, options, expected) => {
    expect(told('subject.commonName', makeCsr(options))).toBe(expected)
  })

  it('shows both of two', () => {
    const names = ['system:node:worker-12', 'system:node:control-plane-0']
    const result = ask('subject.commonName', makeCsr({ commonNames: names }))
    expect(result?.observed.map(({ value }) => value)).toEqual(names)
  })
})

describe('subject.nodeName', () => {
  const named = (name: string): CsrOptions => ({ commonNames: [name] })
  it.each<Case>([
    ['a subdomain', { nodeName: 'worker-1.rack2.example.com' }, 'pass valid'],
    ['of 253 characters', { nodeName: 'a'.repeat(253) }, 'pass valid'],
    ['of 254 characters', named(`system:node:${'a'.repeat(254)}`), 'fail invalid'],
    ['no prefix', named('worker-1'), 'fail noPrefix'],
    ['prefix in capitals', named('System:Node:worker-1'), 'fail noPrefix'],
    ['nothing after the prefix', named('system:node:'), 'fail invalid'],
    ['capitals', named('system:node:Worker-1'), 'fail invalid'],
    ['an underscore', named('system:node:worker_1'), 'fail invalid'],
    ['a trailing dot', named('system:node:worker-1.'), 'fail invalid'],
    ['a trailing hyphen', named('system:node:worker-'), 'fail invalid'],
    ['two of them', { commonNames: ['system:node:a', 'system:node:b'] }, 'fail several'],
    ['none', { commonNames: [] }, 'fail none'],
    ['of another signer', OTHER, '-'],
  ])('%s', (_, options, expected) => {
    expect(told('subject.nodeName', makeCsr(options))).toBe(expected)
  })
})

describe('subject.organization', () => {
  it.each<Case>([
    ['system:nodes', {}, 'pass exact'],
    ['none', { organizations: [] }, 'fail other'],
    ['another', { organizations: ['system:masters'] }, 'fail other'],
    ['one more', { organizations: ['system:nodes', 'system:masters'] }, 'fail other'],
    ['twice', { organizations: ['system:nodes', 'system:nodes'] }, 'fail other'],
    [
      'another attribute',
      {
        subject: [
          [{ type: 'O', value: 'system:nodes' }],
          [{ type: 'OU', value: 'rack2' }],
          [{ type: 'CN', value: 'system:node:worker-1' }],
        ],
      },
      'fail moreAttributes',
    ],
    ['of another signer', { ...OTHER, organizations: [] }, '-'],
  ])('%s', (_, options, expected) => {
    expect(told('subject.organization', makeCsr(options))).toBe(expected)
  })
})

describe('usages', () => {
  const usages = (...given: string[]): CsrOptions => ({ usages: given })
  it.each<Case>([
    ['serving', {}, 'pass exact'],
    ['client', { kind: 'client' }, 'pass exact'],
    [
      'with key encipherment, in any order',
      usages('server auth', 'key encipherment', 'digital signature'),
      'pass exact',
    ],
    ['one twice', usages('server auth', 'server auth', 'digital signature'), 'pass exact'],
    ['client auth for serving', usages('digital signature', 'client auth'), 'fail other'],
    ['both', usages('digital signature', 'server auth', 'client auth'), 'fail other'],
    ['no digital signature', usages('server auth', 'key encipherment'), 'fail other'],
    ['one more', usages('digital signature', 'server auth', 'cert sign'), 'fail other'],
    ['none', usages(), 'fail other'],
    [
      'server auth for a client',
      { kind: 'client', ...usages('digital signature', 'server auth') },
      'fail other',
    ],
    ['of another signer', OTHER, '-'],
  ])('%s', (_, options, expected) => {
    expect(told('usages', makeCsr(options))).toBe(expected)
  })
})

describe('sans.kinds', () => {
  it.each<Case>([
    ['DNS and IP', {}, 'pass hosts'],
    ['DNS only', { ipAddresses: [] }, 'pass hosts'],
    ['IP only', { dnsNames: [] }, 'pass hosts'],
    ['none', { dnsNames: [], ipAddresses: [] }, 'fail missing'],
    ['an e-mail address', { emailAddresses: ['root@example.com'] }, 'fail otherKind'],
    ['a URI', { uris: ['spiffe://example.com/x'] }, 'fail otherKind'],
    ['client: none', { kind: 'client' }, 'pass none'],
    ['client: a DNS name', { kind: 'client', dnsNames: ['worker-1'] }, 'fail unexpected'],
    ['client: an IP', { kind: 'client', ipAddresses: ['198.51.100.11'] }, 'fail unexpected'],
    ['renewal: a URI', { kind: 'renewal', uris: ['spiffe://x/y'] }, 'fail unexpected'],
    ['of another signer', OTHER, '-'],
  ])('%s', (_, options, expected) => {
    expect(told('sans.kinds', makeCsr(options))).toBe(expected)
  })
})
