import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  answersAt,
  holdsIn,
  type Moment,
  seenIn,
  worldOf,
} from '#lib/csr/fixtures/beside-machine-approver.ts'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import {
  approved,
  approvedByMachineApprover,
  denied,
  makeMachineObject,
  makeNode,
  presents,
  readEachOnce,
} from '#lib/csr/fixtures/make-cluster.ts'
import { BOOTSTRAPPER, makeCsr, tokenRequestor } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr, MachineObject, NodeAddress } from '#lib/csr/model.ts'
import { KUBELET_SIGNER_CA } from '#lib/csr/names.ts'
import { readIssued } from '#lib/csr/reading/certificate.ts'

/**
 * Each title ends with the imitation's last answer, its answer after a restart where that differs,
 * and this product's findings. A finding that the imitation contradicts is an error.
 */

const client = makeCsr({ kind: 'client', name: 'asked' })
const serving = (options: Parameters<typeof makeCsr>[0] = {}) =>
  makeCsr({ kind: 'serving', name: 'asked', ...options })
const machines = [makeMachineObject()]
const fits = { csrs: [client], machines, clock: '12:00:20' }
const madeAt = (createdAt: string) => [makeMachineObject({ createdAt: `2026-11-24T${createdAt}Z` })]
const up = [makeNode({ ready: 'False' })]
const linkedWith = (...addresses: NodeAddress[]) => [
  makeMachineObject({
    nodeRef: 'worker-1',
    addresses: [{ type: 'InternalDNS', address: 'worker-1' }, ...addresses],
  }),
]
const itsIp: NodeAddress = { type: 'InternalIP', address: '198.51.100.11' }
const none = { 'worker-1': { outcome: 'noCertificate' as const } }
const asks = { csrs: [serving()], nodes: up, clock: '12:12:20', live: none }
const v6 = { ...asks, csrs: [serving({ ipAddresses: ['2001:db8::11'] })] }
const up6 = [makeNode({ ready: 'False', ips: ['2001:db8::11'] })]
const many = (count: number, one: Csr, prefix = 'crowd'): Csr[] =>
  Array.from({ length: count }, (_, n) => ({
    ...one,
    uid: `${prefix}-${n}`,
    name: `${prefix}-${n}`,
  }))
const ofCrowd = makeCsr({ kind: 'client', request: 'AAAA', requestor: BOOTSTRAPPER })
const crowd = (count: number) => many(count, ofCrowd)
const perNode = (subject: string) =>
  many(
    60,
    makeCsr({
      kind: 'renewal',
      signerName: 'kubernetes.io/kube-apiserver-client',
      commonNames: [`system:${subject}:worker-2`],
      nodeName: 'worker-2',
    }),
    subject,
  )
const ITS = readIssued(makeCertificate()) ?? undefined
const renewal = {
  csrs: [serving()],
  nodes: up,
  live: { 'worker-1': presents() },
  liveCa: KUBELET_SIGNER_CA,
}
const others = (count: number, one: (n: number) => Partial<MachineObject>) =>
  Array.from({ length: count }, (_, n) =>
    makeMachineObject({ name: `m-${n}`, internalDns: [`m-${n}`], ips: [], ...one(n) }),
  )
const batch = (clock: string) => ({
  csrs: [client, ...crowd(120), ...many(180, approvedByMachineApprover(ofCrowd, clock), 'done')],
  machines: [...machines, ...others(200, () => ({}))],
})
const braked = { ...fits, csrs: [client, ...crowd(101)] }
const twin = makeMachineObject({ uid: 'twin', name: 'twin' })
const holder = makeNode({ name: 'worker-2' })

