import { describe, expect, it } from 'vitest'
import { ask, resultOf } from '#lib/csr/fixtures/ask.ts'
import { describeAnswers, itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import {
  annotationsOf,
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
import type { Node } from '#lib/csr/model.ts'

/** The requests' creation time. */
const NOON = '2026-11-24T12:00:00Z'

const machines = (...options: MachineObjectOptions[]): WorldOptions => ({
  machines: options.map((each, index) => makeMachineObject({ name: `edge-${index}`, ...each })),
})

/** A Machine of Cluster API. */
const OF_FLEET: MachineObjectOptions = { cluster: 'fleet/one' }

/** The first Machine of `machines`. */
const PATH = 'openshift-machine-api/edge-0'

const TWO_NAMES: MachineObjectOptions = { internalDns: ['worker-1', 'worker-1.x'] }
const OF_OTHER_NAME = makeCsr({ kind: 'client', nodeName: 'worker-1.x' })

const said = { status: 'True', reason: '', message: '', lastUpdateTime: NOON }
const FAILED = makeCsr({
  kind: 'client',
  keyName: 'first',
  conditions: ['Approved', 'Failed'].map((type) => ({ ...said, type, lastTransitionTime: NOON })),
})

/** Findings that neither confirm nor contradict. */
describe('identity.machine', () => {
  const client: CsrOptions = { kind: 'client' }
  const linked: MachineObjectOptions = { nodeRef: 'worker-1' }
  const examples: Examples<'identity.machine'> = {
    confirmed: {
      around: machines(linked),
      expected: ['IP:198.51.100.11', 'DNS:worker-1'],
      observed: [`pass Machine ${PATH}`, 'pass DNS worker-1', 'pass IP 198.51.100.11'],
      values: { machine: 'edge-0' },
    },
    approvedBefore: {
      of: client,
      around: { ...machines({}), csrs: [approved(makeCsr({ ...client, keyName: 'first' }))] },
      observed: [`unknown Machine ${PATH}`],
      values: { machine: 'edge-0', createdAt: '2026-11-24T11:50:00Z' },
    },
    noMachine: { around: machines({}) },
    noMachineApi: {},
    machinesUnreadable: { around: { readable: { machines: false } } },
    machinesPartly: { around: { readable: { machines: 'partly' } } },
    noAddresses: {
      around: machines({ ...linked, addresses: [] }),
      observed: [`unknown Machine ${PATH}`],
      values: { machine: 'edge-0' },
    },
    deleting: {
      around: machines({ ...linked, deletedAt: '2026-11-24T12:00:00Z' }),
      observed: [`unknown Machine ${PATH}`],
      values: { machine: 'edge-0' },
    },
    staleNodeRef: {
      around: {
        ...machines({ nodeRef: { name: 'worker-1', uid: 'earlier' } }),
        nodes: [makeNode({ uid: 'later' })],
      },
      observed: [`unknown Machine ${PATH}`],
      values: { machine: 'edge-0' },
    },
    otherNode: {
      around: machines({ nodeRef: 'worker-2' }),
      observed: [`fail Machine ${PATH} ← worker-2`],
      values: { machine: 'edge-0', node: 'worker-2' },
    },
    outsideWindow: {
      of: client,
      around: machines({ createdAt: '2026-11-24T12:00:11Z' }),
      observed: [`fail Machine ${PATH}`],
      values: { machine: 'edge-0', createdAt: '2026-11-24T12:00:11Z' },
    },
    lacksSan: {
      of: { ipAddresses: ['198.51.100.12'] },
      around: machines(linked),
      expected: ['IP:198.51.100.11', 'DNS:worker-1'],
      observed: [`fail Machine ${PATH}`, 'pass DNS worker-1', 'fail IP 198.51.100.12'],
      values: { machine: 'edge-0', sans: '198.51.100.12' },
    },
    moreAddresses: {
      of: { ipAddresses: ['198.51.100.12'] },
      around: machines({ ...linked, cut: ['status.addresses'] }),
      expected: ['IP:198.51.100.11', 'DNS:worker-1'],
      observed: [`unknown Machine ${PATH}`, 'pass DNS worker-1', 'unknown IP 198.51.100.12'],
      values: { machine: 'edge-0', sans: '198.51.100.12' },
    },
    severalMachines: {
      of: client,
      around: machines({}, {}),
      observed: [`fail Machine ${PATH}`, 'fail Machine openshift-machine-api/edge-1'],
      values: { machines: 'edge-0, edge-1' },
    },
    otherNamespace: {
      of: client,
      around: machines({ namespace: 'tenant' }),
      observed: ['unknown Machine tenant/edge-0'],
      values: { machine: 'tenant/edge-0' },
    },
    otherCluster: {
      of: client,
      around: machines(OF_FLEET),
      observed: ['unknown Machine fleet/edge-0', 'unknown Cluster fleet/one'],
      values: { machine: 'fleet/edge-0' },
    },
    joinedBefore: {
      of: client,
      around: machines(linked),
      observed: [`unknown Machine ${PATH}`],
      values: { machine: 'edge-0', createdAt: '2026-11-24T11:50:00Z' },
    },
    nodesUnreadable: { of: client, around: { ...machines(OF_FLEET), readable: { nodes: false } } },
    noName: { of: { commonNames: [] }, around: machines(linked) },
  }
  itTells('identity.machine', examples)

  it('identity.machine of a client request names the Machine and its creation time', () => {
    expect(ask('identity.machine', makeCsr(client), machines({}))).toMatchObject({
      finding: 'confirmed',
      observed: [{ kind: 'Machine', value: PATH, outcome: 'pass' }],
      values: { machine: 'edge-0', createdAt: '2026-11-24T11:50:00Z' },
    })
  })
})

describe('identity.machine of a client request', () => {
  const answer = (around: WorldOptions) =>
    resultOf('identity.machine', makeCsr({ kind: 'client' }), around)
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
    'fail severalMachines': { 'two, one taken': machines({}, { nodeRef: 'worker-2' }) },
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

  it('a machine is judged again when another of its names gets a key or a Node, or loses it', () => {
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
    return resultOf('identity.machine', makeCsr({ kind: 'client' }), { ...linked, ...around })
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
    resultOf('identity.machine', makeCsr(options), around)
  itAnswers(answer, {
    'pass confirmed': {
      'carries more': [{ dnsNames: [] }, machines(linked)],
      'long ago': [{}, machines({ ...linked, createdAt: '2025-01-01T00:00:00Z' })],
    },
    'fail lacksSan': { 'lacks a name': [{}, machines({ ...linked, internalDns: ['x.y'] })] },
    'fail severalMachines': { 'two of them': [{}, machines(linked, linked)] },
    'unknown noMachine': { none: [{}, machines({ internalDns: ['x.y'] })] },
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
    resultOf('identity.machine', makeCsr({ dnsNames: [] }), around)
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

describe('identity.machine beside Machines of another namespace', () => {
  const stranger = (options: MachineObjectOptions = {}) => ({ namespace: 'tenant', ...options })
  const client = (around: WorldOptions) =>
    resultOf('identity.machine', makeCsr({ kind: 'client' }), around)
  describeAnswers('a client request', client, {
    'unknown otherNamespace': {
      'whose only Machine is there': machines(stranger()),
      'whose Machine there has another Node': machines(stranger({ nodeRef: 'worker-2' })),
      'whose Machine there is of another time': machines(
        stranger({ createdAt: '2025-01-01T00:00:00Z' }),
      ),
      'with two Machines there': machines(stranger(), stranger()),
      'of Cluster API, whose namespace is not named': {
        ...machines(OF_FLEET),
        machineNamespaces: ['openshift-machine-api'],
      },
      'whose Machine is in the usual namespace, where the policy names another': {
        ...machines({}),
        machineNamespaces: ['tenant'],
      },
    },
    'pass confirmed': {
      'with a twin there': machines({}, stranger()),
      'with a twin there that has another Node': machines({}, stranger({ nodeRef: 'worker-2' })),
      'with an older twin there': machines({}, stranger({ createdAt: '2026-11-24T11:00:00Z' })),
      'whose Machine is in a namespace that the policy names': {
        ...machines(stranger()),
        machineNamespaces: ['tenant'],
      },
    },
    'fail severalMachines': {
      'with a twin in a second namespace that the policy names': {
        ...machines({}, stranger()),
        machineNamespaces: ['openshift-machine-api', 'tenant'],
      },
    },
  })

  const linked: MachineObjectOptions = { nodeRef: 'worker-1' }
  const serving = (around: WorldOptions) => resultOf('identity.machine', makeCsr(), around)
  describeAnswers('a serving request', serving, {
    'unknown otherNamespace': {
      'whose Node only a Machine there has': machines(stranger(linked)),
      'that a Machine there lacks a SAN of': machines(stranger({ ...linked, ips: [] })),
    },
    'pass confirmed': {
      'with a twin there': machines(linked, stranger(linked)),
      'with a twin there that is being deleted': machines(
        linked,
        stranger({ ...linked, deletedAt: '2026-11-24T11:55:00Z' }),
      ),
      'with a Machine there of its name and another Node': machines(
        linked,
        stranger({ nodeRef: 'worker-2' }),
      ),
    },
  })
})

describe('identity.machine of Cluster API', () => {
  const NODE_UID = 'uid-of-worker-2'
  /** A Machine whose Node worker-2 is here, as a sibling of the one that is asked about. */
  const SIBLING: MachineObjectOptions = {
    ...OF_FLEET,
    name: 'sibling',
    internalDns: ['worker-2'],
    ips: ['198.51.100.12'],
    nodeRef: { name: 'worker-2', uid: NODE_UID },
  }
  const siblingNode = makeNode({
    name: 'worker-2',
    uid: NODE_UID,
    ips: ['198.51.100.12'],
    clusterApiMachine: annotationsOf(makeMachineObject(SIBLING)),
  })
  const others = (count: number) =>
    Array.from({ length: count }, (_, n) => makeNode({ name: `other-${n}`, ips: [] }))
  const client = makeCsr({ kind: 'client' })
  const here = (nodes: Node[], ...all: MachineObjectOptions[]) => ({ ...machines(...all), nodes })

  const answer = (around: WorldOptions) => resultOf('identity.machine', client, around)
  describeAnswers('a client request by the name of a Machine', answer, {
    'pass confirmed': {
      'most Nodes say that they are of its cluster': here([siblingNode], OF_FLEET, SIBLING),
      'its namespace is named, and its sibling’s Node is here': {
        ...here([siblingNode, ...others(9)], OF_FLEET, SIBLING),
        machineNamespaces: ['fleet'],
      },
      'OpenShift has a Machine of that name, too': machines(OF_FLEET, {}),
      'a stranger’s Machines name it and every Node': here(
        [siblingNode],
        OF_FLEET,
        SIBLING,
        { cluster: 'tenant/one', nodeRef: 'worker-9' },
        { ...SIBLING, uid: 'twin', cluster: 'tenant/one' },
      ),
    },
    'unknown otherCluster': {
      'no Node is here': machines(OF_FLEET, SIBLING),
      'half of the Nodes say that they are of its cluster': here(
        [siblingNode, ...others(1)],
        OF_FLEET,
        SIBLING,
      ),
      'no Node says that it is of its cluster, whatever Machines say': here(
        [{ ...siblingNode, clusterApiMachine: null }],
        OF_FLEET,
        SIBLING,
      ),
      'the Node says so, but its Machine has another Node': here([siblingNode], OF_FLEET, {
        ...SIBLING,
        nodeRef: { name: 'worker-2', uid: 'elsewhere' },
      }),
      'its cluster is of the same name, but of another namespace': here(
        [siblingNode],
        { cluster: 'tenant/one' },
        SIBLING,
      ),
      'its cluster is another one of the same namespace': here(
        [siblingNode],
        { cluster: 'fleet/two' },
        SIBLING,
      ),
      'its cluster is not known': here([siblingNode], { cluster: '' }, SIBLING),
      'it has another Node, and so would contradict': machines({
        ...OF_FLEET,
        nodeRef: 'worker-3',
      }),
      'its namespace is named, but as many of its cluster’s Nodes are elsewhere': {
        ...here([siblingNode], OF_FLEET, SIBLING, { ...SIBLING, name: 'away', nodeRef: 'away-1' }),
        machineNamespaces: ['fleet'],
      },
    },
    'unknown nodesUnreadable': {
      'Nodes cannot be read': {
        ...here([siblingNode], OF_FLEET, SIBLING),
        readable: { nodes: false },
      },
    },
  })

  it('a stranger with the name of another cluster’s machine is never verified', () => {
    const world = makeWorld({ csrs: [client], ...machines(OF_FLEET, SIBLING) })
    const verdict = () => deriveMachine(world, 'worker-1', makeContext())?.verdict
    expect(verdict()).toBe('plausible')
    world.upsertNode(siblingNode)
    expect(verdict()).toBe('verified')
    world.upsertNode({ ...siblingNode, clusterApiMachine: null })
    expect(verdict()).toBe('plausible')
  })

  it('identity.machine names the namespace and the cluster of the Machine that confirms', () => {
    const confirmed = here([siblingNode], { ...OF_FLEET, name: 'edge-0' }, SIBLING)
    expect(ask('identity.machine', client, confirmed)).toMatchObject({
      observed: [
        { kind: 'Machine', value: 'fleet/edge-0', outcome: 'pass' },
        { kind: 'Cluster', value: 'fleet/one', outcome: 'pass' },
      ],
    })
  })

  const own = makeMachineObject({ ...OF_FLEET, nodeRef: { name: 'worker-1', uid: 'here' } })
  const node = makeNode({ uid: 'here', clusterApiMachine: annotationsOf(own) })
  const serving = (around: WorldOptions) => resultOf('identity.machine', makeCsr(), around)
  describeAnswers('a serving request whose Machine', serving, {
    'pass confirmed': {
      'has its Node here, and they name each other': { machines: [own], nodes: [node] },
      'has its Node here, beside a stranger’s twin': {
        machines: [
          own,
          makeMachineObject({ ...own, uid: 'twin', cluster: 'a/one', namespace: 'a' }),
        ],
        nodes: [node],
      },
    },
    'unknown otherCluster': {
      'has its Node elsewhere, one of its name is here': {
        machines: [own],
        nodes: [{ ...node, uid: 'another' }],
      },
      'is a stranger’s': {
        machines: [makeMachineObject({ ...own, cluster: 'a/one', namespace: 'a' })],
        nodes: [node],
      },
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
      observed: ['pass user system:node:worker-1'],
      values,
    },
    missing: { of: renewal, values },
    deleting: {
      of: renewal,
      around: { nodes: [makeNode({ deletedAt: '2026-11-24T12:01:00Z' })] },
      values,
    },
    younger: {
      of: renewal,
      around: { nodes: [makeNode({ createdAt: '2026-11-24T12:30:00Z' })] },
      values,
    },
    nodesUnreadable: {
      of: renewal,
      around: { nodes: [makeNode()], readable: { nodes: false } },
      values,
    },
    // A request is a renewal only if it has the node's own name.
    noName: null,
  }
  itTells('identity.requestor', examples)

  it('identity.requestor passes for a Node of the same second', () => {
    const nodes = [makeNode({ createdAt: NOON })]
    expect(resultOf('identity.requestor', makeCsr(renewal), { nodes })).toBe('pass authenticated')
  })
})
