import { describe, expect, it } from 'vitest'
import { KeptDay } from '#lib/cluster/kept-day.ts'
import {
  approved,
  denied,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr } from '#lib/csr/model.ts'
import { automaticMessage } from '#lib/csr/policy/decision-message.ts'
import { type AutomaticLimits, DEFAULT_POLICY, type Policy } from '#lib/csr/policy/policy.ts'
import { createShadow } from '#lib/journal/shadow-day.ts'
import type { ShadowRow } from '#lib/wire/policy-answers.ts'

const ALL = { compared: null, text: '', from: 0, to: 1_000 }
const NARROW = { ...DEFAULT_POLICY, allowedAddresses: ['203.0.113.0/24'] }

/** A serving request that every check passes, and one whose address is another's. */
const GOOD = { nodeName: 'worker-1' }
const ODD = { nodeName: 'worker-1', ipAddresses: ['198.51.100.99'], keyName: 'odd' }

function setUp() {
  const world = makeWorld({
    nodes: [makeNode()],
    machines: [makeMachineObject({ nodeRef: 'worker-1' })],
  })
  const day = new KeptDay({ world, context: makeContext })
  const file = (csr: Csr, ...steps: ((csr: Csr) => Csr)[]) => {
    day.upsert(csr, true)
    for (const step of steps) day.upsert(step(csr), true)
    return csr
  }
  return { day, shadow: createShadow(day), file }
}

const byApprover = (csr: Csr): Csr => ({
  ...csr,
  conditions: [
    {
      type: 'Approved',
      status: 'True',
      reason: 'CountersignAutoApprove',
      message: automaticMessage({
        username: 'approver',
        policy: { name: 'racks', generation: '0123456789ab' },
        requestId: 'r',
      }),
      lastUpdateTime: '2026-11-24T12:06:00Z',
    },
  ],
})

describe('requests compared with the past decisions', () => {
  it.each([
    ['good', 'pending', GOOD, [], 'wouldApprove'],
    ['good', 'approved', GOOD, [approved], 'same'],
    ['good', 'approved by the approver', GOOD, [byApprover], 'same'],
    ['good', 'denied', GOOD, [denied], 'wouldApprove'],
    ['odd', 'pending', ODD, [], 'same'],
    ['odd', 'approved', ODD, [approved], 'wouldLeave'],
    ['odd', 'denied', ODD, [denied], 'same'],
  ] as const)('a %s request that is %s', async (_kind, _fate, options, steps, compared) => {
    const { shadow, file } = setUp()
    file(makeCsr(options), ...steps.map((step) => (csr: Csr) => step(csr)))
    const { rows, counts } = await shadow.compare(DEFAULT_POLICY, ALL)
    expect(rows).toMatchObject([{ compared }])
    expect(counts).toEqual({
      same: 0,
      wouldApprove: 0,
      wouldLeave: 0,
      cannotTell: 0,
      [compared]: 1,
    })
  })

  it('requests that were denied and would be approved come first, then differences, then the rest', async () => {
    const { shadow, day, file } = setUp()
    const same = file(makeCsr(GOOD), approved)
    const lost = makeCsr(GOOD)
    day.upsert(approved(lost), true)
    const left = file(makeCsr(ODD), approved)
    const worst = file(makeCsr({ ...GOOD, createdAt: '2026-11-24T11:59:30Z' }), denied)
    // Newer than what is denied, and there by then: the denial is not meant for it.
    const waits = file(makeCsr(GOOD))
    const { rows } = await shadow.compare(DEFAULT_POLICY, ALL)
    expect(rows.map(({ uid }) => uid)).toEqual(
      [worst, waits, left, lost, same].map(({ uid }) => uid),
    )
    expect(rows[3]).toMatchObject({ forecast: { unjudged: 'notSeenPending' } })
  })

  it('the decider is named as the condition says', async () => {
    const { shadow, file } = setUp()
    file(makeCsr(GOOD), byApprover)
    const { rows } = await shadow.compare(DEFAULT_POLICY, ALL)
    expect(rows).toMatchObject([{ decider: 'approver', by: 'policy racks@0123456789ab' }])
  })

  it.each([
    ['all of it', ALL, 2],
    ['one kind', { ...ALL, compared: 'wouldLeave' as const }, 1],
    ['words', { ...ALL, text: 'WORKER-1 csr-other' }, 1],
    ['words of nobody', { ...ALL, text: 'worker-9' }, 0],
  ])('the rows are narrowed to %s, with the counts of all', async (_title, query, matching) => {
    const { shadow, file } = setUp()
    file(makeCsr(GOOD), approved)
    file(makeCsr({ ...ODD, name: 'csr-other' }), approved)
    const answer = await shadow.compare(DEFAULT_POLICY, query)
    expect([answer.matching, answer.rows.length]).toEqual([matching, matching])
    expect(answer.counts).toMatchObject({ same: 1, wouldLeave: 1 })
  })

  it.each([
    [0, 1, ['csr-other']],
    [1, 3, ['csr-good']],
    [2, 3, []],
  ])('rows %i to %i of two', async (from, to, names) => {
    const { shadow, file } = setUp()
    file(makeCsr({ ...GOOD, name: 'csr-good' }), approved)
    file(makeCsr({ ...ODD, name: 'csr-other' }), approved)
    const answer = await shadow.compare(DEFAULT_POLICY, { ...ALL, from, to })
    expect(answer).toMatchObject({ matching: 2, from })
    expect(answer.rows.map(({ name }) => name)).toEqual(names)
  })
})

