import { expect, it } from 'vitest'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import {
  approved,
  KIM,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { describeMachine, describeRequest } from '#lib/csr/machine/detail.ts'
import type { Csr } from '#lib/csr/model.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'

const context = makeContext()
const detailOf = (csr: Csr, around: WorldOptions = {}, asked = context) =>
  describeRequest(makeWorld({ csrs: [csr], ...around }), csr.uid, asked, KIM)

it('the detail lists all checks of a pending request: failed, then unknown, then passed', () => {
  const csr = makeCsr({ ipAddresses: ['198.51.100.99'] })
  const detail = detailOf(csr, { nodes: [makeNode()] })
  const outcomes = detail?.checks.map(({ outcome }) => outcome) ?? []
  expect(outcomes).toEqual([...outcomes].sort(byTrust))
  expect(detail?.checks.map(({ code }) => code)).toEqual([
    'sans.owned',
    'identity.machine',
    'identity.expected',
    'identity.liveCertificate',
    'request.faithful',
    'request.extensions',
    'request.signature',
    'subject.commonName',
    'subject.nodeName',
    'subject.organization',
    'usages',
    'sans.kinds',
    'requestor.node',
    'node.known',
    'sans.foreign',
    'sans.reserved',
    'policy.addresses',
    'policy.names',
    'policy.expiration',
    'policy.rules',
    'key.strength',
    'key.reuse',
    'machine.alarm',
    'machine.denial',
    'name.confusable',
    'node.localhost',
    'requestor.self',
    'signer.inScope',
  ])
})

const byTrust = (a: string, b: string) => ORDER.indexOf(a) - ORDER.indexOf(b)
const ORDER = ['fail', 'unknown', 'pass']

it('the detail shows the request as PEM text and decoded', () => {
  const csr = makeCsr()
  const detail = detailOf(csr)
  expect(detail?.pem).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n/)
  expect(detail?.reading.x509cr?.dnsNames).toEqual(['worker-1'])
  expect(detail?.requestorDetail.groups).toEqual(['system:nodes', 'system:authenticated'])
  expect(detail?.usages).toEqual(['digital signature', 'server auth'])
})

it('the detail shows the certificate of an issued request, without checks', () => {
  const csr = approved(makeCsr(), '2026-11-24T12:05:00Z', makeCertificate({ serialNumber: 0x2a }))
  const detail = detailOf(csr)
  expect(detail?.certificate).toMatchObject({
    commonName: 'system:node:worker-1',
    dnsNames: ['worker-1'],
  })
  expect(detail?.checks).toEqual([])
})

it.each([
  ['no base64', '%%%'],
  ['nothing', ''],
  ['bytes that are no text', '/////w=='],
])('the detail shows an unreadable request: %s', (_, request) => {
  const detail = detailOf(makeCsr({ request }))
  expect(detail?.verdict).toBe('refused')
  expect(typeof detail?.pem).toBe('string')
})

it('the detail describes a machine in full', () => {
  const client = approved(
    makeCsr({ kind: 'client', name: 'csr-client' }),
    '2026-11-24T12:05:00Z',
    makeCertificate({ kind: 'client' }),
  )
  const serving = makeCsr({ name: 'csr-serving', createdAt: '2026-11-24T12:06:00Z' })
  const node = makeNode({ createdAt: '2026-11-24T12:05:08Z', readySince: '2026-11-24T12:05:20Z' })
  const machine = makeMachineObject()
  const world = makeWorld({ csrs: [client, serving], nodes: [node], machines: [machine] })
  const detail = describeMachine(world, 'worker-1', context, KIM)
  expect(detail?.requests.map(({ name }) => name)).toEqual(['csr-serving', 'csr-client'])
  expect(detail?.node).toEqual(node)
  expect(detail?.machineObject).toEqual(machine)
  expect(
    detail?.timeline.map(({ at, kind, subject }) => [at.slice(11, 19), kind, subject]),
  ).toEqual([
    ['12:06:00', 'requestFiled', 'csr-serving'],
    ['12:05:20', 'nodeReady', 'worker-1'],
    ['12:05:08', 'nodeCreated', 'worker-1'],
    ['12:05:00', 'certificateIssued', 'csr-client'],
    ['12:05:00', 'requestApproved', 'csr-client'],
    ['12:00:00', 'requestFiled', 'csr-client'],
    ['11:50:00', 'machineCreated', 'edge-worker-1'],
  ])
})

