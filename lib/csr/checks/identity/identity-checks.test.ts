import { describe, expect, it } from 'vitest'
import { UNCONFIRMED } from '#lib/csr/checks/unconfirmed-cases.ts'
import { ask, told } from '#lib/csr/fixtures/ask.ts'
import { describeAnswers, itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import {
  approved,
  type MachineObjectOptions,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { type Examples, itTells } from '#lib/csr/fixtures/tells.ts'
import { deriveMachine } from '#lib/csr/machine/derive.ts'

/** The requests' creation time. */
const NOON = '2026-11-24T12:00:00Z'

const machines = (...options: MachineObjectOptions[]): WorldOptions => ({
  machines: options.map((each, index) => makeMachineObject({ name: `edge-${index}`, ...each })),
})

/** A Machine of Cluster API. */
const OF_FLEET: MachineObjectOptions = { cluster: 'fleet/one' }

const TWO_NAMES: MachineObjectOptions = { internalDns: ['worker-1', 'worker-1.x'] }
const OF_OTHER_NAME = makeCsr({ kind: 'client', nodeName: 'worker-1.x' })

const said = { status: 'True', reason: '', message: '', lastUpdateTime: NOON }
const FAILED = makeCsr({
  kind: 'client',
  keyName: 'first',
  conditions: ['Approved', 'Failed'].map((type) => ({ ...said, type, lastTransitionTime: NOON })),
})

/** Findings that neither confirm nor contradict. */
function untoldIn(
  examples: Readonly<Record<string, { readonly outcome: string } | null>>,
): string[] {
  return Object.entries(examples)
    .flatMap(([finding, example]) => (example?.outcome === 'unknown' ? [finding] : []))
    .toSorted()
}

describe('identity.machine', () => {
  const client: CsrOptions = { kind: 'client' }
  const linked: MachineObjectOptions = { nodeRef: 'worker-1' }
  const examples: Examples<'identity.machine'> = {
    confirmed: {
      around: machines(linked),
      outcome: 'pass',
      expected: ['IP:198.51.100.11', 'DNS:worker-1'],
      observed: ['pass DNS worker-1', 'pass IP 198.51.100.11'],
      values: { machine: 'edge-0' },
    },
    approvedBefore: {
      of: client,
      around: { ...machines({}), csrs: [approved(makeCsr({ ...client, keyName: 'first' }))] },
      outcome: 'unknown',
      observed: ['unknown Machine edge-0'],
      values: { machine: 'edge-0', createdAt: '2026-11-24T11:50:00Z' },
    },
    noMachine: { around: machines({}), outcome: 'unknown' },
    noMachineApi: { outcome: 'unknown' },
    machinesUnreadable: { around: { readable: { machines: false } }, outcome: 'unknown' },
    machinesPartly: { around: { readable: { machines: 'partly' } }, outcome: 'unknown' },
    noAddresses: {
      around: machines({ ...linked, addresses: [] }),
      outcome: 'unknown',
      values: { machine: 'edge-0' },
    },
    deleting: {
      around: machines({ ...linked, deletedAt: '2026-11-24T12:00:00Z' }),
      outcome: 'unknown',
      values: { machine: 'edge-0' },
    },
    staleNodeRef: {
      around: {
        ...machines({ nodeRef: { name: 'worker-1', uid: 'earlier' } }),
        nodes: [makeNode({ uid: 'later' })],
      },
      outcome: 'unknown',
      values: { machine: 'edge-0' },
    },
    otherNode: {
      around: machines({ nodeRef: 'worker-2' }),
      outcome: 'fail',
      observed: ['fail Machine edge-0 ← worker-2'],
      values: { machine: 'edge-0', node: 'worker-2' },
    },
    outsideWindow: {
      of: client,
      around: machines({ createdAt: '2026-11-24T12:00:11Z' }),
      outcome: 'fail',
      observed: ['fail Machine edge-0'],
      values: { machine: 'edge-0', createdAt: '2026-11-24T12:00:11Z' },
    },
    lacksSan: {
      of: { ipAddresses: ['198.51.100.12'] },
      around: machines(linked),
      outcome: 'fail',
      expected: ['IP:198.51.100.11', 'DNS:worker-1'],
      observed: ['pass DNS worker-1', 'fail IP 198.51.100.12'],
      values: { machine: 'edge-0', sans: '198.51.100.12' },
    },
    moreAddresses: {
      of: { ipAddresses: ['198.51.100.12'] },
      around: machines({ ...linked, cut: ['status.addresses'] }),
      outcome: 'unknown',
      expected: ['IP:198.51.100.11', 'DNS:worker-1'],
      observed: ['pass DNS worker-1', 'unknown IP 198.51.100.12'],
      values: { machine: 'edge-0', sans: '198.51.100.12' },
    },
    severalMachines: {
      of: client,
      around: machines({}, {}),
      outcome: 'fail',
      observed: ['fail Machine edge-0', 'fail Machine edge-1'],
      values: { machines: 'edge-0, edge-1' },
    },
    otherCluster: {
      of: client,
      around: machines(OF_FLEET),
      outcome: 'unknown',
      observed: ['unknown Machine fleet/edge-0', 'unknown Cluster fleet/one'],
      values: { machine: 'fleet/edge-0' },
    },
    joinedBefore: {
      of: client,
      around: machines(linked),
      outcome: 'unknown',
      observed: ['unknown Machine edge-0'],
      values: { machine: 'edge-0', createdAt: '2026-11-24T11:50:00Z' },
    },
    nodesUnreadable: {
      of: client,
      around: { ...machines(OF_FLEET), readable: { nodes: false } },
      outcome: 'unknown',
    },
    noName: { of: { commonNames: [] }, around: machines(linked), outcome: 'unknown' },
  }
  itTells('identity.machine', examples)

  it('leaves a machine plausible where it cannot tell, except without a name', () => {
    expect([...UNCONFIRMED['identity.machine'], 'noName'].toSorted()).toEqual(untoldIn(examples))
  })

  it('of a client request names the Machine and its creation time', () => {
    expect(ask('identity.machine', makeCsr(client), machines({}))).toMatchObject({
      finding: 'confirmed',
      observed: [{ kind: 'Machine', value: 'edge-0', outcome: 'pass' }],
      values: { machine: 'edge-0', createdAt: '2026-11-24T11:50:00Z' },
    })
  })
})

describe('identity.machine of a client request', () => {
  const answer = (around: WorldOptions) =>
    told('identity.machine', makeCsr({ kind: 'client' }), around)
  itAnswers(answer, {
    'pass confirmed': {
      'in capitals with a dot': machines({ internalDns: ['WORKER-1.'] }),
      'among other names': machines({ internalDns: ['x.y', 'worker-1'] }),
      'one for another of its names waits': { ...machines(TWO_NAMES), csrs: [OF_OTHER_NAME] },
      'one was approved, and the signer has failed it': { ...machines({}), csrs: [FAILED] },
      'a serving request was approved': { ...machines({}), csrs: [approved(makeCsr())] },
      '9 s younger': machines({ createdAt: '2026-11-24T12:00:09Z' }),
      '1 s less than 2 h older': machines({ createdAt: '2026-11-24T10:00:01Z' }),
    },
    'unknown joinedBefore': {
      'with a nodeRef to it, made long ago': machines({
        nodeRef: 'worker-1',
        createdAt: '2025-01-01T00:00:00Z',
      }),
      'a Node exists': { ...machines({}), nodes: [makeNode()] },
      'a Node exists that is NotReady': { ...machines({}), nodes: [makeNode({ ready: 'False' })] },
      'a Node exists of which we know no more': { ...machines({}), nodesAside: ['worker-1'] },
      'a Node has another of its names': {
        ...machines(TWO_NAMES),
        nodes: [makeNode({ name: 'worker-1.x' })],
      },
    },
    'unknown approvedBefore': {
      'another request for another of its names was approved': {
        ...machines(TWO_NAMES),
        csrs: [approved(OF_OTHER_NAME)],
      },
    },
    'unknown nodesUnreadable': {
      'Nodes cannot be read': { ...machines({}), readable: { nodes: false } },
    },
    'unknown noMachine': {
      'expects a longer name': machines({ internalDns: ['worker-1.x'] }),
      'has the name as Hostname only': machines({ internalDns: [] }),
      none: machines({ internalDns: ['worker-2'] }),
    },
    'fail otherNode': {
      'with a nodeRef to another': machines({ nodeRef: 'worker-2' }),
      'some cannot be read, of the others one has another Node': {
        ...machines({ nodeRef: 'worker-2' }),
        readable: { machines: 'partly' },
      },
    },
    'fail severalMachines': {
      'two, one taken': machines({}, { nodeRef: 'worker-2' }),
    },
    'fail outsideWindow': {
      '10 s younger': machines({ createdAt: '2026-11-24T12:00:10Z' }),
      '2 h older': machines({ createdAt: '2026-11-24T10:00:00Z' }),
    },
    'unknown deleting': { 'being deleted': machines({ deletedAt: '2026-11-24T12:00:00Z' }) },
    'unknown noMachineApi': { 'no Machine API': {} },
    'unknown machinesUnreadable': { 'Machines cannot be read': { readable: { machines: false } } },
    'unknown machinesPartly': {
      'some cannot be read, of the others one agrees': {
        ...machines({}),
        readable: { machines: 'partly' },
      },
    },
  })

  it('is judged again when another of its names gets a key or a Node, or loses it', () => {
    const first = makeCsr({ kind: 'client', nodeName: 'worker-1.x' })
    const node = makeNode({ name: 'worker-1.x' })
    const world = makeWorld({ csrs: [makeCsr({ kind: 'client' })], ...machines(TWO_NAMES) })
    const verdicts = [
      () => world.upsertCsr(first),
      () => world.upsertCsr(approved(first)),
      () => world.removeCsr(first.uid),
      () => world.upsertNode(node),
      () => world.removeNode(node.uid),
    ].map((change) => {
      world.takeTouched()
      change()
      const isTouched = world.takeTouched().machines.has('worker-1')
      return `${isTouched} ${deriveMachine(world, 'worker-1', makeContext())?.verdict}`
    })
    expect(verdicts).toEqual([
      'false verified',
      'true plausible',
      'true verified',
      'true plausible',
      'true verified',
    ])
  })

  const waiting = makeNode({ uid: 'now', ready: 'False' })
  const linkedTo = ([uid, around]: [string | null, WorldOptions]) => {
    const linked = machines({ nodeRef: { name: 'worker-1', uid } })
    return told('identity.machine', makeCsr({ kind: 'client' }), { ...linked, ...around })
  }
  describeAnswers('a Machine with a nodeRef to', linkedTo, {
    'unknown joinedBefore': {
      'this Node': ['now', { nodes: [waiting] }],
      'a Node of no uid': [null, { nodes: [waiting] }],
      'a Node that is not there': ['earlier', {}],
      'a Node that cannot be read': ['earlier', { nodes: [waiting], readable: { nodes: false } }],
    },
    'unknown staleNodeRef': { 'an earlier Node of that name': ['earlier', { nodes: [waiting] }] },
  })
})

describe('identity.machine of a serving request', () => {
  const linked: MachineObjectOptions = { nodeRef: 'worker-1' }
  const answer = ([options, around]: [CsrOptions, WorldOptions]) =>
    told('identity.machine', makeCsr(options), around)
  itAnswers(answer, {
    'pass confirmed': {
      'carries more': [{ dnsNames: [] }, machines(linked)],
      'long ago': [{}, machines({ ...linked, createdAt: '2025-01-01T00:00:00Z' })],
    },
    'fail lacksSan': {
      'lacks a name': [{}, machines({ ...linked, internalDns: ['x.y'] })],
    },
    'fail severalMachines': { 'two of them': [{}, machines(linked, linked)] },
    'unknown noMachine': {
      none: [{}, machines({ internalDns: ['x.y'] })],
    },
    'unknown noName': {
      'two common names': [{ commonNames: ['system:node:a', 'system:node:b'] }, machines(linked)],
    },
  })
})

describe('identity.machine of a serving request, where the Machine expects another node', () => {
  const of = (machine: string | null, node: string | null): WorldOptions => ({
    ...machines({ internalDns: ['worker-2'], nodeRef: 'worker-1', providerID: machine }),
    nodes: [makeNode({ providerID: node })],
  })
  const answer = (around: WorldOptions) =>
    told('identity.machine', makeCsr({ dnsNames: [] }), around)
  itAnswers(answer, {
    'pass confirmed': { 'and is of the Node’s instance': of('i-1', 'i-1') },
    'unknown noMachine': {
      'the Node is of no instance': of('i-1', null),
      'neither is of any': of(null, null),
      'and does not say which, but of which instance': {
        ...machines({ internalDns: [], nodeRef: 'worker-1', providerID: 'i-1' }),
        nodes: [makeNode()],
      },
      'the Node is of another instance': of('i-1', 'i-2'),
    },
  })
})

describe('identity.machine on a management cluster', () => {
  const sibling = makeNode({ name: 'worker-2', ips: ['198.51.100.12'] })
  const linkedSibling: MachineObjectOptions = {
    ...OF_FLEET,
    internalDns: ['worker-2'],
    ips: ['198.51.100.12'],
    nodeRef: { name: 'worker-2', uid: sibling.uid },
  }
  const away = (count: number) =>
    Array.from({ length: count }, (_, index): MachineObjectOptions => {
      return { ...OF_FLEET, internalDns: [], nodeRef: `away-${index}` }
    })
  const client = makeCsr({ kind: 'client' })
  const besides = (...all: MachineObjectOptions[]) => ({ ...machines(...all), nodes: [sibling] })
  const beside = (odd: MachineObjectOptions) => besides(OF_FLEET, { ...linkedSibling, ...odd })

  const answer = (around: WorldOptions) => told('identity.machine', client, around)
  describeAnswers('a client request by the name of a Machine of Cluster API', answer, {
    'unknown otherCluster': {
      'the Node that a sibling is linked to is elsewhere': machines(OF_FLEET, linkedSibling),
      'a Node is here that is only called like a sibling’s': beside({
        nodeRef: { name: 'worker-2', uid: 'another' },
      }),
      'a sibling is linked by name to a Node with another address': beside({
        ips: ['198.51.100.99'],
        nodeRef: 'worker-2',
      }),
      'a Machine of another cluster has its Node here': beside({ cluster: 'fleet/two' }),
      'a cluster of the same name, but of another namespace, is here': beside({
        cluster: 'own/one',
      }),
      'one was let in, and as many are elsewhere': besides(OF_FLEET, linkedSibling, ...away(1)),
      'its cluster cannot be told, nor that of one that is here': besides(
        { cluster: '' },
        { ...linkedSibling, cluster: '' },
      ),
      'it is linked to another node, and so would contradict': machines({
        ...OF_FLEET,
        nodeRef: 'worker-3',
      }),
    },
    'pass confirmed': {
      'a sibling’s Node is here': besides(OF_FLEET, linkedSibling),
      'a sibling is linked by name to a Node with its address': beside({ nodeRef: 'worker-2' }),
      'this cluster has a Machine of that name, too': machines(OF_FLEET, {}),
    },
    'unknown nodesUnreadable': {
      'the Nodes cannot be read': {
        ...besides(OF_FLEET, linkedSibling),
        readable: { nodes: false },
      },
    },
  })

  it('a stranger by the name of another cluster’s machine is never verified', () => {
    const world = makeWorld({ csrs: [client], ...machines(OF_FLEET, linkedSibling) })
    const verdict = () => deriveMachine(world, 'worker-1', makeContext())?.verdict
    expect(verdict()).toBe('plausible')
    world.upsertNode(sibling)
    expect(verdict()).toBe('verified')
    world.removeNode(sibling.uid)
    expect(verdict()).toBe('plausible')
  })

  const serving = (around: WorldOptions) =>
    told('identity.machine', makeCsr(), { ...around, nodes: [makeNode()] })
  describeAnswers('a serving request whose Machine of Cluster API has a Node that', serving, {
    'pass confirmed': { 'is here': machines({ ...OF_FLEET, nodeRef: 'worker-1' }) },
    'unknown otherCluster': {
      'is elsewhere, one of its name is here': machines({
        ...OF_FLEET,
        nodeRef: { name: 'worker-1', uid: 'elsewhere' },
      }),
      'has other addresses than the one that is here': machines({
        ...OF_FLEET,
        ips: ['198.51.100.99'],
        nodeRef: 'worker-1',
      }),
      'is here, most of its cluster elsewhere': machines(
        { ...OF_FLEET, nodeRef: 'worker-1' },
        ...away(2),
      ),
    },
  })
})

describe('identity.requestor', () => {
  const renewal: CsrOptions = { kind: 'renewal' }
  const values = { node: 'worker-1' }
  const examples: Examples<'identity.requestor'> = {
    authenticated: {
      of: renewal,
      around: { nodes: [makeNode()] },
      outcome: 'pass',
      observed: ['pass user system:node:worker-1'],
      values,
    },
    missing: { of: renewal, outcome: 'unknown', values },
    deleting: {
      of: renewal,
      around: { nodes: [makeNode({ deletedAt: '2026-11-24T12:01:00Z' })] },
      outcome: 'unknown',
      values,
    },
    younger: {
      of: renewal,
      around: { nodes: [makeNode({ createdAt: '2026-11-24T12:30:00Z' })] },
      outcome: 'unknown',
      values,
    },
    nodesUnreadable: {
      of: renewal,
      around: { nodes: [makeNode()], readable: { nodes: false } },
      outcome: 'unknown',
      values,
    },
    // A request is a renewal only if it has the node's own name.
    noName: null,
  }
  itTells('identity.requestor', examples)

  it('leaves a renewal plausible where it cannot tell', () => {
    expect([...UNCONFIRMED['identity.requestor']].toSorted()).toEqual(untoldIn(examples))
  })

  it('passes for a Node of the same second', () => {
    const nodes = [makeNode({ createdAt: NOON })]
    expect(told('identity.requestor', makeCsr(renewal), { nodes })).toBe('pass authenticated')
  })
})
