import { describe, expect, it } from 'vitest'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { type Grants, grantsOf } from '#lib/csr/grants.ts'
import { readRequest } from '#lib/csr/pkcs10.ts'

const USERS = 'kubernetes.io/kube-apiserver-client'

const grants = (options: CsrOptions): Grants | null => {
  const csr = makeCsr(options)
  return grantsOf(csr.signerName, readRequest(csr.request).x509cr)
}

describe('who a client certificate makes of its holder', () => {
  it.each<readonly [string, string[], string[], boolean]>([
    ['a user', ['kim'], [], false],
    ['a user of a group', ['kim'], ['developers'], false],
    ['kubeadm’s admins (hostile input 13)', ['kim'], ['kubeadm:cluster-admins'], true],
    ['the group that no rule stops', ['kim'], ['system:masters'], true],
    ['one such group among others', ['kim'], ['a', 'b', 'system:masters'], true],
    ['OpenShift’s admins', ['kim'], ['system:cluster-admins'], true],
    ['a group that only looks like it', ['kim'], ['system:masters '], false],
    ['another case', ['kim'], ['System:Masters'], false],
    ['the control plane’s own program', ['system:kube-controller-manager'], [], true],
    ['a service account of kube-system', ['system:serviceaccount:kube-system:job'], [], true],
    ['another service account', ['system:serviceaccount:kube-systemd:job'], [], false],
  ])('%s', (_case, commonNames, organizations, control) => {
    const kind = 'client'
    expect(grants({ signerName: USERS, kind, commonNames, organizations })).toMatchObject({
      as: 'user',
      user: { name: commonNames[0] },
      groups: organizations.map((name) => ({ name })),
      control,
    })
  })

  it('of several common names the last, as the API server has it', () => {
    const commonNames = ['kim', 'system:admin']
    expect(grants({ signerName: USERS, kind: 'client', commonNames })).toMatchObject({
      user: { name: 'system:admin', control: true },
      control: true,
    })
  })

  it('of none nobody in particular', () => {
    expect(grants({ signerName: USERS, kind: 'client', commonNames: [] })).toMatchObject({
      user: { name: '', control: false },
    })
  })
})

it.each<readonly [string, CsrOptions, Grants]>([
  ['a node', { kind: 'client', nodeName: 'worker-7' }, { as: 'node', name: 'worker-7' }],
  [
    'no node at all, by the kubelets’ signer',
    { kind: 'client', commonNames: ['admin'], organizations: ['system:masters'] },
    {
      as: 'user',
      user: { name: 'admin', control: false },
      groups: [{ name: 'system:masters', control: true }],
      control: true,
    },
  ],
  [
    'a server',
    { dnsNames: ['worker-7', 'kubernetes'], ipAddresses: ['198.51.100.7'] },
    { as: 'server', names: ['worker-7', 'kubernetes', '198.51.100.7'] },
  ],
  [
    'what another signer makes of it',
    {
      signerName: 'example.com/mesh',
      commonNames: ['payments'],
      organizations: ['mesh'],
      dnsNames: ['payments.example.com'],
      ipAddresses: [],
    },
    {
      as: 'custom',
      subject: ['CN=payments', 'O=mesh'],
      names: ['payments.example.com'],
    },
  ],
])('%s', (_case, options, expected) => {
  expect(grants(options)).toEqual(expected)
})

it('nothing is said of what cannot be read', () => {
  expect(grantsOf(USERS, readRequest('AAAA').x509cr)).toBeNull()
})
