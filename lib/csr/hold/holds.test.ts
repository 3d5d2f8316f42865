import { describe, expect, it } from 'vitest'
import { itAnswers } from '#lib/csr/fixtures/it-answers.ts'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import {
  approved,
  denied,
  KIM,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  NOW,
  type NodeOptions,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { BOOTSTRAPPER, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { nextChangeAt } from '#lib/csr/fixtures/next-change.ts'
import { HOLDS, holdInstants } from '#lib/csr/hold/holds.ts'
import { deriveMachine, factsOf } from '#lib/csr/machine/derive.ts'
import { describeMachine } from '#lib/csr/machine/detail.ts'
import type { MachineApprover } from '#lib/csr/machine-approver/machine-approver-facts.ts'
import type { Csr, Hold } from '#lib/csr/model.ts'
import type { AutomaticApprover } from '#lib/csr/policy/automatic-approver.ts'
import type { Trip } from '#lib/csr/policy/brake.ts'
import { type AutomaticPolicy, DEFAULT_POLICY, type Policy } from '#lib/csr/policy/policy.ts'
import { HOLD_FINDINGS } from '#lib/csr/rows/hold-findings.ts'
import { stageOf } from '#lib/csr/stage/stage.ts'
import type { World } from '#lib/csr/world/world.ts'

/** Requests are made at 12:00 and approved at 12:05; `now` is 12:12 by default. */
const clientCsr = makeCsr({ kind: 'client' })
const servingCsr = makeCsr({ kind: 'serving', ipAddresses: ['198.51.100.11'] })
const older = makeCsr({ kind: 'client', createdAt: '2026-11-24T11:45:00Z' })
const issued = (csr: Csr, clock: string) => {
  const kind = csr.usages.includes('client auth') ? 'client' : 'serving'
  return approved(csr, `2026-11-24T${clock}Z`, makeCertificate({ kind }))
}
const issuedClient = issued(clientCsr, '12:05:00')
const notReady = makeNode({ ready: 'False' })
const linked = makeMachineObject({ nodeRef: 'worker-1' })
const rebooted = { csrs: [clientCsr], nodes: [notReady] }
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
  clients: 'on',
}

const LEADING: AutomaticApprover = { presence: 'leading', paused: false, trips: [] }

function worldOf(options: WorldOptions, approver: Partial<MachineApprover> | null = null): World {
  const world = makeWorld(options)
  world.setMachineApprover({ ...APPROVER, ...(approver ?? { presence: 'absent' }) })
  return world
}

const crowd = (count: number): Csr[] =>
  Array.from({ length: count }, (_, i) => ({
    ...makeCsr({ kind: 'client', request: 'AAAA', requestor: BOOTSTRAPPER }),
    uid: `crowd-${i}`,
    name: `crowd-${i}`,
  }))

/** A reason as `holder.finding`, an admin's as the finding alone; its code in place of the finding. */
const wordsOf = ({ holder, finding, values }: Hold) =>
  `${holder === 'admin' ? '' : `${holder}.`}${values.because ?? finding}`
const nameOfHold = (world: World, now = NOW) => {
  const hold = deriveMachine(world, 'worker-1', makeContext({ now }))?.hold ?? null
  return hold === null ? null : wordsOf(hold)
}
const all = (world: World, now = NOW) =>
  describeMachine(world, 'worker-1', makeContext({ now }), KIM)?.holds.map(wordsOf).join(' ')

const first = (holds: string | undefined) => holds?.split(' ')[0]
/** All reasons why the machine waits; its row has the first. */
function reasons(world: World, now = NOW): string {
  const holds = all(world, now) ?? ''
  expect(nameOfHold(world, now) ?? '').toBe(first(holds))
  return holds
}

type Question = [world: WorldOptions, clock?: string | undefined]
/** Reasons to wait, with such a machine-approver; null: with none. */
const reasonsWith =
  (approver: Partial<MachineApprover> | null) =>
  ([options, clock]: Question) =>
    reasons(worldOf(options, approver), clock === undefined ? NOW : at(clock))

describe('holds without a machine-approver', () => {
  itAnswers(reasonsWith(null), {
    plausible: { 'a plausible request': [{ csrs: [clientCsr] }] },
    verified: {
      'a verified one': [{ csrs: [clientCsr], machines: [makeMachineObject()] }],
      'a renewal at a node whose serving certificate is good for a day': [
        {
          csrs: [makeCsr({ kind: 'renewal' }), issued(servingCsr, '12:05:00')],
          nodes: [makeNode()],
        },
      ],
    },
    suspicious: { 'a suspicious one': [{ csrs: [clientCsr], nodes: [makeNode()] }] },
    refused: { 'a refused one': [{ csrs: [makeCsr({ kind: 'client', usages: [] })] }] },
    'clientFirst rebootstrapping': {
      'client and serving requests at once': [{ csrs: [clientCsr, servingCsr], nodes: [notReady] }],
    },
    rebootstrapping: {
      'a machine that has joined before, and is NotReady': [rebooted],
      'the same, confirmed by its Machine': [{ ...rebooted, machines: [linked] }],
    },
    'kubelet.notRequested': { 'nothing but a Machine': [{ machines: [makeMachineObject()] }] },
    '': { 'a Ready node': [{ nodes: [makeNode()] }] },
  })

  it.each<readonly [what: string, other: Csr, mistake: boolean]>([
    ['an older one, after it was filed', issued(older, '12:03:00'), true],
    ['an older one, in the second in which it was filed', issued(older, '12:00:00'), false],
    ['an older one, before this one was filed', issued(older, '11:46:00'), false],
    ['an older one, at an unreadable time', issued(older, 'nobody knows'), false],
    ['an older one, never', denied(older), false],
    ['one of the same second', approved(makeCsr({ kind: 'client' })), false],
    [
      'a newer one',
      approved(makeCsr({ kind: 'client', createdAt: '2026-11-24T12:02:00Z' })),
      false,
    ],
    [
      'an older one of another signer',
      issued(makeCsr({ createdAt: '2026-11-24T11:45:00Z' }), '12:03:00'),
      false,
    ],
    [
      'an older one of another requestor, who still has its key',
      issued({ ...older, requestor: { ...older.requestor, username: 'jane' } }, '12:03:00'),
      false,
    ],
  ])('the admin approved, beside the pending request, %s', (_case, other, mistake) => {
    const holds = all(worldOf({ csrs: [clientCsr, other] }))
    expect(holds?.includes('approvedSuperseded')).toBe(mistake)
    // Then the reason is not that the admin has approved nothing.
    expect(holds?.includes('plausible')).toBe(!mistake)
  })
})

describe('a machine that waits for the signer or the kubelet', () => {
  const approvedEarly = approved(older, '2026-11-24T11:46:00Z')
  const askedAgain = makeCsr({ kind: 'client', createdAt: '2026-11-24T12:06:00Z' })
  const silentNode = (options: NodeOptions) => ({
    csrs: [issuedClient],
    nodes: [makeNode(options)],
  })
  itAnswers(reasonsWith(null), {
    'signer.issuing': {
      'just approved': [{ csrs: [approved(clientCsr)] }, '12:05:59'],
      'approved, nobody knows when': [{ csrs: [approved(clientCsr, '?')] }],
    },
    'signer.silent': {
      'approved for a minute': [{ csrs: [approved(clientCsr)] }, '12:06:00'],
    },
    'plausible signer.silent': {
      'approved before the one that waits': [{ csrs: [clientCsr, approvedEarly] }],
    },
    plausible: { 'failed, and asked again': [{ csrs: [askedAgain, failed(clientCsr, '')] }] },
    'kubelet.failed': { failed: [{ csrs: [failed(clientCsr, 'bad usages')] }] },
    'kubelet.failed signer.silent': {
      'failed, even if its signer is still busy': [
        { csrs: [failed(servingCsr, ''), approvedEarly] },
      ],
    },
    'kubelet.denied': { denied: [{ csrs: [denied(clientCsr)] }] },
    'kubelet.servingNext': { 'client issued just now': [{ csrs: [issuedClient] }, '12:06:59'] },
    'kubelet.noNode': {
      'client issued for two minutes, no Node': [{ csrs: [issuedClient] }, '12:07:00'],
      'approved, but left behind by one that is issued': [{ csrs: [issuedClient, approvedEarly] }],
      'serving issued, no Node': [{ csrs: [issued(servingCsr, '12:05:00')] }],
    },
    'kubelet.noServing': {
      'client issued, Nodes cannot be read': [{ csrs: [issuedClient], readable: { nodes: false } }],
      'client issued, a Node that has an address and says nothing': [silentNode({ ready: null })],
    },
    'kubelet.noAddress': {
      'client issued, a Node without an address': [silentNode({ ready: 'False', addresses: [] })],
    },
    'kubelet.notReady': {
      'a Node that is NotReady': [{ nodes: [notReady] }],
      'two serving requests left behind by one that is issued': [
        {
          csrs: [
            makeCsr({ createdAt: '2026-11-24T11:45:00Z' }),
            makeCsr({ createdAt: '2026-11-24T11:50:00Z' }),
            issued(servingCsr, '12:05:00'),
          ],
          nodes: [notReady],
        },
      ],
    },
    'kubelet.noStatus': { 'a Node that says nothing': [{ nodes: [makeNode({ ready: null })] }] },
  })

  const holdIn = (options: WorldOptions) =>
    deriveMachine(worldOf(options), 'worker-1', makeContext())?.hold

  it('a hold shows the signer’s message, even of an older request', () => {
    const renewed = makeCsr({ kind: 'renewal', createdAt: '2026-11-24T12:01:00Z' })
    const csrs = [issued(renewed, '12:05:00'), failed(clientCsr, 'bad usages')]
    const values = { message: 'bad usages' }
    expect(holdIn({ csrs, nodes: [notReady] })).toEqual({
      holder: 'kubelet',
      finding: 'failed',
      values,
    })
  })

  it('a hold shows the signer’s whole message when it fits into a row, else its beginning', () => {
    const message = 'x'.repeat(200)
    expect(holdIn({ csrs: [failed(clientCsr, message)] })?.values).toEqual({ message })
    const long =
      holdIn({ csrs: [failed(clientCsr, '\u{1F4A5}'.repeat(300))] })?.values.message ?? ''
    expect([...long]).toHaveLength(200)
    expect(long.endsWith('\u{1F4A5}…')).toBe(true)
  })

  it('a hold shows the Node’s own reason', () => {
    expect(holdIn({ nodes: [notReady] })?.values).toEqual({ reason: 'KubeletFalse' })
  })
})

describe('holds with a machine-approver', () => {
  const machines = [makeMachineObject()]
  const inTime = { csrs: [clientCsr], machines }
  const unlinked = { csrs: [servingCsr], nodes: [notReady] }
  const cut = makeMachineObject({ nodeRef: 'worker-1', ips: [], cut: ['status.addresses'] })
  const unread = (readable: WorldOptions['readable'] = {}) => ({ ...inTime, readable })
  const renewal = { csrs: [makeCsr({ kind: 'renewal' })], nodes: [makeNode()] }
  const aside = { ...inTime, nodesAside: ['worker-1'] }

  it.each<[string, Partial<MachineApprover>, WorldOptions, expected: string, clock?: string]>([
    ['absent', { presence: 'absent' }, inTime, 'verified'],
    ['perhaps there', { presence: 'unknown' }, inTime, 'verified presence'],
    ['perhaps there, to a node', { presence: 'unknown' }, unlinked, 'plausible'],
    ['not available', { available: false }, inTime, 'unavailable verified', '12:00:30'],
    ['degraded', { message: 'slow' }, inTime, 'quiet verified'],
    ['of a ConfigMap that may not be read', { clients: 'unknown' }, inTime, 'verified config'],
    ['there, and Machines are not read', {}, unread({ machines: false }), 'plausible machines'],
    ['there, and some Machines are read', {}, unread({ machines: 'partly' }), 'plausible machines'],
    ['there, and Nodes are not read', {}, unread({ nodes: false }), 'plausible nodes'],
    ['there, and a Node cannot be read', {}, aside, 'suspicious nodeExists'],
    ['there, and a Machine is cut', {}, { ...unlinked, machines: [cut] }, 'plausible machines'],
    ['there, and a renewal is not its own', {}, renewal, 'verified'],
  ])('the machine-approver is %s', (_case, approver, options, expected, clock) => {
    expect(reasonsWith(approver)([options, clock])).toBe(expected)
  })

  it('a hold shows the message of the machine-approver’s operator when it is not available', () => {
    const world = worldOf(inTime, { available: false, message: 'no replica' })
    const hold = deriveMachine(world, 'worker-1', makeContext())?.hold
    expect(hold?.values).toEqual({ because: 'unavailable', message: 'no replica' })
  })

  it('no count of requests trips the machine-approver’s brake while its limit is not known', () => {
    const braked = { ...inTime, csrs: [clientCsr, ...crowd(101)] }
    expect(reasonsWith({})([braked])).toBe('machineApproverBrake verified')
    expect(reasonsWith({})([{ ...braked, readable: { nodes: false } }])).toBe('plausible nodes')
  })

  it('the machine-approver’s brake, its client flow and one rule are told together', () => {
    const machines = [makeMachineObject({ createdAt: '2026-11-24T09:59:59Z', nodeRef: 'worker-1' })]
    const options = { csrs: [clientCsr, older, ...crowd(101)], nodes: [notReady], machines }
    expect(reasonsWith({ clients: 'off' })([options])).toBe(
      'machineApproverBrake machineApproverOff nodeExists rebootstrapping',
    )
  })
})

describe('holds with our own approver', () => {
  const machines = [makeMachineObject()]
  const verified = { csrs: [servingCsr], nodes: [notReady], machines: [linked] }
  const plausible = { csrs: [servingCsr], nodes: [notReady] }
  const client = { csrs: [clientCsr], machines }
  const at12 = at('12:00:59')
  const trip = (scope: Trip['scope'], name: string): Trip => ({
    scope,
    name,
    at: '2026-11-24T11:00:00Z',
  })
  const policyOf = (automatic: Partial<AutomaticPolicy>, more: Partial<Policy> = {}): Policy => ({
    ...DEFAULT_POLICY,
    ...more,
    automatic: { ...DEFAULT_POLICY.automatic, mode: 'act', ...automatic },
  })
  const own = (
    options: WorldOptions,
    approver: Partial<AutomaticApprover>,
    policy: Policy,
    now = NOW,
  ) => {
    const world = worldOf(options)
    world.setApprover({ ...LEADING, ...approver })
    const context = makeContext({ now, policy })
    const holds = describeMachine(world, 'worker-1', context, KIM)?.holds ?? []
    expect(deriveMachine(world, 'worker-1', context)?.hold).toEqual(holds[0] ?? null)
    return holds.map(wordsOf).join(' ')
  }

  const act = policyOf({})
  const paused = { paused: true }
  const leaderless = { presence: 'leaderless' } as const
  const trips = (...all: Trip[]) => ({ trips: all })
  const ofOthers = trips(trip('node', 'worker-2'), trip('requestor', 'worker-1'))
  type OwnRow = [string, Partial<AutomaticApprover>, string]
  it.each<OwnRow>([
    ['it should have, a minute ago', {}, 'approver.silent'],
    ['whether it is paused is not known', { paused: null }, 'approver.silent'],
    ['nobody leads', leaderless, 'leaderless'],
    ['it is paused, and no replica leads', { ...leaderless, ...paused }, 'paused'],
    ['its brake is on', trips(trip('node', 'worker-2'), trip('total', '')), 'total'],
    ['for this node', trips(trip('node', 'worker-1')), 'node'],
    ['for this requestor', trips(trip('requestor', 'system:node:worker-1')), 'requestor'],
    ['for others', ofOthers, 'approver.silent'],
    ['there is none', { presence: 'absent' }, ''],
    ['nobody can say', { presence: 'unknown' }, ''],
  ])('our approver is the reason: %s', (_case, approver, expected) => {
    expect(own(verified, approver, act)).toBe(`${expected} verified`.trim())
  })

  const shadow = policyOf({ mode: 'shadow' })
  const asking = { ...verified, asksKubelets: true }
  const braked = { ...paused, ...trips(trip('total', '')) }
  const listed = { ...verified, expected: [{ name: 'worker-9', addresses: [], role: null }] }
  it.each<[string, WorldOptions, Partial<AutomaticApprover>, Policy, string]>([
    ['it approves any moment', verified, {}, act, 'approver.deciding'],
    ['it asks the kubelet first', asking, {}, act, 'approver.deciding'],
    ['it is paused', verified, paused, act, 'paused'],
    ['it only watches', verified, {}, shadow, 'shadow'],
    ['it only watches, paused and braked', verified, braked, shadow, 'shadow'],
    ['the policy lets it do nothing', verified, {}, policyOf({ mode: 'off' }), ''],
    ['the policy acts on a list of names alone', listed, {}, act, 'barred'],
  ])(
    'our approver is the reason within a minute: %s',
    (_case, options, approver, policy, expected) => {
      expect(own(options, approver, policy, at12)).toBe(`${expected} verified`.trim())
    },
  )

  const accepts = policyOf({ accept: 'plausible' })
  const takesClients = policyOf({ clients: true })
  it.each<[string, WorldOptions, Policy, string]>([
    ['what nothing confirms', plausible, act, 'plausible notVerified'],
    ['unless the policy accepts that', plausible, accepts, 'approver.silent plausible'],
    ['client requests', client, act, 'verified clients'],
    ['unless the policy takes them', client, takesClients, 'approver.silent verified'],
    [
      'what takes two people',
      { ...verified, nodes: [makeNode({ ready: 'False', roles: ['control-plane'] })] },
      policyOf({}, { secondPerson: { for: ['controlPlane'], withinSeconds: 60 } }),
      'verified secondPerson',
    ],
    [
      'a required check that is unknown, also in shadow mode',
      verified,
      policyOf({ mode: 'shadow', required: ['identity.expected'] }),
      'verified requiredUnknown',
    ],
    [
      'a suspicious request, where the verdict says enough',
      { ...verified, machines: [makeMachineObject({ nodeRef: 'worker-1', ips: ['203.0.113.9'] })] },
      act,
      'suspicious',
    ],
  ])('our approver leaves a request to a person: %s', (_case, options, policy, expected) => {
    const paused = expected.replace('approver.silent', 'paused')
    expect(own(options, { paused: true }, policy)).toBe(paused)
  })

  it('a hold names the check that the policy requires', () => {
    const world = worldOf(verified)
    world.setApprover(LEADING)
    const policy = policyOf({ required: ['identity.expected'] })
    const holds = describeMachine(world, 'worker-1', makeContext({ policy }), KIM)?.holds
    expect(holds?.find(({ finding }) => finding === 'approverLeaves')?.values).toEqual({
      because: 'requiredUnknown',
      check: 'identity.expected',
    })
  })

  it('a machine has no reason of our approver once decided, or without a pending request', () => {
    const policy = policyOf({})
    expect(own({ csrs: [approved(servingCsr)], nodes: [notReady] }, {}, policy)).toBe(
      'signer.silent',
    )
    expect(own({ nodes: [makeNode()] }, {}, policy)).toBe('')
  })

  it('a changed state of our approver touches exactly the pending machines', () => {
    const world = worldOf({ ...verified, nodes: [notReady, makeNode({ name: 'worker-2' })] })
    world.takeTouched()
    world.setApprover({ ...LEADING, paused: true })
    expect([...world.takeTouched().machines]).toEqual(['worker-1'])
  })

  it('a hold changes by time alone after a minute of waiting', () => {
    const world = worldOf(verified)
    world.setApprover(LEADING)
    const now = at('12:00:10')
    expect(nextChangeAt(world, 'worker-1', makeContext({ now }))).toBe(at('12:01:00'))
  })
})

describe('reasons that change by time alone', () => {
  it.each<readonly [what: string, csr: Csr, alone: string[], withApprover: string[]]>([
    ['a request that waits', clientCsr, [], ['12:01:00']],
    ['one that the signer has', approved(clientCsr), ['12:06:00'], ['12:06:00']],
    ['an issued client request', issuedClient, ['12:07:00'], ['12:07:00']],
    ['an issued serving request', issued(servingCsr, '12:05:00'), [], []],
    ['an issued one, nobody knows when', issued(clientCsr, 'nobody knows'), [], []],
    ['one that failed', failed(clientCsr, 'no'), [], []],
    ['one that was denied', denied(clientCsr), [], []],
  ])('the reason of %s changes at these times alone', (_case, csr, alone, withApprover) => {
    const instants = (world: World) => {
      const context = makeContext()
      const facts = factsOf(world, 'worker-1', context)
      const { stage } = stageOf(facts)
      return holdInstants({ facts, stage, awaited: null, world, context })
    }
    const world = worldOf({ csrs: [csr] })
    expect(instants(world)).toEqual(alone.map(at))
    world.setApprover(LEADING)
    expect(instants(world)).toEqual(withApprover.map(at))
  })

  const machines = [makeMachineObject()]
  it.each<readonly [string, World, asked: string, late: string]>([
    ['the signer', worldOf({ csrs: [approved(clientCsr)] }), '12:05:10', '12:06:00'],
    ['the serving request', worldOf({ csrs: [issuedClient] }), '12:05:10', '12:07:00'],
    ['the machine-approver', worldOf({ csrs: [clientCsr], machines }, {}), '12:00:10', '12:01:00'],
  ])('the row changes at the time at which %s is late', (_case, world, asked, late) => {
    const next = nextChangeAt(world, 'worker-1', makeContext({ now: at(asked) }))
    expect(next).toBe(at(late))
    expect(nameOfHold(world, at(late) - 1)).not.toBe(nameOfHold(world, at(late)))
  })
})

describe('the table of holds', () => {
  it('the table has a case for every finding', () => {
    const cases = Object.entries(HOLD_FINDINGS).flatMap(([holder, findings]) =>
      Object.keys(findings).map((finding) => `${holder}.${finding}`),
    )
    const found = new Set(HOLDS.map(({ holder, finding }) => `${holder}.${finding}`))
    expect([...found].sort()).toEqual(cases.sort())
  })

  it('the table has no values that belong to this machine alone', () => {
    const options: WorldOptions[] = [
      { csrs: [failed(clientCsr, 'no')] },
      { csrs: [clientCsr], machines: [makeMachineObject()] },
      { nodes: [notReady] },
    ]
    for (const option of options) {
      const row = describeMachine(worldOf(option, {}), 'worker-1', makeContext(), KIM)
      expect(JSON.stringify(row?.holds)).not.toMatch(/worker-1|csr-|2026|198\.51/)
    }
  })
})
