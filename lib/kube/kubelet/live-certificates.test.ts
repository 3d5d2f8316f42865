import { afterEach, describe, expect, it } from 'vitest'
import {
  approved,
  makeNode,
  makeWorld,
  presents,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { LiveCertificate } from '#lib/csr/kubelets/evidence.ts'
import type { LiveTrouble } from '#lib/csr/live-troubles.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import type { KubeletCa } from '#lib/kube/kubelet/kubelet-ca.ts'
import {
  ANSWER_WITHIN_MS,
  LiveCertificates,
  MOST_OPEN,
} from '#lib/kube/kubelet/live-certificates.ts'

const CA: KubeletCa = { from: 'kubeconfig', certificates: ['the CA'] }
const keepers: LiveCertificates[] = []
afterEach(async () => {
  await Promise.all(keepers.splice(0).map((keeper) => keeper.stop()))
})

/** A keeper whose kubelets answer when the test tells them. */
function rig(around: WorldOptions, ca: KubeletCa | null = CA) {
  const world = makeWorld({ asksKubelets: true, ...around })
  const clock = manualClock()
  const calls: { address: string; answer: (live: LiveCertificate) => void }[] = []
  let reported = 0
  let wanted = true
  let inView: readonly string[] = []
  let lookTakes = 0
  const keeper = new LiveCertificates({
    world,
    ca: { current: async () => ca },
    clock,
    wanted: () => wanted,
    besides() {
      clock.stall(lookTakes)
      return { inView }
    },
    dial: ({ addresses }, _ca, signal) =>
      new Promise((answer) => {
        calls.push({ address: addresses.join(), answer })
        signal.addEventListener('abort', () => answer({ outcome: 'unreachable' }))
      }),
    onEvidence: () => {
      reported += 1
    },
  })
  keepers.push(keeper)
  const look = () => {
    keeper.look()
    clock.advance(200)
  }
  const called = (count: number) => until(() => calls.length === count, `${count} calls`)
  return {
    ...{ world, clock, calls, keeper, look },
    /** Resolves when that many calls have been made in total. */
    called,
    want(is: boolean) {
      wanted = is
    },
    slow(ms: number) {
      lookTakes = ms
    },
    show(names: readonly string[]) {
      inView = names
    },
    awaits: (name = 'worker-1', requestedAt = Date.parse(request.createdAt)) =>
      world.awaitsKubelet(name, requestedAt, clock.now()),
    outcome: (name = 'worker-1') => world.evidence(name, clock.now())?.live.outcome ?? null,
    /** Looks, and resolves when that many calls have been made in total. */
    asks(count: number) {
      look()
      return called(count)
    },
    async answer(index: number, live: LiveCertificate) {
      const before = reported
      calls[index]?.answer(live)
      await until(() => reported > before, 'the world to be told')
    },
  }
}

const request = makeCsr()
const node = makeNode()
const one: WorldOptions = { csrs: [request], nodes: [node] }

describe('asking kubelets', () => {
  it('the presented certificate and its CA are stored in the world', async () => {
    const { world, clock, answer, asks } = rig(one)
    await asks(1)
    await answer(0, presents())
    expect(world.evidence('worker-1', clock.now())).toMatchObject({
      where: { nodeUid: node.uid, addresses: ['198.51.100.11'], port: 10_250 },
      ca: 'kubeconfig',
      live: { outcome: 'presented' },
    })
  })

  it('no kubelet is asked without a pending request', async () => {
    const { calls, clock, look } = rig({ csrs: [approved(request)], nodes: [node] })
    look()
    clock.advance(600_000)
    expect(calls).toEqual([])
    expect(clock.alarms).toEqual([])
  })

  it.each([
    ['quick', 0, 0],
    ['slow', 2, 38],
    ['very slow', 50, 200],
  ])(
    'a burst of changes causes one look; after a %s look of %d ms the next waits %d ms',
    (_, took, rest) => {
      const { keeper, clock, slow } = rig({ nodes: [node] })
      slow(took)
      for (const pause of [0, rest]) {
        for (let i = 0; i < 100; i++) keeper.look()
        expect(clock.alarms).toEqual([pause])
        clock.advance(pause)
      }
    },
  )

  it('a kubelet is asked again after a minute by itself, and not sooner for any number of changes', async () => {
    const { calls, clock, look, called, answer, asks } = rig(one)
    await asks(1)
    await answer(0, { outcome: 'noCertificate' })
    for (let i = 0; i < 50; i++) look()
    expect(calls).toHaveLength(1)
    // Only the alarm for the next ask is set: there are no looks in between.
    clock.advance(200)
    expect(clock.alarms).toHaveLength(1)
    expect(clock.alarms[0]).toBeGreaterThan(40_000)
    clock.advance(60_000 - 10_000)
    await called(2)
  })

  it.each<readonly [string, Parameters<typeof makeNode>[0], WorldOptions, LiveTrouble]>([
    ['a port that settings do not name', { kubeletPort: 22 }, {}, 'otherPort'],
    ['a metadata address', { ips: ['169.254.169.254'] }, {}, 'barredAddress'],
    ['no address', { ips: [] }, {}, 'noAddress'],
    [
      'an address of a Service',
      { ips: ['10.96.0.10'] },
      { reserved: { serviceNetworks: ['10.96.0.0/12'] } },
      'barredAddress',
    ],
  ])('a Node that names %s is not dialled, and not awaited', async (_, node, around, trouble) => {
    const { look, outcome, calls, awaits } = rig({
      csrs: [request],
      nodes: [makeNode(node)],
      ...around,
    })
    expect(awaits()).toBe(false)
    look()
    await until(() => outcome() !== null, 'an answer')
    expect([outcome(), calls.length]).toEqual([trouble, 0])
  })

  it('no kubelet is dialled without a CA', async () => {
    const { look, outcome, calls } = rig(one, null)
    look()
    await until(() => outcome() !== null, 'an answer')
    expect([outcome(), calls.length]).toEqual(['noCa', 0])
  })

  it('thousands of undiallable kubelets do not delay others', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `n-${index}`)
    const { look, outcome } = rig(
      {
        csrs: names.map((nodeName) => makeCsr({ nodeName, keyName: 'k' })),
        nodes: names.map((name) => makeNode({ name })),
      },
      null,
    )
    look()
    let turns = 0
    const counting = () => {
      turns += 1
      if (names.some((name) => outcome(name) === null)) setImmediate(counting)
    }
    setImmediate(counting)
    await until(() => names.every((name) => outcome(name) === 'noCa'), 'all answers')
    expect(turns).toBeGreaterThan(50)
  })

  /** Address of Nodes that only a page shows. */
  const there = '198.51.100.77'
  const crowd = (count: number, prefix = 'n') => {
    const names = Array.from({ length: count }, (_, index) => `${prefix}-${index}`)
    return {
      csrs: names.map((nodeName) => makeCsr({ nodeName, keyName: nodeName, keyType: 'P-256' })),
      nodes: names.map((name) => makeNode({ name })),
    }
  }

  it('at most thirty-two kubelets are asked at a time', async () => {
    const { calls, look, called, answer } = rig(crowd(80))
    look()
    for (let done = 0; done < 80; done++) {
      await called(Math.min(80, done + 32))
      await answer(done, { outcome: 'unreachable' })
    }
    expect(calls).toHaveLength(80)
  })

  it('the asks alternate between the newest and the oldest request', async () => {
    const { answer, outcome, asks } = rig(crowd(80))
    await asks(32)
    await answer(0, presents())
    await answer(1, presents())
    expect(['n-79', 'n-0'].map(outcome)).toEqual(['presented', 'presented'])
  })

  it('a kubelet that is silent for a second loses its turn, not its answer', async () => {
    const { clock, called, answer, outcome, asks } = rig(crowd(80))
    await asks(32)
    clock.advance(999)
    await called(32)
    clock.advance(1)
    await called(64)
    await answer(0, presents())
    await called(64)
    expect(outcome('n-79')).toBe('presented')
    clock.advance(1_000)
    await called(80)
  })

  it('the number of open connections never exceeds its limit', async () => {
    const { clock, calls, look, called, answer } = rig(crowd(MOST_OPEN + 40))
    look()
    for (let open = 32; open < MOST_OPEN; open += 32) {
      await called(open)
      clock.advance(1_000)
    }
    await called(MOST_OPEN)
    clock.advance(3_000)
    expect(calls).toHaveLength(MOST_OPEN)
    await answer(0, presents())
    await called(MOST_OPEN + 1)
  })

  it('a first ask has a turn at once beside any number of repeated ones', async () => {
    const { world, clock, calls, look, called, answer } = rig(crowd(80))
    look()
    for (let done = 0; done < 80; done++) {
      await called(Math.min(80, done + 32))
      await answer(done, { outcome: 'unreachable' })
    }
    clock.advance(60_000)
    // All kubelets are due, and none answers.
    await called(80 + 16)
    const fresh = crowd(16, 'fresh')
    for (const each of fresh.nodes) world.upsertNode(each)
    for (const each of fresh.csrs) world.upsertCsr(each)
    look()
    await called(80 + 32)
    expect(calls).toHaveLength(112)
  })

  it('kubelets of Nodes on pages are asked when no other is due, half as many at a time', async () => {
    const { csrs, nodes } = crowd(20)
    const looked = crowd(60, 'looked').nodes.map(({ name }) => makeNode({ name, ips: [there] }))
    const { show, calls, look, called, answer } = rig({ csrs, nodes: [...looked, ...nodes] })
    show(looked.map(({ name }) => name))
    look()
    await called(20 + 12)
    expect(calls.map(({ address }) => address === there)).toEqual([
      ...Array(20).fill(false),
      ...Array(12).fill(true),
    ])
    for (let done = 0; done < 20; done++) await answer(done, { outcome: 'unreachable' })
    await called(20 + 16)
    for (let done = 20; done < 80; done++) {
      await called(Math.min(80, done + 16))
      await answer(done, { outcome: 'unreachable' })
    }
  })

  it('a new request’s kubelet has a turn at once beside any number of Nodes on pages', async () => {
    const looked = crowd(200, 'looked').nodes.map(({ name }) => makeNode({ name, ips: [there] }))
    const { show, world, clock, calls, look, called } = rig({ nodes: looked })
    show(looked.map(({ name }) => name))
    look()
    // No kubelet answers: half of all connections stay free.
    for (let open = 16; open < MOST_OPEN / 2; open += 16) {
      await called(open)
      clock.advance(1_000)
    }
    await called(MOST_OPEN / 2)
    clock.advance(1_000)
    const fresh = crowd(32)
    for (const each of fresh.nodes) world.upsertNode(each)
    for (const each of fresh.csrs) world.upsertCsr(each)
    look()
    await called(MOST_OPEN / 2 + 32)
    expect(calls.slice(-32).map(({ address }) => address)).not.toContain(there)
  })

  it('a Node that only a page shows is neither awaited nor overdue', async () => {
    const { show, world, clock, asks } = rig({ nodes: [node] })
    show(['worker-1'])
    await asks(1)
    world.takeTouched()
    clock.advance(ANSWER_WITHIN_MS * 2)
    expect([...world.takeTouched().machines]).toEqual([])
  })

  it('an answer for a page from before the request does not count: the kubelet is asked again', async () => {
    const { show, world, clock, look, called, answer, awaits, asks } = rig({ nodes: [node] })
    show(['worker-1'])
    await asks(1)
    await answer(0, { outcome: 'unreachable' })
    clock.advance(5_000)
    const createdAt = new Date(clock.now()).toISOString()
    world.upsertCsr(makeCsr({ createdAt }))
    look()
    expect(awaits('worker-1', clock.now())).toBe(true)
    clock.advance(5_000)
    await called(2)
    await answer(1, presents({ nodeName: 'worker-2' }))
    expect(awaits('worker-1', Date.parse(createdAt))).toBe(false)
  })

  it('a kubelet is awaited until any answer', async () => {
    const { answer, awaits, asks } = rig(one)
    expect(awaits()).toBe(true)
    await asks(1)
    expect(awaits()).toBe(true)
    await answer(0, { outcome: 'unreachable' })
    expect(awaits()).toBe(false)
  })

  it('a kubelet is awaited for at most half a minute, and the request is judged again then', async () => {
    const { clock, world, keeper, called, awaits } = rig(one)
    keeper.look()
    clock.advance(0)
    await called(1)
    clock.advance(ANSWER_WITHIN_MS - 1)
    expect(awaits()).toBe(true)
    world.takeTouched()
    clock.advance(1)
    expect(awaits()).toBe(false)
    expect([...world.takeTouched().machines]).toEqual(['worker-1'])
  })

  it('a kubelet is awaited again for a later request', async () => {
    const { world, clock, look, awaits, asks } = rig(one)
    await asks(1)
    clock.advance(ANSWER_WITHIN_MS)
    world.upsertCsr(approved(request))
    look()
    expect(awaits()).toBe(true)
  })

  it('a Node that gets its address later is asked at once', async () => {
    const { world, calls, look, outcome, awaits, asks } = rig({
      csrs: [request],
      nodes: [makeNode({ ips: [] })],
    })
    look()
    await until(() => outcome() === 'noAddress', 'an answer')
    expect([calls.length, awaits()]).toEqual([0, false])
    world.upsertNode(node)
    expect(awaits()).toBe(true)
    await asks(1)
  })

  it.each<readonly [string, (world: ReturnType<typeof makeWorld>) => void]>([
    ['moved', (world) => world.upsertNode(makeNode({ ips: ['198.51.100.12'] }))],
    ['gone', (world) => world.removeNode(node.uid)],
    ['made anew', (world) => world.upsertNode(makeNode({ uid: 'second' }))],
  ])('an answer is dropped when its Node has %s meanwhile', async (_, change) => {
    const { world, answer, outcome, asks } = rig(one)
    await asks(1)
    change(world)
    await answer(0, presents())
    expect(outcome()).toBeNull()
  })

  const moved = (to: number) => makeNode({ ips: [`198.51.100.${to}`] })

  it('a Node that changes its addresses is asked there, but not immediately after an ask', async () => {
    const { world, calls, clock, look, called, answer, outcome, asks } = rig(one)
    await asks(1)
    await answer(0, presents())
    world.upsertNode(moved(12))
    look()
    expect([outcome(), calls.length]).toEqual([null, 1])
    clock.advance(10_000)
    await called(2)
    expect(calls[1]?.address).toBe('198.51.100.12')
    await answer(1, presents({ nodeName: 'worker-2' }))
    expect(outcome()).toBe('presented')
  })

  it('a moved Node is awaited again, from the time at which it may be asked there', async () => {
    const { world, calls, clock, look, called, answer, awaits, asks } = rig(one)
    await asks(1)
    await answer(0, presents())
    world.upsertNode(moved(12))
    look()
    clock.advance(10_000)
    await called(2)
    expect(calls[1]?.address).toBe('198.51.100.12')
    clock.advance(ANSWER_WITHIN_MS - 1_000)
    expect(awaits()).toBe(true)
    clock.advance(1_000)
    expect(awaits()).toBe(false)
    world.upsertNode(moved(13))
    expect(awaits()).toBe(true)
  })

  it('no kubelet is asked while asks are unwanted', async () => {
    const { clock, calls, answer, want, asks } = rig(one)
    await asks(1)
    await answer(0, { outcome: 'noCertificate' })
    want(false)
    for (let minute = 0; minute < 10; minute += 1) {
      clock.advance(60_000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(calls).toHaveLength(1)
    expect(clock.alarms).toEqual([])
    want(true)
    await asks(2)
  })

  it('no queued kubelet is asked while asks are unwanted', async () => {
    const { calls, answer, want, asks } = rig(crowd(80))
    await asks(32)
    want(false)
    await answer(0, presents())
    expect(calls).toHaveLength(32)
  })

  it('kubelets are awaited again when asks are wanted again', async () => {
    const { clock, look, awaits, want, asks } = rig(one)
    await asks(1)
    clock.advance(ANSWER_WITHIN_MS)
    expect(awaits()).toBe(false)
    want(false)
    look()
    expect(awaits()).toBe(true)
  })

  it('expired evidence without a pending request is dropped', async () => {
    const { world, calls, clock, look, answer, asks } = rig(one)
    await asks(1)
    await answer(0, presents())
    world.upsertCsr(approved(request))
    look()
    world.takeTouched()
    clock.advance(120_000)
    expect([...world.takeTouched().machines]).toEqual(['worker-1'])
    expect(calls).toHaveLength(1)
    expect(clock.alarms).toEqual([])
  })

  it('after stop no connection is open and no alarm is left', async () => {
    const { keeper, clock, outcome, asks } = rig(one)
    await asks(1)
    await keeper.stop()
    keeper.look()
    expect(clock.alarms).toEqual([])
    expect(outcome()).toBeNull()
  })
})
