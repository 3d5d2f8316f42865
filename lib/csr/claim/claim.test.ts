import { describe, expect, it } from 'vitest'
import { laterVersions, newestFirst } from '#lib/csr/claim/claim.ts'
import { claimOf as claimOfCsr } from '#lib/csr/fixtures/ask.ts'
import { type CsrOptions, makeCsr, nodeRequestor } from '#lib/csr/fixtures/make-csr.ts'
import { isDnsSubdomain, nodeNameOf } from '#lib/csr/name-syntax.ts'
import { milliseconds } from '#lib/csr/time.ts'

const claimOf = (options: CsrOptions = {}) => claimOfCsr(makeCsr(options))

const OTHER_SIGNER = 'example.com/mesh'

describe('readClaim', () => {
  it.each<[string, CsrOptions, string]>([
    ['a node for serving', {}, 'kubeletServing'],
    ['a bootstrapper', { kind: 'client' }, 'nodeBootstrapper'],
    ['the node itself', { kind: 'renewal' }, 'selfNodeClient'],
    ['another node', { kind: 'renewal', requestor: nodeRequestor('b') }, 'nodeBootstrapper'],
    [
      'the node, but not in its group',
      { kind: 'renewal', requestor: ungrouped() },
      'nodeBootstrapper',
    ],
    [
      'a member of the node group without a node’s name',
      { kind: 'renewal', commonNames: ['x'], requestor: { ...nodeRequestor('a'), username: 'x' } },
      'nodeBootstrapper',
    ],
    ['another signer', { signerName: OTHER_SIGNER }, 'other'],
  ])('a request by %s is %s', (_, options, kind) => {
    expect(claimOf(options).kind).toBe(kind)
  })

  it.each<[string, CsrOptions, string | null, string | null]>([
    ['a kubelet', {}, 'worker-1', 'worker-1'],
    ['another signer', { signerName: OTHER_SIGNER }, null, 'worker-1'],
    ['no node', { commonNames: ['worker-1'] }, null, null],
    ['two names', { commonNames: ['system:node:a', 'system:node:b'] }, null, null],
    ['no name', { commonNames: [] }, null, null],
    ['what is not faithful', { pem: { leading: 'hello\n' } }, null, null],
  ])('a claim has the machine of %s', (_, options, nodeName, subjectNode) => {
    expect(claimOf(options)).toMatchObject({ nodeName, subjectNode })
  })

  it('a claim starts with one version and an empty memo', () => {
    expect(claimOf({ resourceVersion: '7' })).toMatchObject({
      versions: ['7'],
      memo: { judgement: null, row: null, rowJudgement: null, asking: false },
    })
  })

  it('a claim has every common name without its prefix, and its skeleton', () => {
    const commonNames = ['system:node:w0rker', 'Admin']
    expect(claimOf({ commonNames }).names).toEqual([
      { name: 'w0rker', skeleton: 'worker' },
      { name: 'Admin', skeleton: 'admin' },
    ])
  })

  it('a claim has the key of every SAN, and both keys of a DNS name spelt like an address', () => {
    const dnsNames = ['Worker-1.', '192.0.2.1']
    const ipAddresses = ['2001:DB8::1', new Uint8Array(5)]
    expect(claimOf({ dnsNames, ipAddresses }).sans).toEqual([
      { kind: 'DNS', value: 'Worker-1.', key: 'DNS:worker-1', also: [] },
      { kind: 'DNS', value: '192.0.2.1', key: 'DNS:192.0.2.1', also: ['IP:192.0.2.1'] },
      { kind: 'IP', value: '2001:db8::1', key: 'IP:2001:db8::1', also: [] },
      { kind: 'IP', value: '00:00:00:00:00', key: 'IP:00:00:00:00:00', also: [] },
    ])
  })

  it('an unreadable request claims nothing', () => {
    expect(claimOf({ request: '%%%' })).toMatchObject({ names: [], sans: [], nodeName: null })
  })

  it.each([
    ['2026-11-24T12:00:00Z', Date.UTC(2026, 10, 24, 12)],
    ['yesterday', 0],
  ])('a claim was made at %s: %s', (createdAt, time) => {
    expect(claimOf({ createdAt }).createdAt).toBe(time)
  })
})

it.each<[string, readonly string[], string, readonly string[]]>([
  ['one after another', ['1'], '2', ['1', '2']],
  ['the same once, last', ['1', '2', '3'], '1', ['2', '3', '1']],
  ['no more than eight', [...'12345678'], '9', [...'23456789']],
])('a claim knows its last eight versions: %s', (_, earlier, version, versions) => {
  expect(laterVersions(earlier, version)).toEqual(versions)
})

it('requests are sorted newest first, then by name', () => {
  const [early, late] = ['2026-11-24T12:00:00Z', '2026-11-24T12:00:01Z']
  const claims = [
    claimOf({ name: 'b', createdAt: early }),
    claimOf({ name: 'a', createdAt: early }),
    claimOf({ name: 'c', createdAt: early }),
    claimOf({ name: 'd', createdAt: late }),
  ]
  const names = (list: typeof claims) => list.toSorted(newestFirst).map(({ csr }) => csr.name)
  expect(names(claims)).toEqual(['d', 'a', 'b', 'c'])
  expect(names(claims.toReversed())).toEqual(['d', 'a', 'b', 'c'])
})

it.each([
  ['a', 'b', -1],
  ['b', 'a', 1],
  ['a', 'a', 0],
])('two requests of the same second, %s beside %s: %s', (one, other, order) => {
  expect(newestFirst(claimOf({ name: one }), claimOf({ name: other }))).toBe(order)
})

it.each([
  ['system:node:worker-1', 'worker-1'],
  ['system:node:', null],
  ['system:node:Worker-1', null],
  ['system:nodes:worker-1', null],
  ['worker-1', null],
])('the node’s name in %j: %j', (commonName, name) => {
  expect(nodeNameOf(commonName)).toBe(name)
})

it.each([
  ['a', true],
  ['worker-1.example.com', true],
  ['0', true],
  ['a'.repeat(253), true],
  ['a'.repeat(254), false],
  ['', false],
  ['-a', false],
  ['a-', false],
  ['a..b', false],
  ['a.-b', false],
  ['.a', false],
  ['a.', false],
  ['a_b', false],
  ['a\n', false],
])('%j is a DNS-1123 subdomain: %s', (name, is) => {
  expect(isDnsSubdomain(name)).toBe(is)
})

it.each<[string | null, number | null]>([
  ['1970-01-01T00:00:01Z', 1000],
  ['never', null],
  ['', null],
  [null, null],
])('%j is at the millisecond %s', (timestamp, expected) => {
  expect(milliseconds(timestamp)).toBe(expected)
})

function ungrouped() {
  return { ...nodeRequestor('worker-1'), groups: ['system:authenticated'] }
}
