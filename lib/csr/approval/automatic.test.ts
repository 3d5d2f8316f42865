import { describe, expect, it } from 'vitest'
import { automatic, unattended } from '#lib/csr/approval/automatic.ts'
import { claimIn } from '#lib/csr/fixtures/ask.ts'
import { describeAnswers, itAnswers } from '#lib/csr/fixtures/it-answers.ts'
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
import type { LiveCertificate } from '#lib/csr/kubelets/evidence.ts'
import type { Csr } from '#lib/csr/model.ts'
import { type AutomaticPolicy, DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'

const NODE = makeNode()
/** An old Machine, linked to its Node. */
const LINKED = makeMachineObject({ nodeRef: 'worker-1' })
/** A Machine before its first client request. */
const WAITS = makeMachineObject()
const CONFIRMED: WorldOptions = { nodes: [NODE], machines: [LINKED] }
const serving = (options: Parameters<typeof makeCsr>[0] = {}) =>
  makeCsr({ dnsNames: ['worker-1'], ipAddresses: ['198.51.100.11'], ...options })

interface Case {
  /** Default: a serving request. */
  readonly csr?: Csr
  readonly world: WorldOptions
  readonly policy?: Partial<AutomaticPolicy>
  /** `allowedNames` */
  readonly names?: readonly string[]
  readonly superseded?: boolean
  readonly approver?: string
}

type Ask<Answer> = (...question: Parameters<typeof automatic>) => Answer

function asked<Answer>({ csr = serving(), world, ...more }: Case, ask: Ask<Answer>): Answer {
  const { policy, superseded = false, approver = 'approver', names = [] } = more
  const known = makeWorld({ ...world, csrs: [csr] })
  const context = makeContext({
    policy: {
      ...DEFAULT_POLICY,
      allowedNames: names,
      automatic: { ...DEFAULT_POLICY.automatic, ...policy },
    },
  })
  return ask(claimIn(known, csr), known, context, superseded, { name: approver })
}

/** `approve`, or why it is left to a person. */
const outcome = (question: Case) => {
  const answer = asked(question, automatic)
  return answer.act === 'approve' ? 'approve' : answer.because
}

describe('requests that are approved without a person', () => {
  const clients = { clients: true }
  itAnswers(outcome, {
    approve: {
      'a serving request that its Machine confirms': { world: CONFIRMED },
      'a plausible serving request, where the policy takes those': {
        world: { nodes: [NODE] },
        policy: { accept: 'plausible' },
      },
      'a client request that its Machine confirms, where the policy takes client requests': {
        csr: makeCsr({ kind: 'client' }),
        world: { machines: [WAITS] },
        policy: clients,
      },
      'a client renewal, where the policy takes client requests': {
        csr: makeCsr({ kind: 'renewal' }),
        world: { nodes: [NODE] },
        policy: clients,
      },
      'beside requests of other signers that are not all followed': {
        world: { ...CONFIRMED, followed: 'kubelets' },
      },
    },
    requiredUnknown: {
      'but not where requests of kubelets are missing: one may have its key': {
        world: { ...CONFIRMED, followed: 'some' },
      },
    },
  })

  it.each(['off', 'shadow', 'act'] as const)(
    'the answer does not depend on the mode of the policy: %s',
    (mode) => {
      expect(outcome({ world: CONFIRMED, policy: { mode } })).toBe('approve')
    },
  )
})

const ASKING: WorldOptions = { ...CONFIRMED, asksKubelets: true }
const LISTED: WorldOptions = {
  nodes: [NODE],
  expected: [{ name: 'worker-1', addresses: ['198.51.100.11'], role: null }],
  asksKubelets: true,
}
const answers = (live: LiveCertificate): WorldOptions => ({ ...ASKING, live: { 'worker-1': live } })
const otherNode = presents({ nodeName: 'worker-2' })

describe('the answer while kubelets are asked for their certificates', () => {
  itAnswers(outcome, {
    asking: {
      'a Machine confirms it, and its kubelet has not answered': { world: ASKING },
      'the list confirms it, and its kubelet has not answered': { world: LISTED },
      'the policy accepts plausible, and its kubelet has not answered': {
        world: { nodes: [NODE], asksKubelets: true },
        policy: { accept: 'plausible' },
      },
    },
    approve: {
      'it has no certificate yet': { world: answers({ outcome: 'noCertificate' }) },
      'it cannot be reached': { world: answers({ outcome: 'unreachable' }) },
      'no CA is known': { world: answers({ outcome: 'noCa' }) },
      'it presents its own': { world: answers(presents()) },
      'its Node has no address to ask': {
        csr: serving({ ipAddresses: [] }),
        world: { ...ASKING, nodes: [makeNode({ ips: [] })] },
      },
      'a client request has no port to ask': {
        csr: makeCsr({ kind: 'renewal' }),
        world: { nodes: [NODE], asksKubelets: true },
        policy: { clients: true },
      },
    },
    suspicious: {
      'it presents another node’s': { world: answers(otherNode) },
      'a request left to a person anyway does not wait': {
        csr: serving({ ipAddresses: ['198.51.100.99'] }),
        world: ASKING,
      },
    },
    superseded: { 'a superseded request does not wait': { world: ASKING, superseded: true } },
  })

  it('the answer names the check that waits for the kubelet', () => {
    expect(asked({ world: ASKING }, automatic)).toEqual({
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
  const calledByNode = ([names, world, more]: [
    readonly string[],
    WorldOptions?,
    Partial<Case>?,
  ]) => {
    const { csr, nodes } = calledAlso(...names)
    return outcome({ csr, world: { ...world, nodes }, ...plausible, ...more })
  }
  itAnswers(calledByNode, {
    notVerified: {
      'no list': [['vault.corp.example']],
      'its own under a domain of no source': [['worker-1.corp.example']],
      'on the list by name alone': [['vault.corp.example'], { expected: byName }],
      'on the list by name alone, for its address': [[], { expected: byName }],
    },
    approve: {
      'its own under a domain that the policy allows': [
        ['worker-1.corp.example'],
        {},
        { names: ['worker-?', '*.corp.example'] },
      ],
    },
  })
})

const presenting = (world: WorldOptions) => {
  const policy = { accept: 'plausible', required: [] } as const
  return outcome({ world: { nodes: [NODE], ...world }, policy })
}
describeAnswers('a plausible address whose port presents a certificate', presenting, {
  approve: { 'nothing yet': { live: { 'worker-1': { outcome: 'noCertificate' } } } },
  notVerified: {
    'another cluster’s': { live: { 'worker-1': { outcome: 'unknownCa' } } },
    'none’s': { live: { 'worker-1': presents({ commonNames: ['etcd'] }) } },
  },
})

describe('arriving requests that a run approves', () => {
  const answering = { outcome: 'noCertificate' } as const
  const arriving = (question: Case) => String(asked(question, unattended))
  itAnswers(arriving, {
    verified: {
      'verified: a Machine confirms it': { world: CONFIRMED },
      'after it has answered': { world: answers(answering) },
    },
    plausible: {
      'plausible, where that is ticked': { world: { nodes: [NODE] } },
      'by the ticked trust instead of the policy’s': {
        world: { nodes: [NODE] },
        policy: { accept: 'verified' },
      },
    },
    asking: { 'not before its kubelet has answered': { world: ASKING } },
    null: {
      'no name that only its Node vouches for': { csr: ODD.csr, world: { nodes: ODD.nodes } },
      'no request confirmed by a listed name alone': { world: { nodes: [NODE], expected: byName } },
      'no request with an unknown required check': {
        world: { machines: [LINKED], readable: { nodes: false } },
      },
      'nothing suspicious': { csr: serving({ ipAddresses: ['198.51.100.99'] }), world: CONFIRMED },
      'nothing superseded': { world: CONFIRMED, superseded: true },
      'nothing decided': { csr: approved(serving()), world: CONFIRMED },
      'no client request': { csr: makeCsr({ kind: 'client' }), world: { machines: [WAITS] } },
    },
  })
})

describe('requests that are left to a person', () => {
  const leftTo = (question: Case) => {
    const answer = asked(question, automatic)
    return answer.act === 'approve' ? 'approve' : `${answer.because} ${answer.check}`
  }
  itAnswers(leftTo, {
    'decided null': {
      approved: { csr: approved(serving()), world: CONFIRMED },
      denied: { csr: denied(serving()), world: CONFIRMED },
    },
    'otherSigner null': {
      'another signer': {
        csr: serving({ signerName: 'kubernetes.io/kube-apiserver-client' }),
        world: CONFIRMED,
      },
    },
    'clients null': {
      'a client request, unless the policy says so': {
        csr: makeCsr({ kind: 'client' }),
        world: { machines: [WAITS] },
      },
    },
    'superseded null': { 'the kubelet waits for another': { world: CONFIRMED, superseded: true } },
    'refused subject.organization': {
      refused: { csr: serving({ organizations: ['system:masters'] }), world: CONFIRMED },
    },
    'suspicious sans.owned': {
      suspicious: { csr: serving({ ipAddresses: ['198.51.100.99'] }), world: CONFIRMED },
      'suspicious, even if the policy accepts plausible and requires nothing': {
        csr: serving({ ipAddresses: ['198.51.100.99'] }),
        world: { nodes: [NODE] },
        policy: { accept: 'plausible', required: [] },
      },
    },
    'notVerified identity.machine': {
      'nothing confirms it': { world: { nodes: [NODE] } },
      'a plausible client request, even if the policy accepts plausible serving ones': {
        csr: makeCsr({ kind: 'client' }),
        world: {},
        policy: { clients: true, accept: 'plausible' },
      },
      'a listed machine’s new request, when Nodes cannot be read': {
        csr: makeCsr({ kind: 'client' }),
        world: {
          readable: { nodes: false },
          expected: [{ name: 'worker-1', addresses: [], role: null }],
        },
        policy: { clients: true, required: [] },
      },
    },
    'requiredUnknown node.new': {
      'a NotReady machine’s new request, even if listed': {
        csr: makeCsr({ kind: 'client' }),
        world: {
          nodes: [makeNode({ ready: 'False' })],
          expected: [{ name: 'worker-1', addresses: [], role: null }],
        },
        policy: { clients: true },
      },
    },
    'notVerified node.new': {
      'a NotReady machine’s new request, even if its Machine agrees and nothing is required': {
        csr: makeCsr({ kind: 'client' }),
        world: { nodes: [makeNode({ ready: 'Unknown' })], machines: [LINKED] },
        policy: { clients: true, required: [] },
      },
    },
    'requiredUnknown node.known': {
      'a required check is unknown': {
        world: { machines: [LINKED], readable: { nodes: false } },
        policy: { accept: 'plausible' },
      },
    },
    'requiredUnknown identity.liveCertificate': {
      'a check that the admin requires is unknown': {
        world: CONFIRMED,
        policy: { required: ['identity.liveCertificate'] },
      },
    },
    'suspicious requestor.self': {
      'the approver’s own request': { world: CONFIRMED, approver: 'system:node:worker-1' },
    },
  })
})
