import { describe, expect, it } from 'vitest'
import { timesYardstick } from '#lib/csr/fixtures/processor-time.ts'
import {
  fingerprintOf,
  rawCsr,
  rawMetadata,
  rawNode,
  requestText,
} from '#lib/kube/fixtures/raw-objects.ts'
import {
  projectClusterOperator,
  projectCsr,
  projectMachine,
  projectNode,
} from '#lib/kube/objects/project.ts'
import { ProjectionError } from '#lib/kube/transport/shape.ts'

describe('a request', () => {
  it('a projected request keeps the fields that are read, and drops the rest', () => {
    const raw = rawCsr('a', {
      spec: { uid: 'user-uid', expirationSeconds: 600, extra: { 'a.b/c': ['d'] } },
      status: {
        conditions: [{ type: 'Approved', status: 'True', reason: 'R', message: 'M', extra: 1 }],
        certificate: 'Y2VydA==',
      },
    })
    expect(projectCsr(raw)).toStrictEqual({
      uid: 'uid-of-a',
      name: 'a',
      resourceVersion: '100',
      createdAt: '2026-11-24T11:58:00Z',
      signerName: 'kubernetes.io/kubelet-serving',
      requestor: {
        username: 'system:node:worker-1',
        uid: 'user-uid',
        groups: ['system:nodes', 'system:authenticated'],
        extra: { 'a.b/c': ['d'] },
      },
      usages: ['digital signature', 'server auth'],
      expirationSeconds: 600,
      request: requestText('a'),
      conditions: [
        {
          type: 'Approved',
          status: 'True',
          reason: 'R',
          message: 'M',
          lastUpdateTime: null,
          lastTransitionTime: null,
        },
      ],
      certificate: 'Y2VydA==',
    })
  })

  it('a projected request may have a key named __proto__', () => {
    const extra = JSON.parse('{"__proto__":["x"]}') as unknown
    const { requestor } = projectCsr(rawCsr('a', { spec: { extra } }))
    expect(Object.entries(requestor.extra)).toEqual([['__proto__', ['x']]])
  })

  it('a projected request keeps any name that the API server accepted, unchanged', () => {
    const name = '<img src=x onerror=alert(1)> \u202e\n'
    expect(projectCsr(rawCsr(name)).name).toBe(name)
  })

  it.each<[string, unknown]>([
    ['nothing', null],
    ['text', 'csr'],
    ['a list', []],
    ['no metadata', { spec: {} }],
    ['no uid', rawCsr('a', { metadata: { uid: undefined } })],
    ['an empty uid', rawCsr('a', { metadata: { uid: '' } })],
    ['a number as a name', rawCsr('a', { metadata: { name: 7 } })],
    ['no request', rawCsr('a', { spec: { request: undefined } })],
    ['no signerName', rawCsr('a', { spec: { signerName: undefined } })],
    ['usages that are text', rawCsr('a', { spec: { usages: 'client auth' } })],
    ['a usage that is a number', rawCsr('a', { spec: { usages: [1] } })],
    ['groups with null', rawCsr('a', { spec: { groups: [null] } })],
    ['half a second', rawCsr('a', { spec: { expirationSeconds: 0.5 } })],
    ['a condition without type', rawCsr('a', { status: { conditions: [{ status: 'True' }] } })],
  ])('a request with %s is refused', (_, raw) => {
    expect(() => projectCsr(raw)).toThrow(ProjectionError)
  })
})