itAnswers(answersAt, {
  'approves: handles': {
    'a new machine, its Machine in time': [fits],
    '120 requests of nodes for OVN and multus': [
      { ...fits, csrs: [client, ...perNode('multus'), ...perNode('ovn-node')] },
    ],
    'its Machine in a stranger’s namespace, beside eight of Cluster API': [
      {
        ...fits,
        machines: [
          ...others(8, (n) => ({
            ...makeMachineObject({ cluster: 'tenant/one' }),
            uid: `tenant-${n}`,
            name: `tenant-${n}`,
          })),
          makeMachineObject({ namespace: 'apps' }),
        ],
      },
    ],
    'a second inside its window': [{ ...fits, machines: madeAt('12:00:09') }],
    'the next request of a machine whose first one came before its Machine': [
      {
        csrs: [makeCsr({ kind: 'client', name: 'asked', createdAt: '2026-11-24T12:15:00Z' })],
        machines: madeAt('12:00:20'),
        clock: '12:15:20',
      },
    ],
  },
  'approves: quiet': {
    'the same, and nothing for a minute': [{ ...fits, clock: '12:12:00' }],
    'a Machine that came late, while it tries again': [
      { ...fits, machines: [] },
      { ...fits, clock: '12:12:00' },
    ],
    'to serve, every address in its Machine': [{ ...asks, machines: linkedWith(itsIp) }],
    'the Machine’s name with a trailing dot': [
      {
        ...asks,
        csrs: [serving({ ipAddresses: [] })],
        machines: linkedWith({ type: 'Hostname', address: 'Worker-1.' }),
      },
    ],
    'an IPv6 address spelt as Go spells it': [
      { ...v6, nodes: up6, machines: linkedWith({ type: 'InternalIP', address: '2001:db8::11' }) },
    ],
    'a renewal without a Machine': [renewal],
    'work that ended more than a minute ago': [batch('2026-11-24T12:10:59Z')],
    'what it forgot, and looked at again at a restart or an annotation': [
      { ...fits, nodes: up },
      { ...fits, clock: '12:12:00', event: true },
    ],
  },
  'approves: backlog': { '300 requests at once': [batch('2026-11-24T12:11:59Z')] },
  'forgets, afresh approves: quiet': {
    'looked at in its brake': [braked, { ...fits, clock: '12:12:00' }],
    'looked at in its brake, before its Machine was made': [
      { ...braked, machines: [] },
      { ...fits, clock: '12:12:00' },
    ],
    'looked at while the Node existed': [
      { ...fits, nodes: up },
      { ...fits, clock: '12:12:00' },
    ],
    'looked at while its Machine had a nodeRef': [
      { ...fits, machines: [makeMachineObject({ nodeRef: 'other' })] },
      { ...fits, clock: '12:12:00' },
    ],
    'looked at outside the window of an earlier Machine': [
      { ...fits, machines: madeAt('10:00:00') },
      { ...fits, clock: '12:12:00' },
    ],
  },
  'forgets, afresh triesAgain: noMachine': {
    'passed over in its brake, and refused as well': [
      { ...braked, machines: [] },
      { ...fits, machines: [] },
    ],
    'passed over while the Node existed, and refused as well': [
      { ...fits, machines: [], nodes: up },
      { ...fits, machines: [] },
    ],
  },
  'forgets: machineApproverBrake': {
    '101 requests of the node-bootstrapper': [braked],
    'the same, approved by a person 10 s ago': [
      {
        ...braked,
        csrs: [client, ...crowd(101).map((csr) => approved(csr, '2026-11-24T12:00:10Z'))],
      },
    ],
    'the same, denied': [{ ...braked, csrs: [client, ...crowd(101).map((csr) => denied(csr))] }],
    'the same, with other groups': [
      {
        ...braked,
        csrs: [client, ...many(101, { ...ofCrowd, requestor: { ...BOOTSTRAPPER, groups: [] } })],
      },
    ],
    'as many as 150 Cluster API Machines would allow': [
      {
        ...braked,
        csrs: [client, ...crowd(120)],
        machines: [
          ...machines,
          ...others(150, () => ({ cluster: 'fleet/one', apiGroup: 'cluster.x-k8s.io' })),
        ],
      },
    ],
  },
  'forgets: machineApproverBrake noMachine': {
    'its brake, and a rule': [{ ...braked, machines: [] }],
  },
  'forgets: nodeExists': { 'a Node of its name': [{ ...fits, nodes: up }] },
  'forgets: hasNodeRef': {
    'a Machine that has joined as this node': [
      { ...fits, machines: [makeMachineObject({ nodeRef: 'worker-1' })] },
    ],
  },
  'forgets: suspicious, beside hasNodeRef': {
    'a Machine that has joined as another node': [
      { ...fits, machines: [makeMachineObject({ nodeRef: 'other' })] },
    ],
  },
  'forgets: suspicious, beside outsideWindow': {
    'exactly 2 h after its Machine': [{ ...fits, machines: madeAt('10:00:00') }],
    'exactly 10 s before its Machine': [{ ...fits, machines: madeAt('12:00:10') }],
  },
  'ignores: machineApproverRequestor': {
    'a bootstrap token': [
      {
        ...fits,
        csrs: [makeCsr({ kind: 'client', name: 'asked', requestor: tokenRequestor('abcdef') })],
      },
    ],
  },
  'ignores: suspicious machineApproverRequestor': {
    'the node-bootstrapper with a group more': [
      {
        ...fits,
        csrs: [
          makeCsr({
            kind: 'client',
            name: 'asked',
            requestor: { ...BOOTSTRAPPER, groups: [...BOOTSTRAPPER.groups, 'admins'] },
          }),
        ],
      },
    ],
  },
  'triesAgain: machineApproverOff': {
    'client requests turned off before its start': [
      { ...fits, clients: 'off', clientDisabled: true },
    ],
  },
  'approves: configChanged': {
    'turned off after its start': [{ ...fits, clients: 'changed', clientDisabled: false }],
  },
  'triesAgain: configChanged': {
    'turned on after its start': [{ ...fits, clients: 'changed', clientDisabled: true }],
  },
  'approves: twins': {
    'its own Machine, and a linked one of a stranger’s namespace': [
      {
        ...fits,
        machines: [
          ...machines,
          makeMachineObject({ uid: 'stray', namespace: 'apps', nodeRef: 'x' }),
        ],
      },
    ],
  },
  // The deletion cannot be seen: the sentence says as far as Countersign can tell.
  'triesAgain: handles': {
    'turned off by a ConfigMap that was deleted after its start': [
      { ...fits, clientDisabled: true },
    ],
  },
  'triesAgain: noMachine': {
    'a Machine of Cluster API only': [
      {
        ...fits,
        machines: [
          makeMachineObject({ cluster: 'fleet/one' }),
          makeMachineObject({
            name: 'linked',
            cluster: 'fleet/one',
            nodeRef: { name: 'worker-9', uid: 'node-worker-9' },
          }),
        ],
        nodes: [makeNode({ name: 'worker-9' })],
      },
    ],
    'no Machine yet': [{ ...fits, machines: [] }],
    'to serve, no nodeRef yet': [{ ...asks, machines }],
  },
  'triesAgain: suspicious, beside noMachine': {
    'a renewal that asks for more': [
      { ...renewal, csrs: [serving({ dnsNames: ['worker-1', 'worker-1.example.com'] })] },
    ],
  },
  'triesAgain: suspicious, beside lacksSan': {
    'to serve, no address yet': [{ ...asks, machines: linkedWith() }],
  },
  'approves: kubelet': {
    'a renewal, its kubelet presents the same where this product cannot look': [
      { ...renewal, live: {}, presented: ITS },
    ],
  },
  'triesAgain: kubelet': {
    'a renewal, the CA’s ConfigMap is not there': [{ ...renewal, liveCa: 'kubeconfig' }],
    'a renewal, the kubelet answers at its second InternalIP': [
      {
        ...renewal,
        nodes: [makeNode({ ready: 'False', ips: ['198.51.100.10', '198.51.100.11'] })],
      },
    ],
  },
  'triesAgain: lacksSan': {
    'an IPv6 address in another spelling': [
      {
        ...v6,
        nodes: up6,
        machines: linkedWith({ type: 'InternalIP', address: '2001:0DB8:0:0::11' }),
      },
    ],
    'a Hostname that is the IP address': [
      { ...asks, machines: linkedWith({ type: 'Hostname', address: '198.51.100.11' }) },
    ],
    'a DNS SAN with a trailing dot': [
      { ...asks, csrs: [serving({ dnsNames: ['worker-1.'] })], machines: linkedWith(itsIp) },
    ],
  },
  'approves: suspicious, beside': {
    'a machine that was denied before': [
      {
        ...fits,
        csrs: [
          client,
          denied(
            makeCsr({ kind: 'client', createdAt: '2026-11-24T11:55:00Z' }),
            '2026-11-24T11:56:00Z',
          ),
        ],
      },
    ],
    'to serve, a Machine whose nodeRef this product does not believe': [
      {
        ...asks,
        nodes: [makeNode({ ready: 'False', providerID: 'cloud:///b' })],
        machines: [
          makeMachineObject({
            nodeRef: 'worker-1',
            providerID: 'cloud:///a',
            addresses: [itsIp, { type: 'Hostname', address: 'worker-1' }],
          }),
        ],
      },
    ],
    'two Machines of one name': [{ ...fits, machines: [...machines, twin] }],
    'an address that another Node has': [
      { ...asks, nodes: [...up, holder], machines: linkedWith(itsIp) },
    ],
    'a life that is too long': [
      { ...fits, csrs: [makeCsr({ kind: 'client', name: 'asked', expirationSeconds: 1e9 })] },
    ],
  },
  'approves: refused, beside': {
    'a usage too many': [
      {
        ...asks,
        csrs: [serving({ usages: ['digital signature', 'server auth', 'client auth'] })],
        machines: linkedWith(itsIp),
      },
    ],
  },
  // It goes on trying, and the API server refuses each try.
  'approves: denied, beside': { 'a denied request': [{ ...fits, csrs: [denied(client)] }] },
})

