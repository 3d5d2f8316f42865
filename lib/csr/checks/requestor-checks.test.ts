import { describe, expect, it } from 'vitest'
import { ask, told } from '#lib/csr/fixtures/ask.ts'
import {
  BOOTSTRAPPER,
  type CsrOptions,
  makeCsr,
  nodeRequestor,
  tokenRequestor,
} from '#lib/csr/fixtures/make-csr.ts'
import { itTells } from '#lib/csr/fixtures/tells.ts'
import type { Requestor } from '#lib/csr/model.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'

const as = (username: string, groups: readonly string[] = []): Requestor => ({
  username,
  uid: '',
  groups,
  extra: {},
})

const inMore = (requestor: Requestor, ...groups: readonly string[]): Requestor => ({
  ...requestor,
  groups: [...requestor.groups, ...groups],
})

/** Unfaithful and unreadable requests. */
const UNFAITHFUL = { pem: { leading: 'hello\n' } } satisfies CsrOptions
const NO_REQUEST = { request: 'bm90IGEgcmVxdWVzdA==' } satisfies CsrOptions

describe('requestor.bootstrapper', () => {
  const known = ['system:serviceaccount:openshift-machine-config-operator:node-bootstrapper']
  itTells('requestor.bootstrapper', {
    openshift: {
      of: { kind: 'client' },
      outcome: 'pass',
      expected: [
        'system:serviceaccounts:openshift-machine-config-operator',
        'system:serviceaccounts',
        'system:authenticated',
      ],
      observed: [
        `pass user ${known}`,
        'pass group system:serviceaccounts',
        'pass group system:serviceaccounts:openshift-machine-config-operator',
        'pass group system:authenticated',
      ],
      values: { requestor: `${known}` },
    },
    kubeadm: {
      of: { kind: 'client', requestor: tokenRequestor('abcdef') },
      outcome: 'pass',
      expected: ['system:bootstrappers', 'system:authenticated'],
      observed: [
        'pass user system:bootstrap:abcdef',
        'pass group system:bootstrappers',
        'pass group system:bootstrappers:kubeadm:default-node-token',
        'pass group system:authenticated',
      ],
      values: { requestor: 'system:bootstrap:abcdef' },
    },
    renewal: {
      of: { kind: 'renewal' },
      outcome: 'pass',
      expected: ['system:nodes', 'system:authenticated'],
      observed: [
        'pass user system:node:worker-1',
        'pass group system:nodes',
        'pass group system:authenticated',
      ],
      values: { requestor: 'system:node:worker-1' },
    },
    policy: {
      of: { kind: 'client', requestor: as('provisioner', ['staff']) },
      policy: { extraBootstrapRequestors: ['provisioner'] },
      outcome: 'pass',
      observed: ['pass user provisioner'],
      values: { requestor: 'provisioner' },
    },
    otherGroups: {
      of: { kind: 'client', requestor: as('system:node:worker-1', ['system:authenticated']) },
      outcome: 'fail',
      expected: ['system:nodes', 'system:authenticated'],
      observed: ['pass user system:node:worker-1', 'pass group system:authenticated'],
      values: { requestor: 'system:node:worker-1' },
    },
    moreGroups: {
      of: { kind: 'client', requestor: inMore(tokenRequestor('abcdef'), 'system:masters') },
      outcome: 'fail',
      expected: ['system:bootstrappers', 'system:authenticated'],
      observed: [
        'pass user system:bootstrap:abcdef',
        'pass group system:bootstrappers',
        'pass group system:bootstrappers:kubeadm:default-node-token',
        'pass group system:authenticated',
        'fail group system:masters',
      ],
      values: { requestor: 'system:bootstrap:abcdef', groups: 'system:masters' },
    },
    otherNode: {
      of: { kind: 'client', requestor: nodeRequestor('worker-2') },
      outcome: 'fail',
      expected: ['system:node:worker-1'],
      observed: ['fail user system:node:worker-2'],
      values: { requestor: 'system:node:worker-2' },
    },
    stranger: {
      of: { kind: 'client', requestor: as('jane', ['system:authenticated']) },
      outcome: 'fail',
      expected: [...known, 'system:bootstrap:<id>'],
      observed: ['fail user jane'],
      values: { requestor: 'jane' },
    },
    unreadable: {
      of: { ...NO_REQUEST, kind: 'client', requestor: nodeRequestor('worker-1') },
      outcome: 'unknown',
      observed: ['unknown user system:node:worker-1'],
      values: { requestor: 'system:node:worker-1' },
    },
  })

  const cases: readonly (readonly [string, Requestor, string])[] = [
    ["OpenShift's node-bootstrapper", BOOTSTRAPPER, 'pass openshift'],
    ['with one group more', inMore(BOOTSTRAPPER, 'system:masters'), 'fail moreGroups'],
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
      'a token that is in system:bootstrappers only',
      as('system:bootstrap:abcdef', ['system:bootstrappers']),
      'fail otherGroups',
    ],
    [
      'a token with no group of its own',
      as('system:bootstrap:abcdef', ['system:authenticated', 'system:bootstrappers']),
      'pass kubeadm',
    ],
    [
      'a token with two groups of its own',
      inMore(tokenRequestor('abcdef'), 'system:bootstrappers:edge-1'),
      'pass kubeadm',
    ],
    ...[
      'system:masters',
      'system:nodes',
      'kubeadm:cluster-admins',
      'system:bootstrappers:',
      'system:bootstrappers:Edge',
      'system:bootstrappers:edge-',
      'system:bootstrappers:edge\nsystem:masters',
    ].map((group): readonly [string, Requestor, string] => [
      `a token in ${JSON.stringify(group)}`,
      inMore(tokenRequestor('abcdef'), group),
      'fail moreGroups',
    ]),
    [
      'a token id of another length',
      { ...tokenRequestor('abcdef'), username: 'system:bootstrap:abcdefg' },
      'fail stranger',
    ],
    ['the node itself: a renewal', nodeRequestor('worker-1'), 'pass renewal'],
    [
      'the node itself, with one group more',
      inMore(nodeRequestor('worker-1'), 'system:masters'),
      'fail moreGroups',
    ],
    [
      'the node itself, not in system:authenticated',
      as('system:node:worker-1', ['system:nodes']),
      'fail otherGroups',
    ],
    ['the node itself, not in its group', as('system:node:worker-1'), 'fail otherGroups'],
    ['another node', nodeRequestor('worker-2'), 'fail otherNode'],
    ['a node whose name begins so', nodeRequestor('worker-11'), 'fail otherNode'],
    ['anybody', as('jane', ['system:authenticated']), 'fail stranger'],
  ]
  it.each(cases)('%s', (_, requestor, expected) => {
    const csr = makeCsr({ kind: 'client', requestor })
    expect(told('requestor.bootstrapper', csr)).toBe(expected)
  })

  it.each([
    ["OpenShift's node-bootstrapper", BOOTSTRAPPER],
    ['a bootstrap token', tokenRequestor('abcdef')],
  ])('%s in an extra group fails even if the policy names it', (_, requestor) => {
    const policy = { ...DEFAULT_POLICY, extraBootstrapRequestors: [requestor.username] }
    const of = (asks: Requestor) => makeCsr({ kind: 'client', requestor: asks })
    const more = of(inMore(requestor, 'system:masters'))
    expect(told('requestor.bootstrapper', more, {}, { policy })).toBe('fail moreGroups')
    expect(told('requestor.bootstrapper', of(requestor), {}, { policy })).toMatch(/^pass/)
  })

  it('marks a group that the bootstrapper does not come with', () => {
    const groups = [...BOOTSTRAPPER.groups, 'system:masters']
    const csr = makeCsr({ kind: 'client', requestor: { ...BOOTSTRAPPER, groups } })
    const odd = ask('requestor.bootstrapper', csr)?.observed.filter((one) => one.outcome === 'fail')
    expect(odd).toEqual([{ kind: 'group', value: 'system:masters', outcome: 'fail', heldBy: null }])
  })

  it('does not apply to serving requests', () => {
    expect(told('requestor.bootstrapper', makeCsr())).toBe('-')
  })
})