describe('a node', () => {
  it('a projected node keeps the fields that are read, and drops the rest', () => {
    const raw = rawNode('worker-1', {
      metadata: {
        deletionTimestamp: '2026-11-24T12:00:00Z',
        labels: { 'a/b': 'c' },
        annotations: {
          'a/b': 'c',
          'cluster.x-k8s.io/cluster-namespace': 'fleet',
          'cluster.x-k8s.io/cluster-name': 'one',
          'cluster.x-k8s.io/machine': 'edge-0',
        },
      },
      spec: {
        unschedulable: true,
        taints: [
          { key: 'a', value: 'b', effect: 'NoSchedule' },
          { key: 'c', effect: 'NoExecute' },
        ],
      },
      status: {
        addresses: [{ type: 'InternalIP', address: '198.51.100.11' }],
        conditions: [
          { type: 'MemoryPressure', status: 'False' },
          {
            type: 'Ready',
            status: 'Unknown',
            reason: 'NodeStatusUnknown',
            message: 'Kubelet stopped posting node status.',
            lastTransitionTime: '2026-11-24T11:00:00Z',
          },
        ],
      },
    })
    expect(projectNode(raw)).toStrictEqual({
      uid: 'uid-of-worker-1',
      name: 'worker-1',
      resourceVersion: '100',
      createdAt: '2026-11-24T11:58:00Z',
      deletedAt: '2026-11-24T12:00:00Z',
      roles: [],
      version: 'v1.36.3',
      addresses: [{ type: 'InternalIP', address: '198.51.100.11' }],
      providerID: null,
      clusterApiMachine: { namespace: 'fleet', cluster: 'one', name: 'edge-0' },
      kubeletPort: 10_250,
      ready: {
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        since: '2026-11-24T11:00:00Z',
      },
      unschedulable: true,
      taints: ['a=b:NoSchedule', 'c:NoExecute'],
    })
  })

  it.each(['cluster-namespace', 'cluster-name', 'machine'])(
    'a node names no Machine of Cluster API without %s',
    (missing) => {
      const keys = ['cluster-namespace', 'cluster-name', 'machine'].filter((key) => key !== missing)
      const annotations = Object.fromEntries(keys.map((key) => [`cluster.x-k8s.io/${key}`, 'a']))
      const { clusterApiMachine } = projectNode(rawNode('worker-1', { metadata: { annotations } }))
      expect(clusterApiMachine).toBeNull()
    },
  )

  it.each<[string, unknown, number]>([
    ['another', { kubeletEndpoint: { Port: 10_260 } }, 10_260],
    ['none yet', { kubeletEndpoint: { Port: 0 } }, 10_250],
    ['no port', { kubeletEndpoint: { Port: 65_536 } }, 10_250],
    ['nothing', {}, 10_250],
    ['null', null, 10_250],
  ])('a node has its kubelet’s port: %s', (_, daemonEndpoints, expected) => {
    const { metadata } = rawNode('worker-1')
    expect(projectNode({ metadata, status: { daemonEndpoints } }).kubeletPort).toBe(expected)
  })

  it.each<[string, unknown, string | null]>([
    ['its own', 'aws:///eu-1a/i-1', 'aws:///eu-1a/i-1'],
    ['none yet', '', null],
    ['nothing', undefined, null],
  ])(
    'a node and a Machine have the providerID of their instance: %s',
    (_, providerID, expected) => {
      const raw = { metadata: { ...rawMetadata('a'), namespace: 'ns' }, spec: { providerID } }
      expect(projectNode(raw).providerID).toBe(expected)
      expect(projectMachine('machine.openshift.io', raw).providerID).toBe(expected)
    },
  )

  it('a node may be empty, as when it was just created', () => {
    const { metadata } = rawNode('new')
    const node = projectNode({ metadata, spec: {}, status: {} })
    expect(node).toMatchObject({ ready: null, addresses: [], roles: [], version: '', taints: [] })
  })

  it.each<[string, Record<string, string>, string[]]>([
    ['none', { 'kubernetes.io/os': 'linux' }, []],
    ['a label as long as a role’s', { 'topology.example.com/rack-of-the-machine': '7' }, []],
    ['one', { 'node-role.kubernetes.io/worker': '' }, ['worker']],
    [
      'several, sorted',
      { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/infra': '' },
      ['infra', 'worker'],
    ],
    ['the old label', { 'kubernetes.io/role': 'master' }, ['master']],
    [
      'both, once',
      { 'node-role.kubernetes.io/master': 'x', 'kubernetes.io/role': 'master' },
      ['master'],
    ],
    ['an empty suffix', { 'node-role.kubernetes.io/': '', 'kubernetes.io/role': '' }, []],
    ['a look-alike', { 'node-role.kubernetes.io': 'x', 'x/node-role.kubernetes.io/y': '' }, []],
  ])('a node has the roles that kubectl prints: %s', (_, labels, roles) => {
    expect(projectNode(rawNode('a', { metadata: { labels } })).roles).toEqual(roles)
  })
})

describe('a Machine', () => {
  const status = {
    phase: 'Running',
    nodeRef: { kind: 'Node', name: 'worker-1', uid: 'node-uid' },
    addresses: [{ type: 'InternalDNS', address: 'worker-1' }],
  }

  it('a Machine of OpenShift is projected', () => {
    const labels = { 'machine.openshift.io/cluster-api-machine-role': 'worker' }
    const metadata = { ...rawMetadata('m'), namespace: 'openshift-machine-api', labels }
    expect(projectMachine('machine.openshift.io', { metadata, status })).toStrictEqual({
      uid: 'uid-of-m',
      apiGroup: 'machine.openshift.io',
      namespace: 'openshift-machine-api',
      name: 'm',
      cluster: null,
      resourceVersion: '100',
      createdAt: '2026-11-24T11:58:00Z',
      deletedAt: null,
      phase: 'Running',
      role: 'worker',
      providerID: null,
      nodeRef: { name: 'worker-1', uid: 'node-uid' },
      addresses: [{ type: 'InternalDNS', address: 'worker-1' }],
    })
  })

  it.each<[string, Record<string, string>, object, string | null, object | null]>([
    ['a worker', {}, { nodeRef: { name: 'w' } }, null, { name: 'w', uid: null }],
    ['control plane', { 'cluster.x-k8s.io/control-plane': '' }, {}, 'control-plane', null],
    ['without a name in its nodeRef', {}, { nodeRef: {} }, null, null],
  ])('a Machine of Cluster API, %s', (_, labels, machineStatus, role, nodeRef) => {
    const metadata = { ...rawMetadata('m'), namespace: 'ns', labels }
    const machine = projectMachine('cluster.x-k8s.io', { metadata, status: machineStatus })
    expect(machine.role).toBe(role)
    expect(machine.nodeRef).toEqual(nodeRef)
  })

  it.each<[string, string, object, string | null]>([
    ['of Cluster API', 'cluster.x-k8s.io', { spec: { clusterName: 'one' } }, 'fleet/one'],
    ['of Cluster API without one', 'cluster.x-k8s.io', { spec: { clusterName: '' } }, ''],
    ['of Cluster API without a spec', 'cluster.x-k8s.io', {}, ''],
    ['of OpenShift', 'machine.openshift.io', { spec: { clusterName: 'one' } }, null],
  ])('the cluster of a Machine: %s', (_, apiGroup, rest, cluster) => {
    const metadata = { ...rawMetadata('m'), namespace: 'fleet' }
    expect(projectMachine(apiGroup, { metadata, ...rest }).cluster).toBe(cluster)
  })

  it('a Machine of Cluster API whose cluster is no text is refused', () => {
    const metadata = { ...rawMetadata('m'), namespace: 'fleet' }
    const raw = { metadata, spec: { clusterName: 7 } }
    expect(() => projectMachine('cluster.x-k8s.io', raw)).toThrow('spec.clusterName')
  })

  it('a Machine may have no status, as at first', () => {
    const metadata = { ...rawMetadata('m'), namespace: 'ns' }
    const machine = projectMachine('machine.openshift.io', { metadata })
    expect(machine).toMatchObject({ phase: null, role: null, nodeRef: null, addresses: [] })
  })
})

describe('a cluster operator', () => {
  const condition = (type: string, status: string) => ({ type, status, message: `${type} says` })
  it.each<[string, object[], boolean, string]>([
    ['available', [condition('Available', 'True'), condition('Degraded', 'False')], true, ''],
    ['unavailable', [condition('Available', 'False')], false, 'Available says'],
    [
      'available and degraded',
      [condition('Available', 'True'), condition('Degraded', 'True')],
      true,
      'Degraded says',
    ],
    ['unknown', [condition('Available', 'Unknown')], false, 'Available says'],
    ['silent', [], false, ''],
  ])('a cluster operator is %s', (_, conditions, available, message) => {
    const operator = projectClusterOperator({
      metadata: rawMetadata('dns'),
      status: { conditions },
    })
    expect(operator).toMatchObject({ name: 'dns', available, message })
  })
})

describe('texts and lists beyond what a person can read', () => {
  const long = (length: number) => 'x'.repeat(length)
  const cutTo = (length: number) =>
    expect.stringMatching(new RegExp(`^x{${length}}…\\[\\d+ \\w{32}\\]$`))

  it.each<[string, Parameters<typeof rawCsr>[1], string, object]>([
    ['name', { metadata: { name: long(490_000) } }, 'metadata.name', { name: cutTo(512) }],
    [
      'signerName',
      { spec: { signerName: long(900) } },
      'spec.signerName',
      { signerName: cutTo(571) },
    ],
    [
      'username',
      { spec: { username: long(900) } },
      'spec.username',
      { requestor: expect.objectContaining({ username: cutTo(512) }) },
    ],
    [
      'group',
      { spec: { groups: ['a', long(300)] } },
      'spec.groups',
      { requestor: expect.objectContaining({ groups: ['a', cutTo(256)] }) },
    ],
  ])('the %s of a request is cut, and recorded as cut', (_, parts, field, kept) => {
    expect(projectCsr(rawCsr('a', parts))).toMatchObject({ ...kept, cut: [field] })
  })

  it.each<
    [
      string,
      Parameters<typeof rawCsr>[1],
      string,
      (csr: ReturnType<typeof projectCsr>) => number,
      number,
    ]
  >([
    [
      'groups',
      { spec: { groups: Array.from({ length: 300 }, (_, i) => `g${i}`) } },
      'spec.groups',
      ({ requestor }) => requestor.groups.length,
      256,
    ],
    [
      'long groups',
      { spec: { groups: Array.from({ length: 300 }, (_, i) => `${i}${long(240)}`) } },
      'spec.groups',
      ({ requestor }) => requestor.groups.length,
      67,
    ],
    [
      'values of extra',
      { spec: { extra: { a: Array.from({ length: 100 }, String) } } },
      'spec.extra',
      ({ requestor }) => requestor.extra.a?.length ?? 0,
      64,
    ],
    [
      'keys of extra',
      {
        spec: {
          extra: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, ['v']])),
        },
      },
      'spec.extra',
      ({ requestor }) => Object.keys(requestor.extra).length,
      64,
    ],
    [
      'usages',
      { spec: { usages: Array.from({ length: 100 }, (_, i) => `u${i}`) } },
      'spec.usages',
      ({ usages }) => usages.length,
      32,
    ],
  ])('too many %s are cut, and recorded as cut', (_, parts, field, count, most) => {
    const csr = projectCsr(rawCsr('a', parts))
    expect([count(csr), csr.cut]).toEqual([most, [field]])
  })

  it('any number of other conditions leaves the decision in place', () => {
    const odd = Array.from({ length: 100 }, (_, i) => ({ type: `T${i}`, status: 'True' }))
    const conditions = [...odd, { type: 'Denied', status: 'True' }]
    const csr = projectCsr(rawCsr('a', { status: { conditions } }))
    expect(csr.conditions.map(({ type }) => type)).toHaveLength(16)
    expect(csr.conditions[0]?.type).toBe('Denied')
  })

  it('a message is cut, and ends with an ellipsis', () => {
    const conditions = [{ type: 'Failed', status: 'True', message: long(1_400_000) }]
    const [failed] = projectCsr(rawCsr('a', { status: { conditions } })).conditions
    expect(failed?.message).toBe(`${long(2_048)}…`)
  })

  it('an oversized request keeps its beginning, and the digest of the whole', () => {
    const request = Buffer.alloc(1_000_000, 'x').toString('base64')
    const csr = projectCsr(rawCsr('a', { spec: { request } }))
    expect(csr.request).toBe(request.slice(0, 4_096))
    expect(csr.oversized).toEqual({ fingerprint: fingerprintOf(request), bytes: 1_000_000 })
  })

  it('a request of 64 KiB is kept whole', () => {
    const request = Buffer.alloc(64 * 1024, 'x').toString('base64')
    const csr = projectCsr(rawCsr('a', { spec: { request } }))
    expect(csr).toMatchObject({ request })
    expect(csr.oversized).toBeUndefined()
  })

  it('a node keeps 64 addresses, a short version and the beginning of its message', () => {
    const addresses = Array.from({ length: 20_000 }, (_, i) => ({
      type: 'InternalIP',
      address: `10.${i >> 8}.${i & 255}.1`,
    }))
    const ready = { type: 'Ready', status: 'False', reason: long(1_000), message: long(1_400_000) }
    const node = projectNode(
      rawNode('w', {
        metadata: {
          labels: Object.fromEntries(
            Array.from({ length: 40 }, (_, i) => [`node-role.kubernetes.io/r${i}`, '']),
          ),
        },
        spec: {
          taints: Array.from({ length: 100 }, (_, i) => ({ key: `k${i}`, effect: 'NoSchedule' })),
        },
        status: { addresses, conditions: [ready], nodeInfo: { kubeletVersion: long(400_000) } },
      }),
    )
    expect(node.addresses).toEqual(addresses.slice(0, 64))
    expect(node.version).toEqual(cutTo(64))
    expect(node.ready).toMatchObject({ reason: cutTo(256), message: `${long(2_048)}…` })
    expect([node.roles.length, node.taints.length]).toEqual([16, 64])
    expect(node.cut).toEqual([
      'metadata.labels',
      'status.nodeInfo.kubeletVersion',
      'status.addresses',
      'status.conditions.reason',
      'spec.taints',
    ])
    expect(JSON.stringify(node).length).toBeLessThan(12_000)
  })

  it('a node with 120,000 labels is read at once', () => {
    const labels = Array.from({ length: 120_000 }, (_, n) => [`l${n.toString(36)}`, ''])
    const text = JSON.stringify(rawNode('w', { metadata: { labels: Object.fromEntries(labels) } }))
    const raw = JSON.parse(text)
    expect(timesYardstick(200, () => projectNode(raw))).toBeLessThan(200)
  })

  it('a Machine and an operator are cut in the same way', () => {
    const metadata = { namespace: 'a' }
    const addresses = Array.from({ length: 65 }, (_, i) => ({
      type: 'InternalDNS',
      address: `n${i}`,
    }))
    const machine = projectMachine(
      'machine.openshift.io',
      rawNode('m', { metadata, status: { phase: long(1_000), addresses } }),
    )
    expect(machine).toMatchObject({ phase: cutTo(64), cut: ['status.phase', 'status.addresses'] })
    const conditions = [{ type: 'Available', status: 'False', message: long(1_000_000) }]
    expect(projectClusterOperator(rawNode('o', { status: { conditions } })).message).toBe(
      `${long(2_048)}…`,
    )
  })
})
