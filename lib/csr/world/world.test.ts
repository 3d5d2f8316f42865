import { describe, expect, it } from 'vitest'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import {
  approved,
  approvedByMachineApprover,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  NOW,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr, makeRequest, nodeRequestor } from '#lib/csr/fixtures/make-csr.ts'
import { kubeletPlace } from '#lib/csr/kubelets/evidence.ts'
import { deriveMachine } from '#lib/csr/machine/derive.ts'
import type { MachineApprover } from '#lib/csr/machine-approver/machine-approver-facts.ts'
import type { Csr } from '#lib/csr/model.ts'
import { readIssued } from '#lib/csr/reading/certificate.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'
import { World } from '#lib/csr/world/world.ts'

/** Names of the machines that a change touches, and of the other requests. */
function touchedBy(around: WorldOptions, change: (world: World) => void): string[] {
  const world = makeWorld(around)
  world.takeTouched()
  change(world)
  const { machines, others } = world.takeTouched()
  return [...machines, ...[...others].map((uid) => `other ${uid}`)].sort()
}

const asks = (nodeName: string, ...ipAddresses: string[]) => makeCsr({ nodeName, ipAddresses })
const node = (name: string, ...ips: string[]) => makeNode({ name, ips })

/** Complete reserved addresses. */
const reserved = (apiServerHosts: readonly string[], serviceNetworks: readonly string[]) => ({
  apiServerHosts,
  serviceNetworks,
  areNetworksKnown: true,
})

/** Unreadable requests that the machine-approver's brake counts. */
function crowd(count: number): Csr[] {
  const one = makeCsr({ kind: 'client', request: 'AAAA' })
  return Array.from({ length: count }, (_, i) => ({ ...one, uid: `u${i}`, name: `n${i}` }))
}

