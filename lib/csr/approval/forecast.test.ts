import { expect, it } from 'vitest'
import type { Automatic } from '#lib/csr/approval/automatic.ts'
import { capture, forecast, forStorage } from '#lib/csr/approval/forecast.ts'
import { emptyMemo } from '#lib/csr/claim/claim.ts'
import { claimIn } from '#lib/csr/fixtures/ask.ts'
import {
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr, nodeRequestor } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr } from '#lib/csr/model.ts'
import { DEFAULT_POLICY, type Policy } from '#lib/csr/policy/policy.ts'
import { CHECKS } from '#lib/csr/verdict/check-table.ts'

const context = makeContext()

/** The request as it is captured in a world with these objects. */
const capturedIn = (csr: Csr, around: WorldOptions) => {
  const made = makeWorld({ ...around, csrs: [csr, ...(around.csrs ?? [])] })
  return capture(claimIn(made, csr), made, context, false)
}

const CONTROL_PLANE: Policy = {
  ...DEFAULT_POLICY,
  secondPerson: { for: ['controlPlane'], withinSeconds: 600 },
}

it('a forecast does not change with the world', () => {
  const csr = makeCsr()
  const made = makeWorld({ csrs: [csr], nodes: [makeNode()] })
  const captured = forStorage(capture(claimIn(made, csr), made, context, false))
  const before = forecast(captured, DEFAULT_POLICY)
  made.removeNode('node-worker-1')
  made.upsertMachineObject(makeMachineObject({ nodeRef: 'worker-1' }))
  made.removeCsr(csr.uid)
  expect(forecast(captured, DEFAULT_POLICY)).toEqual(before)
  expect(before.automatic).toEqual({
    act: 'leave',
    because: 'notVerified',
    check: 'identity.machine',
  })
})

it('a captured request keeps the policy-independent results, without their observed values', () => {
  const csr = makeCsr({ keyName: 'shared' })
  const csrs = [makeCsr({ nodeName: 'worker-2', keyName: 'shared' })]
  const captured = capturedIn(csr, { csrs, nodes: [makeNode()] })
  const answers = [...captured.answers]
  expect(answers.map(([code]) => code)).toContain('key.reuse')
  const bound = CHECKS.filter(({ policy }) => policy !== undefined)
  expect(bound.filter(({ code }) => captured.answers.has(code))).toEqual([])
  expect(answers.flatMap(([, { expected, observed }]) => [...expected, ...observed])).toEqual([])
  // The captured world has no other request: the result was stored.
  expect(forecast(captured, DEFAULT_POLICY).automatic).toMatchObject({ check: 'key.reuse' })
})

it('a captured request keeps its Node, its Machine and its rows of the list', () => {
  const csr = makeCsr({ dnsNames: ['203.0.113.1'], ipAddresses: ['198.51.100.11'] })
  const machine = makeMachineObject()
  const {
    node,
    machine: kept,
    expected,
  } = capturedIn(csr, {
    nodes: [makeNode()],
    machines: [machine],
    expected: [
      { name: 'worker-1', addresses: [], role: null },
      { name: 'by-address', addresses: ['198.51.100.11'], role: null },
      { name: 'by-name', addresses: ['203.0.113.1'], role: null },
      { name: 'bystander', addresses: ['198.51.100.99'], role: null },
    ],
  })
  expect([node, kept]).toEqual([makeNode(), machine])
  expect(expected?.map(({ name }) => name).sort()).toEqual(['by-address', 'by-name', 'worker-1'])
})

it.each([
  ['are', true, 'nameOnly'],
  ['are not', false, 'nameAlone'],
])(
  'a name on the list is worth what it was while Services’ networks %s told',
  (_, areKnown, finding) => {
    const csr = makeCsr()
    const made = makeWorld({
      csrs: [csr],
      nodes: [makeNode()],
      expected: [{ name: 'worker-1', addresses: [], role: null }],
      reserved: { areNetworksKnown: areKnown },
    })
    const policy = {
      ...DEFAULT_POLICY,
      allowedAddresses: ['198.51.100.0/24'],
      automatic: { ...DEFAULT_POLICY.automatic, required: [] },
    }
    const captured = forStorage(capture(claimIn(made, csr), made, context, false))
    made.setReserved({ apiServerHosts: [], serviceNetworks: [], areNetworksKnown: !areKnown })
    expect(forecast(captured, policy)).toMatchObject({
      automatic: { act: areKnown ? 'approve' : 'leave' },
      reason: { code: 'identity.expected', finding },
    })
  },
)

