import { describe, expect, it } from 'vitest'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { type Grants, grantsOf } from '#lib/csr/grants.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'

const USERS = 'kubernetes.io/kube-apiserver-client'

const grants = (options: CsrOptions): Grants => {
  const csr = makeCsr(options)
  return grantsOf(csr.signerName, readRequest(csr.request))
}

describe('the user and groups of a client certificate’s holder', () => {
  it.each<readonly [string, string[], string[], boolean]>([
    ['a user', ['kim'], [], false],
    ['a user of a group', ['kim'], ['developers'], false],
    ['kubeadm’s admins (hostile input 13)', ['kim'], ['kubeadm:cluster-admins'], true],
    ['the group that bypasses all authorization', ['kim'], ['system:masters'], true],
    ['one such group among others', ['kim'], ['a', 'b', 'system:masters'], true],
    ['OpenShift’s admins', ['kim'], ['system:cluster-admins'], true],
    ['a group that only looks like it', ['kim'], ['system:masters '], false],
    ['another case', ['kim'], ['System:Masters'], false],
    ['the control plane’s own program', ['system:kube-controller-manager'], [], true],
    ['a service account of kube-system', ['system:serviceaccount:kube-system:job'], [], true],
    ['another service account', ['system:serviceaccount:kube-systemd:job'], [], false],
  ])(
    'a certificate grants what its subject says: %s',
    (_case, commonNames, organizations, control) => {
      const kind = 'client'
      expect(grants({ signerName: USERS, kind, commonNames, organizations })).toMatchObject({
        as: 'user',
        user: { name: commonNames[0] },
        groups: organizations.map((name) => ({ name })),
        control,
      })
    },
  )

  it('a subject without a common name names no user', () => {
    expect(grants({ signerName: USERS, kind: 'client', commonNames: [] })).toMatchObject({
      user: { name: '', control: false },
    })
  })
})

it.each<readonly [string, CsrOptions, Grants]>([
  [
    'a node',
    { kind: 'client', nodeName: 'worker-7' },
    { as: 'node', name: 'worker-7', mayControl: [] },
  ],
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
    { as: 'server', names: ['worker-7', 'kubernetes', '198.51.100.7'], mayControl: [] },
  ],
  [
    'names and subject for another signer to interpret',
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
      mayControl: [],
    },
  ],
  [
    'control, where the other signer’s CA is trusted',
    {
      signerName: 'example.com/mesh',
      commonNames: ['system:admin'],
      organizations: ['mesh', 'system:masters', 'kubeadm:cluster-admins'],
      dnsNames: [],
      ipAddresses: [],
    },
    {
      as: 'custom',
      subject: ['CN=system:admin', 'O=mesh', 'O=system:masters', 'O=kubeadm:cluster-admins'],
      names: [],
      mayControl: ['system:admin', 'system:masters', 'kubeadm:cluster-admins'],
    },
  ],
  [
    'a node in an extra group',
    { kind: 'client', nodeName: 'worker-7', organizations: ['system:nodes', 'system:masters'] },
    { as: 'node', name: 'worker-7', mayControl: ['system:masters'] },
  ],
])('grantsOf reads the subject: %s', (_case, options, expected) => {
  expect(grants(options)).toEqual(expected)
})

describe('no holder is named for an unclear subject, with any signer', () => {
  const several = ['system:node:first', 'system:node:last']
  const unreadable = { request: 'AAAA' }
  const inexact = { pem: { trailing: 'hello' } }
  const cases: readonly (readonly [string, CsrOptions, string, boolean])[] = [
    ['several common names', { commonNames: several }, 'severalNames', false],
    ['the first has control', { commonNames: ['system:admin', 'kim'] }, 'severalNames', true],
    ['the last has control', { commonNames: ['kim', 'system:admin'] }, 'severalNames', true],
    [
      'their group has control',
      { commonNames: several, organizations: ['system:masters'] },
      'severalNames',
      true,
    ],
    ['it cannot be shown exactly', inexact, 'inexact', false],
    [
      'a controlling name among several',
      { ...inexact, organizations: ['system:masters'] },
      'inexact',
      true,
    ],
    ['both', { ...inexact, commonNames: several }, 'inexact', false],
    ['nothing can be read', unreadable, 'inexact', false],
  ]
  const signers = [USERS, KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING, 'example.com/mesh']
  describe.each(signers)('%s', (signerName) => {
    it.each(cases)(
      'no holder is named for an unclear subject: %s',
      (_case, options, why, control) => {
        expect(grants({ ...options, signerName })).toEqual({ as: 'untold', why, control })
      },
    )
  })
})
