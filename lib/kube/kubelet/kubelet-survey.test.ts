import { afterEach, describe, expect, it } from 'vitest'
import { makeNode, makeWorld, presents, type WorldOptions } from '#lib/csr/fixtures/make-cluster.ts'
import type { LiveCertificate } from '#lib/csr/kubelets/evidence.ts'
import { INTERNAL_IP } from '#lib/csr/names.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import {
  KEPT_MS,
  type KubeletSurvey,
  keepKubeletSurvey,
  MOST_ASKS,
  RENEW_MS,
  SHOWN_MS,
} from '#lib/kube/kubelet/kubelet-survey.ts'

const surveys: KubeletSurvey[] = []
afterEach(async () => {
  await Promise.all(surveys.splice(0).map((survey) => survey.stop()))
})

const SELF_SIGNED: LiveCertificate = { outcome: 'selfSigned' }
/** Certificate of the first node, with its Node's names. */
const FINE = presents({ nodeName: 'n0', dnsNames: ['n0'], ipAddresses: ['10.0.0.0'] })
const SILENT = () => new Promise<LiveCertificate>(() => {})
const nodesOf = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    makeNode({
      uid: `uid-${index}`,
      name: `n${index}`,
      addresses: [{ type: INTERNAL_IP, address: `10.0.${index >> 8}.${index & 255}` }],
    }),
  )

function rig(
  around: WorldOptions,
  dial: (nodeName: string) => Promise<LiveCertificate> = async () => presents(),
) {
  const world = makeWorld({ asksKubelets: true, ...around })
  const clock = manualClock()
  const calls: string[] = []
  const found = new Map<string, string | null>()
  let batches = 0
  const survey = keepKubeletSurvey({
    world,
    clock,
    ca: { current: async () => ({ from: 'kubeconfig', certificates: ['the CA'] }) },
    dial({ nodeName }, _ca, signal) {
      calls.push(nodeName)
      const aborted = new Promise<LiveCertificate>((answer) =>
        signal.addEventListener('abort', () => answer({ outcome: 'unreachable' })),
      )
      return Promise.race([dial(nodeName), aborted])
    },
    onFindings(findings) {
      batches += 1
      for (const [name, finding] of findings) found.set(name, finding?.presents ?? null)
    },
  })
  surveys.push(survey)
  return {
    ...{ world, clock, calls, found, survey },
    batches: () => batches,
    /** Passes time in steps of 50 ms, so that each answer is received. */
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 50) {
        clock.advance(50)
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
    /** Passes time while a page keeps showing the list. */
    async watched(ms: number, during: (ms: number) => Promise<void>) {
      for (let passed = 0; passed < ms; passed += 60_000) {
        survey.watch(false)
        await during(Math.min(60_000, ms - passed))
      }
    },
  }
}