it('the detail describes one of a machine’s requests by its uid', () => {
  const csrs = [makeCsr({ kind: 'client', name: 'one' }), makeCsr({ name: 'two' })]
  const world = makeWorld({ csrs })
  for (const { uid, name } of csrs)
    expect(describeRequest(world, uid, context, KIM)?.name).toBe(name)
})

it('the detail describes 100 requests in full, 500 as rows, and counts the others', () => {
  const one = makeCsr()
  const csrs = Array.from({ length: 501 }, (_, n) => ({ ...one, uid: `u${n}`, name: `n${n}` }))
  const detail = describeMachine(makeWorld({ csrs }), 'worker-1', context, KIM)
  expect([detail?.requests.length, detail?.machine.requests.length]).toEqual([100, 500])
  expect(detail?.unlisted).toBe(1)
})

it('a deleted request or machine has no detail', () => {
  expect(describeRequest(makeWorld(), 'nobody', context, KIM)).toBeNull()
  expect(describeMachine(makeWorld(), 'nobody', context, KIM)).toBeNull()
})

it('large requests are described in full up to the bound, the newest first', () => {
  const dnsNames = Array.from({ length: 250 }, (_, n) => `${'a'.repeat(60)}.${n}`)
  const one = makeCsr({ dnsNames, ipAddresses: [] })
  const csrs = Array.from({ length: 100 }, (_, n) => ({ ...one, uid: `u${n}`, name: `n${n}` }))
  const detail = describeMachine(makeWorld({ csrs }), 'worker-1', context, KIM)
  expect(detail?.requests.length).toBeGreaterThan(5)
  expect(JSON.stringify(detail?.requests).length).toBeLessThan(1_210_000)
  expect(detail?.machine.requests).toHaveLength(100)
})

it('the beginning of a request that is too large to be read is shown', () => {
  const oversized = { fingerprint: 'f'.repeat(64), bytes: 1_000_000 }
  const csr = { ...makeCsr({ request: Buffer.from('begins').toString('base64') }), oversized }
  const detail = detailOf(csr)
  expect(detail).toMatchObject({ verdict: 'refused', fingerprint: oversized.fingerprint })
  expect(detail?.pem).toBe('begins…')
  expect(detail?.reading.problems).toEqual([{ code: 'tooLarge', detail: '1000000' }])
})

it('a check that warns of the next request comes before the unknown ones', () => {
  const csr = makeCsr({ kind: 'client' })
  const strict = makeContext({ policy: { ...DEFAULT_POLICY, allowedNames: ['db-*'] } })
  const [first, second] = detailOf(csr, {}, strict)?.checks ?? []
  expect([first?.code, second?.outcome]).toEqual(['policy.serving', 'unknown'])
})

it.each([
  [
    'before the newest serving certificate was approved is left out',
    '2026-11-24T12:12:00Z',
    undefined,
  ],
  ['after it is told', '2026-11-24T12:11:59Z', 'noCertificate'],
])('a kubelet’s answer from %s', (_, approvedAt, outcome) => {
  const csr = approved(makeCsr(), approvedAt, makeCertificate())
  const live = { 'worker-1': { outcome: 'noCertificate' as const } }
  const world = makeWorld({ csrs: [csr], nodes: [makeNode()], live })
  expect(describeMachine(world, 'worker-1', context, KIM)?.kubelet?.outcome).toBe(outcome)
})
