/** A run in several tabs of one browser: one carries it out, all show and command it. */
import { beforeEach, expect, it } from 'vitest'
import {
  createRunRig,
  deferred,
  machine,
  manyMachines,
  type RunRig,
  runOf,
  start,
  states,
} from '#lib/query/fixtures/run-rig.ts'
import { KEY } from '#lib/query/fixtures/server.ts'
import { BEGIN_WITHIN_MS } from '#lib/query/run.ts'

let rig: RunRig

beforeEach(() => {
  rig = createRunRig()
  rig.showing(...manyMachines())
})

it('all show the run, any of them commands it, one carries it out', async () => {
  const [one, two, three] = [await rig.open(), await rig.open(), await rig.open()]
  const hold = deferred()
  rig.gate = hold.promise
  start(two)
  await rig.world.advance(500)
  expect([one, two, three].map((opened) => runOf(opened)?.status)).toEqual(Array(3).fill('running'))
  three.client.runs.pause()
  await rig.world.advance(500)
  expect([one, two, three].map((opened) => runOf(opened)?.pause?.why)).toEqual(
    Array(3).fill('person'),
  )
  hold.open()
  two.client.runs.resume()
  await rig.world.advance(30_000)
  expect([one, two, three].map((opened) => runOf(opened)?.status)).toEqual(
    Array(3).fill('finished'),
  )
  expect(new Set(rig.batches.flat()).size).toBe(600)
})

it('goes on where the address with the key is opened once more', async () => {
  const one = await rig.open()
  const slow = deferred()
  rig.gate = slow.promise
  start(one)
  await rig.world.advance(500)
  const two = await rig.open(`#key=${KEY}`)
  await rig.world.advance(500)
  expect(runOf(two)?.status).toBe('running')
  slow.open()
  await rig.world.advance(5_000)
  for (const tab of [one, two]) expect(runOf(tab)?.status).toBe('finished')
  expect(rig.batches).toHaveLength(2)
})

it('goes on in another tab when the one that carried it out is closed', async () => {
  const [one, two] = [await rig.open(), await rig.open()]
  rig.gate = deferred().promise
  start(one)
  await rig.world.advance(500)
  rig.gate = null
  one.close()
  await rig.world.advance(30_000)
  expect(runOf(two)?.status).toBe('finished')
  expect(new Set(rig.batches.flat()).size).toBe(600)
})

it.each([
  ['stop', 'stopped', null],
  ['pause', 'paused', 'person'],
] as const)(
  'a %s that the one that carries it out does not hear holds all the same',
  async (order, status, why) => {
    const [one, two] = [await rig.open(), await rig.open()]
    rig.gate = deferred().promise
    start(one)
    await rig.world.advance(500)
    one.tab.freeze()
    two.client.runs[order]()
    await rig.world.advance(100)
    // Nobody else would: what the frozen tab has sent goes on without it.
    expect(rig.server.halted).toEqual([runOf(two)?.id])
    // The lead changes hands: nobody has answered for seconds.
    await rig.world.advance(30_000)
    expect(rig.batches).toHaveLength(1)
    expect(runOf(two)).toMatchObject({ status, pause: why === null ? null : { why } })
  },
)

it('one that is asked of a leading tab that stands still is not begun when that goes on', async () => {
  const [one, two] = [await rig.open(), await rig.open()]
  one.tab.freeze()
  expect(start(two)).toEqual(expect.any(String))
  await rig.world.advance(BEGIN_WITHIN_MS)
  one.tab.thaw()
  await rig.world.advance(1_000)
  for (const tab of [one, two]) expect(runOf(tab)).toBeNull()

  const asked = start(two)
  await rig.world.advance(30_000)
  expect(runOf(one)).toMatchObject({ id: asked, status: 'finished' })
  expect(new Set(rig.batches.flat()).size).toBe(600)
})

it('one that is asked of a tab whose clock was set back meanwhile is not begun', async () => {
  const one = await rig.open()
  const two = await rig.open('', 60_000)
  start(two)
  await rig.world.advance(5_000)
  expect(runOf(one)).toBeNull()
  expect(two.client.runs.get().asked?.state).toBe('unanswered')
})

it('Resume that is asked of a leading tab that stands still is said to be unanswered, and is over', async () => {
  const [one, two] = [await rig.open(), await rig.open()]
  const hold = deferred()
  rig.gate = hold.promise
  start(one)
  await rig.world.advance(500)
  one.client.runs.pause()
  hold.open()
  await rig.world.advance(5_000)
  one.tab.freeze()
  two.tab.hide()
  two.client.runs.resume()
  expect(two.client.runs.get().asked?.state).toBe('waiting')
  await rig.world.advance(BEGIN_WITHIN_MS + 1_000)
  expect(two.client.runs.get().asked?.state).toBe('unanswered')
  one.tab.thaw()
  await rig.world.advance(30_000)
  expect(rig.batches).toHaveLength(1)
  expect(runOf(two)?.pause?.why).toBe('person')

  two.client.runs.resume()
  await rig.world.advance(30_000)
  expect(runOf(two)?.status).toBe('finished')
  expect(two.client.runs.get().asked).toBeNull()
})