describe('requestor.node', () => {
  const whole = ['system:nodes', 'system:authenticated']
  itTells('requestor.node', {
    itself: {
      outcome: 'pass',
      expected: whole,
      observed: [
        'pass user system:node:worker-1',
        'pass group system:nodes',
        'pass group system:authenticated',
      ],
      values: { requestor: 'system:node:worker-1' },
    },
    moreGroups: {
      of: { requestor: inMore(nodeRequestor('worker-1'), 'staff', 'system:masters') },
      outcome: 'fail',
      expected: whole,
      observed: [
        'pass user system:node:worker-1',
        'pass group system:nodes',
        'pass group system:authenticated',
        'fail group staff',
        'fail group system:masters',
      ],
      values: { requestor: 'system:node:worker-1', groups: 'staff, system:masters' },
    },
    otherGroups: {
      of: { requestor: as('system:node:worker-1', ['system:nodes']) },
      outcome: 'fail',
      expected: whole,
      observed: ['pass user system:node:worker-1', 'pass group system:nodes'],
      values: { requestor: 'system:node:worker-1' },
    },
    otherNode: {
      of: { requestor: nodeRequestor('worker-2') },
      outcome: 'fail',
      expected: ['system:node:worker-1'],
      observed: ['fail user system:node:worker-2'],
      values: { requestor: 'system:node:worker-2' },
    },
    stranger: {
      of: { requestor: as('jane') },
      outcome: 'fail',
      expected: ['system:node:worker-1'],
      observed: ['fail user jane'],
      values: { requestor: 'jane' },
    },
    unreadable: {
      of: NO_REQUEST,
      outcome: 'unknown',
      observed: ['unknown user system:node:worker-1'],
      values: { requestor: 'system:node:worker-1' },
    },
  })

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
    ['none', { commonNames: [] }, 'unknown unreadable'],
    ['not to be shown faithfully', UNFAITHFUL, 'unknown unreadable'],
    ['a client request', { kind: 'client' }, '-'],
  ]
  it.each(cases)('%s', (_, options, expected) => {
    expect(told('requestor.node', makeCsr(options))).toBe(expected)
  })
})