it('a captured request keeps the listed machine that gives the domain of a requested name', () => {
  const csr = makeCsr({ dnsNames: ['worker-1.example.com'], ipAddresses: [] })
  const addresses = [{ type: 'InternalDNS', address: 'worker-1.example.com' }]
  const names = ['worker-1', 'worker-9.example.com', 'worker-9.example.org']
  const expected = names.map((name) => ({ name, addresses: [], role: null }))
  const captured = forStorage(capturedIn(csr, { nodes: [makeNode({ addresses })], expected }))
  expect(captured.expected?.map(({ name }) => name)).toEqual(['worker-1', 'worker-9.example.com'])
  expect(forecast(captured, DEFAULT_POLICY)).toMatchObject({
    automatic: { act: 'approve' },
    reason: { finding: 'nameOnly' },
  })
})

it('a captured request treats its Cluster API Machine as this cluster’s although the siblings are not kept', () => {
  const csr = makeCsr({ kind: 'client' })
  const clusterApiMachine = { namespace: 'fleet', cluster: 'one', name: 'sibling' }
  const sibling = makeNode({ name: 'worker-2', ips: ['198.51.100.12'], clusterApiMachine })
  const ofFleet = makeMachineObject({ cluster: 'fleet/one' })
  const linked = { name: 'sibling', internalDns: ['worker-2'], cluster: 'fleet/one' }
  const machines = [
    { ...ofFleet, role: 'control-plane' },
    makeMachineObject({ ...linked, nodeRef: { name: 'worker-2', uid: sibling.uid } }),
  ]
  const captured = capturedIn(csr, { nodes: [sibling], machines })
  expect(forecast(captured, CONTROL_PLANE).automatic).toMatchObject({ because: 'secondPerson' })
})

it('a captured request without a node name keeps no machine', () => {
  const csr = makeCsr({ request: 'AAAA' })
  const captured = forStorage(capturedIn(csr, { nodes: [makeNode()], expected: [] }))
  expect(captured).toMatchObject({ node: null, machine: null, expected: [] })
  expect(captured.claim.reading.x509cr).toBeNull()
  expect(forecast(captured, DEFAULT_POLICY).automatic).toMatchObject({ act: 'leave' })
})

it('forStorage leaves out the parts of a captured request that no check reads', () => {
  const csr = makeCsr({ requestor: { ...nodeRequestor('worker-1'), extra: { k: ['v'] } } })
  const made = makeWorld({ csrs: [csr], nodes: [makeNode()] })
  const claim = claimIn(made, csr)
  const stored = forStorage(capture(claim, made, context, false)).claim
  expect(claim.reading.x509cr?.extensions).toHaveLength(1)
  expect(stored).toEqual({
    ...claim,
    csr: {
      ...csr,
      request: '',
      certificate: null,
      conditions: [],
      requestor: stored.csr.requestor,
    },
    versions: [],
    reading: { ...claim.reading, x509cr: { ...claim.reading.x509cr, extensions: [] } },
    certificate: null,
    names: [],
    memo: emptyMemo(),
  })
  expect(stored.csr.requestor).toEqual({ ...csr.requestor, extra: {} })
})

it.each<readonly [string, CsrOptions, Policy, Automatic]>([
  [
    'another signer’s',
    { signerName: 'example.com/mesh' },
    DEFAULT_POLICY,
    { act: 'leave', because: 'otherSigner', check: null },
  ],
  [
    'one that takes two people',
    {},
    CONTROL_PLANE,
    { act: 'leave', because: 'secondPerson', check: null },
  ],
])('no check stands in the way of %s', (_, options, policy, expected) => {
  const csr = makeCsr(options)
  const nodes = [makeNode({ roles: ['control-plane'] })]
  const machines = [makeMachineObject({ nodeRef: 'worker-1' })]
  expect(forecast(capturedIn(csr, { nodes, machines }), policy)).toEqual({
    automatic: expected,
    reason: null,
  })
})

it('a captured request needs two people if only a Machine gives the control-plane role', () => {
  const csr = makeCsr({ kind: 'client' })
  const machines = [{ ...makeMachineObject(), role: 'master' }]
  const captured = capturedIn(csr, { machines })
  expect(forecast(captured, CONTROL_PLANE).automatic).toMatchObject({ because: 'secondPerson' })
  expect(forecast(captured, DEFAULT_POLICY).automatic).not.toMatchObject({
    because: 'secondPerson',
  })
})

it('a forecast has the finding of the preventing check, or of the confirming one', () => {
  const csr = makeCsr()
  const machines = [makeMachineObject({ nodeRef: 'worker-1' })]
  const captured = capturedIn(csr, { nodes: [makeNode()], machines })
  const narrow = { ...DEFAULT_POLICY, allowedAddresses: ['203.0.113.0/24'] }
  expect(forecast(captured, DEFAULT_POLICY)).toMatchObject({
    automatic: { act: 'approve', verdict: 'verified' },
    reason: { code: 'identity.machine', finding: 'confirmed' },
  })
  expect(forecast(captured, narrow)).toMatchObject({
    automatic: { act: 'leave', because: 'suspicious', check: 'policy.addresses' },
    reason: { finding: 'outside', values: { sans: '198.51.100.11' } },
  })
})
