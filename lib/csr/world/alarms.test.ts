import { describe, expect, it } from 'vitest'
import { automatic } from '#lib/csr/approval/automatic.ts'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import {
  approved,
  KIM,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { makeAgainst } from '#lib/csr/fixtures/make-rows.ts'
import { deriveAlarm, deriveMachine } from '#lib/csr/machine/derive.ts'
import { describeMachine } from '#lib/csr/machine/detail.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import {
  Alarms,
  MOST_ALARMS,
  MOST_OF_MACHINE,
  MOST_WITHOUT_MACHINE,
} from '#lib/csr/world/alarms.ts'
import type { World } from '#lib/csr/world/world.ts'

const NOW = Date.UTC(2026, 10, 24, 12, 10)
const context = makeContext({ now: NOW })
/** Approved for its own name, but issued for another name as well. */
const wronged = {
  ...approved(makeCsr({ name: 'csr-wronged' })),
  certificate: makeCertificate({ dnsNames: ['worker-1', 'api'] }),
}
const next = makeCsr({ keyName: 'next', createdAt: '2026-11-24T12:05:00Z' })
const bystander = makeCsr({ nodeName: 'worker-2', ipAddresses: ['198.51.100.12'] })

const kept = {
  kind: 'issuedOtherwise' as const,
  uid: 'gone',
  request: 'csr-gone',
  machine: 'worker-1',
  differences: [],
  since: NOW - 9_000,
}

describe('an alarm of an earlier process', () => {
  it('an alarm of an earlier process is its machine’s again, though its request is gone, until a person dismisses it', () => {
    const alarms = new Alarms()
    expect(alarms.restore(kept)).toBe(true)
    expect(alarms.of(kept.kind, 'worker-1')).toEqual(kept)
    expect(alarms.restore(kept)).toBe(false)
    expect(alarms.dismiss(kept)).toEqual(kept)
    expect(alarms.restore(kept)).toBe(false)
    expect(alarms.count(kept.kind)).toBe(0)
  })

  it('a dismissed alarm of an earlier process stays dismissed though its listed request raised it anew', () => {
    const world = open()
    world.takeTouched()
    world.restoreDismissal({ kind: 'issuedOtherwise', uid: wronged.uid })
    expect([...world.takeTouched().machines]).toEqual(['worker-1'])
    world.upsertCsr({ ...wronged, resourceVersion: '9001' })
    expect(rowOf(world)?.alarm).toBeNull()
  })

  it('an alarm stays dismissed where it is raised anew only after the dismissal was put back', () => {
    const world = open()
    world.restoreDismissal({ kind: 'approvedAgainst', uid: next.uid })
    world.raiseAlarm({ ...makeAgainst({ uid: next.uid }), since: null })
    expect(world.alarms.of('approvedAgainst', 'worker-1')).toBeNull()
  })

  it('an alarm of an earlier process comes before one that was raised here, and makes a row of its own', () => {
    const world = open()
    world.restoreAlarm(kept)
    expect(world.alarms.of('issuedOtherwise', 'worker-1')?.request).toBe('csr-wronged')
    world.restoreAlarm({ ...kept, uid: 'other', machine: 'worker-9' })
    expect(world.takeTouched().machines).toContain('worker-9')
    expect(deriveMachine(world, 'worker-9', context)?.alarm?.uid).toBe('other')
  })
})

function open(): World {
  const world = makeWorld({
    csrs: [wronged, next, bystander],
    nodes: [
      makeNode(),
      makeNode({ name: 'worker-2', addresses: [{ type: 'InternalIP', address: '198.51.100.12' }] }),
    ],
    machines: [makeMachineObject({ nodeRef: 'worker-1' })],
  })
  world.noticeAlarms(NOW)
  return world
}
const dismiss = (world: World) => world.dismissAlarm({ kind: 'issuedOtherwise', uid: wronged.uid })
const rowOf = (world: World, name = 'worker-1') => deriveMachine(world, name, context)
const judged = (world: World, name?: string) => {
  const row = rowOf(world, name)
  return `${row?.verdict} ${row?.requests.flatMap(({ failing }) => failing)}`
}

