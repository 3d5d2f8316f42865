import { describe, expect, it } from 'vitest'
import { automatic, type LeftBecause } from '#lib/csr/automatic.ts'
import {
  approved,
  denied,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { CheckCode, Csr } from '#lib/csr/model.ts'
import { type AutomaticPolicy, DEFAULT_POLICY } from '#lib/csr/policy.ts'

const NODE = makeNode()
/** Made long ago, and linked to its Node. */
const LINKED = makeMachineObject({ nodeRef: 'worker-1' })
/** Waits for its first client request. */
const WAITS = makeMachineObject()
const CONFIRMED: WorldOptions = { nodes: [NODE], machines: [LINKED] }
const serving = (options: Parameters<typeof makeCsr>[0] = {}) =>
  makeCsr({ dnsNames: ['worker-1'], ipAddresses: ['198.51.100.11'], ...options })

interface Case {
  readonly csr: Csr
  readonly world: WorldOptions
  readonly policy?: Partial<AutomaticPolicy>
  readonly superseded?: boolean
  readonly actor?: string
}

function asked({ csr, world, policy, superseded = false, actor = 'approver' }: Case) {
  const known = makeWorld({ ...world, csrs: [csr] })
  const claim = known.claim(csr.uid)
  if (claim === null) throw new Error('The world does not have the request.')
  const context = makeContext({
    actor,
    policy: { ...DEFAULT_POLICY, automatic: { ...DEFAULT_POLICY.automatic, ...policy } },
  })
  return automatic(claim, known, context, superseded)
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

  it.each(['off', 'shadow', 'act'] as const)(
    'whatever the mode, which is not asked: %s',
    (mode) => {
      const policy = { mode }
      expect(asked({ csr: serving(), world: CONFIRMED, policy })).toMatchObject({ act: 'approve' })
    },
  )
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
      'suspicious, even where the policy takes plausible ones and requires nothing',
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
      'nothing confirms a client request, even where the policy takes plausible serving ones',
      {
        csr: makeCsr({ kind: 'client' }),
        world: {},
        policy: { clients: true, accept: 'plausible' },
      },
      'notVerified',
      'identity.machine',
    ],
    [
      'a machine that is down asks anew, though its name is on the list',
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
      'a check that must pass cannot be made',
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
