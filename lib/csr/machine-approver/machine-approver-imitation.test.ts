import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Answer, answerTo, backOff } from '#lib/csr/fixtures/imitated-machine-approver.ts'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import {
  approved,
  KIM,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  presents,
  readEachOnce,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { BOOTSTRAPPER, makeCsr, tokenRequestor } from '#lib/csr/fixtures/make-csr.ts'
import { describeMachine } from '#lib/csr/machine/detail.ts'
import {
  LONGEST_PAUSE,
  type MachineApprover,
} from '#lib/csr/machine-approver/machine-approver-facts.ts'
import type { Csr, NodeAddress } from '#lib/csr/model.ts'
import { INTERNAL_IP, KUBELET_SIGNER_CA } from '#lib/csr/names.ts'
import { isItsOwn } from '#lib/csr/world/evidence.ts'
import type { World } from '#lib/csr/world/world.ts'

/** Compares this product's prediction with the imitated machine-approver, state by state. */

const APPROVER: MachineApprover = {
  presence: 'present',
  available: true,
  message: '',
  clientDisabled: false,
  clientChanged: false,
  version: '4.17.3',
}
/** Requests are made at 12:00. */
const SOON = Date.parse('2026-11-24T12:00:20Z')

/** The imitation's answer in this world. */
function imitated(world: World, csr: Csr, now: number): Answer {
  const nodes = [...world.cluster.nodes()]
  return answerTo(csr, {
    csrs: [...world.requests.claims.values()].map((claim) => claim.csr),
    machines: [...world.cluster.machineObjects()],
    nodes,
    clientDisabled: world.machineApprover.clientDisabled ?? false,
    now,
    presented(firstInternalIp) {
      const node = nodes.find(({ addresses }) => {
        return addresses.find(({ type }) => type === INTERNAL_IP)?.address === firstInternalIp
      })
      const evidence = node === undefined ? null : world.evidence(node.name, now)
      if (node === undefined || evidence?.live.outcome !== 'presented') return null
      const { certificate, address } = evidence.live
      const isVerified = evidence.ca === KUBELET_SIGNER_CA && isItsOwn(certificate, node.name)
      return isVerified && address === firstInternalIp ? certificate : null
    },
  })
}

function said(world: World, now: number): readonly string[] {
  const holds = describeMachine(world, 'worker-1', makeContext({ now }), KIM)?.holds ?? []
  return holds
    .filter((hold) => `${hold.holder} ${hold.finding}`.includes('machineApprover'))
    .map(({ finding, values }) => values.because ?? finding)
}

const client = makeCsr({ kind: 'client', name: 'asked' })
const serving = (options: Parameters<typeof makeCsr>[0] = {}) =>
  makeCsr({ kind: 'serving', name: 'asked', ...options })
const machines = [makeMachineObject()]
const up = [makeNode({ ready: 'False' })]
const linkedWith = (...addresses: NodeAddress[]) => [
  makeMachineObject({
    nodeRef: 'worker-1',
    addresses: [{ type: 'InternalDNS', address: 'worker-1' }, ...addresses],
  }),
]
const v6 = serving({ ipAddresses: ['2001:db8::11'] })
const up6 = [makeNode({ ready: 'False', ips: ['2001:db8::11'] })]
const many = (count: number, one: Csr): Csr[] =>
  Array.from({ length: count }, (_, n) => ({ ...one, uid: `crowd-${n}`, name: `crowd-${n}` }))
const crowd = (count: number) =>
  many(count, makeCsr({ kind: 'client', request: 'AAAA', requestor: BOOTSTRAPPER }))
const perNode = (subject: string) =>
  many(
    60,
    makeCsr({
      kind: 'renewal',
      signerName: 'kubernetes.io/kube-apiserver-client',
      commonNames: [`system:${subject}:worker-2`],
      nodeName: 'worker-2',
    }),
  ).map((csr) => ({ ...csr, uid: `${subject}-${csr.uid}`, name: `${subject}-${csr.name}` }))
const renewal = {
  csrs: [serving()],
  nodes: up,
  live: { 'worker-1': presents() },
  liveCa: KUBELET_SIGNER_CA,
  readable: { machines: true },
} as const

/** The imitation's answer, and the first reason that we tell. */
const predicted = (options: WorldOptions) => {
  const world = makeWorld(options)
  world.setMachineApprover(APPROVER)
  const now = options.live === undefined ? SOON : Date.parse('2026-11-24T12:12:00Z')
  const csr = [...world.requests.claims.values()].find(({ csr }) => csr.name === 'asked')?.csr
  if (csr === undefined) throw new Error('Nothing is asked.')
  const answer = imitated(world, csr, now)
  const told = said(world, now).map((each) => (each === 'silent' ? 'deciding' : each))
  expect(told.includes('deciding')).toBe(answer === 'approves')
  return `${answer}: ${told[0]}`
}
itAnswers(predicted, {
  'approves: deciding': {
    'a new machine, its Machine in time': { csrs: [client], machines },
    '120 requests of nodes for OVN and multus': {
      csrs: [client, ...perNode('multus'), ...perNode('ovn-node')],
      machines,
    },
    'a second inside its window': {
      csrs: [client],
      machines: [makeMachineObject({ createdAt: '2026-11-24T12:00:09Z' })],
    },
    'to serve, every address in its Machine': {
      csrs: [serving()],
      nodes: up,
      machines: linkedWith({ type: 'InternalIP', address: '198.51.100.11' }),
    },
    'the Machine’s name with a trailing dot': {
      csrs: [serving({ ipAddresses: [] })],
      nodes: up,
      machines: linkedWith({ type: 'Hostname', address: 'Worker-1.' }),
    },
    'an IPv6 address spelt as Go spells it': {
      csrs: [v6],
      nodes: up6,
      machines: linkedWith({ type: 'InternalIP', address: '2001:db8::11' }),
    },
    'a renewal without a Machine': renewal,
  },
  'forgets: brakeTripped': {
    '101 requests of the node-bootstrapper': { csrs: [client, ...crowd(101)], machines },
    'the same, approved by a person 10 s ago': {
      csrs: [client, ...crowd(101).map((csr) => approved(csr, '2026-11-24T12:00:10Z'))],
      machines,
    },
    'the same, with other groups': {
      csrs: [
        client,
        ...crowd(101).map((csr) => ({ ...csr, requestor: { ...csr.requestor, groups: [] } })),
      ],
      machines,
    },
    'as many as 150 Cluster API Machines would allow': {
      csrs: [client, ...crowd(120)],
      machines: [
        ...machines,
        ...Array.from({ length: 150 }, (_, n) =>
          makeMachineObject({
            name: `capi-${n}`,
            cluster: 'fleet/one',
            internalDns: [`capi-${n}`],
            ips: [],
          }),
        ),
      ],
    },
  },
  'forgets: nodeExists': { 'a Node of its name': { csrs: [client], machines, nodes: up } },
  'forgets: hasNodeRef': {
    'a Machine with a nodeRef': {
      csrs: [client],
      machines: [makeMachineObject({ nodeRef: 'other' })],
    },
  },
  'forgets: outsideWindow': {
    'exactly 2 h after its Machine': {
      csrs: [client],
      machines: [makeMachineObject({ createdAt: '2026-11-24T10:00:00Z' })],
    },
    'exactly 10 s before its Machine': {
      csrs: [client],
      machines: [makeMachineObject({ createdAt: '2026-11-24T12:00:10Z' })],
    },
  },
  'ignores: otherRequestor': {
    'a bootstrap token': {
      csrs: [makeCsr({ kind: 'client', name: 'asked', requestor: tokenRequestor('abcdef') })],
      machines,
    },
  },
  'triesAgain: noMachine': {
    'a Machine of Cluster API only': {
      csrs: [client],
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
    'no Machine yet': { csrs: [client], readable: { machines: true } },
    'to serve, no nodeRef yet': { csrs: [serving()], nodes: up, machines },
    'a renewal, the CA’s ConfigMap is not there': { ...renewal, liveCa: 'kubeconfig' },
    'a renewal, the kubelet answers at its second InternalIP': {
      ...renewal,
      nodes: [makeNode({ ready: 'False', ips: ['198.51.100.10', '198.51.100.11'] })],
    },
    'a renewal that asks for more': {
      ...renewal,
      csrs: [serving({ dnsNames: ['worker-1', 'worker-1.example.com'] })],
    },
  },
  'triesAgain: lacksSan': {
    'to serve, no address yet': { csrs: [serving()], nodes: up, machines: linkedWith() },
    'an IPv6 address in another spelling': {
      csrs: [v6],
      nodes: up6,
      machines: linkedWith({ type: 'InternalIP', address: '2001:0DB8:0:0::11' }),
    },
    'a Hostname that is the IP address': {
      csrs: [serving()],
      nodes: up,
      machines: linkedWith({ type: 'Hostname', address: '198.51.100.11' }),
    },
    'a DNS SAN with a trailing dot': {
      csrs: [serving({ dnsNames: ['worker-1.'] })],
      nodes: up,
      machines: linkedWith({ type: 'InternalIP', address: '198.51.100.11' }),
    },
  },
})

it('OVN’s requests trip the brake by the older rules, multus’s until 4.13', () => {
  const tripped = (version: string, csrs: readonly Csr[]) => {
    const world = makeWorld({ csrs: [client, ...csrs], machines })
    world.setMachineApprover({ ...APPROVER, version })
    return said(world, SOON).includes('brakeTripped')
  }
  const ovn = [...perNode('ovn-node'), ...perNode('ovn-node').map((csr) => again(csr))]
  const multus = [...perNode('multus'), ...perNode('multus').map((csr) => again(csr))]
  const versions = ['4.13.9', '4.15.9', '4.16.0']
  expect(versions.map((version) => tripped(version, ovn))).toEqual([true, true, false])
  expect(versions.map((version) => tripped(version, multus))).toEqual([true, false, false])
})

function again(csr: Csr): Csr {
  return { ...csr, uid: `${csr.uid}-2`, name: `${csr.name}-2` }
}

it('retries after doubling pauses, never later than the product predicts', () => {
  let [elapsed, failures] = [0, 0]
  while (elapsed < 100 * LONGEST_PAUSE) {
    failures += 1
    // The next try comes no later than the product's time, whenever the missing fact appeared.
    expect(backOff(failures)).toBeLessThanOrEqual(Math.min(elapsed, LONGEST_PAUSE) + 5)
    elapsed += backOff(failures)
  }
})

const SPELLINGS: readonly NodeAddress[] = [
  { type: 'InternalDNS', address: 'worker-1' },
  { type: 'InternalDNS', address: 'Worker-1.' },
  { type: 'Hostname', address: '198.51.100.11' },
  { type: 'InternalIP', address: '198.51.100.11' },
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
  cluster: fc.constantFrom(null, null, null, 'fleet/one'),
  nodeRef: fc.constantFrom(null, 'worker-1', 'worker-1'),
  addresses: fc.subarray([...SPELLINGS], { minLength: 1 }),
  createdAt: fc.constantFrom('11:50:00', '10:00:00', '10:00:01', '12:00:10', '12:00:09'),
})
const anyNode = fc.record({
  ready: fc.constantFrom('True' as const, 'False' as const),
  ips: fc.constantFrom(['198.51.100.11', '2001:db8::11'], ['198.51.100.10', '198.51.100.11']),
})

it('the product predicts an approval exactly when the imitation approves, for any cluster', () => {
  const foretold = { approves: 0, triesAgain: 0, forgets: 0, ignores: 0 }
  const readRequest = readEachOnce()
  fc.assert(
    fc.property(
      fc.constantFrom(...ASKED),
      fc.option(anyMachine),
      fc.option(anyNode),
      fc.constantFrom('kubeconfig', KUBELET_SIGNER_CA),
      fc.constantFrom(...Array(11).fill(0), 101),
      (csr, machine, node, liveCa, others) => {
        const world = makeWorld({
          csrs: [csr, ...crowd(others)],
          nodes: node === null ? [] : [makeNode(node)],
          machines:
            machine === null
              ? []
              : [makeMachineObject({ ...machine, createdAt: `2026-11-24T${machine.createdAt}Z` })],
          readable: { machines: true },
          live: node === null ? {} : renewal.live,
          liveCa,
          readRequest,
        })
        world.setMachineApprover(APPROVER)
        const now = Date.parse('2026-11-24T12:12:00Z')
        const verdict = describeMachine(world, 'worker-1', makeContext({ now }), KIM)?.machine
          .verdict
        // A failed check is a better reason than an approver's.
        if (verdict !== 'verified' && verdict !== 'plausible') return
        const answer = imitated(world, csr, now)
        const told = said(world, now)
        foretold[answer] += 1
        expect(told.includes('silent')).toBe(answer === 'approves')
        expect(told.includes('otherRequestor')).toBe(answer === 'ignores')
      },
    ),
    { numRuns: 1_500 },
  )
  expect(Math.min(...Object.values(foretold))).toBeGreaterThan(0)
})