describe('an alarm about a certificate', () => {
  it('an alarm makes all requests of its machine suspicious, and no others', () => {
    const world = open()
    expect(judged(world)).toBe('suspicious machine.alarm')
    expect(judged(world, 'worker-2')).toBe('plausible ')
    expect(rowOf(world)?.reason).toEqual({
      code: 'machine.alarm',
      finding: 'raised',
      values: { request: 'csr-wronged' },
    })
  })

  it('an alarm stops the approver for its machine', () => {
    const world = open()
    const claim = world.claim(next.uid)
    const answer = claim && automatic(claim, world, makeContext({ policy: acting }), false, KIM)
    expect(answer).toMatchObject({ act: 'leave', check: 'machine.alarm' })
    dismiss(world)
    expect(
      claim && automatic(claim, world, makeContext({ policy: acting }), false, KIM),
    ).toMatchObject({
      act: 'approve',
    })
  })

  it('an alarm outlives its request and the Node', () => {
    const world = open()
    const { alarm } = rowOf(world) ?? {}
    expect(alarm).toEqual({
      kind: 'issuedOtherwise',
      uid: wronged.uid,
      request: 'csr-wronged',
      machine: 'worker-1',
      since: '2026-11-24T12:10:00Z',
      differs: ['dnsNames'],
    })
    world.removeCsr(wronged.uid)
    world.noticeAlarms(NOW + 3_600_000)
    expect(rowOf(world)?.alarm).toEqual(alarm)
    expect(judged(world)).toBe('suspicious machine.alarm')
    world.removeNode(makeNode().uid)
    world.removeMachineObject(makeMachineObject().uid)
    world.removeCsr(next.uid)
    expect(world.machineNames()).toContain('worker-1')
    expect(describeMachine(world, 'worker-1', context, KIM)?.alarms).toEqual([
      {
        ...alarm,
        differences: [{ what: 'dnsNames', asked: ['worker-1'], issued: ['worker-1', 'api'] }],
      },
    ])
    expect(dismiss(world)?.request).toBe('csr-wronged')
    expect(rowOf(world)).toBeNull()
  })

  it('a dismissed alarm is not raised again by a listed request', () => {
    const world = open()
    world.takeTouched()
    expect(dismiss(world)?.request).toBe('csr-wronged')
    expect([...world.takeTouched().machines]).toEqual(['worker-1'])
    world.upsertCsr({ ...wronged, resourceVersion: '9001' })
    expect(rowOf(world)?.alarm).toBeNull()
    expect(judged(world)).toBe('verified ')
  })

  it.each([
    ['again', 'issuedOtherwise', wronged.uid],
    ['of another kind', 'approvedAgainst', wronged.uid],
    ['of another request', 'issuedOtherwise', next.uid],
  ] as const)('an alarm is not dismissed by another name: %s', (_case, kind, uid) => {
    const world = open()
    if (_case === 'again') dismiss(world)
    world.takeTouched()
    expect(world.dismissAlarm({ kind, uid })).toBeNull()
    expect(world.takeTouched().machines.size).toBe(0)
  })

  it('an older alarm shows when the newer one is dismissed', () => {
    const world = open()
    const second = { ...next, ...approved(next), certificate: wronged.certificate }
    world.upsertCsr({ ...second, resourceVersion: '9001' })
    expect(rowOf(world)?.alarm?.uid).toBe(next.uid)
    world.dismissAlarm({ kind: 'issuedOtherwise', uid: next.uid })
    expect(rowOf(world)?.alarm?.uid).toBe(wronged.uid)
  })

  it('an alarm is dropped when requests may no longer be read', () => {
    const world = open()
    world.removeCsr(wronged.uid)
    world.takeTouched()
    world.forgetAlarms()
    expect([...world.takeTouched().machines]).toEqual(['worker-1'])
    expect(judged(world)).toBe('verified ')
  })

  it('an alarm touches its machine when it is raised', () => {
    const world = makeWorld({
      csrs: [{ ...wronged, certificate: null }, next],
      nodes: [makeNode()],
    })
    expect(judged(world)).toBe('plausible ')
    world.takeTouched()
    world.upsertCsr({ ...wronged, resourceVersion: '9001' })
    expect([...world.takeTouched().machines]).toEqual(['worker-1'])
    expect(judged(world)).toBe('suspicious machine.alarm')
  })
})