describe('rows that a change touches', () => {
  const one = asks('worker-1', '198.51.100.11')
  const two = asks('worker-2', '198.51.100.12')
  const both: WorldOptions = {
    csrs: [one, two],
    nodes: [node('worker-1', '198.51.100.11'), node('worker-2', '198.51.100.12')],
  }
  const stray: WorldOptions = {
    csrs: [makeCsr({ dnsNames: ['worker-9.example.com'], ipAddresses: [] })],
  }
  const touched = ([change, around = both]: [(world: World) => void, WorldOptions?]) =>
    touchedBy(around, change).join(', ')
  itAnswers(touched, {
    'worker-3': { 'a new request: its machine': [(w) => w.upsertCsr(asks('worker-3'))] },
    'worker-1': {
      'a decided request: its machine': [(w) => w.upsertCsr(approved(one))],
      'a Node that turns NotReady: its machine': [
        (w) => w.upsertNode(makeNode({ ready: 'False' })),
      ],
      'a Node takes an address that no request has: its machine': [
        (w) => w.upsertNode(node('worker-1', '198.51.100.11', '203.0.113.1')),
      ],
      'a Node goes': [(w) => w.removeNode('node-worker-1')],
    },
    'worker-2': { 'a deleted request: its machine': [(w) => w.removeCsr(two.uid)] },
    '': {
      'a request that is not known: nothing': [(w) => w.removeCsr('nobody')],
      'a heartbeat without a change: nothing': [
        (w) => w.upsertNode({ ...node('worker-1', '198.51.100.11'), resourceVersion: '2' }),
      ],
      'a Node that is not known goes: nothing': [(w) => w.removeNode('nobody')],
      'a Machine whose resourceVersion alone is new: nothing': [
        (w) => w.upsertMachineObject(makeMachineObject({ resourceVersion: '2' })),
        { ...both, machines: [makeMachineObject()] },
      ],
      'the same can be read as before: nothing': [
        (w) => w.setReadable({ nodes: true, machines: 'absent' }),
      ],
      'the list has another machine of the same domain: nothing': [
        (w) => w.setExpected([{ name: 'worker-8.example.com', addresses: [], role: null }]),
        { ...both, expected: [{ name: 'worker-9.example.com', addresses: [], role: null }] },
      ],
    },
    'worker-1, worker-2': {
      "a Node takes another's address: both": [
        (w) => w.upsertNode(node('worker-1', '198.51.100.12')),
      ],
      'a Node gives up an address that another asks for: both': [
        (w) => w.upsertNode(node('worker-1')),
        { ...both, nodes: [node('worker-1', '198.51.100.12')] },
      ],
      'a Node of the same uid has another name: both': [
        (w) => w.upsertNode(makeNode({ uid: 'n', name: 'worker-2' })),
        { nodes: [makeNode({ uid: 'n', name: 'worker-1' })] },
      ],
      'a key is used again: both': [
        (w) => w.upsertCsr(makeCsr({ nodeName: 'worker-2', keyName: 'k' })),
        { csrs: [makeCsr({ nodeName: 'worker-1', keyName: 'k' })] },
      ],
      'Nodes become unreadable: everything': [
        (w) => w.setReadable({ nodes: false, machines: 'absent' }),
      ],
      'requests of other signers are no longer followed: everything': [
        (w) => w.setFollowed('kubelets'),
      ],
      'the service network becomes known: everything': [
        (w) => w.setReserved(reserved([], ['10.0.0.0/24'])),
      ],
      'the Service networks become unknown: everything': [
        (w) => w.setReserved({ ...reserved([], []), areNetworksKnown: false }),
      ],
      'the API server loses a name: everything': [
        (w) => w.setReserved(reserved(['api'], [])),
        { ...both, reserved: { apiServerHosts: ['api', 'api-int'] } },
      ],
      'the list gives another domain, under which any machine’s name may stand: everything': [
        (w) => w.setExpected([{ name: 'worker-9.example.com', addresses: [], role: null }]),
        { ...both, expected: [{ name: 'worker-9', addresses: [], role: null }] },
      ],
    },
    'worker-2, worker-9': {
      'a Node appears with an address that is asked for: both': [
        (w) => w.upsertNode(node('worker-9', '198.51.100.12')),
      ],
    },
    'worker-1, worker-9': {
      'a Node appears with an address that a request spells as a DNS name: both': [
        (w) => w.upsertNode(node('worker-9', '203.0.113.1')),
        { csrs: [makeCsr({ dnsNames: ['203.0.113.1'], ipAddresses: [] })] },
      ],
    },
    'worker-9': {
      'a Node appears that only a decided request refers to': [
        (w) => w.upsertNode(node('worker-9', '198.51.100.12')),
        { csrs: [approved(two)], nodes: both.nodes ?? [] },
      ],
    },
    'w0rker-7, worker-7': {
      'a Node appears that a name looks like: both': [
        (w) => w.upsertNode(node('worker-7')),
        { csrs: [makeCsr({ kind: 'client', nodeName: 'w0rker-7' })] },
      ],
    },
    'worker-7': {
      'a Node of the same age: not its look-alikes': [
        (w) => w.upsertNode(makeNode({ name: 'worker-7', ready: 'False' })),
        { csrs: [makeCsr({ kind: 'client', nodeName: 'w0rker-7' })], nodes: [node('worker-7')] },
      ],
    },
    'worker-1, worker-9.site': {
      'a Node appears whose first label is asked for under a domain: both': [
        (w) => w.upsertNode(node('worker-9.site')),
        stray,
      ],
      'the same Node goes': [
        (w) => w.removeNode('node-worker-9.site'),
        { ...stray, nodes: [node('worker-9.site')] },
      ],
      'a Machine expects a name whose first label is asked for under a domain: both': [
        (w) =>
          w.upsertMachineObject(makeMachineObject({ internalDns: ['worker-9.site'], ips: [] })),
        stray,
      ],
      'the same Machine goes': [
        (w) => w.removeMachineObject(makeMachineObject().uid),
        { ...stray, machines: [makeMachineObject({ internalDns: ['worker-9.site'], ips: [] })] },
      ],
    },
    'worker-9.site': {
      'the same Node changes: its machine alone': [
        (w) => w.upsertNode(makeNode({ name: 'worker-9.site', ips: [], ready: 'False' })),
        { ...stray, nodes: [node('worker-9.site')] },
      ],
    },
    'worker-2, worker-3, worker-4': {
      'a Machine appears: the names it speaks of, and who asks for its addresses': [
        (w) =>
          w.upsertMachineObject(
            makeMachineObject({
              internalDns: ['worker-3'],
              ips: ['198.51.100.12'],
              nodeRef: 'worker-4',
            }),
          ),
      ],
    },
    'w-1.internal, worker-1': {
      'a Machine is linked: its node, once under the expected name': [
        (w) =>
          w.upsertMachineObject(
            makeMachineObject({ internalDns: ['w-1.internal'], ips: [], nodeRef: 'worker-1' }),
          ),
        { ...both, machines: [makeMachineObject({ internalDns: ['w-1.internal'], ips: [] })] },
      ],
    },
    'other u1': {
      'another request: itself': [
        (w) => w.upsertCsr(makeCsr({ uid: 'u1', signerName: 'example.com/mesh' })),
      ],
    },
  })

  const approver: MachineApprover = {
    presence: 'present',
    available: true,
    message: '',
    clients: 'on',
  }
  it.each<readonly [string, Partial<MachineApprover>, readonly string[]]>([
    ['as before: nothing', {}, []],
    ['not available: what waits', { available: false }, ['worker-1']],
    ['with another message: what waits', { message: 'degraded' }, ['worker-1']],
    ['with client requests turned off: pending requests', { clients: 'off' }, ['worker-1']],
  ])('the machine-approver %s', (_, now, expected) => {
    const waits = { csrs: [one, approved(two), makeCsr({ signerName: 'example.com/mesh' })] }
    const world = makeWorld(waits)
    world.setMachineApprover(approver)
    world.takeTouched()
    world.setMachineApprover({ ...approver, ...now })
    expect(world.machineApprover).toEqual({ ...approver, ...now })
    const { machines, others } = world.takeTouched()
    expect([[...machines], [...others]]).toEqual([expected, []])
  })

  it('the machine-approver’s disappearance touches every row, also of denied machines', () => {
    const world = makeWorld({ csrs: [one, approved(two)] })
    world.setMachineApprover(approver)
    world.takeTouched()
    world.setMachineApprover({ ...approver, presence: 'absent' })
    expect([...world.takeTouched().machines].sort()).toEqual(['worker-1', 'worker-2'])
  })

  it('the machine-approver’s brake touches pending requests, once when it trips and once on release', () => {
    const world = makeWorld({ csrs: [one, approved(two, '2026-11-24T11:59:00Z'), ...crowd(99)] })
    world.setMachineApprover(approver)
    const noticed = (now: number) => {
      world.takeTouched()
      world.noticeMachineApprover(now)
      return [...world.takeTouched().machines]
    }
    const madeAt = Date.parse(one.createdAt)
    expect(noticed(madeAt)).toEqual([])
    world.upsertCsr(makeCsr({ kind: 'client', request: 'AAAA' }))
    expect(noticed(madeAt)).toEqual(['worker-1'])
    expect(noticed(madeAt)).toEqual([])
    expect(world.machineApproverChangesAt(madeAt)).toBe(madeAt + 3_600_000)
    expect(noticed(madeAt + 3_600_000)).toEqual(['worker-1'])
    world.setMachineApprover({ ...approver, presence: 'absent' })
    expect(noticed(madeAt)).toEqual([])
    expect(world.machineApproverChangesAt(madeAt)).toBeNull()
  })

  it('the machine-approver’s work touches what waits, at its approval and a minute later', () => {
    const world = makeWorld({ csrs: [one] })
    world.setMachineApprover(approver)
    const approvedAt = Date.parse('2026-11-24T12:05:00Z')
    const noticed = (now: number) => {
      world.takeTouched()
      world.noticeMachineApprover(now)
      return [...world.takeTouched().machines]
    }
    expect(noticed(approvedAt)).toEqual([])
    world.upsertCsr(approvedByMachineApprover(two, '2026-11-24T12:05:00Z'))
    expect(noticed(approvedAt)).toEqual(['worker-1'])
    expect(world.machineApproverChangesAt(approvedAt)).toBe(approvedAt + 60_000)
    expect(noticed(approvedAt + 59_999)).toEqual([])
    expect(noticed(approvedAt + 60_000)).toEqual(['worker-1'])
    expect(world.machineApproverChangesAt(approvedAt + 60_000)).toBeNull()
  })

  it('an approval of the machine-approver at a time to come shows it at work from then on, for a minute', () => {
    const world = makeWorld({ csrs: [approvedByMachineApprover(two, '2099-01-01T00:00:00Z')] })
    world.setMachineApprover(approver)
    const [now, to] = [Date.parse('2026-11-24T12:05:00Z'), Date.parse('2099-01-01T00:00:00Z')]
    const isAtWork = (at: number) => world.isMachineApproverAtWork(at)
    expect([now, to - 1, to, to + 59_999, to + 60_000].map(isAtWork)).toEqual([
      ...[false, false, true, true, false],
    ])
    expect(world.machineApproverChangesAt(now)).toBe(to)
    world.upsertCsr(approvedByMachineApprover(one, '2026-11-24T12:04:30Z'))
    expect(isAtWork(now)).toBe(true)
    expect(world.machineApproverChangesAt(now)).toBe(now + 30_000)
  })

  it('the world counts every change that may touch a row', () => {
    const world = makeWorld(both)
    const changes: ((w: World) => void)[] = [
      (w) => w.upsertCsr(approved(one)),
      (w) => w.upsertNode(makeNode({ ready: 'False' })),
      (w) => w.touchAll(),
    ]
    for (const change of changes) {
      const before = world.changes
      change(world)
      expect(world.changes).toBeGreaterThan(before)
    }
    const before = world.changes
    world.upsertNode(makeNode({ ready: 'False', resourceVersion: '2' }))
    expect(world.changes).toBe(before)
  })

  it('a change is reported once', () => {
    const world = makeWorld(both)
    expect(world.takeTouched().machines.size).toBe(2)
    expect(world.takeTouched().machines.size).toBe(0)
  })
})