describe('asking every kubelet', () => {
  it('no kubelet is asked while no page shows the list', async () => {
    const { calls, pass } = rig({ nodes: nodesOf(3) })
    await pass(5_000)
    expect(calls).toEqual([])
  })

  it('each kubelet is asked once, at most 20 a second, and the findings are sent in batches', async () => {
    const { survey, calls, found, pass, batches } = rig({ nodes: nodesOf(60) })
    survey.watch(false)
    await pass(1_000)
    expect(calls.length).toBeGreaterThan(15)
    expect(calls.length).toBeLessThanOrEqual(21)
    await pass(4_000)
    expect([calls.length, new Set(calls).size, found.size]).toEqual([60, 60, 60])
    expect(new Set(found.values())).toEqual(new Set(['cluster']))
    expect(batches()).toBeLessThanOrEqual(5)
  })

  it('kubelets are asked at most 20 a second, however often a person wants it', async () => {
    const { survey, calls, pass } = rig({ nodes: nodesOf(300) })
    const wanted = () => Array.from({ length: 300 }, () => survey.watch(true))
    wanted()
    expect(calls.length).toBeLessThanOrEqual(1)
    for (let passed = 0; passed < 1_000; passed += 50) {
      await pass(50)
      wanted()
    }
    expect(calls.length).toBeGreaterThan(15)
    expect(calls.length).toBeLessThanOrEqual(21)
  })

  it('few asks are under way while kubelets are silent, and all kubelets get their turn', async () => {
    const { survey, calls, pass } = rig({ nodes: nodesOf(40) }, SILENT)
    survey.watch(false)
    await pass(950)
    expect(calls).toHaveLength(MOST_ASKS)
    await pass(5_000)
    expect(new Set(calls).size).toBe(40)
  })

  it('a kubelet that is left is asked again after a minute', async () => {
    const { calls, pass, watched } = rig({ nodes: nodesOf(1) }, async () => SELF_SIGNED)
    await watched(50_000, pass)
    expect(calls).toHaveLength(1)
    await watched(15_000, pass)
    expect(calls).toHaveLength(2)
  })

  it('an answer is renewed after five minutes, until no page shows the list', async () => {
    const { calls, pass, watched, survey } = rig({ nodes: nodesOf(1) }, async () => FINE)
    await watched(RENEW_MS - 5_000, pass)
    expect(calls).toHaveLength(1)
    await watched(60_000, pass)
    expect(calls).toHaveLength(2)
    await pass(SHOWN_MS + RENEW_MS)
    expect(calls).toHaveLength(2)
    survey.watch(false)
    await pass(2_000)
    expect(calls).toHaveLength(3)
  })

  it('a person’s wish has kubelets asked again, but none twice in a minute', async () => {
    const { calls, pass, survey } = rig({ nodes: nodesOf(1) }, async () => FINE)
    survey.watch(false)
    await pass(30_000)
    for (let times = 0; times < 5; times += 1) survey.watch(true)
    await pass(2_000)
    expect(calls).toHaveLength(1)
    await pass(30_000)
    expect(calls).toHaveLength(2)
    survey.watch(false)
    await pass(65_000)
    expect(calls).toHaveLength(2)
  })
})

it('an answer to a pending request replaces another ask', async () => {
  const { world, clock, survey, calls, found, pass } = rig({ nodes: [makeNode()] })
  const node = world.cluster.node('worker-1')
  if (node === null) throw new Error('The Node is missing.')
  const where = world.kubeletPlace(node)
  world.setEvidence('worker-1', {
    ...{ where, askedAt: clock.now(), ca: 'kubeconfig' },
    live: { outcome: 'noCertificate' },
  })
  survey.watch(false)
  await pass(2_000)
  expect(calls).toEqual([])
  expect([...found]).toEqual([['worker-1', 'none']])
})

it('a kubelet whose Node has moved is asked again, and no other answer is dropped', async () => {
  const [first, second] = nodesOf(2)
  if (first === undefined || second === undefined) throw new Error('Two nodes are needed.')
  const { world, survey, calls, pass } = rig({ nodes: [first, second] })
  survey.watch(false)
  await pass(2_000)
  const moved = [{ type: INTERNAL_IP, address: '10.9.9.9' }]
  world.upsertNode({ ...first, addresses: moved })
  await pass(3_000)
  expect(calls).toEqual(['n0', 'n1', 'n0'])
})

it('a barred address is not asked, and the reason is given', async () => {
  const metadata = makeNode({ addresses: [{ type: INTERNAL_IP, address: '169.254.169.254' }] })
  const { survey, calls, found, pass } = rig({ nodes: [metadata] })
  survey.watch(false)
  await pass(2_000)
  expect(calls).toEqual([])
  expect([...found]).toEqual([['worker-1', 'noAnswer']])
})

it('an old finding is dropped before it is shown again', async () => {
  const answers = [async () => presents(), SILENT]
  const { survey, found, pass, clock } = rig({ nodes: nodesOf(1) }, () =>
    (answers.shift() ?? SILENT)(),
  )
  survey.watch(false)
  await pass(3_000)
  expect(found.get('n0')).toBe('cluster')
  clock.advance(KEPT_MS + SHOWN_MS)
  survey.watch(false)
  await pass(2_000)
  expect(found.get('n0')).toBeNull()
})

it('no answer enters the world, where decisions would read it', async () => {
  const { world, clock, survey, found, pass } = rig({ nodes: nodesOf(1) })
  survey.watch(false)
  await pass(2_000)
  expect(found.get('n0')).toBe('cluster')
  expect(world.evidence('n0', clock.now())).toBeNull()
})