const limited = (limits: Partial<AutomaticLimits>, policy: Policy = DEFAULT_POLICY): Policy => ({
  ...policy,
  automatic: { ...policy.automatic, limits: { ...policy.automatic.limits, ...limits } },
})

const filedAt = (minute: number, options: CsrOptions = GOOD) =>
  makeCsr({ ...options, createdAt: `2026-11-24T12:0${minute}:00Z` })

describe('the limits of the approver', () => {
  const heldIn = (rows: readonly ShadowRow[], csrs: readonly Csr[]) =>
    csrs.map(({ uid }) => {
      const row = rows.find((one) => one.uid === uid)
      return row !== undefined && 'held' in row.forecast ? row.forecast.held : 'not judged'
    })

  it.each([
    ['node', { perNode: 2 }],
    ['requestor', { perRequestor: 2 }],
    ['total', { total: 2 }],
  ] as const)(
    'the limits of one %s hold what was filed later, in any order of arrival',
    async (scope, limits) => {
      const { shadow, file } = setUp()
      const csrs = [filedAt(3), filedAt(1), filedAt(2)]
      for (const csr of csrs) file(csr, approved)
      const { rows, counts } = await shadow.compare(limited(limits), ALL)
      expect(heldIn(rows, csrs)).toEqual([scope, null, null])
      expect(counts).toMatchObject({ same: 2, wouldLeave: 1 })
    },
  )

  it('the limits hold nothing that would not be approved, and what is left counts for nothing', async () => {
    const { shadow, file } = setUp()
    const odd = [1, 2].map((minute) =>
      makeCsr({ ...ODD, createdAt: `2026-11-24T12:0${minute}:00Z`, keyName: `odd-${minute}` }),
    )
    const csrs = [...odd, filedAt(3)]
    for (const csr of csrs) file(csr, approved)
    const { rows } = await shadow.compare(limited({ perNode: 1 }), ALL)
    expect(heldIn(rows, csrs)).toEqual([null, null, null])
  })

  it('the limits count what the approver did approve, and hold none of it', async () => {
    const { shadow, file } = setUp()
    const [first, second, third] = [filedAt(1), filedAt(2), filedAt(3)]
    for (const csr of [first, second]) file(csr, byApprover)
    file(third, approved)
    const { rows } = await shadow.compare(limited({ perNode: 1 }), ALL)
    expect(heldIn(rows, [first, second, third])).toEqual([null, null, 'node'])
  })

  it('the limits of a draft are told as a change', async () => {
    const { shadow, file } = setUp()
    const csrs = [filedAt(1), filedAt(2)]
    for (const csr of csrs) file(csr, approved)
    const answer = await shadow.preview(DEFAULT_POLICY, limited({ perNode: 1 }))
    expect(answer).toMatchObject({ changed: 1, counts: { same: 1, wouldLeave: 1 } })
    expect(answer.rows).toMatchObject([
      { uid: csrs[1]?.uid, before: { held: null }, forecast: { held: 'node' } },
    ])
  })
})

describe('a draft against what the approver did approve', () => {
  it('a draft asks its own, tighter limits anew', async () => {
    const { shadow, file } = setUp()
    const csrs = [filedAt(1), filedAt(2)]
    for (const csr of csrs) file(csr, byApprover)
    const { rows } = await shadow.preview(DEFAULT_POLICY, limited({ total: 1 }))
    expect(rows).toMatchObject([{ uid: csrs[1]?.uid, forecast: { held: 'total' } }])
  })

  it('a draft does not count what it would not approve', async () => {
    const { shadow, file } = setUp()
    const inForce = limited({ total: 2 })
    const other = { ...GOOD, dnsNames: [GOOD.nodeName], ipAddresses: [] }
    for (const minute of [1, 2]) file(filedAt(minute), byApprover)
    const later = file(filedAt(3, other), approved)
    const { rows } = await shadow.preview(inForce, limited({ total: 2 }, NARROW))
    expect(rows.find(({ uid }) => uid === later.uid)).toMatchObject({
      before: { held: 'total' },
      forecast: { held: null },
    })
  })
})

describe('a draft of a policy', () => {
  it('a draft tells what it would do in another way, and why', async () => {
    const { shadow, file } = setUp()
    const csr = file(makeCsr(GOOD), approved)
    file(makeCsr(ODD))
    const answer = await shadow.preview(DEFAULT_POLICY, NARROW)
    expect(answer).toMatchObject({ changed: 1, counts: { wouldLeave: 1, same: 1 } })
    expect(answer.rows).toMatchObject([
      {
        uid: csr.uid,
        before: { automatic: { act: 'approve' } },
        forecast: { automatic: { act: 'leave', check: 'policy.addresses' } },
      },
    ])
  })

  it('a draft that is the policy in force changes nothing', async () => {
    const { shadow, file } = setUp()
    file(makeCsr(GOOD), approved)
    expect(await shadow.preview(NARROW, { ...NARROW })).toMatchObject({ changed: 0, rows: [] })
  })
})

it('the comparison stops when the caller has gone', async () => {
  const { shadow, file } = setUp()
  file(makeCsr(GOOD))
  const left = new AbortController()
  const asked = shadow.preview(DEFAULT_POLICY, NARROW, left.signal)
  left.abort()
  await expect(asked).rejects.toThrow('aborted')
})
