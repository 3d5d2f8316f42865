import { describe, expect, it } from 'vitest'
import { deriveMachine, nextChangeAt } from '#lib/csr/derive.ts'
import { describeMachine } from '#lib/csr/detail.ts'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import {
  approved,
  denied,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  NOW,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { BOOTSTRAPPER, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { HOLD_FINDINGS } from '#lib/csr/hold/findings.ts'
import { HOLDS } from '#lib/csr/hold/table.ts'
import type { MachineApprover } from '#lib/csr/machine-approver.ts'
import type { Csr } from '#lib/csr/model.ts'
import type { World } from '#lib/csr/world.ts'

/** Requests are of 12:00, approved at 12:05; it is 12:12 unless told. */
const clientCsr = makeCsr({ kind: 'client' })
const servingCsr = makeCsr({ kind: 'serving', ipAddresses: ['198.51.100.11'] })
const older = makeCsr({ kind: 'client', createdAt: '2026-11-24T11:45:00Z' })
const issuedClient = approved(clientCsr, '2026-11-24T12:05:00Z', makeCertificate())
const notReady = makeNode({ ready: 'False' })
const linked = makeMachineObject({ nodeRef: 'worker-1' })
const at = (clock: string) => Date.parse(`2026-11-24T${clock}Z`)

function failed(csr: Csr, message: string): Csr {
  const rest = { status: 'True', reason: 'SignerValidationFailure', lastUpdateTime: null }
  return {
    ...approved(csr),
    conditions: [...approved(csr).conditions, { type: 'Failed', message, ...rest }],
  }
}

const APPROVER: MachineApprover = {
  presence: 'present',
  available: true,
  message: '',
  clientDisabled: false,
}

function worldOf(options: WorldOptions, approver: Partial<MachineApprover> | null = null): World {
  const world = makeWorld(options)
  if (approver !== null) world.setMachineApprover({ ...APPROVER, ...approver })
  return world
}

const crowd = (count: number): Csr[] =>
  Array.from({ length: count }, (_, i) => ({
    ...makeCsr({ kind: 'client', request: 'AAAA', requestor: BOOTSTRAPPER }),
    uid: `crowd-${i}`,
    name: `crowd-${i}`,
  }))

const told = ({ holder, finding }: { holder: string; finding: string }) => `${holder}.${finding}`
const nameOfHold = (world: World, now = NOW) => {
  const hold = deriveMachine(world, 'worker-1', makeContext({ now }))?.hold ?? null
  return hold === null ? null : told(hold)
}
const all = (world: World, now = NOW) =>
  describeMachine(world, 'worker-1', makeContext({ now }))?.holds.map(told)

type Row = [string, WorldOptions, string | null, number?]

describe('without a machine-approver', () => {
  it.each<Row>([
    ['a plausible request', { csrs: [clientCsr] }, 'admin.plausible'],
    ['a verified one', { csrs: [clientCsr], machines: [makeMachineObject()] }, 'admin.verified'],
    ['a suspicious one', { csrs: [clientCsr], nodes: [makeNode()] }, 'admin.suspicious'],
    ['a refused one', { csrs: [makeCsr({ kind: 'client', usages: [] })] }, 'admin.refused'],
    [
      'an older one approved after the newest was filed',
      { csrs: [clientCsr, approved(older, '2026-11-24T12:03:00Z', makeCertificate())] },
      'admin.approvedSuperseded',
    ],
    [
      'an older one approved before that is no mistake',
      { csrs: [clientCsr, approved(older, '2026-11-24T11:46:00Z', makeCertificate())] },
      'admin.plausible',
    ],
    [
      'client and serving requests at once',
      { csrs: [clientCsr, servingCsr], nodes: [notReady] },
      'admin.clientFirst',
    ],
    ['nothing but a Machine', { machines: [makeMachineObject()] }, 'kubelet.notRequested'],
    ['a Ready node', { nodes: [makeNode()] }, null],
  ])('%s', (_case, options, expected) => {
    expect(nameOfHold(worldOf(options))).toBe(expected)
  })
})

describe('what the signer and the kubelet do', () => {
  it.each<Row>([
    ['just approved', { csrs: [approved(clientCsr)] }, 'signer.issuing', at('12:05:59')],
    ['approved for a minute', { csrs: [approved(clientCsr)] }, 'signer.silent', at('12:06:00')],
    ['failed', { csrs: [failed(clientCsr, 'bad usages')] }, 'signer.failed'],
    ['denied', { csrs: [denied(clientCsr)] }, 'kubelet.denied'],
    ['client issued just now', { csrs: [issuedClient] }, 'kubelet.servingNext', at('12:06:59')],
    [
      'client issued for two minutes, no Node',
      { csrs: [issuedClient] },
      'kubelet.servingNoNode',
      at('12:07:00'),
    ],
    [
      'the same, Nodes cannot be read',
      { csrs: [issuedClient], readable: { nodes: false } },
      'kubelet.servingMissing',
    ],
    [
      'the same, a Node without an address',
      { csrs: [issuedClient], nodes: [makeNode({ ready: 'False', addresses: [] })] },
      'kubelet.servingNoAddress',
    ],
    [
      'the same, a Node that has one',
      { csrs: [issuedClient], nodes: [notReady] },
      'kubelet.servingMissing',
    ],
    ['a Node that is NotReady', { nodes: [notReady] }, 'kubelet.notReady'],
    ['a Node that says nothing', { nodes: [makeNode({ ready: null })] }, 'kubelet.noStatus'],
    [
      'serving issued, no Node',
      { csrs: [approved(servingCsr, '2026-11-24T12:05:00Z', makeCertificate())] },
      'kubelet.noNode',
    ],
  ])('%s', (_case, options, expected, now) => {
    expect(nameOfHold(worldOf(options), now)).toBe(expected)
  })

  it('passes the signer’s words on, no longer than a row can hold', () => {
    const message = '\u{1F4A5}'.repeat(300)
    const world = worldOf({ csrs: [failed(clientCsr, message)] })
    const said = deriveMachine(world, 'worker-1', makeContext())?.hold?.values.message ?? ''
    expect([...said]).toHaveLength(200)
    expect(said.endsWith('\u{1F4A5}…')).toBe(true)
  })

  it('passes on what the Node gives as its reason', () => {
    const world = worldOf({ nodes: [notReady] })
    expect(deriveMachine(world, 'worker-1', makeContext())?.hold?.values).toEqual({
      reason: 'KubeletFalse',
    })
  })
})

describe('where the machine-approver runs', () => {
  const machines = [makeMachineObject()]
  const outside = makeMachineObject({ createdAt: '2026-11-24T09:59:59Z' })
  type ApproverRow = [string, WorldOptions, Partial<MachineApprover>, string, number?]

  it.each<ApproverRow>([
    ['client, a Machine in time', { csrs: [clientCsr], machines }, {}, 'silent'],
    ['the same, just filed', { csrs: [clientCsr], machines }, {}, 'deciding', at('12:00:59')],
    [
      'the same, its configuration cannot be read',
      { csrs: [clientCsr], machines },
      { clientDisabled: null },
      'silentUnread',
    ],
    [
      'it is not available',
      { csrs: [clientCsr], machines },
      { available: false, message: 'no replica' },
      'unavailable',
    ],
    ['it is degraded', { csrs: [clientCsr], machines }, { message: 'slow' }, 'silent'],
    ['its brake is on', { csrs: [clientCsr, ...crowd(101)], machines }, {}, 'brakeTripped'],
    ['its brake is near', { csrs: [clientCsr, ...crowd(99)], machines }, {}, 'silent'],
    [
      'its client flow is off',
      { csrs: [clientCsr], machines },
      { clientDisabled: true },
      'clientDisabled',
    ],
    [
      'client, the Node exists and is NotReady',
      { csrs: [clientCsr], nodes: [notReady], machines },
      {},
      'nodeExists',
    ],
    ['client, no Machine', { csrs: [clientCsr], machines: [] }, {}, 'noMachine'],
    [
      'client, no Machine of that name',
      { csrs: [clientCsr], machines: [makeMachineObject({ internalDns: ['other'] })] },
      {},
      'noMachine',
    ],
    [
      'client, the Machine has this very node already',
      { csrs: [clientCsr], machines: [linked] },
      {},
      'hasNodeRef',
    ],
    [
      'serving, the Machine has every address',
      { csrs: [servingCsr], nodes: [makeNode()], machines: [linked] },
      {},
      'silent',
    ],
    [
      'serving, and client requests are off',
      { csrs: [servingCsr], nodes: [makeNode()], machines: [linked] },
      { clientDisabled: null },
      'silent',
    ],
    [
      'serving, a Machine without addresses',
      {
        csrs: [servingCsr],
        nodes: [makeNode()],
        machines: [makeMachineObject({ nodeRef: 'worker-1', addresses: [] })],
      },
      {},
      'lacksSan',
    ],
    [
      'serving, no Machine whose nodeRef is the node',
      { csrs: [servingCsr], nodes: [makeNode()], machines },
      {},
      'noMachine',
    ],
  ])('%s', (_case, options, approver, finding, now) => {
    expect(nameOfHold(worldOf(options, approver), now)).toBe(`machineApprover.${finding}`)
  })

  it.each<readonly [string, WorldOptions, Partial<MachineApprover>, string]>([
    ['it is absent', { csrs: [clientCsr], machines }, { presence: 'absent' }, 'admin.verified'],
    [
      'whether it is there is not known',
      { csrs: [clientCsr], machines },
      { presence: 'unknown' },
      'admin.verified',
    ],
    [
      'Machines cannot be read',
      { csrs: [clientCsr], readable: { machines: false } },
      {},
      'admin.plausible',
    ],
    [
      'Nodes cannot be read',
      { csrs: [clientCsr], machines, readable: { nodes: false } },
      {},
      'admin.verified',
    ],
    [
      'outside its window: a check fails',
      { csrs: [clientCsr], machines: [outside] },
      {},
      'admin.suspicious',
    ],
    [
      'a renewal is none of its business',
      { csrs: [makeCsr({ kind: 'renewal' })], nodes: [makeNode()] },
      {},
      'admin.verified',
    ],
  ])('nothing is said for it when %s', (_case, options, approver, expected) => {
    expect(nameOfHold(worldOf(options, approver))).toBe(expected)
  })

  const outsideAndLinked = makeMachineObject({
    createdAt: '2026-11-24T09:59:59Z',
    nodeRef: 'worker-1',
  })

  it('what else is so comes after, in the order in which to act on it', () => {
    const world = worldOf(
      { csrs: [clientCsr, older, ...crowd(99)], nodes: [notReady], machines: [outsideAndLinked] },
      { clientDisabled: true, message: 'slow' },
    )
    expect(all(world)).toEqual([
      'admin.suspicious',
      'machineApprover.clientDisabled',
      'machineApprover.nodeExists',
      'machineApprover.hasNodeRef',
      'machineApprover.outsideWindow',
      'machineApprover.degraded',
      'machineApprover.brakeNear',
    ])
  })
})

it('several serving requests are told beside what holds them', () => {
  const first = makeCsr({ ipAddresses: ['198.51.100.11'], createdAt: '2026-11-24T12:00:00Z' })
  const second = makeCsr({ ipAddresses: ['198.51.100.11'], createdAt: '2026-11-24T12:10:00Z' })
  expect(all(worldOf({ csrs: [first, second], nodes: [makeNode()] }))).toEqual([
    'admin.plausible',
    'admin.severalServing',
    'kubelet.noExecAndLogs',
  ])
})

describe('time alone', () => {
  it.each<readonly [string, World, number, string]>([
    ['the signer is late', worldOf({ csrs: [approved(clientCsr)] }), at('12:05:10'), '12:06:00'],
    ['the serving request is late', worldOf({ csrs: [issuedClient] }), at('12:05:10'), '12:07:00'],
    [
      'the machine-approver is late',
      worldOf({ csrs: [clientCsr], machines: [makeMachineObject()] }, {}),
      at('12:00:10'),
      '12:01:00',
    ],
  ])('%s', (_case, world, now, clock) => {
    const next = nextChangeAt(world, 'worker-1', makeContext({ now }))
    expect(next).toBe(at(clock))
    expect(nameOfHold(world, at(clock) - 1)).not.toBe(nameOfHold(world, at(clock)))
  })
})

describe('the table', () => {
  it('has every case once, with its holder', () => {
    const cases = Object.entries(HOLD_FINDINGS).flatMap(([holder, findings]) =>
      findings.map((finding) => `${holder}.${finding}`),
    )
    expect(HOLDS.map(told).sort()).toEqual(cases.sort())
  })

  it('puts nothing into its values that is only this machine’s', () => {
    const options: WorldOptions[] = [
      { csrs: [failed(clientCsr, 'no')] },
      { csrs: [clientCsr], machines: [makeMachineObject()] },
      { nodes: [notReady] },
    ]
    for (const option of options) {
      const row = describeMachine(worldOf(option, {}), 'worker-1', makeContext())
      expect(JSON.stringify(row?.holds)).not.toMatch(/worker-1|csr-|2026|198\.51/)
    }
  })
})
