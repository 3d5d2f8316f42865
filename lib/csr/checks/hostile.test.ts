import { describe, expect, it } from 'vitest'
import {
  approved,
  KIM,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import {
  type CsrOptions,
  makeCsr,
  nodeRequestor,
  tokenRequestor,
} from '#lib/csr/fixtures/make-csr.ts'
import { deriveMachine, deriveOther } from '#lib/csr/machine/derive.ts'
import { describeMachine, describeRequest } from '#lib/csr/machine/detail.ts'
import type { Csr, Requestor } from '#lib/csr/model.ts'

/** Judged hostile inputs, by their number and name in the docs. */

const context = makeContext()

function detailOf(csr: Csr, around: WorldOptions = {}) {
  const world = makeWorld({ ...around, csrs: [...(around.csrs ?? []), csr] })
  const detail = describeRequest(world, csr.uid, context, KIM)
  if (detail === null) throw new Error('the request has no row')
  return {
    ...detail,
    failed: (code: string) => detail.failing.some((each) => each === code),
    world,
  }
}

const findingOf = (detail: ReturnType<typeof detailOf>, code: string) =>
  detail.checks.find((check) => check.code === code)

it('4. two CNs → refused; never shows one of them as the name', () => {
  const commonNames = ['system:node:worker-12', 'system:node:control-plane-0']
  const detail = detailOf(makeCsr({ kind: 'client', commonNames }))
  expect([detail.verdict, detail.nodeName]).toEqual(['refused', null])
  expect(detail.reason).toMatchObject({ code: 'subject.commonName', finding: 'several' })
  expect([...detail.world.machineNames()]).toEqual([])
  expect(findingOf(detail, 'subject.commonName')?.observed.map(({ value }) => value)).toEqual(
    commonNames,
  )
})

describe('5. a request that cannot be shown faithfully → refused', () => {
  const twice = makeCsr().request
  const text = Buffer.from(twice, 'base64').toString()
  it.each([
    ['twoBlocks', makeCsr({ request: Buffer.from(text + text).toString('base64') })],
    ['pemHeaders', makeCsr({ pem: { headers: ['Proc-Type: 4,ENCRYPTED'] } })],
    ['textBefore', makeCsr({ pem: { leading: 'hello\n' } })],
    ['trailingBytes', makeCsr({ trailingDer: new Uint8Array([5, 0]) })],
    ['notBase64', makeCsr({ request: `${twice}\n` })],
  ])('5. a request is refused by %s', (finding, csr) => {
    const detail = detailOf(csr, { nodes: [makeNode()] })
    expect([detail.verdict, detail.nodeName]).toEqual(['refused', null])
    expect(detail.reason).toMatchObject({ code: 'request.faithful', finding })
  })
})

describe('6. a subject that names no node → its own row, other rows unharmed', () => {
  const cn = { type: 'CN', value: 'system:node:worker-1' } as const
  it.each([
    ['no CN', makeCsr({ commonNames: [] })],
    ['empty subject', makeCsr({ subject: [] })],
    ['CN as BMPString', makeCsr({ subject: [[{ ...cn, as: 'bmp' }]] })],
    ['CN with NUL', makeCsr({ commonNames: ['system:node:worker-1\0.example.com'] })],
  ])('6. a request with %s has its own row', (_, csr) => {
    const good = makeCsr()
    const detail = detailOf(csr, { csrs: [good], nodes: [makeNode()] })
    expect([detail.verdict, detail.nodeName]).toEqual(['refused', null])
    const machine = deriveMachine(detail.world, 'worker-1', context)
    expect(machine?.requests.map(({ uid, verdict }) => [uid, verdict])).toEqual([
      [good.uid, 'plausible'],
    ])
  })
})

it('7. look-alike node name (Cyrillic о) → flagged, not matched to the node', () => {
  const detail = detailOf(makeCsr({ commonNames: ['system:node:wоrker-1'] }), {
    nodes: [makeNode()],
  })
  expect([detail.verdict, detail.nodeName]).toEqual(['refused', null])
  expect(findingOf(detail, 'name.confusable')).toMatchObject({
    outcome: 'fail',
    finding: 'lookalike',
    values: { existing: 'worker-1' },
  })
  expect(deriveMachine(detail.world, 'worker-1', context)?.requests).toEqual([])
})

it('8. SAN of another node’s IP → suspicious, names the other node', () => {
  const around = { nodes: [makeNode(), makeNode({ name: 'worker-11', ips: ['198.51.100.21'] })] }
  const detail = detailOf(makeCsr({ ipAddresses: ['198.51.100.11', '198.51.100.21'] }), around)
  expect(detail.verdict).toBe('suspicious')
  expect(findingOf(detail, 'sans.foreign')?.values).toEqual({
    san: '198.51.100.21',
    holder: 'worker-11',
  })
})

it.each([
  ['kubernetes.default.svc', { dnsNames: ['kubernetes.default.svc'] }],
  ['127.0.0.1', { ipAddresses: ['127.0.0.1'] }],
  ['169.254.169.254', { ipAddresses: ['169.254.169.254'] }],
  ['*.example.com', { dnsNames: ['*.example.com'] }],
])('9. SAN %s → suspicious, even where the Node claims it', (address, options) => {
  const addresses = ['InternalIP', 'InternalDNS'].map((type) => ({ type, address }))
  const detail = detailOf(makeCsr({ dnsNames: [], ipAddresses: [], ...options }), {
    nodes: [makeNode({ addresses })],
  })
  expect(detail.verdict).toBe('suspicious')
  expect(detail.failed('sans.reserved')).toBe(true)
})

describe('10. another spelling of the same address', () => {
  const nodes = [
    makeNode({ name: 'worker-1', ips: ['198.51.100.11', '2001:db8::11'], hostname: 'worker-1.x' }),
    makeNode({ name: 'worker-2', ips: ['198.51.100.12', '2001:db8::12'], hostname: 'worker-2.x' }),
  ]
  const spellings = (n: 1 | 2) => [
    { dnsNames: [`WORKER-${n}.X`], ipAddresses: [] },
    { dnsNames: [`worker-${n}.x.`], ipAddresses: [] },
    { dnsNames: [], ipAddresses: [`::ffff:198.51.100.1${n}`] },
    { dnsNames: [], ipAddresses: [`2001:0DB8:0:0:0:0:0:001${n}`] },
  ]
  it.each(spellings(2))('another spelling does not get past the check: %j', (options) => {
    const detail = detailOf(makeCsr(options), { nodes })
    expect(detail.failed('sans.foreign')).toBe(true)
  })
  it.each(spellings(1))('another spelling raises no false alarm: %j', (options) => {
    expect(detailOf(makeCsr(options), { nodes }).failing).toEqual([])
  })
})

it.each(['client', 'serving'] as const)(
  '11. system:node:a asks for CN system:node:b → suspicious (%s)',
  (kind) => {
    const requestor = nodeRequestor('a')
    const node = makeNode({ name: 'b', ready: 'False' })
    const detail = detailOf(makeCsr({ kind, nodeName: 'b', requestor }), { nodes: [node] })
    expect(detail.verdict).toBe('suspicious')
    expect(detail.reason).toMatchObject({ finding: 'otherNode' })
  },
)

it('12. usages {digital signature, server auth, client auth} → refused', () => {
  const usages = ['digital signature', 'server auth', 'client auth']
  const detail = detailOf(makeCsr({ usages }), { nodes: [makeNode()] })
  expect([detail.verdict, detail.failing]).toEqual(['refused', ['usages']])
})

it('13. kube-apiserver-client for kubeadm:cluster-admins → "grants control", never in bulk', () => {
  const csr = makeCsr({
    signerName: 'kubernetes.io/kube-apiserver-client',
    commonNames: ['admin'],
    organizations: ['kubeadm:cluster-admins'],
    requestor: nodeRequestor('worker-9'),
  })
  const detail = detailOf(csr, { nodes: [makeNode()], machines: [makeMachineObject()] })
  // Bulk runs accept only verified and plausible requests.
  expect(detail.verdict).toBe('suspicious')
  expect(detail.reason).toMatchObject({ code: 'signer.inScope', finding: 'grantsControl' })
})

it.each([
  ['OpenShift', makeCsr({ kind: 'client' })],
  ['kubeadm', makeCsr({ kind: 'client', requestor: tokenRequestor('abcdef') })],
])('14. a bootstrap token asks for an existing Ready node → take-over warning (%s)', (_, csr) => {
  const around = { nodes: [makeNode()], machines: [makeMachineObject({ nodeRef: 'worker-1' })] }
  const detail = detailOf(csr, around)
  expect(detail.verdict).toBe('suspicious')
  expect(detail.reason).toMatchObject({ code: 'node.new', finding: 'takeover' })
})

it('16. Approved and Failed → `Approved,Failed` with the signer’s message', () => {
  const csr = approved(makeCsr())
  const failed = {
    type: 'Failed',
    status: 'True',
    reason: 'SignerValidationFailure',
    message: 'usages did not match',
    lastUpdateTime: '2026-11-24T12:05:01Z',
  }
  const detail = detailOf({ ...csr, conditions: [...csr.conditions, failed] })
  expect([detail.status, detail.failure, detail.verdict]).toEqual([
    'Approved,Failed',
    'usages did not match',
    null,
  ])
  expect(deriveMachine(detail.world, 'worker-1', context)?.stage).toBe('failed')
})

describe('17. odd Nodes → a row each', () => {
  const many = Array.from({ length: 200 }, (_, i) => `10.9.${i >> 6}.${i & 63}`)
  const longest = 'a'.repeat(253)
  it.each([
    ['without addresses', makeNode({ addresses: [] }), 'Ready'],
    ['with 200', makeNode({ ips: many }), 'Ready'],
    ['with Unknown conditions', makeNode({ ready: 'Unknown' }), 'NotReady'],
    ['with none', makeNode({ ready: null }), 'Unknown'],
    ['with a name of 253 characters', makeNode({ name: longest }), 'Ready'],
  ])('17. a Node %s has a row', (_, node, status) => {
    const csr = makeCsr({ nodeName: node.name })
    const world = makeWorld({ csrs: [csr], nodes: [node] })
    const detail = describeMachine(world, node.name, context, KIM)
    expect(detail?.machine.node?.status).toBe(status)
    expect(detail?.machine.verdict).not.toBeNull()
  })
})

describe('37. no permission for nodes, but for CSRs → Countersign works, and what cannot be checked is unknown', () => {
  const readable = { nodes: false, machines: false } as const
  it.each([
    [
      'serving',
      makeCsr(),
      [
        'node.known',
        'sans.foreign',
        'sans.owned',
        'identity.machine',
        'identity.expected',
        'identity.liveCertificate',
        'name.confusable',
      ],
    ],
    [
      'client',
      makeCsr({ kind: 'client' }),
      ['node.new', 'identity.machine', 'identity.expected', 'name.confusable'],
    ],
    ['renewal', makeCsr({ kind: 'renewal' }), ['identity.requestor', 'name.confusable']],
  ])(
    '37. a request of kind %s has unknown checks without Nodes and Machines',
    (_, csr, expected) => {
      const detail = detailOf(csr, { readable })
      const unknown = detail.checks.filter(({ outcome }) => outcome === 'unknown')
      expect(unknown.map(({ code }) => code)).toEqual(expected)
      expect(detail.verdict).toBe('plausible')
    },
  )

  it('a request of another signer is suspicious', () => {
    const csr = makeCsr({ signerName: 'example.com/mesh' })
    const world = makeWorld({ csrs: [csr], readable })
    expect(deriveOther(world, csr.uid, context)?.verdict).toBe('suspicious')
  })
})

describe('44. SANs in odd spellings → suspicious, even where the Node claims them', () => {
  const names = [
    ...['127.1', '0x7f000001', '2130706433', '017700000001', '127.0.0.1..', '[10.96.0.1]'],
    ...['10.96.0.1:443', '198.51.100.022', 'ip6-localhost', 'svc.cluster.local'],
  ]
  const ips = [
    ...['64:ff9b::127.0.0.1', '2002:7f00:1::', '::127.0.0.1', 'fd00:ec2::254'],
    ...['100.100.100.200', '192.0.0.192', '240.0.0.1'],
  ]
  const claimed = (options: CsrOptions, type: string, address: string) =>
    detailOf(makeCsr({ dnsNames: [], ipAddresses: [], ...options }), {
      nodes: [makeNode({ addresses: [{ type, address }] }), makeNode({ name: 'worker-2' })],
    })
  it.each(names)('44. the DNS name %s makes a request suspicious', (name) => {
    const detail = claimed({ dnsNames: [name] }, 'InternalDNS', name)
    expect([detail.verdict, detail.failed('sans.reserved')]).toEqual(['suspicious', true])
  })
  it.each(ips)('44. the address %s makes a request suspicious', (ip) => {
    const detail = claimed({ ipAddresses: [ip] }, 'InternalIP', ip)
    expect([detail.verdict, detail.failed('sans.reserved')]).toEqual(['suspicious', true])
  })
  it('44. another node’s first label under a domain makes a request suspicious', () => {
    const name = 'worker-2.prod.example.com'
    const detail = claimed({ dnsNames: [name] }, 'ExternalDNS', name)
    expect([detail.verdict, detail.failed('sans.foreign')]).toEqual(['suspicious', true])
    expect(findingOf(detail, 'sans.foreign')?.values).toEqual({ san: name, holder: 'worker-2' })
  })
})

describe('45. a requestor with one group more → suspicious', () => {
  const inMasters = (requestor: Requestor) => ({
    ...requestor,
    groups: [...requestor.groups, 'system:masters'],
  })
  it.each<readonly [string, CsrOptions]>([
    ['node', { requestor: inMasters(nodeRequestor('worker-1')) }],
    ['renewal', { kind: 'renewal', requestor: inMasters(nodeRequestor('worker-1')) }],
    [
      'bootstrap token',
      { kind: 'client', nodeName: 'worker-9', requestor: inMasters(tokenRequestor('abcdef')) },
    ],
  ])('45. a request by a %s with one group more is suspicious', (_, options) => {
    const detail = detailOf(makeCsr(options), { nodes: [makeNode()] })
    expect(detail.verdict).toBe('suspicious')
    expect(detail.checks.find(({ finding }) => finding === 'moreGroups')?.values.groups).toBe(
      'system:masters',
    )
  })
})
