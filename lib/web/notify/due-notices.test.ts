import { describe, expect, it } from 'vitest'
import {
  ago,
  makeAgainst,
  makeIssuedOtherwise,
  makeMachine,
  NOW,
} from '#lib/csr/fixtures/make-rows.ts'
import type { MachineApproverBrake } from '#lib/csr/machine-approver/machine-approver-brake.ts'
import {
  type Announced,
  dueNotices,
  MOST_NAMED,
  NOTHING_ANNOUNCED,
  type Notice,
  type NoticedMachine,
  type Seen,
} from '#lib/web/notify/due-notices.ts'
import { makeRunSummary } from '#lib/web/notify/fixtures/make-notices.ts'

const waiting = (name: string, minutes: number, more: Partial<NoticedMachine> = {}) =>
  makeMachine({
    name,
    firstPendingAt: ago(minutes * 60),
    deadline: ago((minutes - 60) * 60),
    ...more,
  })

const NOTHING: Seen = {
  ...{ machines: [], alarms: [], brake: null, trips: [], runs: [], cutOff: [] },
  ...{ since: NOW, now: NOW },
}

function look(seen: Partial<Seen>, before: Announced = NOTHING_ANNOUNCED) {
  return dueNotices({ ...NOTHING, ...seen }, before)
}

/** Notices as `event name,name`. */
const words = (notices: readonly Notice[]) =>
  notices.map((notice) =>
    'machines' in notice
      ? `${notice.event} ${notice.machines.map(({ name }) => name).join()}`
      : 'alarms' in notice
        ? `${notice.event} ${notice.alarms.map(({ request }) => request).join()}`
        : notice.event,
  )

it('machines of one step share a message, which names those that end first and counts all', () => {
  const machines = Array.from({ length: MOST_NAMED + 20 }, (_, n) => waiting(`w${n}`, 20 + n / 10))
  const { notices } = look({ machines: [...machines, waiting('late', 70)] })
  expect(notices.map(({ event }) => event)).toEqual(['machine.waiting.15min', 'machine.overdue'])
  expect(notices[0]).toMatchObject({ count: MOST_NAMED + 20, machines: { length: MOST_NAMED } })
  expect(words(notices)[0]).toMatch(/^machine\.waiting\.15min w69,w68,/)
})

it('an alarm is announced once, and another alarm of the same machine again', () => {
  const machines = [waiting('w', 0)]
  const of = (uid: string) => ({ ...makeIssuedOtherwise({ uid, machine: 'w' }), differences: [] })
  let due = look({ machines, alarms: [of('u1')] })
  expect(words(due.notices)).toEqual(['machine.alarm w'])
  due = look({ machines, alarms: [of('u1')] }, due.announced)
  expect(words(due.notices)).toEqual([])
  due = look({ machines, alarms: [of('u1'), of('u2')] }, due.announced)
  expect(words(due.notices)).toEqual(['machine.alarm w'])
  const against = makeAgainst({ uid: 'u2', machine: 'w' })
  due = look({ machines, alarms: [of('u2'), against] }, due.announced)
  expect(words(due.notices)).toEqual(['machine.approvedAgainst w'])
  due = look({ machines }, due.announced)
  expect(due.announced.alarms.size).toBe(0)
})

it('an alarm waits for the row of its machine', () => {
  const alarms = [makeAgainst({ machine: 'w' })]
  const due = look({ alarms })
  expect(words(due.notices)).toEqual([])
  expect(words(look({ alarms, machines: [waiting('w', 0)] }, due.announced).notices)).toEqual([
    'machine.approvedAgainst w',
  ])
})

describe('the alarm of a request without a machine', () => {
  const alone = (uid: string) => makeAgainst({ uid, request: `csr-${uid}`, machine: null })
  const issued = { ...makeIssuedOtherwise({ request: 'csr-i', machine: null }), differences: [] }

  it('the alarm of a request without a machine is announced once, by its request', () => {
    let due = look({ alarms: [alone('a'), issued] })
    expect(words(due.notices)).toEqual(['request.approvedAgainst csr-a', 'request.alarm csr-i'])
    due = look({ alarms: [alone('a'), issued, alone('b')] }, due.announced)
    expect(words(due.notices)).toEqual(['request.approvedAgainst csr-b'])
  })

  it('alarms of requests without a machine share a message, which names some and counts all', () => {
    const alarms = Array.from({ length: MOST_NAMED + 20 }, (_, n) => alone(`${n}`))
    const { notices } = look({ alarms })
    expect(notices).toHaveLength(1)
    expect(notices[0]).toMatchObject({ count: MOST_NAMED + 20, alarms: { length: MOST_NAMED } })
  })
})

it('the machine-approver’s brake is announced when it trips, and once', () => {
  const brake = (state: MachineApproverBrake['state']) =>
    ({ state, pending: 130, limit: 120 }) as const
  let due = look({ brake: brake('near') })
  expect(words(due.notices)).toEqual([])
  due = look({ brake: brake('tripped') }, due.announced)
  expect(words(due.notices)).toEqual(['machineApprover.brake'])
  due = look({ brake: null }, due.announced)
  due = look({ brake: brake('tripped') }, due.announced)
  expect(words(due.notices)).toEqual([])
  due = look({ brake: brake('ok') }, due.announced)
  expect(words(look({ brake: brake('tripped') }, due.announced).notices)).toEqual([
    'machineApprover.brake',
  ])
})

it('each scope of the automatic approver’s brake is announced once, and again when it trips anew', () => {
  const total = { scope: 'total', name: '', at: ago(60) } as const
  const node = { scope: 'node', name: 'worker-1', at: ago(30) } as const
  let due = look({ trips: [total] })
  expect(due.notices).toEqual([{ event: 'approver.brake', trips: [total] }])
  due = look({ trips: [total, node] }, due.announced)
  expect(due.notices).toEqual([{ event: 'approver.brake', trips: [node] }])
  due = look({ trips: [total, node] }, due.announced)
  expect(due.notices).toEqual([])
  due = look({ trips: [{ ...node, at: ago(0) }] }, due.announced)
  expect(words(due.notices)).toEqual(['approver.brake'])
})

it('a run is announced at its end, once; one that follows a click never', () => {
  const run = makeRunSummary
  let due = look({ runs: [run({ endedAt: null, status: 'running' })] })
  expect(words(due.notices)).toEqual([])
  due = look({ runs: [run({}), run({ id: 'r2', follows: 'w' })] }, due.announced)
  expect(words(due.notices)).toEqual(['run.ended'])
  expect(words(look({ runs: [run({})] }, due.announced).notices)).toEqual([])
})

it('a run that ended with the earlier process is announced', () => {
  const cutOff = [makeRunSummary({ status: 'cutOff', endedAt: null })]
  expect(words(look({ cutOff, runs: cutOff }).notices)).toEqual(['run.ended'])
})

it('a run that ended before the start is left to the earlier process', () => {
  const runs = [makeRunSummary({ endedAt: NOW - 1 })]
  expect(words(look({ runs }).notices)).toEqual([])
})
