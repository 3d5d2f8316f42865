import { expect, it } from 'vitest'
import { type ApproverLease, watchApprover } from '#lib/cluster/approver-watch.ts'
import type { AutomaticApprover } from '#lib/csr/policy/automatic-approver.ts'
import { BRAKE_ANNOTATION, type Trip, writeTrips } from '#lib/csr/policy/brake.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'

const TRIP: Trip = { scope: 'node', name: 'worker-1', at: '2026-11-24T12:00:00Z' }

function setUp() {
  const clock = manualClock()
  const reported: AutomaticApprover[] = []
  const cluster = {
    /** `down`: it cannot be read. */
    lease: null as ApproverLease | null | 'down',
    paused: false as boolean | null,
    wanted: true,
    reads: 0,
  }
  const watch = watchApprover({
    clock,
    async readLease() {
      cluster.reads += 1
      if (cluster.lease === 'down') throw new Error('forbidden')
      return cluster.lease
    },
    isPaused: () => cluster.paused,
    isWanted: () => cluster.wanted,
    onChange: (approver) => reported.push(approver),
  })
  /** Time goes on, and every answer is heard. */
  async function pass(ms: number): Promise<void> {
    for (let left = ms; left >= 0; left -= 1_000) {
      clock.advance(Math.min(left, 1_000))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { cluster, reported, watch, pass }
}

const lease = (fields: Partial<ApproverLease> = {}): ApproverLease => ({
  holder: 'approver-1',
  renewTime: '2026-11-24T12:00:00.000000Z',
  durationSeconds: 15,
  annotations: {},
  ...fields,
})

it.each<[string, ApproverLease | null, boolean | null, AutomaticApprover]>([
  ['that it leads', lease(), false, { presence: 'leading', paused: false, trips: [] }],
  ['that it is paused', lease(), true, { presence: 'leading', paused: true, trips: [] }],
  [
    'where its brake has stopped it',
    lease({ annotations: { [BRAKE_ANNOTATION]: writeTrips([TRIP]) } }),
    false,
    { presence: 'leading', paused: false, trips: [TRIP] },
  ],
  [
    'that it gave the lead back',
    lease({ holder: '' }),
    null,
    { presence: 'leaderless', paused: null, trips: [] },
  ],
  [
    'the worst of what its brake says and cannot be understood',
    lease({ annotations: { [BRAKE_ANNOTATION]: '{' } }),
    false,
    {
      presence: 'leading',
      paused: false,
      trips: [{ scope: 'total', name: '', at: '2026-11-24T12:00:00.000000Z' }],
    },
  ],
  ['that there is none', null, false, { presence: 'absent', paused: null, trips: [] }],
])('the watch tells %s', async (_what, found, paused, expected) => {
  const { cluster, reported, pass } = setUp()
  cluster.lease = found
  cluster.paused = paused
  await pass(1)
  expect(reported).toEqual([expected])
})

it('the watch reports nothing while the Lease is renewed, and a missing leader after its time', async () => {
  const { cluster, reported, pass } = setUp()
  for (let second = 0; second < 60; second += 5) {
    cluster.lease = lease({ renewTime: `2026-11-24T12:00:${String(second).padStart(2, '0')}Z` })
    await pass(5_000)
  }
  expect(reported).toHaveLength(1)
  await pass(15_000)
  expect(reported).toHaveLength(1)
  await pass(15_000)
  expect(reported.slice(1)).toMatchObject([{ presence: 'leaderless' }])
  cluster.lease = lease({ renewTime: '2026-11-24T12:09:00Z' })
  await pass(5_000)
  expect(reported.slice(2)).toMatchObject([{ presence: 'leading' }])
})

it('an old Lease at the start counts for no longer than a renewal takes', async () => {
  const { cluster, reported, pass } = setUp()
  cluster.lease = lease()
  await pass(11_000)
  expect(reported.map(({ presence }) => presence)).toEqual(['leading', 'leaderless'])
})

it('the watch ignores a wrong clock of the Lease’s holder', async () => {
  const { cluster, reported, pass } = setUp()
  cluster.lease = lease({ renewTime: '2001-01-01T00:00:00Z' })
  await pass(1)
  expect(reported).toMatchObject([{ presence: 'leading' }])
})

it('an unreadable Lease becomes unknown', async () => {
  const { cluster, reported, pass } = setUp()
  cluster.lease = lease()
  await pass(1)
  cluster.lease = 'down'
  await pass(5_000)
  expect(reported.slice(1)).toEqual([{ presence: 'unknown', paused: null, trips: [] }])
  const { reads } = cluster
  cluster.lease = lease({ renewTime: '2026-11-24T12:00:30Z' })
  await pass(25_000)
  expect(cluster.reads).toBe(reads)
  await pass(5_000)
  expect(reported.slice(2)).toMatchObject([{ presence: 'leading' }])
})

it('the watch reads no Lease while the policy lets no approver act', async () => {
  const { cluster, reported, watch, pass } = setUp()
  cluster.lease = lease()
  cluster.wanted = false
  await pass(30_000)
  expect([cluster.reads, reported.length]).toEqual([0, 0])
  cluster.wanted = true
  watch.look()
  await pass(1)
  expect(reported).toMatchObject([{ presence: 'leading' }])
})

it('a page reads the state of the approver also while the policy lets no approver act', async () => {
  const { cluster, reported, watch, pass } = setUp()
  cluster.wanted = false
  const nobody = { holder: '', renewedAt: null, trips: [] }
  expect(await watch.status()).toEqual({ ...nobody, presence: 'absent' })
  cluster.lease = 'down'
  await pass(1_000)
  expect(await watch.status()).toEqual({ ...nobody, presence: 'unknown' })
  cluster.lease = lease()
  await pass(1_000)
  const leading = {
    presence: 'leading',
    holder: 'approver-1',
    renewedAt: '2026-11-24T12:00:00.000000Z',
    trips: [],
  }
  expect(await watch.status()).toEqual(leading)
  await pass(5_001)
  // The approver died, and its Lease is no longer renewed.
  expect(await watch.status()).toEqual({ ...leading, presence: 'leaderless' })
  expect(reported).toEqual([])
})

it('pages without end read the Lease once a second, and see what the watch itself has read since', async () => {
  const { cluster, watch, pass } = setUp()
  cluster.lease = lease({ holder: '' })
  await pass(1)
  const before = cluster.reads
  for (let n = 0; n < 100; n += 1) await watch.status()
  expect(cluster.reads - before).toBe(0)
  cluster.lease = lease()
  watch.look()
  await pass(1)
  expect(await watch.status()).toMatchObject({ presence: 'leading' })
  await pass(1_000)
  for (let n = 0; n < 100; n += 1) await watch.status()
  expect(cluster.reads - before).toBe(2)
})

it('the watch reads at once when an input has changed, and no more once stopped', async () => {
  const { cluster, reported, watch, pass } = setUp()
  cluster.lease = lease()
  await pass(1)
  cluster.paused = true
  watch.look()
  await pass(1)
  expect(reported.slice(1)).toMatchObject([{ paused: true }])
  watch.stop()
  watch.look()
  const { reads } = cluster
  await pass(30_000)
  expect(cluster.reads).toBe(reads)
})
