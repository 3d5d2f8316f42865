import { beforeEach, describe, expect, it } from 'vitest'
import { toListed } from '#lib/live/apply.ts'
import { makeMachine, makeSnapshot, NOW } from '#lib/live/fixtures/cluster.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import type { Snapshot } from '#lib/live/wire.ts'
import { createWorld, settled, type World } from '#lib/query/fixtures/world.ts'
import { createReceiver, type Receiver } from '#lib/query/receiver.ts'

/** What the page was asked to show: the revision, and when, in milliseconds from the first event. */
let shown: { readonly revision: number; readonly at: number }[]
let first: typeof shown
let world: World
let receiver: Receiver
/** How long the page takes to show something. */
let renderMs: number
let revision: number
let late: number

beforeEach(async () => {
  world = createWorld()
  shown = []
  renderMs = 0
  late = 0
  const tab = world.tab()
  receiver = createReceiver({
    ...tab,
    // A page that works does not get to its timers.
    localNow: () => tab.localNow() + late,
    fetchSnapshot: () => Promise.resolve(toListed(makeSnapshot())),
    publish(snapshot: ListedSnapshot) {
      shown.push({ revision: snapshot.revision, at: world.now() - NOW })
      late += renderMs
    },
    onProblem() {},
    onBehind() {},
    clock: { observe() {} },
  })
  receiver.refetch()
  await settled()
  first = shown
  await world.advance(1_000)
  revision = makeSnapshot().revision
  shown = []
})

function change(): void {
  revision += 1
  receiver.receive(
    {
      event: 'patch',
      data: {
        epoch: 'e1',
        from: revision - 1,
        to: revision,
        upserts: { machines: [makeMachine({ name: `m${revision}` })], others: [] },
        removes: { machines: [], others: [] },
      },
    },
    world.now(),
  )
}

/** A change each millisecond. */
async function burst(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1) {
    change()
    await world.advance(1)
  }
}

describe('what is shown', () => {
  it('is a lone change with the next frame', async () => {
    renderMs = 40
    change()
    await world.advance(16)
    expect(shown.map((step) => step.revision)).toEqual([revision])
  })

  it('is the first snapshot at once', () => {
    expect(first).toEqual([{ revision: makeSnapshot().revision, at: 0 }])
  })

  it('is one step of what has come before the frame', async () => {
    for (let count = 0; count < 20; count += 1) change()
    await world.advance(16)
    expect(shown.map((step) => step.revision)).toEqual([revision])
  })

  it('in a burst are fewer steps the longer they take, and everything in the end', async () => {
    const steps: number[] = []
    for (const takes of [0, 10, 40, 100]) {
      renderMs = takes
      await world.advance(2_000)
      shown = []
      await burst(1_000)
      steps.push(shown.length)
      await world.advance(1_000)
      expect(shown.at(-1)?.revision).toBe(revision)
    }
    // Twice as long as a step takes, and a frame, are between two.
    expect(steps).toEqual([62, 28, 11, 5])
  })

  it('never waits longer than half a second and a frame', async () => {
    renderMs = 5_000
    await burst(2_000)
    const gaps = shown.slice(1).map(({ at }, index) => at - (shown[index]?.at ?? 0))
    expect(gaps.length).toBeGreaterThan(2)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(516)
  })

  it('is nothing any more when it was stopped', async () => {
    change()
    await settled()
    receiver.stop()
    await world.advance(1_000)
    expect(shown).toEqual([])
  })
})

describe('what the stream says of the feed while a snapshot is on its way', () => {
  const at = (ms: number) => ({ since: new Date(NOW + ms).toISOString() })
  const before = { ...makeSnapshot().feed, ...at(0), state: 'connecting' } as const
  const after = { ...makeSnapshot().feed, ...at(-60_000), state: 'live' } as const

  it.each<[string, boolean]>([
    ['the first one', true],
    ['one that is read again', false],
  ])('counts, though the clock was set back: %s', async (_, isFirst) => {
    const { answer, read, told } = reading(makeSnapshot({ feed: before }))
    if (!isFirst) {
      answer()
      await world.advance(1_000)
      read.refetch()
    }
    read.receive({ event: 'feed', data: after }, world.now())
    await world.advance(1_000)
    answer()
    await world.advance(1_000)
    expect(told()?.feed.state).toBe('live')
    read.stop()
  })

  it('counts where it is somebody else by now, of whom no rights are known yet', async () => {
    const { answer, read, told } = reading(makeSnapshot())
    const { cluster } = makeSnapshot()
    const access = { approval: false, signers: {}, reviewedAt: null }
    const data = { ...cluster, user: 'bob', access }
    read.receive({ event: 'cluster', data }, world.now())
    answer()
    await world.advance(1_000)
    expect(told()?.cluster.user).toBe('bob')
    read.stop()
  })

  /** Of which each snapshot is on its way until it is answered. */
  function reading(snapshot: Snapshot) {
    const answers: ((listed: ListedSnapshot) => void)[] = []
    let shown: ListedSnapshot | null = null
    const read = createReceiver({
      ...world.tab(),
      fetchSnapshot: () => new Promise((resolve) => answers.push(resolve)),
      publish: (listed) => {
        shown = listed
      },
      onProblem() {},
      onBehind() {},
      clock: { observe() {} },
    })
    read.refetch()
    return { read, answer: () => answers.shift()?.(toListed(snapshot)), told: () => shown }
  }
})

it.each([
  ['waits when the server is started anew', 'before'],
  ['comes after that', 'after'],
] as const)(
  'a patch of an earlier start that %s is dropped: no snapshot is read for it',
  async (_, when) => {
    let reads = 0
    let at = { epoch: 'e1', revision: 0 }
    const read = createReceiver({
      ...world.tab(),
      async fetchSnapshot() {
        reads += 1
        await settled()
        return toListed(makeSnapshot(at))
      },
      publish() {},
      onProblem() {},
      onBehind() {},
      clock: { observe() {} },
    })
    const nothing = { machines: [], others: [] }
    const old = { epoch: 'e1', from: 7, to: 8, upserts: nothing, removes: nothing }
    read.refetch()
    await world.advance(1_000)
    at = { epoch: 'e2', revision: 3 }
    if (when === 'before') read.receive({ event: 'patch', data: old }, world.now())
    read.expect(at)
    if (when === 'after') read.receive({ event: 'patch', data: old }, world.now())
    for (let turns = 0; turns < 20; turns += 1) await world.advance(50)
    expect([reads, read.isBehind()]).toEqual([2, false])
    read.stop()
  },
)