const SPELLINGS: readonly NodeAddress[] = [
  { type: 'InternalDNS', address: 'worker-1' },
  { type: 'InternalDNS', address: 'Worker-1.' },
  { type: 'Hostname', address: '198.51.100.11' },
  itsIp,
  { type: 'InternalIP', address: '::ffff:198.51.100.11' },
  { type: 'ExternalIP', address: '2001:db8::11' },
  { type: 'ExternalIP', address: '2001:DB8:0::11' },
]
const ASKED: readonly Csr[] = [
  client,
  makeCsr({ kind: 'client', name: 'asked', requestor: tokenRequestor('abcdef') }),
  serving(),
  serving({ ipAddresses: ['198.51.100.11', '2001:db8::11'] }),
  serving({ dnsNames: ['WORKER-1'] }),
]
const anyMachine = fc.record({
  uid: fc.constantFrom('one', 'two'),
  cluster: fc.constantFrom(null, null, null, 'fleet/one'),
  nodeRef: fc.constantFrom(null, 'worker-1', 'worker-1'),
  addresses: fc.subarray([...SPELLINGS], { minLength: 1 }),
  createdAt: fc.constantFrom('11:50:00', '10:00:00', '10:00:01', '12:00:10', '12:00:09'),
})
const anyNode = fc.record({
  ready: fc.constantFrom('True' as const, 'False' as const),
  ips: fc.constantFrom(['198.51.100.11', '2001:db8::11'], ['198.51.100.10', '198.51.100.11']),
})