describe('what a world keeps', () => {
  it('the world ignores the same reserved addresses in another order', () => {
    const world = makeWorld({ csrs: [makeCsr()] })
    world.setReserved(reserved(['a', 'b'], []))
    world.takeTouched()
    world.setReserved(reserved(['b', 'a'], []))
    expect(world.takeTouched().machines.size).toBe(0)
    world.setReserved(reserved(['b', 'c'], []))
    expect(world.takeTouched().machines.size).toBe(1)
  })

  it('the world reads a request once, however often the object changes', () => {
    let reads = 0
    const read = (request: string) => {
      reads++
      return readRequest(request)
    }
    const world = new World({ readRequest: read, readIssued })
    const csr = makeCsr()
    world.upsertCsr(csr)
    world.upsertCsr({ ...csr, resourceVersion: '2' })
    world.upsertCsr(approved(csr))
    expect(reads).toBe(1)
  })

  it.each<readonly [string, Partial<Csr>]>([
    ['text', { request: makeRequest({ nodeName: 'worker-2' }) }],
    ['name', { name: 'csr-other' }],
    ['signer', { signerName: 'example.com/mesh' }],
    ['time', { createdAt: '2026-11-24T12:01:00Z' }],
    ['requestor', { requestor: nodeRequestor('worker-1') }],
  ])('treats the same uid with another %s as another request', (_, other) => {
    const csr = makeCsr({ kind: 'client' })
    const world = makeWorld({ csrs: [csr] })
    const anew = makeWorld({ csrs: [{ ...csr, ...other }] })
    world.upsertCsr({ ...csr, ...other })
    expect(world.claim(csr.uid)).toEqual(anew.claim(csr.uid))
    expect([...world.machineNames()]).toEqual([...anew.machineNames()])
    expect(world.requests.uidOf(csr.name)).toBe(anew.requests.uidOf(csr.name))
  })

  it('the world limits the brake by the larger number of Nodes or Machines', () => {
    const nodes = [makeNode({ name: 'worker-1' }), makeNode({ name: 'worker-2' })]
    const machines = [makeMachineObject({ name: 'm-1' })]
    expect(makeWorld({ nodes, machines }).brake(NOW).limit).toBe(102)
    expect(makeWorld({ machines }).brake(NOW).limit).toBe(101)
  })

  it('the world treats the same name with another uid as a delete and an add', () => {
    const world = makeWorld()
    world.upsertCsr(makeCsr({ uid: 'first', name: 'csr-1', nodeName: 'worker-1' }))
    world.upsertCsr(makeCsr({ uid: 'second', name: 'csr-1', nodeName: 'worker-2' }))
    expect([...world.requests.claims.keys()]).toEqual(['second'])
    expect([...world.machineNames()]).toEqual(['worker-2'])
    // The first one's delete may arrive late.
    world.removeCsr('first')
    expect(world.requests.uidOf('csr-1')).toBe('second')
  })

  it('the world does not lose a request to an earlier one of its name that another source tells of late', () => {
    const world = makeWorld()
    const later = makeCsr({ uid: 'later', name: 'csr-1', createdAt: '2026-11-24T12:05:00Z' })
    world.upsertCsr(later)
    world.upsertCsr(
      makeCsr({
        uid: 'foreign',
        name: 'csr-1',
        signerName: 'example.com/mesh',
        createdAt: '2026-11-24T12:00:00Z',
      }),
    )
    expect(world.claim('later')).not.toBeNull()
    expect(world.requests.uidOf('csr-1')).toBe('later')
    world.removeCsr('foreign')
    expect([...world.requests.claims.keys()]).toEqual(['later'])
    expect(world.requests.uidOf('csr-1')).toBe('later')
  })

  it('the world does not lose a Node made anew to a late delete of the first', () => {
    const world = makeWorld({ nodes: [makeNode({ uid: 'first' })] })
    world.upsertNode(makeNode({ uid: 'second' }))
    world.removeNode('first')
    expect(world.cluster.node('worker-1')?.uid).toBe('second')
    world.removeNode('second')
    expect(world.cluster.node('worker-1')).toBeNull()
    expect(world.hasMachine('worker-1')).toBe(false)
  })

  it('the world does not lose a Machine made anew to a late delete of the first', () => {
    const world = makeWorld({ machines: [makeMachineObject({ uid: 'first' })] })
    const uids = () => [...world.cluster.machineObjects()].map(({ uid }) => uid)
    world.upsertMachineObject(makeMachineObject({ uid: 'second' }))
    expect(uids()).toEqual(['second'])
    world.removeMachineObject('first')
    expect(uids()).toEqual(['second'])
    world.upsertMachineObject(makeMachineObject({ uid: 'third' }))
    expect(uids()).toEqual(['third'])
  })

  it('the world touches the rows of a cluster’s Machines when it becomes this one or ceases to be', () => {
    const clusterApiMachine = { namespace: 'fleet', cluster: 'one', name: 'sibling' }
    const sibling = makeNode({ name: 'worker-2', clusterApiMachine })
    const nodeRef = { name: 'worker-2', uid: sibling.uid }
    const ofFleet = { cluster: 'fleet/one', internalDns: [] }
    const world = makeWorld({
      machines: [
        makeMachineObject({ ...ofFleet, name: 'sibling', nodeRef }),
        makeMachineObject({ ...ofFleet, name: 'waiting', internalDns: ['worker-1'] }),
        makeMachineObject({ cluster: 'fleet/two', name: 'bystander', internalDns: ['worker-3'] }),
      ],
    })
    world.takeTouched()
    const reported = () => [[...world.takeTouched().machines].sort(), world.hasMachine('worker-1')]

    world.upsertNode(sibling)
    expect(reported()).toEqual([['worker-1', 'worker-2'], true])
    world.upsertNode({ ...sibling, unschedulable: true })
    expect(reported()).toEqual([['worker-2'], true])
    world.setReadable({ nodes: false, machines: true })
    expect(reported()).toEqual([['worker-1', 'worker-2'], false])
    world.setReadable({ nodes: true, machines: true })
    expect(reported()).toEqual([['worker-1', 'worker-2'], true])
    world.setMachineNamespaces(['tenant'])
    expect(reported()).toEqual([['worker-1', 'worker-2'], false])
    world.setMachineNamespaces(['fleet'])
    expect(reported()).toEqual([['worker-1', 'worker-2'], true])
    world.removeNode(sibling.uid)
    expect(reported()).toEqual([['worker-1', 'worker-2'], false])
  })

  it('a Machine that is not believed touches only the machines of its names', () => {
    const serving = makeCsr({ nodeName: 'worker-1' })
    const world = makeWorld({ csrs: [serving], readable: { machines: true } })
    world.takeTouched()
    world.upsertMachineObject(
      makeMachineObject({ namespace: 'tenant', internalDns: ['worker-9'], nodeRef: 'worker-8' }),
    )
    expect([...world.takeTouched().machines].sort()).toEqual(['worker-8', 'worker-9'])
    expect([...world.machineNames()]).toEqual(['worker-1'])
  })

  it('a crowd that shares one key stays cheap: newcomers touch only themselves', () => {
    const world = makeWorld()
    const join = (i: number) => world.upsertCsr(makeCsr({ nodeName: `n-${i}`, keyName: 'crowd' }))
    for (let i = 0; i < 8; i++) join(i)
    world.takeTouched()
    // The last holder that is named.
    join(8)
    expect(world.takeTouched().machines.size).toBe(9)
    join(9)
    expect([...world.takeTouched().machines]).toEqual(['n-9'])
  })

  it('the world stores kubelet evidence, and derives that machine again', () => {
    const node = makeNode()
    const world = makeWorld({ nodes: [node] })
    world.takeTouched()
    const evidence = {
      where: kubeletPlace(node),
      askedAt: NOW,
      ca: null,
      live: { outcome: 'notTls' },
    } as const
    world.setEvidence('worker-1', evidence)
    expect([...world.takeTouched().machines]).toEqual(['worker-1'])
    expect(world.evidence('worker-1', NOW)).toEqual(evidence)
    // The clock was set back: the evidence's age is unknown.
    expect(world.evidence('worker-1', NOW - 1)).toBeNull()
    world.setEvidence('worker-1', null)
    expect(world.evidence('worker-1', NOW)).toBeNull()
    world.takeTouched()
    world.setEvidence('worker-1', null)
    expect(world.takeTouched().machines.size).toBe(0)
  })

  describe('a request that waits for a kubelet', () => {
    const node = makeNode()
    const evidence = {
      where: kubeletPlace(node),
      askedAt: NOW,
      ca: null,
      live: { outcome: 'unreachable' },
    } as const
    const awaits = (change: (world: World) => void) => {
      const world = makeWorld({ nodes: [node], asksKubelets: true })
      change(world)
      return world.awaitsKubelet('worker-1', NOW, NOW) ? 'awaited' : 'not awaited'
    }
    itAnswers(awaits, {
      awaited: {
        'that is asked': () => {},
        'still when only a page asked before the request': (world) =>
          world.setEvidence('worker-1', { ...evidence, askedAt: NOW - 2_001, inView: true }),
        'again when the answer has expired': (world) =>
          world.setEvidence('worker-1', { ...evidence, askedAt: NOW - 120_000 }),
        'again when its Node has moved since': (world) => {
          world.setEvidence('worker-1', evidence)
          world.upsertNode(makeNode({ ips: ['198.51.100.12'] }))
        },
        'anew where its Node has moved since': (world) => {
          world.setOverdue('worker-1', true)
          world.upsertNode(makeNode({ ips: ['198.51.100.12'] }))
        },
      },
      'not awaited': {
        'not where none is': (world) => world.setAsksKubelets(false),
        'not without a Node': (world) => world.removeNode(node.uid),
        'not where its Node has no address to ask': (world) =>
          world.upsertNode(makeNode({ ips: ['127.0.0.1'] })),
        'not once it has answered': (world) => world.setEvidence('worker-1', evidence),
        'not when it has answered an earlier request': (world) =>
          world.setEvidence('worker-1', { ...evidence, askedAt: NOW - 60_000 }),
        'not when a page asked within the clocks’ difference': (world) =>
          world.setEvidence('worker-1', { ...evidence, askedAt: NOW - 2_000, inView: true }),
        'not for ever': (world) => world.setOverdue('worker-1', true),
      },
    })

    it('the world judges a machine again once when its kubelet’s answer is overdue', () => {
      const world = makeWorld({ nodes: [node], asksKubelets: true })
      world.takeTouched()
      expect(world.setOverdue('worker-1', true)).toBe(true)
      expect([...world.takeTouched().machines]).toEqual(['worker-1'])
      expect(world.setOverdue('worker-1', true)).toBe(false)
      expect(world.takeTouched().machines.size).toBe(0)
    })
  })

  it('the world knows nothing until it is set what can be read', () => {
    const world = new World()
    world.upsertCsr(makeCsr({ kind: 'client' }))
    expect(world.readable).toEqual({ nodes: false, machines: false })
    expect(world.reserved).toEqual({
      apiServerKeys: new Set(),
      serviceNetworks: [],
      areNetworksKnown: false,
    })
    const row = deriveMachine(world, 'worker-1', makeContext())
    expect(row?.reason).toMatchObject({ code: 'identity.machine', finding: 'machinesUnreadable' })
  })
})

it('a kubelet is asked by the current rules, whatever the rules of an earlier answer', () => {
  const one = node('worker-1', '10.96.0.10')
  const world = makeWorld({ nodes: [one] })
  expect(world.kubeletPlace(one).barred).toBeNull()
  world.setReserved(reserved([], ['10.96.0.0/12']))
  expect(world.kubeletPlace(one).barred).toBe('barredAddress')
})
