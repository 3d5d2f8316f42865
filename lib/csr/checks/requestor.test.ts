import { describe, expect, it } from 'vitest'
import { ask, told } from '#lib/csr/fixtures/ask.ts'
import {
  BOOTSTRAPPER,
  type CsrOptions,
  makeCsr,
  nodeRequestor,
  tokenRequestor,
} from '#lib/csr/fixtures/make-csr.ts'
import type { Requestor } from '#lib/csr/model.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy.ts'

const as = (username: string, groups: readonly string[] = []): Requestor => ({
  username,
  uid: '',
  groups,
  extra: {},
})

describe('requestor.bootstrapper', () => {
  const cases: readonly (readonly [string, Requestor, string])[] = [
    ["OpenShift's node-bootstrapper", BOOTSTRAPPER, 'pass openshift'],
    [
      'with one group more',
      { ...BOOTSTRAPPER, groups: [...BOOTSTRAPPER.groups, 'system:masters'] },
      'fail otherGroups',
    ],
    [
      'with one group less',
      { ...BOOTSTRAPPER, groups: BOOTSTRAPPER.groups.slice(1) },
      'fail otherGroups',
    ],
    [
      'a service account of the same name elsewhere',
      { ...BOOTSTRAPPER, username: 'system:serviceaccount:default:node-bootstrapper' },
      'fail stranger',
    ],
    ['a bootstrap token', tokenRequestor('abcdef'), 'pass kubeadm'],
    ['a token without its group', as('system:bootstrap:abcdef'), 'fail otherGroups'],
    [
      'a token id of another length',
      { ...tokenRequestor('abcdef'), username: 'system:bootstrap:abcdefg' },
      'fail stranger',
    ],
    ['the node itself: a renewal', nodeRequestor('worker-1'), 'pass renewal'],
    ['the node itself, not in its group', as('system:node:worker-1'), 'fail otherGroups'],
    ['another node', nodeRequestor('worker-2'), 'fail otherNode'],
    ['a node whose name begins so', nodeRequestor('worker-11'), 'fail otherNode'],
    ['anybody', as('jane', ['system:authenticated']), 'fail stranger'],
  ]
  it.each(cases)('%s', (_, requestor, expected) => {
    const csr = makeCsr({ kind: 'client', requestor })
    expect(told('requestor.bootstrapper', csr)).toBe(expected)
  })

  it('anybody whom the policy names', () => {
    const csr = makeCsr({ kind: 'client', requestor: as('provisioner') })
    const policy = { ...DEFAULT_POLICY, extraBootstrapRequestors: ['provisioner'] }
    expect(told('requestor.bootstrapper', csr, {}, { policy })).toBe('pass policy')
  })

  it('does not apply to serving requests', () => {
    expect(told('requestor.bootstrapper', makeCsr())).toBe('-')
  })
})

describe('requestor.node', () => {
  const cases: readonly (readonly [string, CsrOptions, string])[] = [
    ['the node itself', {}, 'pass itself'],
    ['another node', { requestor: nodeRequestor('worker-2') }, 'fail otherNode'],
    ['the bootstrapper', { requestor: BOOTSTRAPPER }, 'fail stranger'],
    [
      'not in system:nodes',
      { requestor: as('system:node:worker-1', ['system:authenticated']) },
      'fail otherGroups',
    ],
    [
      'not in system:authenticated',
      { requestor: as('system:node:worker-1', ['system:nodes']) },
      'fail otherGroups',
    ],
    ['two common names', { commonNames: ['system:node:a', 'system:node:b'] }, 'unknown unreadable'],
    ['a client request', { kind: 'client' }, '-'],
  ]
  it.each(cases)('%s', (_, options, expected) => {
    expect(told('requestor.node', makeCsr(options))).toBe(expected)
  })
})

describe('requestor.self', () => {
  it.each([
    ['somebody else', 'kim.osei', 'pass other'],
    ['the requestor', 'system:node:worker-1', 'fail self'],
    ['nobody', null, 'unknown noActor'],
  ])('%s decides', (_, actor, expected) => {
    expect(told('requestor.self', makeCsr(), {}, { actor })).toBe(expected)
  })
})

describe('signer.inScope', () => {
  const client = 'kubernetes.io/kube-apiserver-client'
  const cases: readonly (readonly [string, CsrOptions, string])[] = [
    ['serving', {}, 'pass kubelet'],
    ['client of a kubelet', { kind: 'client' }, 'pass kubelet'],
    ['another', { signerName: 'example.com/mesh' }, 'fail otherSigner'],
    [
      'a name that begins like one',
      { signerName: 'kubernetes.io/kubelet-serving-x' },
      'fail otherSigner',
    ],
    [
      'a client certificate',
      { signerName: client, commonNames: ['jane'], organizations: ['team-a'] },
      'fail grantsUser',
    ],
    [
      'for cluster-admins',
      { signerName: client, commonNames: ['admin'], organizations: ['kubeadm:cluster-admins'] },
      'fail grantsControl',
    ],
    [
      'for masters among others',
      { signerName: client, commonNames: ['x'], organizations: ['a', 'system:masters'] },
      'fail grantsControl',
    ],
    [
      'for the controller manager',
      { signerName: client, commonNames: ['system:kube-controller-manager'], organizations: [] },
      'fail grantsControl',
    ],
  ]
  it.each(cases)('%s', (_, options, expected) => {
    expect(told('signer.inScope', makeCsr(options))).toBe(expected)
  })

  it('says whom it would make of the holder: of several common names the last', () => {
    const csr = makeCsr({
      signerName: client,
      commonNames: ['jane', 'admin'],
      organizations: ['a', 'b'],
    })
    expect(ask('signer.inScope', csr)?.values).toEqual({
      signer: client,
      user: 'admin',
      groups: 'a, b',
    })
  })

  it('stays suspicious where settings allow the signer', () => {
    const csr = makeCsr({ signerName: client, commonNames: ['jane'] })
    const policy = { ...DEFAULT_POLICY, allowedSigners: [client] }
    expect(told('signer.inScope', csr, {}, { policy })).toBe('fail grantsUser')
  })
})
