import { describe, expect, it } from 'vitest'
import { ask, resultOf } from '#lib/csr/fixtures/ask.ts'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
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

const nodeGroups = ['system:nodes', 'system:authenticated']
const itselfPasses = [
  'pass user system:node:worker-1',
  'pass group system:nodes',
  'pass group system:authenticated',
]

describe('requestor.bootstrapper', () => {
  const tokenPasses = [
    'pass user system:bootstrap:abcdef',
    'pass group system:bootstrappers',
    'pass group system:bootstrappers:kubeadm:default-node-token',
    'pass group system:authenticated',
  ]
  const known = ['system:serviceaccount:openshift-machine-config-operator:node-bootstrapper']
  itTells('requestor.bootstrapper', {
    openshift: {
      of: { kind: 'client' },
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
      expected: ['system:bootstrappers', 'system:authenticated'],
      observed: tokenPasses,
      values: { requestor: 'system:bootstrap:abcdef' },
    },
    renewal: {
      of: { kind: 'renewal' },
      expected: nodeGroups,
      observed: itselfPasses,
      values: { requestor: 'system:node:worker-1' },
    },
    policy: {
      of: { kind: 'client', requestor: as('provisioner', ['staff']) },
      policy: { extraBootstrapRequestors: ['provisioner'] },
      observed: ['pass user provisioner'],
      values: { requestor: 'provisioner' },
    },
    otherGroups: {
      of: { kind: 'client', requestor: as('system:node:worker-1', ['system:authenticated']) },
      expected: nodeGroups,
      observed: ['pass user system:node:worker-1', 'pass group system:authenticated'],
      values: { requestor: 'system:node:worker-1' },
    },
    moreGroups: {
      of: { kind: 'client', requestor: inMore(tokenRequestor('abcdef'), 'system:masters') },
      expected: ['system:bootstrappers', 'system:authenticated'],
      observed: [...tokenPasses, 'fail group system:masters'],
      values: { requestor: 'system:bootstrap:abcdef', groups: 'system:masters' },
    },
    otherNode: {
      of: { kind: 'client', requestor: nodeRequestor('worker-2') },
      expected: ['system:node:worker-1'],
      observed: ['fail user system:node:worker-2'],
      values: { requestor: 'system:node:worker-2' },
    },
    stranger: {
      of: { kind: 'client', requestor: as('jane', ['system:authenticated']) },
      expected: [...known, 'system:bootstrap:<id>'],
      observed: ['fail user jane'],
      values: { requestor: 'jane' },
    },
    unreadable: {
      of: { ...NO_REQUEST, kind: 'client', requestor: nodeRequestor('worker-1') },
      observed: ['unknown user system:node:worker-1'],
      values: { requestor: 'system:node:worker-1' },
    },
  })

  const token = (...groups: string[]) => as('system:bootstrap:abcdef', groups)
  const itself = (...groups: string[]) => as('system:node:worker-1', groups)
  const answer = (requestor: Requestor) =>
    resultOf('requestor.bootstrapper', makeCsr({ kind: 'client', requestor }))
  const odd = [
    ...['system:masters', 'system:nodes', 'kubeadm:cluster-admins', 'system:bootstrappers:'],
    ...['system:bootstrappers:Edge', 'system:bootstrappers:edge-'],
    'system:bootstrappers:edge\nsystem:masters',
  ]
  itAnswers(answer, {
    'pass kubeadm': {
      'a token with no group of its own': token('system:authenticated', 'system:bootstrappers'),
      'a token with two groups of its own': inMore(
        tokenRequestor('abcdef'),
        'system:bootstrappers:edge-1',
      ),
    },
    'fail moreGroups': {
      'OpenShift’s with one group more': inMore(BOOTSTRAPPER, 'system:masters'),
      'the node itself, with one group more': inMore(nodeRequestor('worker-1'), 'system:masters'),
      ...Object.fromEntries(
        odd.map((group) => [
          `a token in ${JSON.stringify(group)}`,
          inMore(tokenRequestor('abcdef'), group),
        ]),
      ),
    },
    'fail otherGroups': {
      'with one group less': { ...BOOTSTRAPPER, groups: BOOTSTRAPPER.groups.slice(1) },
      'a token without its group': token(),
      'a token that is in system:bootstrappers only': token('system:bootstrappers'),
      'the node itself, not in system:authenticated': itself('system:nodes'),
      'the node itself, not in its group': itself(),
    },
    'fail stranger': {
      'a service account of the same name elsewhere': {
        ...BOOTSTRAPPER,
        username: 'system:serviceaccount:default:node-bootstrapper',
      },
      'a token id of another length': {
        ...tokenRequestor('abcdef'),
        username: 'system:bootstrap:abcdefg',
      },
    },
    'fail otherNode': { 'a node whose name begins so': nodeRequestor('worker-11') },
  })

  it.each([
    ["OpenShift's node-bootstrapper", BOOTSTRAPPER],
    ['a bootstrap token', tokenRequestor('abcdef')],
  ])('%s in an extra group fails even if the policy names it', (_, requestor) => {
    const policy = { ...DEFAULT_POLICY, extraBootstrapRequestors: [requestor.username] }
    const of = (asks: Requestor) => makeCsr({ kind: 'client', requestor: asks })
    const more = of(inMore(requestor, 'system:masters'))
    expect(resultOf('requestor.bootstrapper', more, {}, { policy })).toBe('fail moreGroups')
    expect(resultOf('requestor.bootstrapper', of(requestor), {}, { policy })).toMatch(/^pass/)
  })
})