describe('an approval against the checks', () => {
  const against = { ...makeAgainst({ uid: next.uid, request: next.name }), since: null }

  it('an approval against the checks is shown on its machine, and changes no verdict', () => {
    const world = makeWorld({ csrs: [next], nodes: [makeNode()] })
    const before = judged(world)
    world.takeTouched()
    world.raiseAlarm(against)
    expect([...world.takeTouched().machines]).toEqual(['worker-1'])
    expect(rowOf(world)?.alarm).toMatchObject({ kind: 'approvedAgainst', decider: 'kubectl' })
    expect(judged(world)).toBe(before)
  })

  it('an approval of a refused request is not hidden by a newer one of a suspicious request', () => {
    const world = makeWorld({ csrs: [next], nodes: [makeNode()] })
    world.raiseAlarm({ ...against, uid: 'first', verdict: 'refused' })
    world.raiseAlarm({ ...against, uid: 'second', verdict: 'refused' })
    world.raiseAlarm({ ...against, uid: 'milder', verdict: 'suspicious' })
    expect(rowOf(world)?.alarm).toMatchObject({ uid: 'second', verdict: 'refused' })
    expect(describeMachine(world, 'worker-1', context, KIM)).toMatchObject({
      alarms: [{ uid: 'second' }],
      moreAlarms: 2,
    })
    world.dismissAlarm({ kind: 'approvedAgainst', uid: 'second' })
    world.dismissAlarm({ kind: 'approvedAgainst', uid: 'first' })
    expect(rowOf(world)?.alarm).toMatchObject({ uid: 'milder' })
  })

  it('an approval against the checks hides no alarm about a certificate, and does not dismiss one of the same request', () => {
    const world = open()
    world.raiseAlarm({ ...against, uid: wronged.uid })
    expect(rowOf(world)?.alarm?.kind).toBe('issuedOtherwise')
    const kinds = () =>
      describeMachine(world, 'worker-1', context, KIM)?.alarms.map(({ kind }) => kind)
    expect(kinds()).toEqual(['issuedOtherwise', 'approvedAgainst'])
    expect(world.dismissAlarm({ kind: 'approvedAgainst', uid: wronged.uid })).not.toBeNull()
    expect(kinds()).toEqual(['issuedOtherwise'])
    expect(judged(world)).toBe('suspicious machine.alarm')
  })

  it('approvals against the checks push out no alarm about a certificate, however many there are', () => {
    const world = open()
    for (let n = 0; n <= MOST_OF_MACHINE; n += 1) {
      world.raiseAlarm({ ...against, uid: `flood-${n}` })
    }
    expect(judged(world)).toBe('suspicious machine.alarm')
  })

  it('a dismissed approval against the checks does not keep a later alarm about the certificate from being raised', () => {
    const world = makeWorld({ csrs: [{ ...wronged, certificate: null }, next] })
    world.raiseAlarm({ ...against, uid: wronged.uid })
    world.dismissAlarm({ kind: 'approvedAgainst', uid: wronged.uid })
    world.upsertCsr({ ...wronged, resourceVersion: '9001' })
    expect(rowOf(world)?.alarm?.kind).toBe('issuedOtherwise')
  })

  it('an approval against the checks of an earlier process is put back, outlives its request, and may no longer be read', () => {
    const world = makeWorld({})
    world.restoreAlarm({ ...against, uid: 'gone', machine: 'worker-9', since: NOW })
    expect(rowOf(world, 'worker-9')?.alarm).toMatchObject({ uid: 'gone', verdict: 'refused' })
    world.forgetAlarms()
    expect(rowOf(world, 'worker-9')).toBeNull()
  })
})

const acting = {
  ...DEFAULT_POLICY,
  automatic: { ...DEFAULT_POLICY.automatic, mode: 'act' as const },
}

/** Two common names: no machine can be read from the request. */
const nameless = makeCsr({
  name: 'csr-nameless',
  kind: 'client',
  commonNames: ['system:node:worker-1', 'system:node:control-plane-0'],
})

describe('an alarm about a request that names no machine', () => {
  const against = makeAgainst({ uid: nameless.uid, request: nameless.name, machine: null })
  const rowsOf = (world: World) =>
    [...world.takeTouched().alarms.values()].map((name) => deriveAlarm(world, name))

  it('an alarm without a machine has a row of its own, which outlives the request until a person dismisses it', () => {
    const world = makeWorld({ csrs: [nameless] })
    world.takeTouched()
    world.raiseAlarm({ ...against, since: null })
    world.noticeAlarms(NOW)
    expect(rowsOf(world)).toEqual([{ ...against, since: '2026-11-24T12:10:00Z' }])
    world.removeCsr(nameless.uid)
    expect(deriveAlarm(world, against)).toMatchObject({ machine: null, request: 'csr-nameless' })
    expect(world.dismissAlarm(against)).toMatchObject({ uid: nameless.uid })
    expect(rowsOf(world)).toEqual([null])
    expect(world.machineNames()).toEqual(new Set())
  })

  it('an alarm without a machine is raised for what was issued otherwise than asked, and holds back no machine', () => {
    const issued = { ...approved(nameless), certificate: makeCertificate({ dnsNames: ['api'] }) }
    const world = makeWorld({ csrs: [issued, next], nodes: [makeNode()] })
    expect(rowsOf(world)).toMatchObject([
      { kind: 'issuedOtherwise', machine: null, differs: expect.arrayContaining(['commonName']) },
    ])
    expect(world.alarms.count('issuedOtherwise')).toBe(1)
    expect(judged(world)).toBe('plausible ')
  })

  it('an alarm without a machine of an earlier process is put back, and stays dismissed where it was', () => {
    const world = makeWorld()
    world.restoreAlarm({ ...against, since: NOW })
    expect(rowsOf(world)).toHaveLength(1)
    world.restoreDismissal({ kind: 'approvedAgainst', uid: nameless.uid })
    world.restoreAlarm({ ...against, since: NOW })
    expect(rowsOf(world)).toEqual([null])
  })
})

