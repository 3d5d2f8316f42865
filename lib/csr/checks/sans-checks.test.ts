import { describe, expect, it } from 'vitest'
import { judge } from '#lib/csr/checks/verdict.ts'
import { ask, told } from '#lib/csr/fixtures/ask.ts'
import {
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  type NodeOptions,
  presents,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { itTells } from '#lib/csr/fixtures/tells.ts'

type Case = readonly [what: string, options: CsrOptions, around: WorldOptions, expected: string]

/** Node `worker-1` at 198.51.100.11 by default. */
const own = (options: NodeOptions = {}): WorldOptions => ({ nodes: [makeNode(options)] })
const dns = (...dnsNames: string[]): CsrOptions => ({ dnsNames, ipAddresses: [] })
const ip = (...ipAddresses: string[]): CsrOptions => ({ dnsNames: [], ipAddresses })
const at = (type: string, address: string): NodeOptions => ({ addresses: [{ type, address }] })

const NO_NAME: CsrOptions = { commonNames: ['system:node:worker-1', 'system:node:worker-2'] }

describe('sans.owned', () => {
  const linked = makeMachineObject({ ips: ['203.0.113.9'], nodeRef: 'worker-1' })
  itTells('sans.owned', {
    owned: {
      around: { ...own(), machines: [linked] },
      outcome: 'pass',
      expected: ['IP:198.51.100.11', 'DNS:worker-1', 'IP:203.0.113.9'],
      observed: ['pass DNS worker-1', 'pass IP 198.51.100.11'],
    },
    notOwned: {
      of: ip('198.51.100.11', '198.51.100.12'),
      around: own(),
      outcome: 'fail',
      expected: ['IP:198.51.100.11', 'DNS:worker-1'],
      observed: ['pass IP 198.51.100.11', 'fail IP 198.51.100.12'],
      values: { sans: '198.51.100.12' },
    },
    // A kubelet asks for all addresses of its Node.
    moreAddresses: {
      of: ip('198.51.100.11', '198.51.100.12'),
      around: own({ cut: ['status.addresses'] }),
      outcome: 'unknown',
      expected: ['IP:198.51.100.11', 'DNS:worker-1'],
      observed: ['pass IP 198.51.100.11', 'unknown IP 198.51.100.12'],
      values: { sans: '198.51.100.12' },
    },
    // The Machine's addresses are still known.
    nodesUnreadable: {
      of: ip('198.51.100.11', '203.0.113.9'),
      around: { ...own(), machines: [linked], readable: { nodes: false } },
      outcome: 'unknown',
      expected: ['IP:203.0.113.9', 'DNS:worker-1'],
      observed: ['unknown IP 198.51.100.11', 'pass IP 203.0.113.9'],
    },
    noName: { of: NO_NAME, around: own(), outcome: 'unknown' },
  })

  it.each<Case>([
    ['all that the Node has', {}, own(), 'pass owned'],
    ['a part of it', ip('198.51.100.11'), own(), 'pass owned'],
    ["the node's name, listed or not", dns('worker-1'), own({ addresses: [] }), 'pass owned'],
    ['InternalDNS', dns('w.internal'), own(at('InternalDNS', 'w.internal')), 'pass owned'],
    ['ExternalDNS', dns('w.example.com'), own(at('ExternalDNS', 'w.example.com')), 'pass owned'],
    ['ExternalIP', ip('203.0.113.9'), own(at('ExternalIP', '203.0.113.9')), 'pass owned'],
    [
      'a Hostname that is an IP',
      ip('203.0.113.9'),
      own(at('Hostname', '203.0.113.9')),
      'pass owned',
    ],
    ['capitals', dns('Worker-1'), own(), 'pass owned'],
    [
      'capitals of the Node',
      dns('w.example.com'),
      own(at('Hostname', 'W.Example.COM')),
      'pass owned',
    ],
    ['a trailing dot', dns('worker-1.'), own(), 'pass owned'],
    ['two trailing dots', dns('worker-1..'), own(), 'fail notOwned'],
    ['another spelling', ip('2001:db8:0:0::1'), own({ ips: ['2001:DB8::0001'] }), 'pass owned'],
    ['IPv4-mapped IPv6', ip('::ffff:198.51.100.11'), own(), 'pass owned'],
    ['mapped by the Node', ip('198.51.100.11'), own({ ips: ['::ffff:c633:640b'] }), 'pass owned'],
    ['one IP more', ip('198.51.100.11', '198.51.100.12'), own(), 'fail notOwned'],
    ['a longer name', dns('worker-1.example.com'), own(), 'fail notOwned'],
    ['a type nobody knows', dns('w.x'), own(at('ServiceDNS', 'w.x')), 'fail notOwned'],
    [
      'an address that its Machine may have',
      ip('198.51.100.12'),
      {
        ...own(),
        machines: [makeMachineObject({ nodeRef: 'worker-1', cut: ['status.addresses'] })],
      },
      'unknown moreAddresses',
    ],
    ['a Node without addresses', ip('198.51.100.11'), own({ addresses: [] }), 'fail notOwned'],
    ['no Node', {}, {}, 'fail notOwned'],
    [
      'an address of its Machine only',
      ip('203.0.113.9'),
      { ...own(), machines: [makeMachineObject({ ips: ['203.0.113.9'], nodeRef: 'worker-1' })] },
      'pass owned',
    ],
    [
      'of a Machine that expects it',
      ip('203.0.113.9'),
      { ...own(), machines: [makeMachineObject({ ips: ['203.0.113.9'] })] },
      'pass owned',
    ],
    [
      'of a Machine of another cluster that expects it',
      ip('203.0.113.9'),
      { ...own(), machines: [makeMachineObject({ ips: ['203.0.113.9'], cluster: 'fleet/one' })] },
      'fail notOwned',
    ],
    [
      'of a Machine that expects it and has another',
      ip('203.0.113.9'),
      { ...own(), machines: [makeMachineObject({ ips: ['203.0.113.9'], nodeRef: 'worker-2' })] },
      'fail notOwned',
    ],
    [
      'of a Machine that cannot be read any more',
      ip('203.0.113.9'),
      { ...own(), machines: [linked], readable: { machines: false } },
      'fail notOwned',
    ],
    ['client', { kind: 'client' }, own(), '-'],
  ])('%s', (_, options, around, expected) => {
    expect(told('sans.owned', makeCsr(options), around)).toBe(expected)
  })
})

describe('sans.foreign', () => {
  const other = makeNode({ name: 'worker-11', ips: ['198.51.100.21'] })
  const withOther: WorldOptions = { nodes: [makeNode(), other] }
  const machine = (options: Parameters<typeof makeMachineObject>[0]): WorldOptions => ({
    ...own(),
    machines: [makeMachineObject({ name: 'edge-11', ips: ['198.51.100.21'], ...options })],
  })
  const taken = ip('198.51.100.11', '198.51.100.21')
  const withMore = makeNode({ name: 'worker-12', ips: [], cut: ['status.addresses'] })
  itTells('sans.foreign', {
    free: {
      around: withOther,
      outcome: 'pass',
      observed: ['pass DNS worker-1', 'pass IP 198.51.100.11'],
    },
    held: {
      of: taken,
      around: withOther,
      outcome: 'fail',
      observed: ['pass IP 198.51.100.11', 'fail IP 198.51.100.21 ← worker-11'],
      values: { san: '198.51.100.21', holder: 'worker-11' },
    },
    nodesUnreadable: {
      of: taken,
      around: { ...withOther, readable: { nodes: false } },
      outcome: 'unknown',
      observed: ['unknown IP 198.51.100.11', 'unknown IP 198.51.100.21'],
    },
    machinesUnreadable: {
      of: taken,
      around: { ...machine({ nodeRef: 'worker-11' }), readable: { machines: false } },
      outcome: 'unknown',
      observed: ['unknown IP 198.51.100.11', 'unknown IP 198.51.100.21'],
    },
    machinesPartly: {
      around: { ...withOther, readable: { machines: 'partly' } },
      outcome: 'unknown',
      observed: ['unknown DNS worker-1', 'unknown IP 198.51.100.11'],
    },
    moreAddresses: {
      around: { nodes: [makeNode(), withMore] },
      outcome: 'unknown',
      observed: ['pass DNS worker-1', 'pass IP 198.51.100.11'],
      values: { san: '198.51.100.11', holder: 'worker-12' },
    },
    noName: { of: NO_NAME, around: withOther, outcome: 'unknown' },
  })

  const list = (addresses: readonly string[]) => [{ name: 'worker-1', addresses, role: null }]
  it.each<Case>([
    ['its name alone', dns('worker-1'), { nodes: [makeNode(), withMore] }, 'pass free'],
    [
      'what a Machine has',
      {},
      { nodes: [makeNode(), withMore], machines: [makeMachineObject({ nodeRef: 'worker-1' })] },
      'pass free',
    ],
    [
      'what a list gives',
      {},
      { nodes: [makeNode(), withMore], expected: list(['198.51.100.11']) },
      'pass free',
    ],
    [
      'what a list names only',
      {},
      { nodes: [makeNode(), withMore], expected: list([]) },
      'unknown moreAddresses',
    ],
    [
      'another Node is there, and could not be read',
      {},
      { ...own(), nodesAside: ['worker-12'] },
      'unknown moreAddresses',
    ],
    ['it is the only one that could not be read', {}, { nodesAside: ['worker-1'] }, 'pass free'],
    [
      'the Node itself has more',
      {},
      { nodes: [makeNode({ cut: ['status.addresses'] })] },
      'pass free',
    ],
    [
      'a Machine of another node has more',
      {},
      {
        ...own(),
        machines: [
          makeMachineObject({
            name: 'x',
            ips: [],
            internalDns: [],
            nodeRef: 'worker-12',
            cut: ['status.addresses'],
          }),
        ],
      },
      'unknown moreAddresses',
    ],
    [
      'more taints',
      {},
      { nodes: [makeNode(), makeNode({ name: 'b', cut: ['spec.taints'], ips: [] })] },
      'pass free',
    ],
  ])('where a Node’s addresses are cut: %s', (_, options, around, expected) => {
    expect(told('sans.foreign', makeCsr(options), around)).toBe(expected)
  })

  it('is judged again when a Node’s addresses are cut, or complete again', () => {
    const world = makeWorld({ nodes: [makeNode(), makeNode({ name: 'worker-12', ips: [] })] })
    world.upsertCsr(makeCsr())
    for (const cut of [['status.addresses'], undefined]) {
      world.takeTouched()
      world.upsertNode(
        makeNode({ name: 'worker-12', ips: [], ...(cut === undefined ? {} : { cut }) }),
      )
      expect([...world.takeTouched().machines]).toEqual(expect.arrayContaining(['worker-1']))
    }
  })

  it('is judged again when a Node becomes unreadable or readable', () => {
    const node = makeNode({ name: 'worker-12', ips: [] })
    const world = makeWorld({ nodes: [makeNode()], csrs: [makeCsr()] })
    for (const change of [() => world.putNodeAside(node), () => world.upsertNode(node)]) {
      world.takeTouched()
      change()
      expect([...world.takeTouched().machines]).toContain('worker-1')
    }
  })

  const partly = { readable: { machines: 'partly' } } as const
  it.each<Case>([
    ['its own', {}, withOther, 'pass free'],
    ['its own, some Machines unread', {}, { ...withOther, ...partly }, 'unknown machinesPartly'],
    [
      'of a Machine, others unread',
      taken,
      { ...machine({ nodeRef: 'worker-11' }), ...partly },
      'fail held',
    ],
    ["another Node's IP", ip('198.51.100.21'), withOther, 'fail held'],
    ['the same in another spelling', ip('::ffff:198.51.100.21'), withOther, 'fail held'],
    ['the same as a DNS name', dns('198.51.100.21'), withOther, 'fail held'],
    ['the same inside NAT64', ip('64:ff9b::198.51.100.21'), withOther, 'fail held'],
    ['the same inside 6to4', ip('2002:c633:6415::'), withOther, 'fail held'],
    ['the same as IPv4-compatible IPv6', ip('::198.51.100.21'), withOther, 'fail held'],
    ["another Node's name", dns('worker-11'), withOther, 'fail held'],
    ['the same in capitals with a dot', dns('WORKER-11.'), withOther, 'fail held'],
    [
      'one that both claim',
      ip('198.51.100.11'),
      { nodes: [makeNode(), makeNode({ name: 'worker-11', ips: ['198.51.100.11'] })] },
      'fail held',
    ],
    [
      'of a Machine with another node',
      ip('198.51.100.21'),
      machine({ nodeRef: 'worker-11' }),
      'fail held',
    ],
    [
      'of a Machine of another cluster',
      ip('198.51.100.21'),
      machine({ nodeRef: 'worker-11', cluster: 'fleet/one' }),
      'pass free',
    ],
    [
      'of a Machine that expects another',
      ip('198.51.100.21'),
      machine({ internalDns: ['worker-11'] }),
      'fail held',
    ],
    [
      'of a Machine that expects another, and is linked to it by that address',
      ip('198.51.100.21'),
      machine({ internalDns: ['worker-11'], nodeRef: 'worker-1' }),
      'fail held',
    ],
    ['of a Machine that expects it', ip('198.51.100.21'), machine({}), 'pass free'],
    [
      'of a Machine that has it',
      ip('198.51.100.21'),
      machine({ nodeRef: 'worker-1', internalDns: [] }),
      'pass free',
    ],
    [
      'Machines cannot be read, but a Node has it',
      ip('198.51.100.21'),
      { nodes: [other], readable: { machines: false } },
      'fail held',
    ],
  ])('%s', (_, options, around, expected) => {
    expect(told('sans.foreign', makeCsr(options), around)).toBe(expected)
  })

  it.each<[string, WorldOptions, string]>([
    [
      'two Nodes: the first by name',
      {
        nodes: [
          makeNode({ name: 'w-3', ips: ['198.51.100.21'] }),
          makeNode({ name: 'w-2', ips: ['198.51.100.21'] }),
        ],
      },
      'w-2',
    ],
    [
      'a Machine: the node that it has, whatever it expected',
      machine({ nodeRef: 'worker-11', internalDns: ['a-1'] }),
      'worker-11',
    ],
    ['one without: the first that it expects', machine({ internalDns: ['b-1', 'a-1'] }), 'a-1'],
    [
      'one that is linked by an address: the node that it expects',
      machine({ internalDns: ['worker-1.x', 'a-1'], nodeRef: 'worker-1' }),
      'a-1',
    ],
    ['one that expects none: itself', machine({ internalDns: [] }), 'edge-11'],
  ])('names the holder, %s', (_, around, holder) => {
    expect(ask('sans.foreign', makeCsr(ip('198.51.100.21')), around)?.values.holder).toBe(holder)
  })

  it('names another holder once the Node that a Machine refers to is not the Machine’s', () => {
    const csr = makeCsr(ip('198.51.100.21'))
    const world = makeWorld({
      ...machine({ internalDns: ['worker-11'], nodeRef: 'worker-2' }),
      csrs: [csr],
    })
    const holder = () => {
      const claim = world.claim(csr.uid)
      return claim === null ? null : judge(claim, world, makeContext()).reason?.values.holder
    }
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
      ...named('worker-1'),
      machines: [makeMachineObject({ ips: [], internalDns, nodeRef })],
    })
    it.each<Case>([
      ['under a domain', dns('worker-2.prod.example.com'), named('worker-2'), 'fail held'],
      ['in capitals with a dot', dns('Worker-2.Prod.example.com.'), named('worker-2'), 'fail held'],
      ['without its domain', dns('worker-2'), named('worker-2.prod.example.com'), 'fail held'],
      [
        'under another domain than its',
        dns('worker-2.site-b.example'),
        named('worker-2.site-a.example'),
        'fail held',
      ],
      ['inside another label', dns('worker-2x.example.com'), named('worker-2'), 'pass free'],
      ['not as the first label', dns('api.worker-2.example.com'), named('worker-2'), 'pass free'],
      [
        'that is the first label of its own name',
        ofNode('worker-1.site-a.example', 'worker-1', 'worker-1.site-a.example', 'worker-1.x'),
        named('worker-1.site-a.example', 'worker-1.site-b.example'),
        'pass free',
      ],
      [
        'of a node that is an IP address',
        dns('198.example.com'),
        named('198.51.100.21'),
        'pass free',
      ],
      [
        'of a Machine that expects another',
        dns('worker-2.example.com'),
        expecting(['worker-2']),
        'fail held',
      ],
      [
        'of a Machine that has another node',
        dns('worker-2.example.com'),
        expecting([], 'worker-2'),
        'fail held',
      ],
      [
        'that its own Machine has',
        dns('worker-2.example.com'),
        {
          nodes: ['worker-1', 'worker-2'].map((name) => makeNode({ name, ips: [] })),
          machines: [
            makeMachineObject({
              ips: [],
              internalDns: ['worker-1', 'worker-2.example.com'],
              nodeRef: 'worker-1',
            }),
          ],
        },
        'pass free',
      ],
      [
        'of Nodes that cannot be read any more',
        dns('worker-2.example.com'),
        { ...named('worker-2'), readable: { nodes: false } },
        'unknown nodesUnreadable',
      ],
    ])('%s', (_, options, around, expected) => {
      expect(told('sans.foreign', makeCsr(options), around)).toBe(expected)
    })

    it('names the first node that has it', () => {
      const around = named('worker-2.site-b.example', 'worker-2.site-a.example')
      expect(ask('sans.foreign', makeCsr(dns('worker-2')), around)?.values).toEqual({
        san: 'worker-2',
        holder: 'worker-2.site-a.example',
      })
    })
  })

  it('fails for both claimants of an address, each naming the other', () => {
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
    free: { ...asks({}, 'pass DNS worker-1', 'pass IP 198.51.100.11'), outcome: 'pass' },
    cluster: {
      ...asks(dns('worker-1', 'Grafana.svc'), 'pass DNS worker-1', 'fail DNS Grafana.svc'),
      outcome: 'fail',
      values: { san: 'Grafana.svc' },
    },
    local: { ...asks(ip('::1'), 'fail IP ::1'), outcome: 'fail', values: { san: '::1' } },
    metadata: {
      ...asks(ip('169.254.169.254'), 'fail IP 169.254.169.254'),
      outcome: 'fail',
      values: { san: '169.254.169.254' },
    },
    special: {
      ...asks(ip('240.0.0.1'), 'fail IP 240.0.0.1'),
      outcome: 'fail',
      values: { san: '240.0.0.1' },
    },
    spelling: {
      ...asks(dns('worker-1', '127.1'), 'pass DNS worker-1', 'fail DNS 127.1'),
      outcome: 'fail',
      values: { san: '127.1' },
    },
    wildcard: {
      ...asks(dns('*.example.com'), 'fail DNS *.example.com'),
      outcome: 'fail',
      values: { san: '*.example.com' },
    },
    // The worst of several SANs is the finding.
    apiServer: {
      ...asks(
        dns('localhost', 'api.example.com'),
        'fail DNS localhost',
        'fail DNS api.example.com',
      ),
      outcome: 'fail',
      values: { san: 'api.example.com' },
    },
    serviceNetwork: {
      ...asks(ip('10.0.0.1'), 'fail IP 10.0.0.1'),
      outcome: 'fail',
      values: { san: '10.0.0.1' },
    },
    networksUntold: {
      of: ip('198.51.100.11'),
      around: { reserved: { ...reserved, areNetworksTold: false } },
      observed: ['unknown IP 198.51.100.11'],
      outcome: 'unknown',
      values: { san: '198.51.100.11' },
    },
    unreadable: { of: { request: 'bm90IGEgcmVxdWVzdA==' }, outcome: 'unknown' },
  })

  describe('where the Service networks are unknown', () => {
    const untold = { ...reserved, areNetworksTold: false }
    const master = own({ ips: ['192.0.2.10'], roles: ['control-plane'] })
    const machines = [makeMachineObject({ nodeRef: 'worker-1' })]
    const listed = (...addresses: string[]) => [{ name: 'worker-1', addresses, role: null }]
    it.each<Case>([
      ['an address that only its Node vouches for', {}, own(), 'unknown networksUntold'],
      ['names only', dns('worker-1'), own(), 'pass free'],
      ['an address as a DNS name', dns('198.51.100.11'), own(), 'fail spelling'],
      ['what its Machine has', {}, { ...own(), machines }, 'pass free'],
      [
        'what another’s Machine has',
        {},
        { ...own(), machines: [makeMachineObject({ nodeRef: 'worker-2' })] },
        'unknown networksUntold',
      ],
      [
        'one address more than its Machine has',
        ip('198.51.100.11', '10.96.0.10'),
        { ...own(), machines },
        'unknown networksUntold',
      ],
      ['what the list gives it', {}, { ...own(), expected: listed('198.51.100.11') }, 'pass free'],
      ['a list without addresses', {}, { ...own(), expected: listed() }, 'unknown networksUntold'],
      [
        'what its kubelet presents already',
        {},
        { ...own(), live: { 'worker-1': presents() } },
        'pass free',
      ],
      [
        'one address more than its kubelet presents',
        ip('198.51.100.11', '10.96.0.10'),
        { ...own(), live: { 'worker-1': presents() } },
        'unknown networksUntold',
      ],
      [
        'an address that its port presents in another node’s name',
        {},
        { ...own(), live: { 'worker-1': presents({ nodeName: 'worker-2' }) } },
        'unknown networksUntold',
      ],
      [
        'an address that is known to be a Service’s anyway',
        ip('10.0.0.1', '198.51.100.11'),
        own(),
        'fail serviceNetwork',
      ],
      ['a name of the cluster', dns('kubernetes'), own(), 'fail cluster'],
      ['the API server’s own node', ip('192.0.2.10'), master, 'unknown networksUntold'],
      ['no single name', { ...ip('198.51.100.11'), ...NO_NAME }, own(), 'unknown networksUntold'],
    ])('%s', (_, options, around, expected) => {
      const asked = { ...around, reserved: untold }
      expect(told('sans.reserved', makeCsr(options), asked)).toBe(expected)
    })
  })

  it.each<readonly [what: string, options: CsrOptions, expected: string]>([
    ['an ordinary name', dns('worker-1.example.com'), 'pass free'],
    ['an ordinary IP', ip('198.51.100.11'), 'pass free'],
    ['kubernetes', dns('kubernetes'), 'fail cluster'],
    ['kubernetes.default', dns('kubernetes.default'), 'fail cluster'],
    ['kubernetes.default.svc', dns('kubernetes.default.svc'), 'fail cluster'],
    ['in capitals with a dot', dns('Kubernetes.Default.SVC.'), 'fail cluster'],
    ['a Service', dns('grafana.monitoring.svc.cluster.local'), 'fail cluster'],
    ['svc at the end', dns('grafana.svc'), 'fail cluster'],
    ['a name that begins with svc', dns('svc.example.com'), 'pass free'],
    ['a name that begins so', dns('kubernetes-1.example.com'), 'pass free'],
    ['localhost', dns('localhost'), 'fail local'],
    ['under localhost', dns('x.localhost'), 'fail local'],
    ['further under localhost', dns('x.y.localhost'), 'fail local'],
    ['a name that goes on after it', dns('x.localhost.example.com'), 'pass free'],
    ['localhost.localdomain', dns('localhost.localdomain'), 'fail local'],
    ['localhost6', dns('localhost6'), 'fail local'],
    ['localhost6.localdomain6', dns('localhost6.localdomain6'), 'fail local'],
    ['ip6-localhost', dns('ip6-localhost'), 'fail local'],
    ['ip6-loopback in capitals', dns('IP6-Loopback.'), 'fail local'],
    ['a name that begins so', dns('localhost7.example.com'), 'pass free'],
    ['the domain of the cluster', dns('cluster.local'), 'fail cluster'],
    ['of all its Services', dns('svc.cluster.local'), 'fail cluster'],
    ['a name in it', dns('worker-1.Cluster.LOCAL.'), 'fail cluster'],
    ['a name that only ends so', dns('my-cluster.local'), 'pass free'],
    ['punycode', dns('xn--worker-1-q9g.example.com'), 'pass free'],
    ['punycode of what looks like localhost', dns('xn--lcalhost-yoj'), 'pass free'],
    ...[
      '127.1',
      '0x7f000001',
      '2130706433',
      '017700000001',
      '127.0.0.1..',
      '[10.96.0.1]',
      '10.96.0.1:443',
      '198.51.100.022',
      '198.51.100.11',
      '0x',
      'worker-1.0X1F',
      'worker-1.7',
      '1',
      'worker-1..',
      '.',
      '',
      '.worker-1',
      'worker_1',
      '-worker-1',
      'worker-1.-x',
      'worker-1/x',
      'worker-1:10250',
      'fe80::1%eth0',
    ].map((name) => [`as a DNS name ${JSON.stringify(name)}`, dns(name), 'fail spelling'] as const),
    ['a last label with a digit in it', dns('worker-1.x1'), 'pass free'],
    ['a numeric label that is not the last', dns('7.example.com'), 'pass free'],
    ['loopback', ip('127.0.0.1'), 'fail local'],
    ['any loopback', ip('127.9.9.9'), 'fail local'],
    ['IPv6 loopback', ip('::1'), 'fail local'],
    ['mapped loopback', ip('::ffff:127.0.0.1'), 'fail local'],
    ['loopback as a DNS name', dns('127.0.0.1'), 'fail local'],
    ['link-local', ip('169.254.1.1'), 'fail local'],
    ['the metadata of most clouds', ip('169.254.169.254'), 'fail metadata'],
    ['of Alibaba', ip('100.100.100.200'), 'fail metadata'],
    ['of Oracle', ip('192.0.0.192'), 'fail metadata'],
    ['of AWS over IPv6', ip('fd00:ec2:0::254'), 'fail metadata'],
    ['of Google by name', dns('Metadata.Google.internal.'), 'fail metadata'],
    ['of Google by its other name', dns('metadata.goog'), 'fail metadata'],
    ['of Oracle over IPv6', ip('fd00:c1::a9fe:a9fe'), 'fail metadata'],
    ['an address for protocols', ip('192.0.0.8'), 'fail special'],
    ['an address for nothing yet', ip('240.0.0.1'), 'fail special'],
    ['all of the network', ip('255.255.255.255'), 'fail local'],
    ['this host', ip('0.1.2.3'), 'fail local'],
    ['carrier-grade NAT, where some clusters have nodes', ip('100.64.0.11'), 'pass free'],
    ['a network for benchmarks, where labs have nodes', ip('198.18.0.11'), 'pass free'],
    ['a documentation prefix', ip('203.0.113.1'), 'pass free'],
    ['loopback inside NAT64', ip('64:ff9b::127.0.0.1'), 'fail local'],
    ['whatever a local NAT64 holds', ip('64:ff9b:1:0:c6:3364:1500::'), 'fail special'],
    ['loopback inside 6to4', ip('2002:7f00:1::1'), 'fail local'],
    ['IPv4-compatible loopback', ip('::127.0.0.1'), 'fail local'],
    ['loopback inside Teredo', ip('2001:0:c000:201::80ff:fffe'), 'fail local'],
    ['metadata inside ISATAP', ip('2001:db8::5efe:169.254.169.254'), 'fail metadata'],
    ['an ordinary address inside 6to4', ip('2002:c633:640b::1'), 'pass free'],
    ['a Service address inside NAT64', ip('64:ff9b::10.0.0.1'), 'fail serviceNetwork'],
    ['the same as a DNS name', dns('64:ff9b::10.0.0.1'), 'fail serviceNetwork'],
    ['the API server inside 6to4', ip('2002:c000:20a::'), 'fail apiServer'],
    ['IPv6 link-local', ip('fe80::1'), 'fail local'],
    ['unspecified', ip('0.0.0.0'), 'fail local'],
    ['IPv6 unspecified', ip('::'), 'fail local'],
    ['multicast', ip('224.0.0.1'), 'fail local'],
    ['wildcard', dns('*.example.com'), 'fail wildcard'],
    ["the API server's name", dns('API.example.com.'), 'fail apiServer'],
    ["the API server's address", ip('::ffff:192.0.2.10'), 'fail apiServer'],
    ['the same as a DNS name', dns('192.0.2.10'), 'fail apiServer'],
    ["the API server's IPv6 address", ip('2001:db8:0::10'), 'fail apiServer'],
    ['a Service address', ip('10.0.0.1'), 'fail serviceNetwork'],
    ['just outside', ip('10.0.1.0'), 'pass free'],
    ['a Service address of IPv6', ip('fd00:10::1'), 'fail serviceNetwork'],
  ])('%s', (_, options, expected) => {
    expect(told('sans.reserved', makeCsr(options), { ...own(), reserved })).toBe(expected)
  })

  describe("the API server at a node's own address", () => {
    const served = ip('192.0.2.10')
    const master = own({ ips: ['192.0.2.10', '127.0.0.1'], roles: ['control-plane', 'worker'] })
    it.each<Case>([
      ['a control-plane node', served, master, 'pass free'],
      ['a worker that claims it', served, own({ ips: ['192.0.2.10'] }), 'fail apiServer'],
      [
        'a control-plane node that has another',
        served,
        own({ roles: ['control-plane'] }),
        'fail apiServer',
      ],
      ['no Node', served, {}, 'fail apiServer'],
      [
        'a Node that cannot be read any more',
        served,
        { ...master, readable: { nodes: false } },
        'fail apiServer',
      ],
      ['no single name', { ...served, ...NO_NAME }, master, 'fail apiServer'],
      ['a control-plane node that lists loopback', ip('127.0.0.1'), master, 'fail local'],
    ])('%s', (_, options, around, expected) => {
      expect(told('sans.reserved', makeCsr(options), { ...around, reserved })).toBe(expected)
    })

    // kubeadm puts the first control-plane node into the API server's certificate.
    describe('by its certificate', () => {
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
      it.each<Case>([
        ['its node name', of({ dnsNames: ['CP-1.'] }), around, 'pass free'],
        ['its InternalIP', of({ ipAddresses: ['192.0.2.10'] }), around, 'pass free'],
        [
          'a name that its status has',
          of({ dnsNames: ['api.prod.example.com'] }),
          around,
          'fail apiServer',
        ],
        [
          'an ExternalIP that its status has',
          of({ ipAddresses: ['192.0.2.100'] }),
          around,
          'fail apiServer',
        ],
        [
          'what its Machine has',
          of({ ipAddresses: ['192.0.2.100'] }),
          { ...around, machines: [OF_CP_1] },
          'pass free',
        ],
        ['kubernetes', of({ dnsNames: ['kubernetes'] }), around, 'fail cluster'],
        ['a worker of that name', of({ dnsNames: ['cp-1'] }), cluster('worker'), 'fail apiServer'],
        [
          'another node',
          { ...of({ dnsNames: ['cp-1'] }), nodeName: 'cp-2' },
          around,
          'fail apiServer',
        ],
      ])('%s', (_, options, world, expected) => {
        expect(told('sans.reserved', makeCsr(options), world)).toBe(expected)
      })
    })

    it('is not this reason where the address is a Service’s, as inside the cluster', () => {
      const around = {
        ...own({ ips: ['192.0.2.10', '10.0.0.1'], roles: ['control-plane'] }),
        reserved: { ...reserved, apiServerHosts: ['10.0.0.1'] },
      }
      const csr = makeCsr(ip('192.0.2.10', '10.0.0.1'))
      expect(told('sans.reserved', csr, around)).toBe('fail serviceNetwork')
    })
  })
})
