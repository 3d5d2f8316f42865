import { describe, expect, it } from 'vitest'
import { ask, judgeIn, resultOf } from '#lib/csr/fixtures/ask.ts'
import { describeAnswers, itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import {
  type MachineObjectOptions,
  makeMachineObject,
  makeNode,
  makeWorld,
  type NodeOptions,
  presents,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { itTells } from '#lib/csr/fixtures/tells.ts'
import type { CheckCode } from '#lib/csr/model.ts'

/** Node `worker-1` at 198.51.100.11 by default. */
const own = (options: NodeOptions = {}): WorldOptions => ({ nodes: [makeNode(options)] })
const dns = (...dnsNames: string[]): CsrOptions => ({ dnsNames, ipAddresses: [] })
const having = (...machines: MachineObjectOptions[]): WorldOptions => ({
  ...own(),
  machines: machines.map(makeMachineObject),
})
const ip = (...ipAddresses: string[]): CsrOptions => ({ dnsNames: [], ipAddresses })
const sansAnswer =
  (code: CheckCode, usual: WorldOptions, always: WorldOptions = {}) =>
  ([options = {}, around = usual]: [CsrOptions?, WorldOptions?]) =>
    resultOf(code, makeCsr(options), { ...around, ...always })
const at = (type: string, address: string): NodeOptions => ({ addresses: [{ type, address }] })

const NO_NAME: CsrOptions = { commonNames: ['system:node:worker-1', 'system:node:worker-2'] }

describe('sans.owned', () => {
  const linked = makeMachineObject({ ips: ['203.0.113.9'], nodeRef: 'worker-1' })
  itTells('sans.owned', {
    owned: {
      around: { ...own(), machines: [linked] },
      expected: ['IP:198.51.100.11', 'DNS:worker-1', 'IP:203.0.113.9'],
      observed: ['pass DNS worker-1', 'pass IP 198.51.100.11'],
    },
    notOwned: {
      of: ip('198.51.100.11', '198.51.100.12'),
      around: own(),
      expected: ['IP:198.51.100.11', 'DNS:worker-1'],
      observed: ['pass IP 198.51.100.11', 'fail IP 198.51.100.12'],
      values: { sans: '198.51.100.12' },
    },
    // A kubelet asks for all addresses of its Node.
    moreAddresses: {
      of: ip('198.51.100.11', '198.51.100.12'),
      around: own({ cut: ['status.addresses'] }),
      expected: ['IP:198.51.100.11', 'DNS:worker-1'],
      observed: ['pass IP 198.51.100.11', 'unknown IP 198.51.100.12'],
      values: { sans: '198.51.100.12' },
    },
    // The Machine's addresses are still known.
    nodesUnreadable: {
      of: ip('198.51.100.11', '203.0.113.9'),
      around: { ...own(), machines: [linked], readable: { nodes: false } },
      expected: ['IP:203.0.113.9', 'DNS:worker-1'],
      observed: ['unknown IP 198.51.100.11', 'pass IP 203.0.113.9'],
    },
    noName: { of: NO_NAME, around: own() },
  })

  itAnswers(sansAnswer('sans.owned', own()), {
    'pass owned': {
      'all that the Node has': [{}],
      'a part of it': [ip('198.51.100.11')],
      "the node's name, listed or not": [dns('worker-1'), own({ addresses: [] })],
      InternalDNS: [dns('w.internal'), own(at('InternalDNS', 'w.internal'))],
      ExternalDNS: [dns('w.example.com'), own(at('ExternalDNS', 'w.example.com'))],
      ExternalIP: [ip('203.0.113.9'), own(at('ExternalIP', '203.0.113.9'))],
      'a Hostname that is an IP': [ip('203.0.113.9'), own(at('Hostname', '203.0.113.9'))],
      capitals: [dns('Worker-1')],
      'capitals of the Node': [dns('w.example.com'), own(at('Hostname', 'W.Example.COM'))],
      'a trailing dot': [dns('worker-1.')],
      'another spelling': [ip('2001:db8:0:0::1'), own({ ips: ['2001:DB8::0001'] })],
      'IPv4-mapped IPv6': [ip('::ffff:198.51.100.11')],
      'mapped by the Node': [ip('198.51.100.11'), own({ ips: ['::ffff:c633:640b'] })],
      'an address of its Machine only': [
        ip('203.0.113.9'),
        having({ ips: ['203.0.113.9'], nodeRef: 'worker-1' }),
      ],
      'of a Machine that expects it': [ip('203.0.113.9'), having({ ips: ['203.0.113.9'] })],
    },
    'fail notOwned': {
      'two trailing dots': [dns('worker-1..')],
      'a longer name': [dns('worker-1.example.com')],
      'a type nobody knows': [dns('w.x'), own(at('ServiceDNS', 'w.x'))],
      'a Node without addresses': [ip('198.51.100.11'), own({ addresses: [] })],
      'no Node': [{}, {}],
      'of a Machine of another cluster that expects it': [
        ip('203.0.113.9'),
        having({ ips: ['203.0.113.9'], cluster: 'fleet/one' }),
      ],
      'of a Machine that expects it and has another': [
        ip('203.0.113.9'),
        having({ ips: ['203.0.113.9'], nodeRef: 'worker-2' }),
      ],
      'of a Machine that cannot be read any more': [
        ip('203.0.113.9'),
        { ...own(), machines: [linked], readable: { machines: false } },
      ],
    },
    'unknown moreAddresses': {
      'an address that its Machine may have': [
        ip('198.51.100.12'),
        having({ nodeRef: 'worker-1', cut: ['status.addresses'] }),
      ],
    },
  })
})

describe('sans.foreign', () => {
  const other = makeNode({ name: 'worker-11', ips: ['198.51.100.21'] })
  const withOther: WorldOptions = { nodes: [makeNode(), other] }
  const machine = (options: MachineObjectOptions) =>
    having({ name: 'edge-11', ips: ['198.51.100.21'], ...options })
  const taken = ip('198.51.100.11', '198.51.100.21')
  const withMore = makeNode({ name: 'worker-12', ips: [], cut: ['status.addresses'] })
  itTells('sans.foreign', {
    free: { around: withOther, observed: ['pass DNS worker-1', 'pass IP 198.51.100.11'] },
    held: {
      of: taken,
      around: withOther,
      observed: ['pass IP 198.51.100.11', 'fail IP 198.51.100.21 ← worker-11'],
      values: { san: '198.51.100.21', holder: 'worker-11' },
    },
    nodesUnreadable: {
      of: taken,
      around: { ...withOther, readable: { nodes: false } },
      observed: ['unknown IP 198.51.100.11', 'unknown IP 198.51.100.21'],
    },
    machinesUnreadable: {
      of: taken,
      around: { ...machine({ nodeRef: 'worker-11' }), readable: { machines: false } },
      observed: ['unknown IP 198.51.100.11', 'unknown IP 198.51.100.21'],
    },
    machinesPartly: {
      around: { ...withOther, readable: { machines: 'partly' } },
      observed: ['unknown DNS worker-1', 'unknown IP 198.51.100.11'],
    },
    moreAddresses: {
      around: { nodes: [makeNode(), withMore] },
      observed: ['pass DNS worker-1', 'pass IP 198.51.100.11'],
      values: { san: '198.51.100.11', holder: 'worker-12' },
    },
    noName: { of: NO_NAME, around: withOther },
  })

  const list = (...addresses: string[]) => [{ name: 'worker-1', addresses, role: null }]
  const cut = { nodes: [makeNode(), withMore] }
  describeAnswers('where a Node’s addresses are cut', sansAnswer('sans.foreign', cut), {
    'pass free': {
      'its name alone': [dns('worker-1')],
      'what a Machine has': [{}, { ...having({ nodeRef: 'worker-1' }), ...cut }],
      'what a list gives': [{}, { ...cut, expected: list('198.51.100.11') }],
      'it is the only one that could not be read': [{}, { nodesAside: ['worker-1'] }],
      'the Node itself has more': [{}, own({ cut: ['status.addresses'] })],
      'more taints': [
        {},
        { nodes: [makeNode(), makeNode({ name: 'b', cut: ['spec.taints'], ips: [] })] },
      ],
    },
    'unknown moreAddresses': {
      'what a list names only': [{}, { ...cut, expected: list() }],
      'another Node is there, and could not be read': [{}, { ...own(), nodesAside: ['x'] }],
      'a Machine of another node has more': [
        {},
        having({ ips: [], internalDns: [], nodeRef: 'worker-12', cut: ['status.addresses'] }),
      ],
    },
  })

  it('a request is judged again when a Node’s addresses are cut or complete, unreadable or readable', () => {
    const node = makeNode({ name: 'worker-12', ips: [] })
    const world = makeWorld({ nodes: [makeNode(), node], csrs: [makeCsr()] })
    for (const change of [
      () => world.upsertNode(withMore),
      () => world.upsertNode(node),
      () => world.putNodeAside(node),
      () => world.upsertNode(node),
    ]) {
      world.takeTouched()
      change()
      expect([...world.takeTouched().machines]).toContain('worker-1')
    }
  })

  const partly = { readable: { machines: 'partly' } } as const
  const its = ip('198.51.100.21')
  itAnswers(sansAnswer('sans.foreign', withOther), {
    'pass free': {
      'of a Machine of another cluster': [
        its,
        machine({ nodeRef: 'worker-11', cluster: 'fleet/one' }),
      ],
      'of a Machine that expects it': [its, machine({})],
      'of a Machine that has it': [its, machine({ nodeRef: 'worker-1', internalDns: [] })],
    },
    'fail held': {
      'of a Machine, others unread': [taken, { ...machine({ nodeRef: 'worker-11' }), ...partly }],
      "another Node's IP": [its],
      'the same in another spelling': [ip('::ffff:198.51.100.21')],
      'the same as a DNS name': [dns('198.51.100.21')],
      'the same inside NAT64': [ip('64:ff9b::198.51.100.21')],
      'the same inside 6to4': [ip('2002:c633:6415::')],
      'the same as IPv4-compatible IPv6': [ip('::198.51.100.21')],
      "another Node's name": [dns('worker-11')],
      'the same in capitals with a dot': [dns('WORKER-11.')],
      'one that both claim': [
        ip('198.51.100.11'),
        { nodes: [makeNode(), makeNode({ name: 'worker-11', ips: ['198.51.100.11'] })] },
      ],
      'of a Machine with another node': [its, machine({ nodeRef: 'worker-11' })],
      'of a Machine that expects another': [its, machine({ internalDns: ['worker-11'] })],
      'of a Machine that expects another, and is linked to it by that address': [
        its,
        machine({ internalDns: ['worker-11'], nodeRef: 'worker-1' }),
      ],
      'Machines cannot be read, but a Node has it': [
        its,
        { nodes: [other], readable: { machines: false } },
      ],
    },
  })

  const twoNodes = ['w-3', 'w-2'].map((name) => makeNode({ name, ips: ['198.51.100.21'] }))
  const holderOf = (around: WorldOptions) =>
    ask('sans.foreign', makeCsr(its), around)?.values.holder ?? null
  describeAnswers('names the holder', holderOf, {
    'w-2': { 'two Nodes: the first by name': { nodes: twoNodes } },
    'worker-11': {
      'a Machine: the node that it has, whatever it expected': machine({
        nodeRef: 'worker-11',
        internalDns: ['a-1'],
      }),
    },
    'a-1': {
      'one without: the first that it expects': machine({ internalDns: ['b-1', 'a-1'] }),
      'one that is linked by an address: the node that it expects': machine({
        internalDns: ['worker-1.x', 'a-1'],
        nodeRef: 'worker-1',
      }),
    },
    'edge-11': { 'one that expects none: itself': machine({ internalDns: [] }) },
  })

  it('sans.foreign names another holder once the Node that a Machine refers to is not the Machine’s', () => {
    const csr = makeCsr(its)
    const waits = machine({ internalDns: ['worker-11'], nodeRef: 'worker-2' })
    const world = makeWorld({ ...waits, csrs: [csr] })
    const holder = () => judgeIn(world, csr).reason?.values.holder
    expect(holder()).toBe('worker-2')
    world.upsertNode(makeNode({ name: 'worker-2', ips: [] }))
    expect(holder()).toBe('worker-11')
  })

  describe('another node’s first label', () => {
    const named = (...names: string[]): WorldOptions => ({
      nodes: names.map((name) => makeNode({ name, ips: [] })),
    })
    const ofNode = (nodeName: string, ...names: string[]) => ({ nodeName, ...dns(...names) })
    const expecting = (internalDns: string[], nodeRef: string | null = null): WorldOptions => ({
      ...having({ ips: [], internalDns, nodeRef }),
      ...named('worker-1'),
    })
    itAnswers(sansAnswer('sans.foreign', named('worker-2')), {
      'fail held': {
        'under a domain': [dns('worker-2.prod.example.com')],
        'in capitals with a dot': [dns('Worker-2.Prod.example.com.')],
        'without its domain': [dns('worker-2'), named('worker-2.prod.example.com')],
        'under another domain than its': [
          dns('worker-2.site-b.example'),
          named('worker-2.site-a.example'),
        ],
        'of a Machine that expects another': [dns('worker-2.example.com'), expecting(['worker-2'])],
        'of a Machine that has another node': [
          dns('worker-2.example.com'),
          expecting([], 'worker-2'),
        ],
      },
      'pass free': {
        'inside another label': [dns('worker-2x.example.com')],
        'not as the first label': [dns('api.worker-2.example.com')],
        'that is the first label of its own name': [
          ofNode('worker-1.site-a.example', 'worker-1', 'worker-1.site-a.example', 'worker-1.x'),
          named('worker-1.site-a.example', 'worker-1.site-b.example'),
        ],
        'of a node that is an IP address': [dns('198.example.com'), named('198.51.100.21')],
        'that its own Machine has': [
          dns('worker-2.example.com'),
          {
            ...expecting(['worker-1', 'worker-2.example.com'], 'worker-1'),
            ...named('worker-1', 'worker-2'),
          },
        ],
      },
      'unknown nodesUnreadable': {
        'of Nodes that cannot be read any more': [
          dns('worker-2.example.com'),
          { ...named('worker-2'), readable: { nodes: false } },
        ],
      },
    })

    it('sans.foreign names the first node that has the label', () => {
      const around = named('worker-2.site-b.example', 'worker-2.site-a.example')
      expect(ask('sans.foreign', makeCsr(dns('worker-2')), around)?.values).toEqual({
        san: 'worker-2',
        holder: 'worker-2.site-a.example',
      })
    })
  })

  it('sans.foreign fails for both claimants of an address, and each names the other', () => {
    const nodes = [makeNode(), makeNode({ name: 'worker-11', ips: ['198.51.100.11'] })]
    const one = makeCsr(ip('198.51.100.11'))
    const two = makeCsr({ nodeName: 'worker-11', ...ip('198.51.100.11') })
    expect(ask('sans.foreign', one, { nodes })?.values.holder).toBe('worker-11')
    expect(ask('sans.foreign', two, { nodes })?.values.holder).toBe('worker-1')
  })
})

describe('sans.reserved', () => {
  const reserved = {
    apiServerHosts: ['api.example.com', '192.0.2.10', '[2001:db8::10]'],
    serviceNetworks: ['10.0.0.0/24', 'fd00:10::/112'],
  }
  const asks = (of: CsrOptions, ...observed: string[]) => ({ of, around: { reserved }, observed })
  itTells('sans.reserved', {
    free: { ...asks({}, 'pass DNS worker-1', 'pass IP 198.51.100.11') },
    cluster: {
      ...asks(dns('worker-1', 'Grafana.svc'), 'pass DNS worker-1', 'fail DNS Grafana.svc'),
      values: { san: 'Grafana.svc' },
    },
    local: { ...asks(ip('::1'), 'fail IP ::1'), values: { san: '::1' } },
    metadata: {
      ...asks(ip('169.254.169.254'), 'fail IP 169.254.169.254'),
      values: { san: '169.254.169.254' },
    },
    special: { ...asks(ip('240.0.0.1'), 'fail IP 240.0.0.1'), values: { san: '240.0.0.1' } },
    spelling: {
      ...asks(dns('worker-1', '127.1'), 'pass DNS worker-1', 'fail DNS 127.1'),
      values: { san: '127.1' },
    },
    wildcard: {
      ...asks(dns('*.example.com'), 'fail DNS *.example.com'),
      values: { san: '*.example.com' },
    },
    // The worst of several SANs is the finding.
    apiServer: {
      ...asks(
        dns('localhost', 'api.example.com'),
        'fail DNS localhost',
        'fail DNS api.example.com',
      ),
      values: { san: 'api.example.com' },
    },
    serviceNetwork: { ...asks(ip('10.0.0.1'), 'fail IP 10.0.0.1'), values: { san: '10.0.0.1' } },
    networksUntold: {
      of: ip('198.51.100.11'),
      around: { reserved: { ...reserved, areNetworksKnown: false } },
      observed: ['unknown IP 198.51.100.11'],
      values: { san: '198.51.100.11' },
    },
    unreadable: { of: { request: 'bm90IGEgcmVxdWVzdA==' } },
  })

  describe('sans.reserved where the Service networks are unknown', () => {
    const unknownNetworks = { ...reserved, areNetworksKnown: false }
    const master = own({ ips: ['192.0.2.10'], roles: ['control-plane'] })
    const listed = (...addresses: string[]) => [{ name: 'worker-1', addresses, role: null }]
    itAnswers(sansAnswer('sans.reserved', own(), { reserved: unknownNetworks }), {
      'unknown networksUntold': {
        'an address that only its Node vouches for': [],
        'what another’s Machine has': [{}, having({ nodeRef: 'worker-2' })],
        'one address more than its Machine has': [
          ip('198.51.100.11', '10.96.0.10'),
          having({ nodeRef: 'worker-1' }),
        ],
        'a list without addresses': [{}, { ...own(), expected: listed() }],
        'one address more than its kubelet presents': [
          ip('198.51.100.11', '10.96.0.10'),
          { ...own(), live: { 'worker-1': presents() } },
        ],
        'an address that its port presents in another node’s name': [
          {},
          { ...own(), live: { 'worker-1': presents({ nodeName: 'worker-2' }) } },
        ],
        'the API server’s own node': [ip('192.0.2.10'), master],
        'no single name': [{ ...ip('198.51.100.11'), ...NO_NAME }],
      },
      'pass free': {
        'names only': [dns('worker-1')],
        'what its Machine has': [{}, having({ nodeRef: 'worker-1' })],
        'what the list gives it': [{}, { ...own(), expected: listed('198.51.100.11') }],
        'what its kubelet presents already': [{}, { ...own(), live: { 'worker-1': presents() } }],
      },
      'fail spelling': { 'an address as a DNS name': [dns('198.51.100.11')] },
      'fail serviceNetwork': {
        'an address that is known to be a Service’s anyway': [ip('10.0.0.1', '198.51.100.11')],
      },
      'fail cluster': { 'a name of the cluster': [dns('kubernetes')] },
    })
  })

  const ANSWERS: Readonly<Record<string, { dns?: readonly string[]; ip?: readonly string[] }>> = {
    'pass free': {
      dns: [
        ...['worker-1.example.com', 'svc.example.com', 'kubernetes-1.example.com'],
        ...['x.localhost.example.com', 'localhost7.example.com', 'my-cluster.local'],
        ...['xn--worker-1-q9g.example.com', 'xn--lcalhost-yoj', 'worker-1.x1', '7.example.com'],
      ],
      // Beside carrier-grade NAT, benchmarks, documentation, an ordinary address in 6to4.
      ip: [
        ...['198.51.100.11', '100.64.0.11', '198.18.0.11', '203.0.113.1'],
        ...['2002:c633:640b::1', '10.0.1.0'],
      ],
    },
    'fail cluster': {
      dns: [
        ...['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
        ...['Kubernetes.Default.SVC.', 'grafana.monitoring.svc.cluster.local', 'grafana.svc'],
        ...['cluster.local', 'svc.cluster.local', 'worker-1.Cluster.LOCAL.'],
      ],
    },
    // Local names; loopback in every spelling, NAT64, 6to4 and Teredo; link-local; none; multicast.
    'fail local': {
      dns: [
        ...['localhost', 'x.localhost', 'x.y.localhost', 'localhost.localdomain', 'localhost6'],
        ...['localhost6.localdomain6', 'ip6-localhost', 'IP6-Loopback.', '127.0.0.1'],
      ],
      ip: [
        ...['127.0.0.1', '127.9.9.9', '::ffff:127.0.0.1', '64:ff9b::127.0.0.1', '2002:7f00:1::1'],
        ...['::127.0.0.1', '2001:0:c000:201::80ff:fffe', '169.254.1.1', 'fe80::1', '0.1.2.3'],
        ...['0.0.0.0', '::', '224.0.0.1', '255.255.255.255'],
      ],
    },
    'fail spelling': {
      dns: [
        ...['127.1', '0x7f000001', '2130706433', '017700000001', '127.0.0.1..', '[10.96.0.1]'],
        ...['10.96.0.1:443', '198.51.100.022', '198.51.100.11', '0x', 'worker-1.0X1F', '1', '.'],
        ...['worker-1.7', 'worker-1..', '', '.worker-1', 'worker_1', '-worker-1', 'worker-1.-x'],
        ...['worker-1/x', 'worker-1:10250', 'fe80::1%eth0'],
      ],
    },
    // Metadata addresses of Google, Alibaba, Oracle, AWS, and of most clouds in ISATAP.
    'fail metadata': {
      dns: ['Metadata.Google.internal.', 'metadata.goog'],
      ip: [
        ...['100.100.100.200', '192.0.0.192', 'fd00:c1::a9fe:a9fe', 'fd00:ec2:0::254'],
        '2001:db8::5efe:169.254.169.254',
      ],
    },
    'fail wildcard': { dns: ['*.example.com'] },
    // For protocols, and in a local NAT64.
    'fail special': { ip: ['192.0.0.8', '64:ff9b:1:0:c6:3364:1500::'] },
    'fail apiServer': {
      dns: ['API.example.com.', '192.0.2.10'],
      ip: ['::ffff:192.0.2.10', '2001:db8:0::10', '2002:c000:20a::'],
    },
    'fail serviceNetwork': { dns: ['64:ff9b::10.0.0.1'], ip: ['64:ff9b::10.0.0.1', 'fd00:10::1'] },
  }
  describe.each(Object.entries(ANSWERS))('%s', (expected, { dns: names = [], ip: ips = [] }) => {
    const answer = (options: CsrOptions, address: string) => {
      const addresses = ['InternalIP', 'InternalDNS'].map((type) => ({ type, address }))
      return resultOf('sans.reserved', makeCsr(options), { ...own({ addresses }), reserved })
    }
    it.each(names)('sans.reserved judges the DNS name “%s”, which the Node claims', (name) =>
      expect(answer(dns(name), name)).toBe(expected),
    )
    it.each(ips)('sans.reserved judges the address %s, which the Node claims', (address) =>
      expect(answer(ip(address), address)).toBe(expected),
    )
  })

  describe('the API server at a node’s own address', () => {
    const served = ip('192.0.2.10')
    const master = own({ ips: ['192.0.2.10', '127.0.0.1'], roles: ['control-plane', 'worker'] })
    itAnswers(sansAnswer('sans.reserved', master, { reserved }), {
      'pass free': { 'a control-plane node': [served] },
      'fail apiServer': {
        'a worker that claims it': [served, own({ ips: ['192.0.2.10'] })],
        'a control-plane node that has another': [served, own({ roles: ['control-plane'] })],
        'no Node': [served, {}],
        'a Node that cannot be read any more': [served, { ...master, readable: { nodes: false } }],
        'no single name': [{ ...served, ...NO_NAME }],
      },
      'fail local': { 'a control-plane node that lists loopback': [ip('127.0.0.1')] },
    })

    // kubeadm puts the first control-plane node into the API server's certificate.
    describe('the API server is known by its certificate', () => {
      const hosts = ['kubernetes', 'cp-1', 'api.prod.example.com', '192.0.2.10', '192.0.2.100']
      const addresses = [
        { type: 'InternalIP', address: '192.0.2.10' },
        { type: 'ExternalIP', address: '192.0.2.100' },
        { type: 'InternalDNS', address: 'api.prod.example.com' },
        { type: 'ExternalDNS', address: 'kubernetes' },
      ]
      const cluster = (role: string) => ({
        nodes: [makeNode({ name: 'cp-1', addresses, roles: [role] })],
        reserved: { apiServerHosts: hosts },
      })
      const around = cluster('control-plane')
      const OF_CP_1 = makeMachineObject({
        nodeRef: 'cp-1',
        internalDns: ['cp-1'],
        ips: ['192.0.2.100'],
      })
      const of = (options: CsrOptions) => ({
        nodeName: 'cp-1',
        dnsNames: [],
        ipAddresses: [],
        ...options,
      })
      const answer = ([options, world = around]: [CsrOptions, WorldOptions?]) =>
        resultOf('sans.reserved', makeCsr(options), world)
      itAnswers(answer, {
        'pass free': {
          'its node name': [of({ dnsNames: ['CP-1.'] })],
          'its InternalIP': [of({ ipAddresses: ['192.0.2.10'] })],
          'what its Machine has': [
            of({ ipAddresses: ['192.0.2.100'] }),
            { ...around, machines: [OF_CP_1] },
          ],
        },
        'fail apiServer': {
          'a name that its status has': [of({ dnsNames: ['api.prod.example.com'] })],
          'an ExternalIP that its status has': [of({ ipAddresses: ['192.0.2.100'] })],
          'a worker of that name': [of({ dnsNames: ['cp-1'] }), cluster('worker')],
          'another node': [{ ...of({ dnsNames: ['cp-1'] }), nodeName: 'cp-2' }],
        },
        'fail cluster': { kubernetes: [of({ dnsNames: ['kubernetes'] })] },
      })
    })

    it('a Service’s address is not called the API server’s, as inside the cluster', () => {
      const around = {
        ...own({ ips: ['192.0.2.10', '10.0.0.1'], roles: ['control-plane'] }),
        reserved: { ...reserved, apiServerHosts: ['10.0.0.1'] },
      }
      const csr = makeCsr(ip('192.0.2.10', '10.0.0.1'))
      expect(resultOf('sans.reserved', csr, around)).toBe('fail serviceNetwork')
    })
  })
})
