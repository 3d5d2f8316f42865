import { describe, expect, it } from 'vitest'
import { automatic as automaticOf } from '#lib/csr/approval/automatic.ts'
import { CHECK_FACTS } from '#lib/csr/check-facts.ts'
import { claimIn, judgeIn } from '#lib/csr/fixtures/ask.ts'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
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
import { checkResults, judge } from '#lib/csr/verdict/verdict.ts'

function judged(csr: Csr, around: WorldOptions = {}): string {
  const { verdict, reason } = judgeIn(makeWorld({ ...around, csrs: [csr] }), csr)
  return `${verdict}: ${reason?.code} ${reason?.finding}`
}

const node: WorldOptions = { nodes: [makeNode()] }
const client: CsrOptions = { kind: 'client' }
const LISTED = [{ name: 'worker-1', addresses: [], role: null }]

describe('the verdict on a request', () => {
  const answer = ([options, around = node]: [CsrOptions, WorldOptions?]) =>
    judged(makeCsr(options), around)
  const confirmed = makeMachineObject({ nodeRef: 'worker-1' })
  const down = { nodes: [makeNode({ ready: 'False' })] }
  itAnswers(answer, {
    'plausible: identity.machine noMachineApi': {
      'nothing confirms it': [{}],
      'a first request': [client, {}],
    },
    'plausible: node.new rebootstrapping': {
      're-bootstrapping': [client, down],
      're-bootstrapping, and it is on the list': [client, { ...down, expected: LISTED }],
      're-bootstrapping, and its Machine is linked to the Node': [
        client,
        { ...down, machines: [{ ...confirmed, createdAt: '2026-01-01T00:00:00Z' }] },
      ],
      're-bootstrapping, and a Machine waits for its node': [
        client,
        { ...down, machines: [makeMachineObject()], expected: LISTED },
      ],
    },
    'plausible: identity.machine nodesUnreadable': {
      'listed, and Nodes cannot be read': [
        client,
        { readable: { nodes: false }, machines: [makeMachineObject()], expected: LISTED },
      ],
    },
    'plausible: identity.machine machinesUnreadable': {
      'Nodes and Machines cannot be read': [{}, { readable: { nodes: false, machines: false } }],
    },
    'verified: identity.machine confirmed': {
      'a Machine confirms it': [{}, { ...node, machines: [confirmed] }],
      'a Machine expects it': [client, { machines: [makeMachineObject()] }],
    },
    'verified: identity.requestor authenticated': {
      'a renewal by the node itself': [{ kind: 'renewal' }],
    },
    'suspicious: sans.foreign held': {
      'another node’s address: the reason names its holder': [
        { ipAddresses: ['198.51.100.21'] },
        { nodes: [makeNode(), makeNode({ name: 'worker-11', ips: ['198.51.100.21'] })] },
      ],
    },
    'suspicious: sans.reserved cluster': {
      'the API server’s name: likewise': [{ dnsNames: ['kubernetes.default.svc'] }],
    },
    'suspicious: sans.owned notOwned': { 'any fail': [{ ipAddresses: ['198.51.100.12'] }] },
    'suspicious: policy.expiration tooLong': {
      'a fail weighs more than a confirmation': [
        { expirationSeconds: 1e9 },
        { ...node, machines: [confirmed] },
      ],
    },
    'suspicious: signer.inScope otherSigner': {
      'another signer': [{ signerName: 'example.com/mesh' }],
    },
    'refused: subject.organization other': {
      'a refusing fail': [{ organizations: ['system:masters'] }],
    },
    'refused: request.signature invalid': {
      'the refusing check is the reason, not an earlier failing one': [
        { badSignature: true, extensions: [{ oid: '1.2.3', value: new Uint8Array([5, 0]) }] },
      ],
    },
    'refused: request.faithful notPem': { unreadable: [{ request: 'bm90IGEgcmVxdWVzdA==' }] },
  })

  it('the verdict lists what fails in the order of the table', () => {
    const csr = makeCsr({
      requestor: nodeRequestor('worker-2'),
      usages: ['server auth'],
      organizations: ['system:masters'],
      dnsNames: ['kubernetes.default.svc'],
    })
    expect(judgeIn(makeWorld({ ...node, csrs: [csr] }), csr).failing).toEqual([
      'subject.organization',
      'usages',
      'requestor.node',
      'sans.reserved',
      'sans.owned',
    ])
  })

  it('the verdict is kept until one of its facts changes', () => {
    const csr = makeCsr()
    const world = makeWorld({ ...node, csrs: [csr] })
    const ask = () => judge(claimIn(world, csr), world, context)
    const context = makeContext()
    const first = ask()
    expect(ask()).toBe(first)
    world.upsertNode(makeNode({ ips: ['198.51.100.99'] }))
    expect(ask().failing).toEqual(['sans.owned'])
  })
})

describe('the table of checks', () => {
  it('the checks answer with the findings and values that the catalogue knows', () => {
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
        for (const { code, outcome, finding, values } of checkResults(
          claim,
          world,
          makeContext(),
        )) {
          const known: readonly string[] = CHECK_FACTS[code].values
          expect(CHECK_FACTS[code][outcome]).toContain(finding)
          for (const name of Object.keys(values)) expect(known).toContain(name)
        }
      }
    }
  })
})

describe('a serving request that will be held back', () => {
  const csr = makeCsr({ kind: 'client' })
  const around = { csrs: [csr], expected: [{ name: 'worker-1', addresses: [], role: null }] }
  const by = (policy: Partial<Policy>) =>
    judgeIn(makeWorld(around), csr, {
      policy: { ...DEFAULT_POLICY, allowedNames: ['db-*'], ...policy },
    })
  const automatic = { ...DEFAULT_POLICY.automatic, mode: 'act', clients: true } as const

  it('the warning about the serving request stands beside the verdict of its client request, which stays', () => {
    expect(by({})).toMatchObject({
      verdict: 'verified',
      reason: { code: 'identity.expected' },
      warning: { code: 'policy.serving', finding: 'nameWillFail', values: { node: 'worker-1' } },
    })
    expect(by({ allowedNames: ['worker-*'] }).warning).toBeNull()
  })

  it('the warning makes the client request suspicious where the policy says so', () => {
    expect(by({ limitClients: true })).toMatchObject({
      verdict: 'suspicious',
      failing: ['policy.serving'],
      reason: { code: 'policy.serving', finding: 'nameOutside' },
      warning: null,
    })
  })

  it.each<[string, Partial<Policy>, string]>([
    ['approves it by default', {}, 'approve'],
    [
      'leaves it where it must pass',
      { automatic: { ...automatic, required: ['policy.serving'] } },
      'requiredUnknown',
    ],
    ['leaves it where the policy holds it back', { limitClients: true }, 'suspicious'],
  ])('the approver %s', (_, policy, expected) => {
    const world = makeWorld(around)
    const context = makeContext({
      policy: { ...DEFAULT_POLICY, allowedNames: ['db-*'], automatic, ...policy },
    })
    const answer = automaticOf(claimIn(world, csr), world, context, false, null)
    expect(answer.act === 'leave' ? answer.because : answer.act).toBe(expected)
  })
})