/** A Machine that few random clusters have: with 60 of them, as the mutation runner makes, none. */
const linkedBefore = () => ({
  uid: 'one' as const,
  cluster: null,
  nodeRef: 'worker-1' as const,
  addresses: [...SPELLINGS],
  createdAt: '11:50:00' as const,
})

it('the imitated machine-approver contradicts no finding, in any cluster', () => {
  const count: Record<string, number> = {}
  const readRequest = readEachOnce()
  fc.assert(
    fc.property(
      fc.constantFrom(...ASKED),
      fc.array(anyMachine, { maxLength: 2 }),
      fc.option(anyNode),
      fc.constantFrom('kubeconfig', KUBELET_SIGNER_CA),
      fc.constantFrom(...Array(11).fill(0), 101),
      fc.boolean(),
      (csr, some, node, liveCa, others, isAnswering) => {
        const moment: Moment = {
          csrs: [csr, ...crowd(others)],
          nodes: node === null ? [] : [makeNode(node)],
          machines: some.map((machine) =>
            makeMachineObject({
              ...machine,
              name: machine.uid,
              createdAt: `2026-11-24T${machine.createdAt}Z`,
            }),
          ),
          live: node === null ? {} : isAnswering ? renewal.live : none,
          liveCa,
          readRequest,
        }
        const world = worldOf(moment)
        for (const one of holdsIn(world, csr, seenIn(moment, world))) {
          count[one] = (count[one] ?? 0) + 1
        }
      },
    ),
    { numRuns: 1_500, examples: [[client, [linkedBefore()], null, 'kubeconfig', 0, false]] },
  )
  const found = ['quiet', 'machineApproverBrake', 'machineApproverRequestor', 'nodeExists']
  expect(Object.keys(count)).toEqual(
    expect.arrayContaining([...found, 'noMachine', 'hasNodeRef', 'lacksSan', 'kubelet']),
  )
})
