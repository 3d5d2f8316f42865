import { describe, expect, it } from 'vitest'
import {
  approved,
  denied,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  presents,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { CheckCode, Csr } from '#lib/csr/model.ts'
import { automatic, type LeftBecause, unattended } from '#lib/csr/policy/automatic.ts'
import { type AutomaticPolicy, DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import type { LiveCertificate } from '#lib/csr/world/evidence.ts'

const NODE = makeNode()
/** An old Machine, linked to its Node. */
const LINKED = makeMachineObject({ nodeRef: 'worker-1' })
/** A Machine before its first client request. */
const WAITS = makeMachineObject()
const CONFIRMED: WorldOptions = { nodes: [NODE], machines: [LINKED] }
const serving = (options: Parameters<typeof makeCsr>[0] = {}) =>
  makeCsr({ dnsNames: ['worker-1'], ipAddresses: ['198.51.100.11'], ...options })

interface Case {
  readonly csr: Csr
  readonly world: WorldOptions
  readonly policy?: Partial<AutomaticPolicy>
  /** `allowedNames` */
  readonly names?: readonly string[]
  readonly superseded?: boolean
  readonly actor?: string
}

function asked(question: Case, ask: typeof automatic): ReturnType<typeof automatic>
function asked(question: Case, ask: typeof unattended): ReturnType<typeof unattended>
function asked(question: Case): ReturnType<typeof automatic>
function asked(
  { csr, world, policy, superseded = false, actor = 'approver', names = [] }: Case,
  ask: typeof automatic | typeof unattended = automatic,
) {
  const known = makeWorld({ ...world, csrs: [csr] })
  const claim = known.claim(csr.uid)
  if (claim === null) throw new Error('The world does not have the request.')
  const context = makeContext({
    actor,
    policy: {
      ...DEFAULT_POLICY,
      allowedNames: names,
      automatic: { ...DEFAULT_POLICY.automatic, ...policy },
    },
  })
  return ask(claim, known, context, superseded)
}

describe('is approved without a person', () => {
  it.each<[string, Case]>([
    ['a serving request that its Machine confirms', { csr: serving(), world: CONFIRMED }],
    [
      'a plausible serving request, where the policy takes those',
      { csr: serving(), world: { nodes: [NODE] }, policy: { accept: 'plausible' } },
    ],
    [
      'a client request that its Machine confirms, where the policy takes client requests',
      { csr: makeCsr({ kind: 'client' }), world: { machines: [WAITS] }, policy: { clients: true } },
    ],
    [
      'a client renewal, where the policy takes client requests',
      { csr: makeCsr({ kind: 'renewal' }), world: { nodes: [NODE] }, policy: { clients: true } },
    ],
  ])('%s', (_, question) => {
    expect(asked(question)).toMatchObject({ act: 'approve' })
  })

  it.each(['off', 'shadow', 'act'] as const)('in any mode: %s', (mode) => {
    const policy = { mode }
    expect(asked({ csr: serving(), world: CONFIRMED, policy })).toMatchObject({ act: 'approve' })
  })
})

const ASKING: WorldOptions = { ...CONFIRMED, asksKubelets: true }
const LISTED: WorldOptions = {
  nodes: [NODE],
  expected: [{ name: 'worker-1', addresses: ['198.51.100.11'], role: null }],
  asksKubelets: true,
}
const answers = (live: LiveCertificate): WorldOptions => ({ ...ASKING, live: { 'worker-1': live } })
const otherNode = presents({ nodeName: 'worker-2' })

describe('when kubelets are asked for their certificates', () => {
  it.each<[string, Case, 'approve' | LeftBecause]>([
    [
      'a Machine confirms it, and its kubelet has not answered',
      { csr: serving(), world: ASKING },
      'asking',
    ],
    [
      'the list confirms it, and its kubelet has not answered',
      { csr: serving(), world: LISTED },
      'asking',
    ],
    [
      'the policy accepts plausible, and its kubelet has not answered',
      {
        csr: serving(),
        world: { nodes: [NODE], asksKubelets: true },
        policy: { accept: 'plausible' },
      },
      'asking',
    ],
    [
      'it has no certificate yet',
      { csr: serving(), world: answers({ outcome: 'noCertificate' }) },
      'approve',
    ],
    [
      'it cannot be reached',
      { csr: serving(), world: answers({ outcome: 'unreachable' }) },
      'approve',
    ],
    ['no CA is known', { csr: serving(), world: answers({ outcome: 'noCa' }) }, 'approve'],
    ['it presents its own', { csr: serving(), world: answers(presents()) }, 'approve'],
    ['it presents another node’s', { csr: serving(), world: answers(otherNode) }, 'suspicious'],
    [
      'its Node has no address to ask',
      { csr: serving({ ipAddresses: [] }), world: { ...ASKING, nodes: [makeNode({ ips: [] })] } },
      'approve',
    ],
    [
      'a client request has no port to ask',
      {
        csr: makeCsr({ kind: 'renewal' }),
        world: { nodes: [NODE], asksKubelets: true },
        policy: { clients: true },
      },
      'approve',
    ],
    [
      'a request left to a person anyway does not wait',
      { csr: serving({ ipAddresses: ['198.51.100.99'] }), world: ASKING },
      'suspicious',
    ],
    [
      'a superseded request does not wait',
      { csr: serving(), world: ASKING, superseded: true },
      'superseded',
    ],
  ])('%s', (_, question, expected) => {
    const answer = asked(question)
    expect(answer.act === 'approve' ? 'approve' : answer.because).toBe(expected)
  })

  it('names the check that waits for the kubelet', () => {
    expect(asked({ csr: serving(), world: ASKING })).toEqual({
      act: 'leave',
      because: 'asking',
      check: 'identity.liveCertificate',
    })
  })
})

/** A request whose Node lists the names beside its own. */
const calledAlso = (...names: string[]) => ({
  csr: serving({ dnsNames: ['worker-1', ...names] }),
  nodes: [
    makeNode({
      addresses: [...NODE.addresses, ...names.map((address) => ({ type: 'ExternalDNS', address }))],
    }),
  ],
})
const ODD = calledAlso('vault.corp.example')
const byName = [{ name: 'worker-1', addresses: [], role: null }]

describe('a name that only the Node vouches for is left to a person, even if the policy accepts plausible', () => {
  const plausible = { policy: { accept: 'plausible' } } as const
  it.each<[string, readonly string[], WorldOptions, Partial<Case>, 'approve' | LeftBecause]>([
    ['no list', ['vault.corp.example'], {}, {}, 'notVerified'],
    ['its own under a domain of no source', ['worker-1.corp.example'], {}, {}, 'notVerified'],
    [
      'its own under a domain that the policy allows',
      ['worker-1.corp.example'],
      {},
      { names: ['worker-?', '*.corp.example'] },
      'approve',
    ],
    ['on the list by name alone', ['vault.corp.example'], { expected: byName }, {}, 'notVerified'],
    ['on the list by name alone, for its address', [], { expected: byName }, {}, 'notVerified'],
  ])('%s', (_, names, world, more, expected) => {
    const { csr, nodes } = calledAlso(...names)
    const answer = asked({ csr, world: { ...world, nodes }, ...plausible, ...more })
    expect(answer.act === 'approve' ? 'approve' : answer.because).toBe(expected)
  })
})

it.each<[string, WorldOptions, 'approve' | LeftBecause]>([
  ['nothing yet', { live: { 'worker-1': { outcome: 'noCertificate' } } }, 'approve'],
  ['another cluster’s', { live: { 'worker-1': { outcome: 'unknownCa' } } }, 'notVerified'],
  ['none’s', { live: { 'worker-1': presents({ commonNames: ['etcd'] }) } }, 'notVerified'],
])('a plausible address whose port presents a certificate: %s', (_, world, expected) => {
  const policy = { accept: 'plausible', required: [] } as const
  const answer = asked({ csr: serving(), world: { nodes: [NODE], ...world }, policy })
  expect(answer.act === 'approve' ? 'approve' : answer.because).toBe(expected)
})

describe('a run approves arriving requests', () => {
  const answering = { outcome: 'noCertificate' } as const
  it.each<[string, Case, ReturnType<typeof unattended>]>([
    ['verified: a Machine confirms it', { csr: serving(), world: CONFIRMED }, 'verified'],
    ['plausible, where that is ticked', { csr: serving(), world: { nodes: [NODE] } }, 'plausible'],
    [
      'by the ticked trust instead of the policy’s',
      { csr: serving(), world: { nodes: [NODE] }, policy: { accept: 'verified' } },
      'plausible',
    ],
    ['not before its kubelet has answered', { csr: serving(), world: ASKING }, 'asking'],
    ['then', { csr: serving(), world: answers(answering) }, 'verified'],
    ['no name that only its Node vouches for', { csr: ODD.csr, world: { nodes: ODD.nodes } }, null],
    [
      'no request confirmed by a listed name alone',
      { csr: serving(), world: { nodes: [NODE], expected: byName } },
      null,
    ],
    [
      'no request with an unknown required check',
      { csr: serving(), world: { machines: [LINKED], readable: { nodes: false } } },
      null,
    ],
    [
      'nothing suspicious',
      { csr: serving({ ipAddresses: ['198.51.100.99'] }), world: CONFIRMED },
      null,
    ],
    ['nothing superseded', { csr: serving(), world: CONFIRMED, superseded: true }, null],
    ['nothing decided', { csr: approved(serving()), world: CONFIRMED }, null],
    ['no client request', { csr: makeCsr({ kind: 'client' }), world: { machines: [WAITS] } }, null],
  ])('%s', (_, question, expected) => {
    expect(asked(question, unattended)).toBe(expected)
  })
})

describe('is left to a person', () => {
  it.each<[string, Case, LeftBecause, CheckCode | null]>([
    ['approved', { csr: approved(serving()), world: CONFIRMED }, 'decided', null],
    ['denied', { csr: denied(serving()), world: CONFIRMED }, 'decided', null],
    [
      'another signer',
      { csr: serving({ signerName: 'kubernetes.io/kube-apiserver-client' }), world: CONFIRMED },
      'otherSigner',
      null,
    ],
    [
      'a client request, unless the policy says so',
      { csr: makeCsr({ kind: 'client' }), world: { machines: [WAITS] } },
      'clients',
      null,
    ],
    [
      'the kubelet waits for another',
      { csr: serving(), world: CONFIRMED, superseded: true },
      'superseded',
      null,
    ],
    [
      'refused',
      { csr: serving({ organizations: ['system:masters'] }), world: CONFIRMED },
      'refused',
      'subject.organization',
    ],
    [
      'suspicious',
      { csr: serving({ ipAddresses: ['198.51.100.99'] }), world: CONFIRMED },
      'suspicious',
      'sans.owned',
    ],
    [
      'suspicious, even if the policy accepts plausible and requires nothing',
      {
        csr: serving({ ipAddresses: ['198.51.100.99'] }),
        world: { nodes: [NODE] },
        policy: { accept: 'plausible', required: [] },
      },
      'suspicious',
      'sans.owned',
    ],
    [
      'nothing confirms it',
      { csr: serving(), world: { nodes: [NODE] } },
      'notVerified',
      'identity.machine',
    ],
    [
      'a plausible client request, even if the policy accepts plausible serving ones',
      {
        csr: makeCsr({ kind: 'client' }),
        world: {},
        policy: { clients: true, accept: 'plausible' },
      },
      'notVerified',
      'identity.machine',
    ],
    [
      'a NotReady machine’s new request, even if listed',
      {
        csr: makeCsr({ kind: 'client' }),
        world: {
          nodes: [makeNode({ ready: 'False' })],
          expected: [{ name: 'worker-1', addresses: [], role: null }],
        },
        policy: { clients: true },
      },
      'requiredUnknown',
      'node.new',
    ],
    [
      'a NotReady machine’s new request, even if its Machine agrees and nothing is required',
      {
        csr: makeCsr({ kind: 'client' }),
        world: { nodes: [makeNode({ ready: 'Unknown' })], machines: [LINKED] },
        policy: { clients: true, required: [] },
      },
      'notVerified',
      'node.new',
    ],
    [
      'a listed machine’s new request, when Nodes cannot be read',
      {
        csr: makeCsr({ kind: 'client' }),
        world: {
          readable: { nodes: false },
          expected: [{ name: 'worker-1', addresses: [], role: null }],
        },
        policy: { clients: true, required: [] },
      },
      'notVerified',
      'identity.machine',
    ],
    [
      'a required check is unknown',
      {
        csr: serving(),
        world: { machines: [LINKED], readable: { nodes: false } },
        policy: { accept: 'plausible' },
      },
      'requiredUnknown',
      'node.known',
    ],
    [
      'a check that the admin requires is unknown',
      { csr: serving(), world: CONFIRMED, policy: { required: ['identity.liveCertificate'] } },
      'requiredUnknown',
      'identity.liveCertificate',
    ],
    [
      'the approver’s own request',
      { csr: serving(), world: CONFIRMED, actor: 'system:node:worker-1' },
      'suspicious',
      'requestor.self',
    ],
  ])('%s', (_, question, because, check) => {
    expect(asked(question)).toMatchObject({ act: 'leave', because })
    const answer = asked(question)
    expect(answer.act === 'leave' ? answer.check : 'none').toBe(check)
  })
})
