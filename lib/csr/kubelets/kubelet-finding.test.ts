import { describe, expect, it } from 'vitest'
import { type CertificateOptions, makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import type { LiveCertificate } from '#lib/csr/kubelets/evidence.ts'
import {
  areAsExpected,
  isLeft,
  kubeletFinding,
  mayLackCa,
  PRESENTED,
  type Presented,
} from '#lib/csr/kubelets/kubelet-finding.ts'
import { readIssued } from '#lib/csr/reading/certificate.ts'

const NODE = {
  uid: 'uid-1',
  name: 'worker-1',
  addresses: [
    { type: 'Hostname', address: 'worker-1' },
    { type: 'ExternalIP', address: '192.0.2.7' },
    { type: 'InternalIP', address: '10.0.0.7' },
  ],
}
const OWN = { dnsNames: ['worker-1'], ipAddresses: ['10.0.0.7', '192.0.2.7'] }
const AT = Date.UTC(2026, 10, 24, 12)

function certificate(options: CertificateOptions) {
  const issued = readIssued(makeCertificate({ nodeName: 'worker-1', ...options }))
  if (issued === null) throw new Error('The fixture cannot be read.')
  return issued
}
const presented = (options: CertificateOptions): LiveCertificate => {
  return { outcome: 'presented', certificate: certificate(options), address: '10.0.0.7' }
}
const find = (live: LiveCertificate) => kubeletFinding({ live, ca: 'kubeconfig' }, AT, NODE)

it.each<[outcome: LiveCertificate['outcome'], presents: string]>([
  ['noCertificate', 'none'],
  ['selfSigned', 'selfSigned'],
  ['unknownCa', 'unknownCa'],
  ['expired', 'ended'],
  ['notYetValid', 'ended'],
  ['unreachable', 'noAnswer'],
  ['notTls', 'noAnswer'],
  ['noAddress', 'noAnswer'],
  ['otherPort', 'noAnswer'],
  ['barredAddress', 'noAnswer'],
  ['unreadable', 'noAnswer'],
  ['noCa', 'noAnswer'],
])('the answer %s is shown as %s, and the node is left', (outcome, presents) => {
  const finding = find({ outcome } as LiveCertificate)
  expect(finding).toMatchObject({ presents, outcome, names: null, notAfter: null })
  expect(isLeft(finding)).toBe(true)
})

it('a node that was not asked is left', () => {
  expect(isLeft(null)).toBe(true)
})

describe('a kubelet with a certificate of the cluster', () => {
  it.each<
    [what: string, options: CertificateOptions, missing: string, foreign: string, left: boolean]
  >([
    ['with all names of its Node', OWN, '', '', false],
    ['with its names in another spelling', { ...OWN, dnsNames: ['WORKER-1.'] }, '', '', false],
    ['without an external address', { ...OWN, ipAddresses: ['10.0.0.7'] }, '192.0.2.7', '', false],
    ['without the InternalIP', { ...OWN, ipAddresses: ['192.0.2.7'] }, '10.0.0.7', '', true],
    ['without any address', { ...OWN, ipAddresses: [] }, '10.0.0.7 192.0.2.7', '', true],
    ['without the host name', { ...OWN, dnsNames: [] }, 'worker-1', '', false],
    [
      'with names of others',
      { dnsNames: ['worker-1', 'api'], ipAddresses: [...OWN.ipAddresses, '10.0.0.8'] },
      '',
      'api 10.0.0.8',
      false,
    ],
  ])(
    'a certificate %s lacks "%s", has "%s" besides, and is left: %s',
    (_, options, missing, foreign, left) => {
      const finding = find(presented(options))
      expect(finding.presents).toBe('cluster')
      expect(finding.names?.isNodes).toBe(true)
      expect(finding.names?.missing.join(' ')).toBe(missing)
      expect(finding.names?.foreign.join(' ')).toBe(foreign)
      expect(finding.names !== null && areAsExpected(finding.names)).toBe(missing + foreign === '')
      expect(isLeft(finding)).toBe(left)
    },
  )

  it('a certificate of another node is left, and its common name is shown', () => {
    const finding = find(presented({ ...OWN, nodeName: 'worker-2' }))
    expect(finding.names).toMatchObject({ commonName: 'system:node:worker-2', isNodes: false })
    expect(isLeft(finding)).toBe(true)
  })
})

it('an unverified certificate is shown with its end, and trusted in nothing', () => {
  const unverified = certificate(OWN)
  const finding = find({ outcome: 'selfSigned', unverified })
  expect(finding).toMatchObject({
    presents: 'selfSigned',
    notAfter: unverified.notAfter,
    names: { isNodes: true, missing: [], foreign: [] },
  })
  expect(isLeft(finding)).toBe(true)
})

it.each<[subject: string, issuer: string, presents: string]>([
  ['worker-1@1796110217', 'worker-1-ca@1796110217', 'selfSigned'],
  ['worker-1@1796112626', 'worker-1-ca@1796112625', 'selfSigned'],
  ['worker-1@1796110217', 'worker-2-ca@1796110217', 'unknownCa'],
  ['worker-1', 'worker-1-ca@1796110217', 'unknownCa'],
  ['worker-1@1796110217', 'worker-1-ca', 'unknownCa'],
  ['worker-1', 'rack2-pki', 'unknownCa'],
])('an unverified certificate of %s by %s is shown as %s', (commonName, issuer, presents) => {
  const named = (name: string) => ({ ...certificate(OWN).subject, commonNames: [name] })
  const unverified = { ...certificate(OWN), subject: named(commonName), issuer: named(issuer) }
  expect(find({ outcome: 'unknownCa', unverified })).toMatchObject({ presents, issuer })
})

it('a finding is bounded, whatever the kubelet’s certificate holds', () => {
  const dnsNames = Array.from({ length: 200 }, (_, index) => `${'x'.repeat(200)}${index}.example`)
  const { names } = find(presented({ dnsNames, ipAddresses: [] }))
  expect(names?.foreign).toHaveLength(5)
  expect(JSON.stringify(names).length).toBeLessThan(2_000)
})

it.each<[what: string, presents: Partial<Record<Presented, number>>, ca: string, lacks: boolean]>([
  ['all of an unknown CA by the kubeconfig’s', { unknownCa: 3 }, 'kubeconfig', true],
  ['all of an unknown CA by the cluster’s own', { unknownCa: 3 }, 'kube-system/ca', false],
  ['one verified by the kubeconfig’s', { unknownCa: 3, cluster: 1 }, 'kubeconfig', false],
  ['one ended by the kubeconfig’s', { unknownCa: 3, ended: 1 }, 'kubeconfig', false],
  ['self-signed ones alone', { selfSigned: 3 }, 'kubeconfig', false],
])('%s (%o, %s): the right to read the CA may be missing: %s', (_, presents, ca, lacks) => {
  const none = Object.fromEntries(PRESENTED.map((kind) => [kind, 0])) as Record<Presented, number>
  const all = { ...none, ...presents }
  expect(mayLackCa({ withoutCa: 0, ca, presents: all }, 'kube-system/ca')).toBe(lacks)
  expect(mayLackCa({ withoutCa: 1, ca, presents: all }, 'kube-system/ca')).toBe(true)
})