describe('requestor.node', () => {
  itTells('requestor.node', {
    itself: {
      expected: nodeGroups,
      observed: itselfPasses,
      values: { requestor: 'system:node:worker-1' },
    },
    moreGroups: {
      of: { requestor: inMore(nodeRequestor('worker-1'), 'staff', 'system:masters') },
      expected: nodeGroups,
      observed: [...itselfPasses, 'fail group staff', 'fail group system:masters'],
      values: { requestor: 'system:node:worker-1', groups: 'staff, system:masters' },
    },
    otherGroups: {
      of: { requestor: as('system:node:worker-1', ['system:nodes']) },
      expected: nodeGroups,
      observed: ['pass user system:node:worker-1', 'pass group system:nodes'],
      values: { requestor: 'system:node:worker-1' },
    },
    otherNode: {
      of: { requestor: nodeRequestor('worker-2') },
      expected: ['system:node:worker-1'],
      observed: ['fail user system:node:worker-2'],
      values: { requestor: 'system:node:worker-2' },
    },
    stranger: {
      of: { requestor: as('jane') },
      expected: ['system:node:worker-1'],
      observed: ['fail user jane'],
      values: { requestor: 'jane' },
    },
    unreadable: {
      of: NO_REQUEST,
      observed: ['unknown user system:node:worker-1'],
      values: { requestor: 'system:node:worker-1' },
    },
  })

  const answer = (options: CsrOptions) => resultOf('requestor.node', makeCsr(options))
  const eks = (...more: string[]) => ({
    requestor: inMore(nodeRequestor('worker-1'), 'system:bootstrappers', ...more),
  })
  itAnswers(answer, {
    'pass itself': {
      'on EKS, where nodes are in system:bootstrappers, too': eks(),
      'on EKS, the groups in another order': {
        requestor: as('system:node:worker-1', [
          'system:authenticated',
          'system:bootstrappers',
          'system:nodes',
        ]),
      },
    },
    'fail moreGroups': {
      'on EKS with system:masters': eks('system:masters'),
      'on EKS with a group of bootstrap tokens': eks('system:bootstrappers:team'),
      'with a group of bootstrap tokens alone': {
        requestor: inMore(nodeRequestor('worker-1'), 'system:bootstrappers:team'),
      },
    },
    'fail otherGroups': {
      'not in system:nodes': { requestor: as('system:node:worker-1', ['system:authenticated']) },
      'in system:bootstrappers instead of system:nodes': {
        requestor: as('system:node:worker-1', ['system:bootstrappers', 'system:authenticated']),
      },
    },
    'unknown unreadable': {
      'two common names': { commonNames: ['system:node:a', 'system:node:b'] },
      none: { commonNames: [] },
      'not to be shown faithfully': UNFAITHFUL,
    },
  })
})

describe('signer.inScope', () => {
  const client = 'kubernetes.io/kube-apiserver-client'
  const expected = ['kubernetes.io/kube-apiserver-client-kubelet', 'kubernetes.io/kubelet-serving']
  itTells('signer.inScope', {
    kubelet: {
      observed: ['pass signer kubernetes.io/kubelet-serving'],
      values: { signer: 'kubernetes.io/kubelet-serving' },
    },
    otherSigner: {
      of: { signerName: 'example.com/mesh' },
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
      expected,
      observed: ['fail signer example.com/mesh', 'fail O system:masters'],
      values: { signer: 'example.com/mesh', groups: 'system:masters' },
    },
    grantsControl: {
      of: { signerName: client, commonNames: ['x'], organizations: ['a', 'system:masters'] },
      expected,
      observed: [`fail signer ${client}`, 'fail CN x', 'fail O a', 'fail O system:masters'],
      values: { signer: client, user: 'x', groups: 'a, system:masters' },
    },
    grantsUser: {
      of: { signerName: client, commonNames: ['jane'], organizations: [] },
      expected,
      observed: [`fail signer ${client}`, 'fail CN jane'],
      values: { signer: client, user: 'jane', groups: '' },
    },
    grantsUntold: {
      of: { signerName: client, commonNames: ['jane', 'joe', 'admin'], organizations: ['a'] },
      expected,
      observed: [
        `fail signer ${client}`,
        ...['CN jane', 'CN joe', 'CN admin', 'O a'].map((s) => `fail ${s}`),
      ],
      values: { signer: client },
    },
  })

  const answer = (options: CsrOptions) => resultOf('signer.inScope', makeCsr(options))
  itAnswers(answer, {
    'pass kubelet': { 'client of a kubelet': { kind: 'client' } },
    'fail otherSigner': {
      'a name that begins like one': { signerName: 'kubernetes.io/kubelet-serving-x' },
    },
    'fail otherSignerControl': {
      'for the controller manager among several names': {
        signerName: 'kubernetes.io/legacy-unknown',
        commonNames: ['x', 'system:kube-controller-manager'],
      },
    },
  })

  const nobody = { user: '', groups: '' }
  it.each<[string, CsrOptions, object]>([
    ['nobody', { commonNames: [], organizations: [] }, { finding: 'grantsUser', values: nobody }],
    ['what cannot be read', NO_REQUEST, { finding: 'grantsUntold' }],
  ])('signer.inScope names no user for a client certificate of %s', (_, options, more) => {
    const result = ask('signer.inScope', makeCsr({ ...options, signerName: client }))
    expect(result).toMatchObject({ observed: [{ kind: 'signer', value: client }], ...more })
  })

  it('a client certificate stays suspicious even if the settings allow its signer', () => {
    const csr = makeCsr({ signerName: client, commonNames: ['jane'] })
    const policy = { ...DEFAULT_POLICY, allowedSigners: [client] }
    expect(resultOf('signer.inScope', csr, {}, { policy })).toBe('fail grantsUser')
  })
})