it('what is asked of a run that is over is nothing to the next one', async () => {
  const [one, two] = [await rig.open(), await rig.open()]
  rig.gate = deferred().promise
  start(one)
  await rig.world.advance(500)
  two.tab.freeze()
  one.client.runs.stop()
  one.client.runs.dismiss()
  const next = deferred()
  rig.gate = next.promise
  start(one)
  await rig.world.advance(500)
  for (const order of ['pause', 'stop'] as const) two.client.runs[order]()
  await rig.world.advance(500)
  expect(runOf(one)?.status).toBe('running')
  next.open()
  await rig.world.advance(5_000)
  two.client.runs.dismiss()
  await rig.world.advance(500)
  expect(runOf(one)?.status).toBe('finished')
})

it('a tab that was robbed of the lead while it stood still keeps nothing of what it hears then', async () => {
  const [one, two] = [await rig.open(), await rig.open()]
  rig.gate = deferred().promise
  start(one)
  await rig.world.advance(500)
  one.tab.freeze()
  two.client.runs.pause()
  await rig.world.advance(30_000)
  two.client.runs.stop()
  await rig.world.advance(500)
  expect(runOf(two)?.status).toBe('stopped')
  const kept: string[] = []
  const set = rig.world.stored.set.bind(rig.world.stored)
  rig.world.stored.set = (key, value) => {
    kept.push(key)
    return set(key, value)
  }
  one.tab.thaw()
  await rig.world.advance(1_000)
  expect(kept).toEqual([])
  expect(runOf(one)?.status).toBe('stopped')
})

it.each([
  [
    'a change that was missed',
    () => {
      rig.server.snapshot = { ...rig.server.snapshot, revision: rig.server.snapshot.revision + 1 }
      rig.server.moveTo({ machines: [...rig.server.snapshot.machines, machine('new')] })
    },
  ],
  ['a stream that breaks and is back at once', () => rig.server.endStreams()],
])('%s does not cut the batch under way', async (_, happen) => {
  const hold = deferred()
  rig.gate = hold.promise
  const opened = await rig.open()
  start(opened)
  await rig.world.advance(500)
  happen()
  await rig.world.advance(10_000)
  hold.open()
  await rig.world.advance(1_000)
  expect(states(opened).filter((state) => state.endsWith('approved'))).toHaveLength(600)
  expect(rig.batches).toHaveLength(2)
})

it('Go on a second time, in the tab that leads by then: nothing is said to be unanswered any more', async () => {
  const first = await rig.open()
  rig.gate = deferred().promise
  start(first)
  await rig.world.advance(500)
  first.close()
  rig.gate = null
  const [one, two] = [await rig.open(), await rig.open()]
  one.tab.freeze()
  two.client.runs.takeUp()
  await rig.world.advance(4_000)
  expect(two.client.runs.get().asked?.state).toBe('unanswered')
  await rig.world.advance(30_000)
  expect(two.client.runs.get().asked).toBeNull()
  two.client.runs.takeUp()
  expect(two.client.runs.get().asked?.state).toBe('waiting')
  await rig.world.advance(5_000)
  expect(runOf(two)?.status).toBe('finished')
})

it('two that are asked for in the same moment: one begins, and each tab knows whether it is its own', async () => {
  const tabs = [await rig.open(), await rig.open()]
  const asked = tabs.map((tab) => start(tab))
  await rig.world.advance(30_000)
  expect(new Set(asked).size).toBe(2)
  for (const tab of tabs) expect(runOf(tab)?.id).toBe(asked[0])
  expect(rig.batches.flat()).toHaveLength(600)
})

it('a pause that was not heard is over when somebody lets it go on', async () => {
  const [one, two] = [await rig.open(), await rig.open()]
  rig.gate = deferred().promise
  start(one)
  await rig.world.advance(500)
  one.tab.freeze()
  two.client.runs.pause()
  two.client.runs.resume()
  rig.gate = null
  await rig.world.advance(60_000)
  expect(runOf(two)?.status).toBe('finished')
  expect(new Set(rig.batches.flat()).size).toBe(600)
})

it('a pause that was heard, and is over, stops nobody who leads later', async () => {
  const [one, two] = [await rig.open(), await rig.open()]
  rig.gate = deferred().promise
  start(one)
  await rig.world.advance(500)
  two.client.runs.pause()
  await rig.world.advance(500)
  expect(runOf(two)?.pause?.why).toBe('person')
  one.client.runs.resume()
  await rig.world.advance(500)
  rig.gate = null
  one.close()
  await rig.world.advance(30_000)
  expect(runOf(two)?.status).toBe('finished')
  expect(new Set(rig.batches.flat()).size).toBe(600)
})

it('ends in all tabs when one of them signs out, and is not offered again', async () => {
  const [one, two] = [await rig.open(), await rig.open()]
  rig.gate = deferred().promise
  start(one)
  await rig.world.advance(500)
  two.client.signOut()
  await rig.world.advance(30_000)
  expect(rig.batches).toHaveLength(1)
  for (const tab of [one, two]) expect(runOf(tab)).toBeNull()
  expect(rig.world.stored.size).toBe(0)
  const again = await rig.open(`#key=${KEY}`)
  await rig.world.advance(30_000)
  for (const tab of [one, two, again]) {
    expect(tab.client.runs.get()).toEqual({ current: null, cutOff: null, asked: null })
  }
})
