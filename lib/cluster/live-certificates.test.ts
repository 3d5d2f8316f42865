import { describe, expect, it } from 'vitest'
import { liveCluster, type ScriptedCluster } from '#lib/cluster/fixtures/scripted-cluster.ts'
import { forecast } from '#lib/csr/approval/forecast.ts'
import { approved, KIM, makeNode, presents } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { LiveCertificate } from '#lib/csr/kubelets/evidence.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'

const request = makeCsr({ keyName: 'the new one' })
const node = makeNode({ createdAt: '2026-01-01T00:00:00Z' })

/** Turns the hands a second at a time, so that everything that waits gets its turn. */
async function pass(cluster: ScriptedCluster, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    cluster.clock.advance(1_000)
    await cluster.turn()
  }
}

function rowOf({ feed }: ScriptedCluster) {
  return feed.moment().rows.machines.get('worker-1')
}

describe('a renewal on a cluster without Machines', () => {
  it('the renewal is verified by what its kubelet presents, on the board and for a decision', async () => {
    const dial = async () => presents()
    const cluster = await liveCluster({ csrs: [request], nodes: [node], dial })
    await pass(cluster, 1)
    expect(rowOf(cluster)).toMatchObject({
      verdict: 'verified',
      reason: { code: 'identity.liveCertificate', finding: 'same' },
      execAndLogs: 'available',
    })
    expect(cluster.feed.judged(request.uid)?.verdict).toBe('verified')
    expect(cluster.feed.request(request.uid, KIM)?.verdict).toBe('verified')
  })

  it('the renewal stays verified while it waits, and no longer than two minutes without an answer', async () => {
    let calls = 0
    // From the third call on the kubelet is silent.
    const dial = () => {
      calls += 1
      return calls < 3 ? Promise.resolve(presents()) : new Promise<LiveCertificate>(() => {})
    }
    const cluster = await liveCluster({ csrs: [request], nodes: [node], dial })
    for (let turns = 0; calls < 2 && turns < 100; turns += 1) await pass(cluster, 1)
    expect(rowOf(cluster)?.verdict).toBe('verified')
    // It was called within the last second and a half.
    const ends = cluster.clock.now() + 120_000
    while (cluster.clock.now() < ends - 4_000) await pass(cluster, 1)
    expect([calls, rowOf(cluster)?.verdict]).toEqual([3, 'verified'])
    while (cluster.clock.now() < ends) await pass(cluster, 1)
    expect(rowOf(cluster)?.verdict).toBe('plausible')
    expect(cluster.feed.judged(request.uid)?.verdict).toBe('plausible')
    expect(cluster.feed.request(request.uid, KIM)?.verdict).toBe('plausible')
  })

  it('the renewal is suspicious when another node answers at its address', async () => {
    const dial = async () => presents({ nodeName: 'worker-2' })
    const cluster = await liveCluster({ csrs: [request], nodes: [node], dial })
    await pass(cluster, 1)
    expect(rowOf(cluster)).toMatchObject({
      verdict: 'suspicious',
      reason: { finding: 'otherNode', values: { node: 'worker-2' } },
    })
  })

  const decided = { ...approved(request), resourceVersion: '9001' }
  const forecasts = ({ feed }: ScriptedCluster) =>
    feed.day.requests().map(({ captured }) => {
      const kept = captured()
      return typeof kept === 'string' ? kept : forecast(kept, DEFAULT_POLICY).automatic.act
    })

  it('an answer of the kubelet counts for the forecast, though it came after the decision', async () => {
    const answers: ((live: LiveCertificate) => void)[] = []
    const dial = () => new Promise<LiveCertificate>((answer) => answers.push(answer))
    const cluster = await liveCluster({ csrs: [request], nodes: [node], dial })
    await pass(cluster, 1)
    cluster.csrs.put(decided)
    await pass(cluster, 1)
    expect(forecasts(cluster)).toEqual(['notAnswered'])
    answers[0]?.(presents())
    // The answer stands, although the evidence expires before the forecast is asked again.
    await pass(cluster, 300)
    expect(forecasts(cluster)).toEqual(['approve'])
    expect(answers).toHaveLength(1)
  })

  it('a kubelet that was not asked before the decision is asked after it, for the forecast', async () => {
    let calls = 0
    const dial = async () => {
      calls += 1
      return presents()
    }
    const cluster = await liveCluster({ nodes: [node], dial })
    cluster.csrs.put(request)
    cluster.csrs.put(decided)
    await pass(cluster, 1)
    expect([calls, forecasts(cluster)]).toEqual([1, ['approve']])
    await pass(cluster, 300)
    expect(calls).toBe(1)
  })

  it('no kubelet is asked once no request waits', async () => {
    let calls = 0
    const dial = async (): Promise<LiveCertificate> => {
      calls += 1
      return { outcome: 'unreachable' }
    }
    const cluster = await liveCluster({ csrs: [request], nodes: [node], dial })
    await pass(cluster, 1)
    cluster.csrs.put({ ...approved(request), resourceVersion: '9001' })
    await pass(cluster, 300)
    expect(calls).toBe(1)
  })
})

describe('a node for which nothing waits', () => {
  const standing = async (answers: readonly LiveCertificate[]) => {
    let calls = 0
    const dial = async () => answers[Math.min(calls++, answers.length - 1)] ?? presents()
    const cluster = await liveCluster({ nodes: [node], dial })
    return { ...cluster, calls: () => calls }
  }

  it('a kubelet is asked what it presents while a page shows its node, once a minute, and no longer', async () => {
    const cluster = await standing([presents()])
    await pass(cluster, 10)
    expect(cluster.calls()).toBe(0)
    expect(rowOf(cluster)).toMatchObject({ execAndLogs: 'unknown', servingNotAfter: null })
    cluster.feed.showNodes(['worker-1', 'no-such-node'], 'kim')
    await pass(cluster, 1)
    expect(rowOf(cluster)).toMatchObject({
      execAndLogs: 'available',
      servingNotAfter: expect.any(String),
    })
    for (let minutes = 0; minutes < 4; minutes += 1) {
      cluster.feed.showNodes(['worker-1'], 'kim')
      await pass(cluster, 60)
    }
    // The scripted answers take moments of their own.
    const within = (least: number, most: number) => {
      expect(cluster.calls()).toBeGreaterThanOrEqual(least)
      expect(cluster.calls()).toBeLessThanOrEqual(most)
    }
    within(4, 6)
    expect(rowOf(cluster)?.execAndLogs).toBe('available')
    await pass(cluster, 300)
    within(4, 7)
    expect(rowOf(cluster)?.execAndLogs).toBe('unknown')
  })

  it('a kubelet without a certificate is asked on, also while no page shows its node', async () => {
    const none = { outcome: 'noCertificate' } as const
    const cluster = await standing([none, none, none, none, presents()])
    cluster.feed.showNodes(['worker-1'], 'kim')
    await pass(cluster, 1)
    for (let turns = 0; cluster.calls() < 5 && turns < 400; turns += 1) {
      expect(rowOf(cluster)?.execAndLogs).toBe('unavailable')
      await pass(cluster, 1)
    }
    await pass(cluster, 1)
    expect(rowOf(cluster)?.execAndLogs).toBe('available')
    await pass(cluster, 300)
    expect(cluster.calls()).toBe(5)
    expect(rowOf(cluster)?.execAndLogs).toBe('unknown')
  })
})
