import { afterEach, describe, expect, it } from 'vitest'
import { type DayRequest, KeptDay } from '#lib/cluster/kept-day.ts'
import { KEPT_MS } from '#lib/cluster/kept-requests.ts'
import { forecast } from '#lib/csr/approval/forecast.ts'
import {
  approved,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  NOW,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import { recordedDay, shadowEntry } from '#lib/journal/recorded-day.ts'
import { openSqlStore, type RecordStore } from '#lib/journal/sql-store.ts'
import { openSqlite } from '#lib/journal/sqlite-database.ts'

const LATER = NOW + 60_000
const csr = makeCsr()
const decided = approved(csr, '2026-11-24T12:05:00Z')

const stores: RecordStore[] = []
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()))
})

/** A process with its kept day; `store`: where an earlier one has recorded its own. */
async function startProcess(store: RecordStore, now = NOW) {
  const world = makeWorld({
    nodes: [makeNode()],
    machines: [makeMachineObject({ nodeRef: 'worker-1' })],
  })
  const recording: Promise<void>[] = []
  const day = new KeptDay({
    world,
    context: () => makeContext({ now }),
    onKept: (kept) => recording.push(store.append([shadowEntry(kept, now)])),
  })
  return {
    world,
    day,
    recorded: () => Promise.all(recording),
    restore: async () => day.restore(await recordedDay(store, now)),
  }
}

async function openStore(): Promise<RecordStore> {
  const store = await openSqlStore(openSqlite(':memory:'))
  stores.push(store)
  return store
}

function act({ captured }: DayRequest): string {
  const kept = captured()
  return typeof kept === 'string' ? kept : forecast(kept, DEFAULT_POLICY).automatic.act
}

/** A store in which a process has recorded that the request was approved. */
async function recordedApproval(asksKubelets = false): Promise<RecordStore> {
  const store = await openStore()
  const first = await startProcess(store)
  first.world.setAsksKubelets(asksKubelets)
  first.day.upsert(csr, true)
  first.day.upsert(decided, true)
  expect(first.day.requests().map(act)).toEqual([asksKubelets ? 'notAnswered' : 'approve'])
  await first.recorded()
  return store
}

describe('the day of requests after a restart', () => {
  it('the day has what an earlier process saw decided, judged as it was then', async () => {
    const next = await startProcess(await recordedApproval(), LATER)
    await next.restore()
    const requests = next.day.requests()
    expect(requests.map(act)).toEqual(['approve'])
    expect(requests).toMatchObject([
      { uid: csr.uid, fate: 'approved', endedAt: '2026-11-24T12:05:00Z', nodeName: 'worker-1' },
    ])
    expect(next.day.since).toBe(NOW)
  })

  it('the day has a request that the API server still lists, which this process never saw pending', async () => {
    const next = await startProcess(await recordedApproval(), LATER)
    next.day.upsert(decided, false)
    expect(next.day.requests().map(act)).toEqual(['notSeenPending'])
    await next.restore()
    expect(next.day.requests().map(act)).toEqual(['approve'])
  })

  it('the day does not guess what a kubelet would have answered before the restart', async () => {
    const next = await startProcess(await recordedApproval(true), LATER)
    await next.restore()
    expect(next.day.requests().map(act)).toEqual(['notAnswered'])
    expect([...next.day.unanswered()]).toEqual([])
  })

  it('a request leaves the day after 24 hours', async () => {
    const next = await startProcess(await recordedApproval(), NOW + KEPT_MS + 1)
    await next.restore()
    expect(next.day.requests()).toEqual([])
  })

  it('the day lacks entries of another version of the program', async () => {
    const store = await openStore()
    const seen = { ...{ uid: 'u', name: 'csr-u', nodeName: null, signerName: '' }, requestor: '' }
    const end = { createdAt: '', fate: 'deleted', endedAt: null, decider: null, by: null } as const
    const kept = { seen: { ...seen, ...end }, captured: 'heardLate', learnedAt: NOW } as const
    const entry = shadowEntry(kept, NOW)
    const body = JSON.stringify({ ...JSON.parse(entry.body), version: 1 })
    await store.append([{ ...entry, key: 'shadow/old', body }])
    expect(await recordedDay(store, LATER)).toEqual([])
    await store.append([entry])
    expect(await recordedDay(store, LATER)).toEqual([kept])
  })
})
