import { describe, expect, it } from 'vitest'
import { automatic } from '#lib/csr/approval/automatic.ts'
import { capture, forecast } from '#lib/csr/approval/forecast.ts'
import { isLater, withSecondPerson } from '#lib/csr/approval/two-person-rule.ts'
import { claimIn, rowIn } from '#lib/csr/fixtures/ask.ts'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import {
  approved,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { makePerson, makeProposal } from '#lib/csr/fixtures/make-proposal.ts'
import type { Csr } from '#lib/csr/model.ts'
import { DEFAULT_POLICY, type Policy, type SecondPersonKind } from '#lib/csr/policy/policy.ts'
import { requestFor } from '#lib/csr/verdict/viewer-overlay.ts'
import type { World } from '#lib/csr/world/world.ts'

const policyFor = (...kinds: SecondPersonKind[]): Policy => ({
  ...DEFAULT_POLICY,
  secondPerson: { for: kinds, withinSeconds: 600 },
})
const both = policyFor('suspicious', 'controlPlane')

const rowOf = (world: World, csr: Csr, policy = both, viewer = 'bob') =>
  requestFor(rowIn(world, csr, { policy }), { name: viewer })

describe('requests that need two people', () => {
  const serving = makeCsr()
  const bootstrap = makeCsr({ kind: 'client' })
  const foreign = makeCsr({ ipAddresses: ['198.51.100.99'] })
  const refused = makeCsr({ organizations: ['system:masters'] })
  const stranger = makeCsr({ signerName: 'example.com/mesh', kind: 'client' })
  const WORKER = makeMachineObject({ name: 'older', createdAt: '2026-11-24T11:40:00Z' })
  const master = { name: 'worker-1', addresses: [], role: 'control-plane' }

  const because = ([csr, options = {}, kinds = ['controlPlane']]: [
    Csr,
    WorldOptions?,
    SecondPersonKind[]?,
  ]) => {
    const row = rowOf(makeWorld({ csrs: [csr], ...options }), csr, policyFor(...kinds))
    expect(row.secondPerson?.proposal ?? null).toBeNull()
    return String(row.secondPerson?.because ?? null)
  }
  itAnswers(because, {
    null: {
      'nothing, unless the policy says so': [foreign, { nodes: [makeNode()] }, []],
      'not for control planes only': [foreign, { nodes: [makeNode()] }],
      'another signer’s, which cannot be approved here': [stranger, {}, ['suspicious']],
      'a sound one does not': [serving, { nodes: [makeNode()] }, ['suspicious']],
      'nobody approves a refused one': [refused, {}, ['suspicious', 'controlPlane']],
      'not a refused control-plane request': [
        refused,
        { nodes: [makeNode({ roles: ['master'] })] },
      ],
      'the list says no role': [bootstrap, { expected: [{ ...master, role: null }] }],
      'the list gives another machine the role': [
        bootstrap,
        { expected: [{ ...master, name: 'worker-2' }] },
      ],
      'not without a known role': [bootstrap],
      decided: [approved(serving), { nodes: [makeNode({ roles: ['master'] })] }],
    },
    suspicious: {
      'a suspicious one': [foreign, { nodes: [makeNode()] }, ['suspicious']],
      'suspicious comes first': [foreign, { expected: [master] }, ['controlPlane', 'suspicious']],
    },
    controlPlane: {
      'a Node of the control plane': [serving, { nodes: [makeNode({ roles: ['control-plane'] })] }],
      'a Node of OpenShift’s': [serving, { nodes: [makeNode({ roles: ['master', 'worker'] })] }],
      'a control-plane Machine': [
        bootstrap,
        { machines: [{ ...makeMachineObject(), role: 'master' }] },
      ],
      'a control-plane Machine that is linked to another Node': [
        bootstrap,
        { machines: [{ ...makeMachineObject({ nodeRef: 'worker-2' }), role: 'master' }] },
      ],
      'the younger of two Machines that expect its name': [
        bootstrap,
        { machines: [WORKER, { ...makeMachineObject(), role: 'master' }] },
      ],
      'the list says so': [bootstrap, { expected: [master] }],
      'the list has the role in another case': [
        bootstrap,
        { expected: [{ ...master, role: 'Master' }] },
      ],
    },
  })
})

it('another signer’s request needs two people where settings allow that signer', () => {
  const csr = makeCsr({ signerName: 'example.com/mesh', kind: 'client' })
  const policy = { ...both, allowedSigners: ['example.com/mesh'] }
  const { secondPerson } = rowOf(makeWorld({ csrs: [csr] }), csr, policy)
  expect(secondPerson).toEqual({ because: 'suspicious', proposal: null })
  // The request belongs to no machine, so it has no role.
  const roles = { ...policy, secondPerson: policyFor('controlPlane').secondPerson }
  expect(rowOf(makeWorld({ csrs: [csr] }), csr, roles).secondPerson).toBeNull()
})

describe('a proposal in the row', () => {
  const target = makeCsr({ ipAddresses: ['198.51.100.99'] })
  const open = (...proposals: Csr[]) => {
    const world = makeWorld({ csrs: [target, ...proposals], nodes: [makeNode()] })
    for (const { uid } of proposals) world.setProposerRight(uid, 'may')
    return world
  }

  it('a row has no proposal where there is none', () => {
    expect(rowOf(open(), target).secondPerson).toEqual({ because: 'suspicious', proposal: null })
  })

  it('a proposal in the row has its proposer, time, expiry and note, and that it counts', () => {
    const proposal = makeProposal(target, { name: 'p-1', note: 'on the list' })
    expect(rowOf(open(proposal), target).secondPerson?.proposal).toEqual({
      name: 'p-1',
      by: 'alice',
      at: '2026-11-24T12:01:00Z',
      until: '2026-11-24T12:11:00Z',
      note: 'on the list',
      uncounted: null,
    })
  })

  it('a proposal expires no later than Kubernetes deletes it', () => {
    const week = { ...both, secondPerson: { ...both.secondPerson, withinSeconds: 604_800 } }
    const { secondPerson } = rowOf(open(makeProposal(target)), target, week)
    expect(secondPerson?.proposal?.until).toBe('2026-11-25T12:01:00Z')
  })

  it('the viewer’s own proposal is marked', () => {
    const { secondPerson } = rowOf(open(makeProposal(target)), target, both, 'alice')
    expect(secondPerson?.proposal).toMatchObject({ by: 'alice', uncounted: 'own' })
  })

  it('a counting proposal comes first, the latest of several', () => {
    const node = makePerson('system:node:worker-1')
    const proposals = [
      makeProposal(target, { requestor: makePerson('carol'), createdAt: '2026-11-24T12:02:00Z' }),
      makeProposal(target, { requestor: makePerson('dave'), createdAt: '2026-11-24T12:03:00Z' }),
      makeProposal(target, { requestor: node, createdAt: '2026-11-24T12:05:00Z' }),
      makeProposal(target, { requestor: makePerson('bob'), createdAt: '2026-11-24T12:06:00Z' }),
    ]
    for (const world of [open(...proposals), open(...proposals.toReversed())]) {
      expect(rowOf(world, target).secondPerson?.proposal?.by).toBe('dave')
      expect(rowOf(world, target, both, 'dave').secondPerson?.proposal?.by).toBe('bob')
    }
  })

  it('the first of uncounted proposals is the nearest to counting', () => {
    const node = makePerson('system:node:worker-1')
    const proposals = [
      makeProposal(target, { requestor: node, createdAt: '2026-11-24T12:05:00Z' }),
      makeProposal(target, { createdAt: '2026-11-24T12:02:00Z' }),
    ]
    for (const world of [open(...proposals), open(...proposals.toReversed())]) {
      expect(rowOf(world, target, both, 'alice').secondPerson?.proposal).toMatchObject({
        by: 'alice',
        uncounted: 'own',
      })
    }
  })

  it('a proposal whose proposer is reviewed only at the second approval comes before one’s own', () => {
    const proposals = [makeProposal(target), makeProposal(target, { requestor: makePerson('bob') })]
    const world = open(...proposals)
    for (const { uid } of proposals) world.setProposerRight(uid, 'unreviewed')
    const seenBy = (name: string) => rowOf(world, target, both, name).secondPerson?.proposal
    expect(seenBy('alice')).toMatchObject({ by: 'bob', uncounted: 'unreviewed' })
    expect(seenBy('bob')).toMatchObject({ by: 'alice', uncounted: 'unreviewed' })
  })

  it('a proposal counts without a known viewer, and without a reason', () => {
    const { note: _, ...silent } = makeProposal(target)
    expect(rowOf(open(silent), target, both, '').secondPerson?.proposal).toMatchObject({
      by: 'alice',
      note: '',
      uncounted: null,
    })
  })

  it('the proposer’s right is kept while the proposal changes', () => {
    const proposal = makeProposal(target)
    const world = open(proposal)
    world.upsertCsr({ ...approved(proposal), resourceVersion: '2' })
    expect(rowOf(world, target).secondPerson?.proposal?.uncounted).toBeNull()
  })

  it('a proposal for an earlier request of the same name does not count', () => {
    const gone = makeCsr({ uid: 'gone', request: target.request })
    expect(rowOf(open(makeProposal(gone)), target).secondPerson?.proposal).toBeNull()
  })
})

it.each<readonly [string, Partial<Csr>, Partial<Csr>, boolean]>([
  ['later', { createdAt: '2026-11-24T12:02:00Z' }, {}, true],
  ['earlier', {}, { createdAt: '2026-11-24T12:02:00Z' }, false],
  ['earlier, of a greater uid', { uid: 'b' }, { createdAt: '2026-11-24T12:02:00Z' }, false],
  ['of one second, a greater uid', { uid: 'b' }, {}, true],
  ['of one second, a smaller uid', {}, { uid: 'b' }, false],
  ['itself', {}, {}, false],
])('a proposal is the later of two: %s', (_, one, other, expected) => {
  const csr = makeProposal(makeCsr(), { uid: 'a' })
  expect(isLater({ ...csr, ...one }, { ...csr, ...other })).toBe(expected)
})

describe('a person’s proposal with a listed target', () => {
  const target = makeCsr({ kind: 'client' })
  const proposal = makeProposal(target)

  it('a proposal touches only its target’s row, also when deleted', () => {
    const bystander = makeCsr({ kind: 'client', nodeName: 'worker-2' })
    const world = makeWorld({ csrs: [target, bystander] })
    const touched = (change: () => void) => {
      world.takeTouched()
      change()
      const { machines, others } = world.takeTouched()
      return [...machines, ...others]
    }
    expect(touched(() => world.upsertCsr(proposal))).toEqual(['worker-1'])
    expect(touched(() => world.setProposerRight(proposal.uid, 'may'))).toEqual(['worker-1'])
    expect(touched(() => world.setProposerRight(proposal.uid, 'may'))).toEqual([])
    expect(touched(() => world.removeCsr(proposal.uid))).toEqual(['worker-1'])
    expect(touched(() => world.removeCsr(proposal.uid))).toEqual([])
    const alone = makeProposal(makeCsr())
    expect(touched(() => world.upsertCsr(alone))).toEqual([alone.uid])
  })
})

describe('requests that need two people are not approved automatically', () => {
  const csr = makeCsr()
  const act = (policy: Policy, role: string) => {
    const world = makeWorld({
      csrs: [csr],
      nodes: [makeNode({ roles: [role] })],
      machines: [makeMachineObject({ nodeRef: 'worker-1' })],
    })
    const claim = claimIn(world, csr)
    const context = makeContext({ policy })
    const answer = automatic(claim, world, context, false, null)
    // The policy page's forecast agrees.
    expect(forecast(capture(claim, world, context, false), policy).automatic).toEqual(answer)
    return answer
  }

  it.each([
    ['control-plane', both, { act: 'leave', because: 'secondPerson', check: null }],
    ['worker', both, { act: 'approve', verdict: 'verified' }],
    ['control-plane', policyFor('suspicious'), { act: 'approve', verdict: 'verified' }],
    ['control-plane', DEFAULT_POLICY, { act: 'approve', verdict: 'verified' }],
  ])('a node of the role %s takes two people: %#', (role, policy, expected) => {
    expect(act(policy, role)).toEqual(expected)
  })
})

it('the setting of two people adds to the policy’s kinds, each kind once', () => {
  const policy = {
    ...DEFAULT_POLICY,
    secondPerson: { for: ['suspicious'], withinSeconds: 60 },
  } as const
  expect(withSecondPerson(policy, ['suspicious', 'controlPlane']).secondPerson).toEqual({
    for: ['suspicious', 'controlPlane'],
    withinSeconds: 60,
  })
})
