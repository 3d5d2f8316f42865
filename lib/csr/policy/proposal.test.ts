import { describe, expect, it } from 'vitest'
import { approved, denied } from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr, makeRequest } from '#lib/csr/fixtures/make-csr.ts'
import { makePerson, makeProposal } from '#lib/csr/fixtures/make-proposal.ts'
import type { Csr, Requestor } from '#lib/csr/model.ts'
import {
  isPerson,
  isSamePerson,
  type Person,
  type ProposerRight,
  proposalEnds,
  proposalTarget,
  whyUncounted,
} from '#lib/csr/policy/proposal.ts'

describe('requests that are proposals', () => {
  const uid = '0e6bd2f4-6a53-4bd3-9f0e-2f1f3a4b5c6d'
  it.each([
    [`countersign.dev/approval-proposal.${uid}`, uid],
    ['countersign.dev/approval-proposal.', null],
    ['countersign.dev/approval-proposal', null],
    [`countersign.dev/approval-proposals.${uid}`, null],
    [`Countersign.dev/approval-proposal.${uid}`, null],
    [`evil.example.com/countersign.dev/approval-proposal.${uid}`, null],
    ['kubernetes.io/kubelet-serving', null],
  ])('a request of the signer %s proposes %s', (signerName, target) => {
    expect(proposalTarget({ signerName })).toBe(target)
  })
})

describe('a proposal as the first person’s approval', () => {
  const target = makeCsr({ kind: 'client', nodeName: 'worker-1' })
  const BOB: Person = { username: 'bob', uid: '' }

  interface Case {
    readonly proposal?: CsrOptions
    readonly change?: (csr: Csr) => Csr
    readonly actor?: Person | null
    readonly right?: ProposerRight | null
  }
  const by = (username: string, odd: Partial<Requestor> = {}): Case => ({
    proposal: { requestor: makePerson(username, odd) },
  })

  it.each<readonly [string, Case, ReturnType<typeof whyUncounted>]>([
    ['by another person who may approve', {}, null],
    ['made in the same second as its target', { proposal: { createdAt: target.createdAt } }, null],
    ['approved by an approver of everything', { change: (csr) => approved(csr) }, null],
    ['nobody is known to decide', { actor: null }, null],
    ['by a service account', by('system:serviceaccount:ops:alice'), null],

    ['by the same person', { actor: { username: 'alice', uid: '' } }, 'own'],
    [
      'by the same person under another name',
      { ...by('alice', { uid: 'u-1' }), actor: { username: 'alice2', uid: 'u-1' } },
      'own',
    ],
    ['their right is not known yet', { right: null }, 'asking'],
    ['their right is left to the second approval', { right: 'unreviewed' }, 'unreviewed'],
    ['their right cannot be reviewed', { right: 'cannotAsk' }, 'cannotAsk'],
    ['by a person without the right to approve', { right: 'mayNot' }, 'mayNot'],
    ['by the requestor of the certificate', by(target.requestor.username), 'notAPerson'],
    ['denied', { change: (csr) => denied(csr) }, 'withdrawn'],
    ['older than its target', { proposal: { createdAt: '2026-11-24T11:59:59Z' } }, 'older'],
    ['of no readable time', { proposal: { createdAt: 'soon' } }, 'older'],
    [
      'for a request of other contents',
      { proposal: { request: makeRequest({ kind: 'client', nodeName: 'worker-2' }) } },
      'otherContents',
    ],
    [
      'for the same contents in another spelling',
      { proposal: { request: `${target.request}=` } },
      'otherContents',
    ],
    ['by a node', by('system:node:worker-1', { groups: ['system:nodes'] }), 'notAPerson'],
    ['by a node’s name alone', by('system:node:worker-1'), 'notAPerson'],
    [
      'by a member of the nodes’ group',
      by('alice', { groups: ['admins', 'system:nodes'] }),
      'notAPerson',
    ],
    [
      'by a member of the group of all tokens',
      by('alice', { groups: ['system:bootstrappers'] }),
      'notAPerson',
    ],
    ['by a bootstrap token', by('system:bootstrap:abcdef'), 'notAPerson'],
    [
      'by a member of a token’s group',
      by('alice', { groups: ['system:bootstrappers:kubeadm:default-node-token'] }),
      'notAPerson',
    ],
    [
      'by OpenShift’s bootstrap identity',
      by('system:serviceaccount:openshift-machine-config-operator:node-bootstrapper'),
      'notAPerson',
    ],
    ['by nobody in particular', by('system:anonymous'), 'notAPerson'],
    ['by somebody without a name', by(''), 'notAPerson'],
  ])(
    'a proposal counts as its first approval: %s',
    (_case, { proposal, change = (csr) => csr, actor = BOB, right = 'may' }, expected) => {
      const csr = change(makeProposal(target, proposal))
      expect(whyUncounted(csr, { target, actor, right })).toBe(expected)
    },
  )

  it('a proposal does not count for a request without a readable time', () => {
    const soon = { ...target, createdAt: 'soon' }
    const weighing = { target: soon, actor: BOB, right: 'may' } as const
    expect(whyUncounted(makeProposal(soon), weighing)).toBe('older')
  })

  it('a proposal of the person who asked for the certificate never counts', () => {
    const own = makeCsr({ kind: 'client', requestor: makePerson('alice', { uid: 'u-1' }) })
    const seen = (proposer: Requestor) =>
      whyUncounted(makeProposal(own, { requestor: proposer }), {
        target: own,
        actor: BOB,
        right: 'may',
      })
    expect(seen(makePerson('alice'))).toBe('requestor')
    expect(seen(makePerson('alice.anew', { uid: 'u-1' }))).toBe('requestor')
    expect(seen(makePerson('carol'))).toBeNull()
  })

  it('names and annotations of a proposal decide nothing', () => {
    const csr = { ...makeProposal(target, { name: 'csr-anything' }), note: 'proposed by root' }
    expect(whyUncounted(csr, { target, actor: BOB, right: 'may' })).toBeNull()
    const forged = { ...csr, name: `countersign-proposal-${target.uid}`, request: 'AAAA' }
    expect(whyUncounted(forged, { target, actor: BOB, right: 'may' })).toBe('otherContents')
  })
})

it('a proposal counts for the policy’s seconds from its creationTimestamp', () => {
  const ends = proposalEnds({ createdAt: '2026-11-24T12:00:00Z' }, 90)
  expect(new Date(ends).toISOString()).toBe('2026-11-24T12:01:30.000Z')
  expect(proposalEnds({ createdAt: 'soon' }, 90)).toBe(90_000)
})

it.each([
  ['the same name', { username: 'a', uid: '' }, { username: 'a', uid: '' }, true],
  ['one name, two uids', { username: 'a', uid: '1' }, { username: 'a', uid: '2' }, true],
  ['two names, one uid', { username: 'a', uid: '1' }, { username: 'b', uid: '1' }, true],
  ['two names without uid', { username: 'a', uid: '' }, { username: 'b', uid: '' }, false],
  ['two names in another case', { username: 'a', uid: '' }, { username: 'A', uid: '' }, false],
])('%s are the same person: %#', (_case, a, b, same) => {
  expect(isSamePerson(a, b)).toBe(same)
})

it('every user that is no machine identity is a person', () => {
  expect(isPerson(makePerson('kim.osei'))).toBe(true)
  expect(isPerson(makePerson('kim', { groups: ['system:unauthenticated'] }))).toBe(false)
})