describe('more alarms than the bound', () => {
  const flooded = () => {
    const alarms = new Alarms()
    const raise = (machine: string | null, uid: string) =>
      alarms.raise({ ...kept, machine, uid }).map((alarm) => alarm.uid)
    const uids = () => [...alarms.all()].map(({ uid }) => uid)
    return { alarms, raise, uids }
  }

  it.each([
    ['a machine’s', 'noisy', MOST_OF_MACHINE],
    ['those without a machine: the', null, MOST_WITHOUT_MACHINE],
  ])('%s oldest alarm is replaced, and no other machine’s', (_, machine, most) => {
    const { raise, uids } = flooded()
    raise('quiet', 'q')
    for (let n = 0; n < most; n += 1) expect(raise(machine, `n-${n}`)).toEqual([`n-${n}`])
    expect(raise(machine, 'one-more')).toEqual(['one-more', 'n-0'])
    expect(uids()).toHaveLength(most + 1)
    expect(uids().slice(0, 2)).toEqual(['q', 'n-1'])
  })

  it('the oldest alarm of all machines is dropped only beyond the size of the largest cluster', () => {
    const { alarms, raise } = flooded()
    raise(null, 'alone')
    for (let n = 0; n < MOST_ALARMS; n += 1) raise(`m-${n}`, `u-${n}`)
    expect(alarms.has('m-0')).toBe(true)
    expect(raise('one-more', 'u')).toEqual(['u', 'u-0'])
    expect(alarms.count(kept.kind)).toBe(MOST_ALARMS + 1)
    expect(alarms.has('m-0')).toBe(false)
    expect(alarms.get({ kind: kept.kind, uid: 'alone' })).not.toBeNull()
  })

  it('alarms of an earlier process are dropped before newer ones, whatever their order', () => {
    const { alarms, raise } = flooded()
    raise('here', 'here')
    for (let n = 1; n < MOST_ALARMS; n += 1) {
      alarms.restore({ ...kept, machine: `m-${n}`, uid: `u-${n}`, since: kept.since - n })
    }
    expect(raise('one-more', 'u')).toEqual(['u', `u-${MOST_ALARMS - 1}`])
    alarms.date(NOW)
    expect(raise('another', 'v')).toEqual(['v', `u-${MOST_ALARMS - 2}`])
  })

  it('a requestor who floods alarms without a machine drops none of another requestor', () => {
    const dropped: string[] = []
    const alarms = new Alarms({ onDropped: ({ uid }) => dropped.push(uid) })
    const raise = (requestor: string, uid: string) =>
      alarms.raise({ ...kept, machine: null, requestor, uid })
    raise('quiet', 'q-0')
    raise('quiet', 'q-1')
    for (let n = 0; n < MOST_WITHOUT_MACHINE; n += 1) raise('noisy', `n-${n}`)
    raise('late', 'l')
    expect(dropped).toEqual(['n-0', 'n-1', 'n-2'])
    expect(alarms.count(kept.kind)).toBe(MOST_WITHOUT_MACHINE)
  })

  it('a flood of alarms of one kind drops none of the other kind', () => {
    const { alarms, raise } = flooded()
    raise(null, 'q')
    for (let n = 0; n <= MOST_WITHOUT_MACHINE; n += 1) {
      alarms.raise({ ...makeAgainst({ machine: null, uid: `n-${n}` }), since: null })
    }
    expect(alarms.get({ kind: 'issuedOtherwise', uid: 'q' })).not.toBeNull()
  })

  it('an alarm of an earlier process replaces none that was raised here', () => {
    const { alarms, raise, uids } = flooded()
    for (let n = 0; n < MOST_OF_MACHINE; n += 1) raise('worker-1', `n-${n}`)
    expect(alarms.restore(kept)).toBe(false)
    expect(uids()).toHaveLength(MOST_OF_MACHINE)
  })
})