describe('requestor.self', () => {
  const values = { requestor: 'system:node:worker-1' }
  itTells('requestor.self', {
    other: { outcome: 'pass', observed: ['pass user system:node:worker-1'], values },
    self: {
      actor: 'system:node:worker-1',
      outcome: 'fail',
      observed: ['fail user system:node:worker-1'],
      values,
    },
    noActor: { actor: null, outcome: 'unknown', values },
  })
})

describe('signer.inScope', () => {
  const client = 'kubernetes.io/kube-apiserver-client'
  const expected = ['kubernetes.io/kube-apiserver-client-kubelet', 'kubernetes.io/kubelet-serving']
  itTells('signer.inScope', {
    kubelet: {
      outcome: 'pass',
      observed: ['pass signer kubernetes.io/kubelet-serving'],
      values: { signer: 'kubernetes.io/kubelet-serving' },
    },
    otherSigner: {
      of: { signerName: 'example.com/mesh' },
      outcome: 'fail',
      expected,
      observed: ['fail signer example.com/mesh'],
      values: { signer: 'example.com/mesh' },
    },
    otherSignerControl: {
      of: {
        signerName: 'example.com/mesh',
        commonNames: ['x'],
        organizations: ['a', 'system:masters'],
      },
      outcome: 'fail',
      expected,
      observed: ['fail signer example.com/mesh', 'fail O system:masters'],
      values: { signer: 'example.com/mesh', groups: 'system:masters' },
    },
    grantsControl: {
      of: { signerName: client, commonNames: ['x'], organizations: ['a', 'system:masters'] },
      outcome: 'fail',
      expected,
      observed: [`fail signer ${client}`, 'fail CN x', 'fail O a', 'fail O system:masters'],
      values: { signer: client, user: 'x', groups: 'a, system:masters' },
    },
    grantsUser: {
      of: { signerName: client, commonNames: ['jane'], organizations: [] },
      outcome: 'fail',
      expected,
      observed: [`fail signer ${client}`, 'fail CN jane'],
      values: { signer: client, user: 'jane', groups: '' },
    },
    grantsUntold: {
      of: { signerName: client, commonNames: ['jane', 'joe', 'admin'], organizations: ['a'] },
      outcome: 'fail',
      expected,
      observed: [
        `fail signer ${client}`,
        ...['CN jane', 'CN joe', 'CN admin', 'O a'].map((s) => `fail ${s}`),
      ],
      values: { signer: client },
    },
  })

  const cases: readonly (readonly [string, CsrOptions, string])[] = [
    ['serving', {}, 'pass kubelet'],
    ['client of a kubelet', { kind: 'client' }, 'pass kubelet'],
    ['another', { signerName: 'example.com/mesh' }, 'fail otherSigner'],
    [
      'another, for cluster-admins',
      { signerName: 'example.com/mesh', organizations: ['kubeadm:cluster-admins'] },
      'fail otherSignerControl',
    ],
    [
      'another, for the controller manager among several names',
      {
        signerName: 'kubernetes.io/legacy-unknown',
        commonNames: ['x', 'system:kube-controller-manager'],
      },
      'fail otherSignerControl',
    ],
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

  const nobody = { user: '', groups: '' }
  it.each<[string, CsrOptions, object]>([
    ['nobody', { commonNames: [], organizations: [] }, { finding: 'grantsUser', values: nobody }],
    ['what cannot be read', NO_REQUEST, { finding: 'grantsUntold' }],
  ])('names no user for a client certificate of %s', (_, options, told) => {
    const result = ask('signer.inScope', makeCsr({ ...options, signerName: client }))
    expect(result).toMatchObject({ observed: [{ kind: 'signer', value: client }], ...told })
  })

  it('stays suspicious even if settings allow the signer', () => {
    const csr = makeCsr({ signerName: client, commonNames: ['jane'] })
    const policy = { ...DEFAULT_POLICY, allowedSigners: [client] }
    expect(told('signer.inScope', csr, {}, { policy })).toBe('fail grantsUser')
  })
})
