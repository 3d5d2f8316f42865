import { describe, expect, it } from 'vitest'
import { FINDING_VALUES, FINDINGS, type TabledCode } from '#lib/csr/checks/check-findings.ts'
import { CHECKS } from '#lib/csr/checks/check-table.ts'
import { checkResults, judge } from '#lib/csr/checks/verdict.ts'
import {
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr, nodeRequestor } from '#lib/csr/fixtures/make-csr.ts'
import { CHECK_CODES, type CheckCode, type Csr } from '#lib/csr/model.ts'

function judged(csr: Csr, around: WorldOptions = {}) {
  const world = makeWorld({ ...around, csrs: [...(around.csrs ?? []), csr] })
  const claim = world.claim(csr.uid)
  if (claim === null) throw new Error('the world did not take the request')
  const { verdict, failing, reason } = judge(claim, world, makeContext())
  return { verdict, failing, told: reason === null ? null : `${reason.code} ${reason.finding}` }
}

const node: WorldOptions = { nodes: [makeNode()] }
const client: CsrOptions = { kind: 'client' }
const LISTED = [{ name: 'worker-1', addresses: [], role: null }]

describe('the verdict', () => {
  it.each<readonly [string, CsrOptions, WorldOptions, string, string]>([
    ['nothing confirms it', {}, node, 'plausible', 'identity.machine noMachineApi'],
    [
      'a Machine confirms it',
      {},
      { ...node, machines: [makeMachineObject({ nodeRef: 'worker-1' })] },
      'verified',
      'identity.machine confirmed',
    ],
    [
      'a renewal by the node itself',
      { kind: 'renewal' },
      node,
      'verified',
      'identity.requestor authenticated',
    ],
    ['a first request', client, {}, 'plausible', 'identity.machine noMachineApi'],
    [
      'a Machine expects it',
      client,
      { machines: [makeMachineObject()] },
      'verified',
      'identity.machine confirmed',
    ],
    [
      're-bootstrapping',
      client,
      { nodes: [makeNode({ ready: 'False' })] },
      'plausible',
      'node.new rebootstrapping',
    ],
    [
      're-bootstrapping, and it is on the list',
      client,
      { nodes: [makeNode({ ready: 'Unknown' })], expected: LISTED },
      'plausible',
      'node.new rebootstrapping',
    ],
    [
      're-bootstrapping, and its Machine is linked to the Node',
      client,
      {
        nodes: [makeNode({ ready: 'False' })],
        machines: [makeMachineObject({ nodeRef: 'worker-1', createdAt: '2026-01-01T00:00:00Z' })],
      },
      'plausible',
      'node.new rebootstrapping',
    ],
    [
      're-bootstrapping, and a Machine waits for its node',
      client,
      { nodes: [makeNode({ ready: 'False' })], machines: [makeMachineObject()], expected: LISTED },
      'plausible',
      'node.new rebootstrapping',
    ],
    [
      'listed, and Nodes cannot be read',
      client,
      { readable: { nodes: false }, machines: [makeMachineObject()], expected: LISTED },
      'plausible',
      'identity.machine nodesUnreadable',
    ],
    [
      'another node’s address: the reason names its holder',
      { ipAddresses: ['198.51.100.21'] },
      { nodes: [makeNode(), makeNode({ name: 'worker-11', ips: ['198.51.100.21'] })] },
      'suspicious',
      'sans.foreign held',
    ],
    [
      'the API server’s name: likewise',
      { dnsNames: ['kubernetes.default.svc'] },
      node,
      'suspicious',
      'sans.reserved cluster',
    ],
    ['any fail', { ipAddresses: ['198.51.100.12'] }, node, 'suspicious', 'sans.owned notOwned'],
    [
      'a fail weighs more than a confirmation',
      { expirationSeconds: 1e9 },
      { ...node, machines: [makeMachineObject({ nodeRef: 'worker-1' })] },
      'suspicious',
      'policy.expiration tooLong',
    ],
    [
      'a refusing fail',
      { organizations: ['system:masters'] },
      node,
      'refused',
      'subject.organization other',
    ],
    [
      'the refusing check is the reason, not an earlier failing one',
      { badSignature: true, extensions: [{ oid: '1.2.3', value: new Uint8Array([5, 0]) }] },
      node,
      'refused',
      'request.signature invalid',
    ],
    ['unreadable', { request: 'bm90IGEgcmVxdWVzdA==' }, node, 'refused', 'request.faithful notPem'],
    [
      'another signer',
      { signerName: 'example.com/mesh' },
      node,
      'suspicious',
      'signer.inScope otherSigner',
    ],
    [
      'Nodes and Machines cannot be read',
      {},
      { readable: { nodes: false, machines: false } },
      'plausible',
      'identity.machine machinesUnreadable',
    ],
  ])('%s', (_, options, around, verdict, told) => {
    expect(judged(makeCsr(options), around)).toMatchObject({ verdict, told })
  })

  it('lists what fails in the order of the table', () => {
    const csr = makeCsr({
      requestor: nodeRequestor('worker-2'),
      usages: ['server auth'],
      organizations: ['system:masters'],
      dnsNames: ['kubernetes.default.svc'],
    })
    expect(judged(csr, node).failing).toEqual([
      'subject.organization',
      'usages',
      'requestor.node',
      'sans.reserved',
      'sans.owned',
    ])
  })

  it('is cached until a dependency changes or another actor asks', () => {
    const csr = makeCsr()
    const world = makeWorld({ ...node, csrs: [csr] })
    const ask = (actor: string) => {
      const claim = world.claim(csr.uid)
      if (claim === null) throw new Error('gone')
      return judge(claim, world, { ...context, actor })
    }
    const context = makeContext()
    const first = ask('kim.osei')
    expect(ask('kim.osei')).toBe(first)
    expect(ask('system:node:worker-1').failing).toEqual(['requestor.self'])
    world.upsertNode(makeNode({ ips: ['198.51.100.99'] }))
    expect(ask('kim.osei').failing).toEqual(['sans.owned'])
  })
})

describe('the table', () => {
  it('has the checks in the order of the model', () => {
    const codes: readonly CheckCode[] = CHECKS.map(({ code }) => code)
    expect(codes).toEqual(CHECK_CODES.filter((code) => codes.includes(code)))
  })

  it('answers with the findings and values that the catalogue knows', () => {
    const csrs = [
      makeCsr(),
      makeCsr(client),
      makeCsr({ kind: 'renewal' }),
      makeCsr({ signerName: 'kubernetes.io/kube-apiserver-client', commonNames: ['jane'] }),
      makeCsr({ request: '' }),
      makeCsr({ commonNames: ['system:node:a', 'system:node:b'] }),
    ]
    for (const around of [{}, node, { readable: { nodes: false, machines: false } }]) {
      const world = makeWorld({ ...around, csrs })
      for (const claim of world.requests.claims.values()) {
        for (const { code, finding, values } of checkResults(claim, world, makeContext())) {
          const findings: readonly string[] = FINDINGS[code as TabledCode]
          const known: readonly string[] = FINDING_VALUES[code as TabledCode]
          expect(findings).toContain(finding)
          for (const name of Object.keys(values)) expect(known).toContain(name)
        }
      }
    }
  })
})
