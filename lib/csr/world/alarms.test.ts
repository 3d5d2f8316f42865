import { describe, expect, it } from 'vitest'
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
import { deriveMachine } from '#lib/csr/machine/derive.ts'
import { describeMachine } from '#lib/csr/machine/detail.ts'
import { automatic } from '#lib/csr/policy/automatic.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import { Alarms, MOST_ALARMS, MOST_OF_MACHINE } from '#lib/csr/world/alarms.ts'
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
  differences: [],
  since: NOW - 9_000,
}

describe('an alarm of an earlier process', () => {
  it('is of its machine again, though its request is gone, until a person dismisses it', () => {
    const alarms = new Alarms()
    expect(alarms.restore('worker-1', kept)).toBe(true)
    expect(alarms.of('worker-1')).toEqual(kept)
    expect(alarms.restore('worker-1', kept)).toBe(false)
    expect(alarms.dismiss('worker-1', 'gone')).toBe(true)
    expect(alarms.restore('worker-1', kept)).toBe(false)
    expect(alarms.size).toBe(0)
  })

  it('stays dismissed though its request is listed, and raised it anew', () => {
    const world = open()
    world.takeTouched()
    world.restoreDismissal('worker-1', wronged.uid, 'issuedOtherwise')
    expect([...world.takeTouched().machines]).toEqual(['worker-1'])
    world.upsertCsr({ ...wronged, resourceVersion: '9001' })
    expect(rowOf(world)?.alarm).toBeNull()
  })

  it('stays dismissed where it is raised anew only after the dismissal was put back', () => {
    const world = open()
    world.restoreDismissal('worker-1', next.uid, 'approvedAgainst')
    const against = makeAgainst({ uid: next.uid })
    world.raiseApprovedAgainst('worker-1', { ...against, request: next.name, since: null })
    expect(world.approvedAgainst.of('worker-1')).toBeNull()
  })

  it('comes before one that was raised here, and makes a row of its own', () => {
    const world = open()
    world.restoreAlarm('worker-1', kept)
    expect(world.alarms.of('worker-1')?.request).toBe('csr-wronged')
    world.restoreAlarm('worker-9', { ...kept, uid: 'other' })
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
const rowOf = (world: World, name = 'worker-1') => deriveMachine(world, name, context)
const judged = (world: World, name?: string) => {
  const row = rowOf(world, name)
  return `${row?.verdict} ${row?.requests.flatMap(({ failing }) => failing)}`
}

describe('an alarm', () => {
  it('makes all requests of its machine suspicious, and no others', () => {
    const world = open()
    expect(judged(world)).toBe('suspicious machine.alarm')
    expect(judged(world, 'worker-2')).toBe('plausible ')
    expect(rowOf(world)?.reason).toEqual({
      code: 'machine.alarm',
      finding: 'raised',
      values: { request: 'csr-wronged' },
    })
  })

  it('stops the approver for that machine', () => {
    const world = open()
    const claim = world.claim(next.uid)
    const told = claim && automatic(claim, world, makeContext({ policy: acting }), false, KIM)
    expect(told).toMatchObject({ act: 'leave', check: 'machine.alarm' })
    world.dismissAlarm('worker-1', wronged.uid, 'issuedOtherwise')
    expect(
      claim && automatic(claim, world, makeContext({ policy: acting }), false, KIM),
    ).toMatchObject({
      act: 'approve',
    })
  })

  it('outlives its request and the Node', () => {
    const world = open()
    const { alarm } = rowOf(world) ?? {}
    expect(alarm).toEqual({
      kind: 'issuedOtherwise',
      uid: wronged.uid,
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
        request: 'csr-wronged',
        differences: [{ what: 'dnsNames', asked: ['worker-1'], issued: ['worker-1', 'api'] }],
      },
    ])
    expect(world.dismissAlarm('worker-1', wronged.uid, 'issuedOtherwise')).toBe(true)
    expect(rowOf(world)).toBeNull()
  })

  it('is dismissed by a person, and not raised again by a listed request', () => {
    const world = open()
    world.takeTouched()
    expect(world.dismissAlarm('worker-1', wronged.uid, 'issuedOtherwise')).toBe(true)
    expect([...world.takeTouched().machines]).toEqual(['worker-1'])
    world.upsertCsr({ ...wronged, resourceVersion: '9001' })
    expect(rowOf(world)?.alarm).toBeNull()
    expect(judged(world)).toBe('verified ')
  })

  it.each([
    ['again', 'worker-1', wronged.uid],
    ['of another machine', 'worker-2', wronged.uid],
    ['of another request', 'worker-1', next.uid],
  ])('is not dismissed by another uid or machine: %s', (_case, machine, uid) => {
    const world = open()
    if (_case === 'again') world.dismissAlarm('worker-1', wronged.uid, 'issuedOtherwise')
    world.takeTouched()
    expect(world.dismissAlarm(machine, uid, 'issuedOtherwise')).toBe(false)
    expect(world.takeTouched().machines.size).toBe(0)
  })

  it('shows when the newer one is dismissed', () => {
    const world = open()
    const second = { ...next, ...approved(next), certificate: wronged.certificate }
    world.upsertCsr({ ...second, resourceVersion: '9001' })
    expect(rowOf(world)?.alarm?.uid).toBe(next.uid)
    world.dismissAlarm('worker-1', next.uid, 'issuedOtherwise')
    expect(rowOf(world)?.alarm?.uid).toBe(wronged.uid)
  })

  it('is dropped when requests may no longer be read', () => {
    const world = open()
    world.removeCsr(wronged.uid)
    world.takeTouched()
    world.forgetAlarms()
    expect([...world.takeTouched().machines]).toEqual(['worker-1'])
    expect(judged(world)).toBe('verified ')
  })

  it('touches its machine when raised', () => {
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
  const against = { ...makeAgainst({ uid: next.uid }), request: next.name, since: null }

  it('is shown on its machine, and changes no verdict', () => {
    const world = makeWorld({ csrs: [next], nodes: [makeNode()] })
    const before = judged(world)
    world.takeTouched()
    world.raiseApprovedAgainst('worker-1', against)
    expect([...world.takeTouched().machines]).toEqual(['worker-1'])
    expect(rowOf(world)?.alarm).toMatchObject({ kind: 'approvedAgainst', decider: 'kubectl' })
    expect(judged(world)).toBe(before)
  })

  it('hides no alarm about a certificate, and is no dismissal of one of the same request', () => {
    const world = open()
    world.raiseApprovedAgainst('worker-1', { ...against, uid: wronged.uid })
    expect(rowOf(world)?.alarm?.kind).toBe('issuedOtherwise')
    const kinds = () =>
      describeMachine(world, 'worker-1', context, KIM)?.alarms.map(({ kind }) => kind)
    expect(kinds()).toEqual(['issuedOtherwise', 'approvedAgainst'])
    expect(world.dismissAlarm('worker-1', wronged.uid, 'approvedAgainst')).toBe(true)
    expect(kinds()).toEqual(['issuedOtherwise'])
    expect(judged(world)).toBe('suspicious machine.alarm')
  })

  it('pushes out no alarm about a certificate, however many there are', () => {
    const world = open()
    for (let n = 0; n <= MOST_OF_MACHINE; n += 1) {
      world.raiseApprovedAgainst('worker-1', { ...against, uid: `flood-${n}` })
    }
    expect(judged(world)).toBe('suspicious machine.alarm')
  })

  it('a dismissed one does not keep a later one about the certificate from being raised', () => {
    const world = makeWorld({ csrs: [{ ...wronged, certificate: null }, next] })
    world.raiseApprovedAgainst('worker-1', { ...against, uid: wronged.uid })
    world.dismissAlarm('worker-1', wronged.uid, 'approvedAgainst')
    world.upsertCsr({ ...wronged, resourceVersion: '9001' })
    expect(rowOf(world)?.alarm?.kind).toBe('issuedOtherwise')
  })

  it('of an earlier process is put back, outlives its request, and may no longer be read', () => {
    const world = makeWorld({})
    world.restoreAlarm('worker-9', { ...against, uid: 'gone', since: NOW })
    expect(rowOf(world, 'worker-9')?.alarm).toMatchObject({ uid: 'gone', verdict: 'refused' })
    world.forgetAlarms()
    expect(rowOf(world, 'worker-9')).toBeNull()
  })
})

const acting = {
  ...DEFAULT_POLICY,
  automatic: { ...DEFAULT_POLICY.automatic, mode: 'act' as const },
}

describe('more alarms than the bound', () => {
  const raising = () => {
    const alarms = new Alarms()
    const claim = makeWorld({ csrs: [wronged] }).claim(wronged.uid)
    if (claim === null) throw new Error('no claim')
    const raise = (nodeName: string, uid: string) => alarms.raise(nodeName, { ...kept, uid })
    return { alarms, raise }
  }

  it('a machine’s oldest alarm is dropped, and no other machine’s', () => {
    const { alarms, raise } = raising()
    raise('quiet', 'q')
    for (let n = 0; n <= MOST_OF_MACHINE; n += 1)
      expect(raise('noisy', `n-${n}`)).toEqual(['noisy'])
    expect(alarms.dismiss('noisy', 'n-0')).toBe(false)
    for (let n = 1; n <= MOST_OF_MACHINE; n += 1)
      expect(alarms.dismiss('noisy', `n-${n}`)).toBe(true)
    expect([...alarms.machines()]).toEqual(['quiet'])
    expect(alarms.size).toBe(1)
  })

  it('the oldest of all is dropped only beyond the size of the largest cluster', () => {
    const { alarms, raise } = raising()
    for (let n = 0; n < MOST_ALARMS; n += 1) raise(`m-${n}`, `u-${n}`)
    expect(alarms.of('m-0')).not.toBeNull()
    expect(raise('one-more', 'u')).toEqual(['one-more', 'm-0'])
    expect([...alarms.machines()]).toHaveLength(MOST_ALARMS)
    expect(alarms.of('m-0')).toBeNull()
  })
})
